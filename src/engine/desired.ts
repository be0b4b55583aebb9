import type { DesiredAccount, Kind, Origin, SourceRecord } from "../model/account.ts";
import { compareText, KINDS } from "../model/account.ts";
import { type Address, domainOf, parseAddress } from "../model/address.ts";
import type { Finding } from "../model/plan.ts";
import type { OrganizationPolicy, ProfilePolicy } from "../model/policy.ts";
import type { Reading } from "../model/ports.ts";
import { desiredFields } from "./desired-fields.ts";
import { mergeRecords } from "./merge.ts";
import { PlacedRecords } from "./placed-records.ts";
import { firstPlace, groupProblems, type Placed } from "./record-problems.ts";

/** One profile with what its sources gave, in order of precedence. */
export type ProfileReadings = { readonly policy: ProfilePolicy; readonly readings: readonly Reading[] };

/**
 * What one profile wants of one account. With `holds` the account is left as it is, and they say why; `notes` are worth
 * knowing and stop nothing.
 */
export type Candidate = {
  readonly account: DesiredAccount;
  readonly holds: readonly Finding[];
  readonly notes: readonly Finding[];
};

export type DesiredState = {
  readonly candidates: readonly Candidate[];
  /** Profiles of which some source may not have given everything: nothing is removed on their word. */
  readonly incomplete: ReadonlySet<string>;
  /** As `profile/kind`: no source gave one of that kind, and one of them may only not have been shown any. */
  readonly unseen: ReadonlySet<string>;
  /** Names of incomplete sources, as `profile/source`. */
  readonly incompleteSources: ReadonlySet<string>;
  readonly findings: readonly Finding[];
};

/** Builds what the sources and profiles say should be. Pure; the order of the records does not matter. */
export function buildDesiredState(
  organization: OrganizationPolicy,
  profiles: readonly ProfileReadings[],
): DesiredState {
  const candidates: Candidate[] = [];
  const rest = walkDesiredState(organization, profiles, (candidate) => candidates.push(candidate));
  return { candidates, ...rest };
}

/** The same, for those who look at each candidate once: none is held. Pure but for the calls of `onCandidate`. */
export function walkDesiredState(
  organization: OrganizationPolicy,
  profiles: readonly ProfileReadings[],
  onCandidate: (candidate: Candidate) => void,
): Omit<DesiredState, "candidates"> {
  const findings: Finding[] = [];
  const incompleteSources = new Set<string>();
  const incomplete = new Set<string>();
  const unseen = new Set<string>();
  for (const { policy, readings } of profiles) {
    const placed = new PlacedRecords();
    for (const reading of readings) {
      const { findings: more, complete } = placeRecords(policy, reading, placed);
      for (const finding of more) findings.push(finding);
      if (!complete) {
        incompleteSources.add(`${policy.name}/${reading.source}`);
        incomplete.add(policy.name);
      }
    }
    if (readings.length === 0) incomplete.add(policy.name);
    for (const kind of kindsUnseen(readings)) unseen.add(`${policy.name}/${kind}`);
    const declaredOnly = readings.every((reading) => reading.type === "declared");
    for (const address of placed.addresses()) {
      const group = placed.at(address);
      if (!declaredOnly && group.every((entry) => entry.record.supplement)) {
        findings.push(supplementAlone(policy, address, group));
      } else onCandidate(buildCandidate(organization, policy, address, group));
    }
  }
  return { incomplete, unseen, incompleteSources, findings };
}

function kindsUnseen(readings: readonly Reading[]): readonly Kind[] {
  const doubtful = KINDS.filter((kind) => readings.some(({ unseen }) => unseen?.includes(kind)));
  return doubtful.filter((kind) => !readings.some(({ records }) => records.some((one) => one.kind === kind)));
}

/** Takes the records of a profile's kinds that have an address; the others make the source incomplete. */
function placeRecords(policy: ProfilePolicy, reading: Reading, placed: PlacedRecords) {
  const findings: Finding[] = reading.findings.map((finding) => ({
    ...finding,
    where: { ...finding.where, profile: policy.name, source: reading.source },
  }));
  const unplaced: SourceRecord[] = [];
  const otherKind = new Map<Kind, number>();
  let complete = reading.complete;
  for (const record of reading.records) {
    const address = record.email ? parseAddress(record.email.value) : undefined;
    if (address === undefined) {
      complete = false;
      unplaced.push(record);
    } else if (!policy.manages.kinds.includes(record.kind)) {
      otherKind.set(record.kind, (otherKind.get(record.kind) ?? 0) + 1);
    } else placed.add(reading.source, address, record);
  }
  unplaced.sort((a, b) => compareText(a.where, b.where));
  for (const record of unplaced) findings.push(withoutAddress(policy, reading, record));
  for (const [kind, count] of otherKind) {
    findings.push({
      code: "record-kind-not-managed",
      severity: "info",
      summary: `${count} ${kind} ${count === 1 ? "record is" : "records are"} left out: the profile manages no ${kind} accounts.`,
      where: { profile: policy.name, source: reading.source, kind },
    });
  }
  if (reading.records.length === 0) complete = false;
  if (reading.records.length === 0 && !reading.findings.some((finding) => finding.code === "source-empty")) {
    findings.push({
      code: "source-empty",
      severity: "warning",
      summary: "The source gave no record at all, so nothing is removed on its word.",
      where: { profile: policy.name, source: reading.source },
    });
  }
  return { findings, complete };
}

function withoutAddress(policy: ProfilePolicy, reading: Reading, record: SourceRecord): Finding {
  return {
    code: "record-without-address",
    severity: "error",
    summary:
      "The record has no e-mail address that can be used, so nobody can tell whose it is: nothing is removed on this source's word.",
    where: { profile: policy.name, source: reading.source, place: record.where, kind: record.kind },
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

/** What the records of one address say together; they are in order of precedence. Pure. */
export function buildCandidate(
  organization: OrganizationPolicy,
  policy: ProfilePolicy,
  address: Address,
  group: readonly Placed[],
): Candidate {
  const holds = [...groupProblems(policy, address, group)];
  const notes: Finding[] = [];
  const records = group.map((entry) => entry.record);
  const merged = mergeRecords(records);
  const first = group.find((entry) => !entry.record.supplement) ?? group[0];
  const kind = first?.record.kind ?? "personal";
  const where = { profile: policy.name, kind, address, ...firstPlace(group) };
  const addressOrigin: Origin = first?.record.email?.origin ?? { source: "", where: "", attribute: "email" };
  const active = merged.active ?? { value: true, origin: addressOrigin };
  if (!organization.claimedDomains.includes(domainOf(address))) {
    holds.push({
      code: "address-unclaimed",
      severity: "error",
      summary: `The domain ${domainOf(address)} is not among the claimed domains of organization.yaml, so Zivver would refuse the account.`,
      where,
    });
  }
  const fields = desiredFields(
    { organization, policy, address, kind, active: active.value, merged, where },
    holds,
    notes,
  );
  const account: DesiredAccount = {
    profile: policy.name,
    kind,
    address,
    addressOrigin,
    active: active.value,
    activeOrigin: active.origin,
    ...fields,
  };
  return { account, holds, notes };
}
