import type { DesiredAccount, Origin, RecordField, SourceRecord } from "../../model/account/account.ts";
import type { Kind } from "../../model/account/kind.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { OrganizationPolicy, ProfilePolicy } from "../../model/plan/policy.ts";
import type { ProfileReadings, Reading } from "../../model/ports.ts";
import { type Address, domainOf, isInOneOf, parseAddress } from "../../model/values/address.ts";
import { compareText } from "../../model/values/text.ts";
import { type Anchors, NO_ANCHORS } from "../readings/links.ts";
import { Doubts, type LostFields, NOTHING_LOST } from "../readings/statements.ts";
import { desiredFields } from "./fields.ts";
import { mergeRecords } from "./merge-records.ts";
import { joinByOtherIds, otherIdsOf } from "./other-ids.ts";
import { bringUpToDate } from "./outdated-addresses.ts";
import { decidingRecords, groupProblems, haveNoAccount, madeShared } from "./record-problems.ts";
import { firstPlace, groupByAddress, type Placed } from "./records-by-address.ts";

/**
 * The desired state of one account in one profile. With `holds` the whole account is left as it is, and they say why; `notes` hold at
 * most a field.
 */
export type Candidate = {
  readonly account: DesiredAccount;
  readonly records: readonly Placed[];
  /** The records are those of several people, who all count as present. */
  readonly isSeveralPeople: boolean;
  readonly holds: readonly Finding[];
  readonly notes: readonly Finding[];
};

/**
 * Records that make no candidate and name an account all the same: a disabled person's beside that of a shared mailbox, or the other way
 * round, and those of kinds that the profile does not manage.
 */
export type Bystander = {
  readonly profile: string;
  readonly kind: Kind;
  readonly records: readonly Placed[];
};

export type DesiredState = {
  readonly candidates: readonly Candidate[];
  readonly bystanders: readonly Bystander[];
  /** Names of incomplete sources, as `profile/source`. */
  readonly incompleteSources: ReadonlySet<string>;
  readonly findings: readonly Finding[];
};

export type DesiredInput = {
  readonly organization: OrganizationPolicy;
  readonly profiles: readonly ProfileReadings[];
  readonly anchors?: Anchors;
  readonly lost?: LostFields;
  /** Gets the kinds of which a record cannot be matched to an account. */
  readonly doubts?: Doubts;
};

/** Builds what the sources and profiles say should be. Pure; the order of the records does not matter. */
export function buildDesiredState(input: DesiredInput): DesiredState {
  const { organization, profiles, anchors = NO_ANCHORS, lost = NOTHING_LOST, doubts = new Doubts() } = input;
  const candidates: Candidate[] = [];
  const bystanders: Bystander[] = [];
  const findings: Finding[] = [];
  const incompleteSources = new Set<string>();
  for (const { policy, readings } of profiles) {
    const given: Placed[] = [];
    for (const reading of readings) {
      const found = placeRecords(policy, reading, given, anchors);
      findings.push(...found.findings);
      bystanders.push(...found.bystanders);
      for (const kind of found.unplaced) doubts.raise(policy.name, kind, "unidentified");
      if (!found.complete) incompleteSources.add(`${policy.name}/${reading.source}`);
    }
    const known = joinByOtherIds(policy, given, anchors);
    const upToDate = bringUpToDate(policy, known.records, anchors);
    findings.push(...known.findings, ...upToDate.findings);
    const declaredOnly = readings.every((reading) => reading.type === "declared");
    for (const group of groupByAddress(upToDate.records)) {
      const address = group[0]?.address;
      if (address === undefined) continue;
      if (!declaredOnly && group.every((entry) => entry.record.supplement))
        findings.push(supplementAlone(policy, address, group));
      else {
        const candidate = buildCandidate(organization, policy, address, group, { anchors, lost });
        candidates.push(candidate);
        bystanders.push(...ofMailbox(policy.name, group, candidate.records));
      }
    }
  }
  const settled = settleMailboxUsers(candidates, anchors);
  bystanders.push(...settled.bystanders);
  return { candidates: settled.candidates, bystanders, incompleteSources, findings };
}

/**
 * The records of a shared mailbox, or of its user, that decide nothing beside others. They name the functional account: the mailbox goes on.
 */
function ofMailbox(
  profile: string,
  all: readonly Placed[],
  deciding: readonly Placed[] = [],
): readonly Bystander[] {
  const records = all.filter((one) => !deciding.includes(one));
  return records.length === 0 ? [] : [{ profile, kind: "functional", records }];
}

/**
 * The same of the user of a shared mailbox that another profile gives: disabled, and with the address of the mailbox. Without an
 * account it is nobody; with one it is a leaver, and the mailbox waits for the address.
 */
function settleMailboxUsers(
  candidates: readonly Candidate[],
  anchors: Anchors,
): Pick<DesiredState, "candidates" | "bystanders"> {
  const addressesOf = (some: readonly Candidate[]) => new Set(some.map(({ account }) => account.address));
  const shared = addressesOf(candidates.filter(({ account }) => account.kind === "functional"));
  const people = candidates.filter(({ account }) => account.kind === "personal");
  const isDisabled = ({ account, holds }: Candidate) => !account.active && holds.length === 0;
  const others = addressesOf(people.filter((one) => !isDisabled(one)));
  const users = people.filter(({ account: { address } }) => shared.has(address) && !others.has(address));
  const nobody = new Set(
    users.filter(({ account, records }) => haveNoAccount(account.profile, records, anchors)),
  );
  const leavers = users.filter((one) => !nobody.has(one));
  const waiting = addressesOf(leavers);
  const isBystander = (one: Candidate) =>
    nobody.has(one) || (one.account.kind === "functional" && waiting.has(one.account.address));
  const bystanders = candidates
    .filter(isBystander)
    .flatMap(({ account, records }) => ofMailbox(account.profile, records));
  const deciding = candidates
    .filter((one) => !isBystander(one))
    .map((one) => {
      if (!leavers.includes(one)) return one;
      const { profile, kind, address } = one.account;
      const note = madeShared({ profile, kind, address, ...firstPlace(one.records) });
      return { ...one, notes: [...one.notes, note] };
    });
  return { candidates: deciding, bystanders };
}

/** Sorts the records of one source by address: the given one, or that of the account that the record's id is linked to. */
function placeRecords(policy: ProfilePolicy, reading: Reading, placed: Placed[], anchors: Anchors) {
  const { source } = reading;
  const findings: Finding[] = reading.findings.map((finding) => ({
    ...finding,
    where: { ...finding.where, profile: policy.name, source },
  }));
  const unplaced: SourceRecord[] = [];
  const bystanders: Bystander[] = [];
  for (const record of reading.records) {
    const anchor = anchors.anchorOf(policy.name, source, record);
    const given = record.email ? parseAddress(record.email.value) : undefined;
    const address = given ?? linkedAddress(record, anchor, anchors);
    const isManaged = policy.manages.kinds.includes(record.kind);
    if (address === undefined) {
      if (isManaged) unplaced.push(record);
      continue;
    }
    const one: Placed = { record, source, address, anchor };
    const its: Placed = given === undefined ? { ...one, addressFromLink: true } : one;
    if (isManaged) placed.push(its);
    else bystanders.push({ profile: policy.name, kind: record.kind, records: [its] });
  }
  unplaced.sort((a, b) => compareText(a.where, b.where));
  for (const record of unplaced) findings.push(withoutAddress(policy, source, record));
  findings.push(...kindsNotManaged(policy, source, bystanders));
  if (reading.records.length === 0 && !reading.findings.some(({ code }) => code === "source-empty"))
    findings.push(sourceEmpty(policy, source));
  const complete =
    reading.complete &&
    reading.records.length > 0 &&
    unplaced.length === 0 &&
    (reading.incompleteKinds ?? []).length === 0;
  return { findings, bystanders, unplaced: new Set(unplaced.map(({ kind }) => kind)), complete };
}

function linkedAddress(
  record: SourceRecord,
  anchor: string | undefined,
  anchors: Anchors,
): Address | undefined {
  const [only, ...others] = anchor === undefined ? [] : anchors.accountsOf(anchor);
  return only?.kind === record.kind && others.length === 0 ? only.address : undefined;
}

function kindsNotManaged(
  { name }: ProfilePolicy,
  source: string,
  bystanders: readonly Bystander[],
): readonly Finding[] {
  const kinds = new Map<Kind, number>();
  for (const { kind } of bystanders) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return [...kinds].map(([kind, count]) => ({
    code: "record-kind-not-managed",
    severity: "info",
    summary: `${count} ${kind} ${count === 1 ? "record is" : "records are"} left out: the profile manages no ${kind} accounts.`,
    where: { profile: name, source, kind },
  }));
}

function sourceEmpty({ name }: ProfilePolicy, source: string): Finding {
  return {
    code: "source-empty",
    severity: "warning",
    summary: "The source gave no record at all, so nothing is removed because of it.",
    where: { profile: name, source },
  };
}

function withoutAddress({ name }: ProfilePolicy, source: string, record: SourceRecord): Finding {
  const id = record.id === undefined ? "" : ", and its id is linked to no account";
  return {
    code: "record-without-address",
    severity: "error",
    summary: `The record has no usable email address${id}, so it cannot be matched to an account. Until it is corrected, or excluded with the source's \`filter\` (a row of totals, for example), no ${record.kind} account is suspended or deleted because of this source.`,
    where: { profile: name, source, place: record.where, kind: record.kind },
  };
}

function supplementAlone(policy: ProfilePolicy, address: Address, group: readonly Placed[]): Finding {
  return {
    code: "supplement-without-account",
    severity: "warning",
    summary:
      "The entry only adds to an account that another source gives, and none gives it. Give it a fullName to make it an account of its own, or take it out.",
    where: { profile: policy.name, address, ...firstPlace(group) },
  };
}

/** The combined content of the records of one address; they are in order of precedence. */
function buildCandidate(
  organization: OrganizationPolicy,
  policy: ProfilePolicy,
  address: Address,
  all: readonly Placed[],
  { anchors, lost }: { readonly anchors: Anchors; readonly lost: LostFields },
): Candidate {
  const group = decidingRecords(all, (people) => haveNoAccount(policy.name, people, anchors));
  const problems = groupProblems(policy, address, group, anchors, lost);
  const notes: Finding[] = [...problems.notes];
  let { held } = problems;
  const hold = (field: RecordField) => {
    held = new Set([...held, field]);
  };
  const records = group.map((entry) => entry.record);
  const merged = mergeRecords(records);
  const own = group.filter((entry) => entry.outdated === undefined);
  const first = own.find((entry) => !entry.record.supplement) ?? group[0];
  const kind = first?.record.kind ?? "personal";
  const where = { profile: policy.name, kind, address, ...firstPlace(group) };
  const addressOrigin: Origin = first?.record.email?.origin ?? {
    source: first?.source ?? "",
    where: first?.record.where ?? "",
    attribute: "email",
  };
  const active = merged.active ?? { value: true, origin: addressOrigin };
  if (group !== all && kind === "personal") notes.push(madeShared(where));
  if (first?.addressFromLink) hold("email");
  if (first?.addressFromLink && first.record.problems.every(({ field }) => field !== "email"))
    notes.push(addressMissing(where));
  if (!isInOneOf(organization.claimedDomains, address)) {
    hold("email");
    notes.push(unclaimed(address, where));
  }
  const { partial } = problems;
  const context = { organization, policy, address, kind, active: active.value, merged, held, partial, where };
  const { fields, notes: ofFields } = desiredFields(context);
  const account: DesiredAccount = {
    profile: policy.name,
    kind,
    address,
    addressOrigin,
    active: active.value,
    activeOrigin: active.origin,
    ...(merged.active === undefined ? { activeNotGiven: true } : {}),
    ...(held.size > 0 ? { held } : {}),
    ...fields,
    ...otherIdsOf(group, merged),
  };
  return {
    account,
    records: group,
    isSeveralPeople: problems.isSeveralPeople,
    holds: problems.holds,
    notes: [...notes, ...ofFields],
  };
}

function addressMissing(where: Finding["where"]): Finding {
  return {
    code: "record-without-address",
    severity: "error",
    summary:
      "The record has no usable email address. Its account is known by its id, and keeps the address that it has.",
    where,
  };
}

function unclaimed(address: Address, where: Finding["where"]): Finding {
  return {
    code: "address-unclaimed",
    severity: "error",
    summary: `The domain ${domainOf(address)} is not among the claimed domains of organization.yaml, so Zivver would refuse the address. No account is created under it or renamed to it.`,
    where,
  };
}
