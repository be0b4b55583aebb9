import type { RecordField } from "../../model/account/account.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { ProfilePolicy } from "../../model/plan/policy.ts";
import { type Address, parseAddress } from "../../model/values/address.ts";
import { compareText } from "../../model/values/text.ts";
import type { Anchors } from "../readings/links.ts";
import type { LostFields } from "../readings/statements.ts";
import { isSamePerson } from "./outdated-addresses.ts";
import { firstPlace, type Placed } from "./records-by-address.ts";

/** The problems of the records of one address. */
export type GroupProblems = {
  /** The whole account is left as it is. */
  readonly holds: readonly Finding[];
  /** Fields in doubt: each is left as it is. */
  readonly held: ReadonlySet<RecordField>;
  /** Lists that a source used to give: nothing is taken out of them. */
  readonly partial: ReadonlySet<RecordField>;
  readonly notes: readonly Finding[];
  /** The records are those of several people. */
  readonly isSeveralPeople: boolean;
};

const NONE: GroupProblems = {
  holds: [],
  held: new Set(),
  partial: new Set(),
  notes: [],
  isSeveralPeople: false,
};

/** Two people under one address, two kinds, unreadable fields, fields that a source lost. */
export function groupProblems(
  policy: ProfilePolicy,
  address: Address,
  group: readonly Placed[],
  anchors: Anchors,
  lost: LostFields,
): GroupProblems {
  const lostOf = ({ source, record }: Placed) => lost.of(policy.name, source, record.kind);
  if (group.length === 1 && group.every((one) => one.record.problems.length + lostOf(one).length === 0))
    return NONE;
  const fields = lostIn(group, lostOf);
  const unreadable = unreadableIn(policy, address, group);
  for (const field of unreadable.held) fields.held.add(field);
  const where = { profile: policy.name, address, ...firstPlace(group) };
  const duplicates = duplicatesIn(policy, address, group);
  const linked = new Set(
    group.flatMap(({ anchor, person }) => (person ? [person] : anchor ? anchors.accountsOf(anchor) : [])),
  );
  const isConflict = linked.size > 1 && duplicates.findings.length === 0;
  const strangers = duplicates.findings.length === 0 ? strangersIn(where, group, anchors) : NONE;
  const addresses = [...linked].map((live) => live.address);
  const isMixed = new Set(group.map(({ record }) => record.kind)).size > 1;
  return {
    holds: [
      ...duplicates.findings,
      ...(isConflict ? [conflict(where, addresses)] : strangers.holds),
      ...(isMixed ? [kindsMixed(where)] : []),
      ...unreadable.holds,
    ],
    held: fields.held,
    partial: fields.partial,
    notes: [...unreadable.notes, ...strangers.notes],
    isSeveralPeople: duplicates.isSeveralPeople || isConflict || strangers.holds.length > 0,
  };
}

/** Fields that a source of these records used to give. */
function lostIn(group: readonly Placed[], lostOf: (one: Placed) => readonly RecordField[]) {
  const held = new Set<RecordField>();
  const partial = new Set<RecordField>();
  for (const [at, one] of group.entries()) {
    for (const field of lostOf(one)) {
      if (field === "aliases" || field === "delegates") partial.add(field);
      else if (isKeyAtHand(group, field)) continue;
      else if (field !== "id" && field !== "email" && !isGivenBefore(group, at, field)) held.add(field);
    }
  }
  return { held, partial };
}

/** Fields, or whole records, that cannot be read. */
function unreadableIn(policy: ProfilePolicy, address: Address, group: readonly Placed[]) {
  const holds: Finding[] = [];
  const notes: Finding[] = [];
  const held = new Set<RecordField>();
  for (const [at, { record, source }] of group.entries()) {
    for (const { attribute, message, field } of record.problems) {
      const isAtHand = isKeyAtHand(group, field);
      const effect =
        field === undefined ? "The account is left as it is." : isAtHand ? KEY_COUNTS : FIELD_STAYS;
      if (field !== undefined && !isAtHand && !isGivenBefore(group, at, field)) held.add(field);
      (field === undefined ? holds : notes).push({
        code: "record-unreadable",
        severity: "error",
        summary: `${attribute}: ${message} ${effect}`,
        where: { profile: policy.name, source, place: record.where, kind: record.kind, address },
      });
    }
  }
  return { holds, notes, held };
}

function kindsMixed(where: Finding["where"]): Finding {
  return {
    code: "kind-mismatch",
    severity: "error",
    summary:
      "One record says that this is a personal account, another that it is a functional one. The account is left as it is. If it is a shared mailbox, disable its user in the directory.",
    where,
  };
}

/**
 * Records of both kinds, of which the personal ones say that the person is disabled: the user that every shared mailbox
 * has. Where nobody has an account as that person, the others decide; otherwise the mailbox was made shared, and the personal account is a
 * leaver's, so the personal ones decide.
 */
export function decidingRecords(
  group: readonly Placed[],
  isNobody: (people: readonly Placed[]) => boolean = () => false,
): readonly Placed[] {
  const personal = group.filter(({ record }) => record.kind === "personal");
  if (personal.length === 0 || personal.length === group.length) return group;
  const people = personal.filter(({ record }) => !record.supplement);
  const areDisabled = people.length > 0 && people.every(({ record }) => record.active?.value === false);
  if (!areDisabled) return group;
  return isNobody(personal) ? group.filter((one) => !personal.includes(one)) : personal;
}

/**
 * Whether no personal account is that of any of these people: by its link, by the address, or by a former address and the name. An id that
 * cannot be read may be a link. One that an administrator converted is the mailbox's by now.
 */
export function haveNoAccount(profile: string, people: readonly Placed[], anchors: Anchors): boolean {
  return people.every((one) => {
    const linked = one.anchor === undefined ? [] : anchors.accountsOf(one.anchor);
    const isLinked = linked.some(({ kind }) => kind === "personal");
    const isUnreadable = one.record.problems.some(({ field }) => field === undefined || field === "id");
    if (isLinked || isUnreadable || anchors.personalAt(one.address) !== undefined) return false;
    return anchors.knownByOther(profile, one) === undefined && !hasFormerAccount(one, anchors);
  });
}

function hasFormerAccount(one: Placed, anchors: Anchors): boolean {
  return (one.record.aliases?.value ?? []).some((alias) => {
    const address = parseAddress(alias);
    const live = address && anchors.personalAt(address);
    return live !== undefined && anchors.stateOf(live) !== "present" && isSamePerson(one, live.fullName);
  });
}

export function madeShared(where: Finding["where"]): Finding {
  return {
    code: "kind-mismatch",
    severity: "error",
    summary:
      "One record says that this is a personal account, and that it is disabled; another that it is a functional one. The personal account is treated as a leaver's, and no functional one is created while it has the address.",
    where,
  };
}

/** The first record that gives a field decides it, so what a later one cannot say does not matter. Lists are united. */
function isGivenBefore(group: readonly Placed[], at: number, field: RecordField): boolean {
  if (field === "aliases" || field === "delegates") return false;
  return group.slice(0, at).some(({ record }) => record[field] !== undefined);
}

/** A person has one key, whichever source gives it. */
function isKeyAtHand(group: readonly Placed[], field: RecordField | undefined): boolean {
  return field === "accountKey" && group.some(({ record }) => record.accountKey !== undefined);
}

const KEY_COUNTS = "The key that another source gives counts.";
const FIELD_STAYS = "Until it is corrected, this field is left as it is.";

function duplicatesIn(policy: ProfilePolicy, address: Address, group: readonly Placed[]) {
  const findings: Finding[] = [];
  let isSeveralPeople = false;
  for (const source of new Set(group.map((placed) => placed.source))) {
    const placed = group.filter((one) => one.source === source);
    if (placed.length < 2) continue;
    const several = areSeveralPeople(placed);
    isSeveralPeople ||= several;
    const places = placed
      .map(({ record }) => record.where)
      .sort(compareText)
      .join("; ");
    findings.push({
      code: "duplicate-record",
      severity: "error",
      summary: several
        ? `${placed.length} records of different people have this address: ${places}. Their accounts are left as they are, and all of these people count as present. Correct the address in the wrong one.`
        : `${placed.length} records have this address, and they may contradict each other: ${places}. The account is left as it is. Remove all but one of them.`,
      where: { profile: policy.name, source, address },
    });
  }
  return { findings, isSeveralPeople };
}

/** By their ids, where they differ; by their names, where one of them has no id. */
function areSeveralPeople(placed: readonly Placed[]): boolean {
  const given = placed.flatMap(({ record }) => record.id?.value.trim() || []);
  const ids = new Set(given);
  const names = new Set(placed.flatMap(({ record }) => record.fullName?.value.trim().toLowerCase() || []));
  return ids.size > 1 || (given.length < placed.length && names.size > 1);
}

/** Two people, as far as ids and names show it. Whoever leaves does so all the same: nothing of the other record reaches an account then. */
function strangersIn(
  where: Finding["where"],
  group: readonly Placed[],
  anchors: Anchors,
): Pick<GroupProblems, "holds" | "notes"> {
  const stranger = strangerIn(group, anchors);
  if (stranger !== undefined) return { holds: [strange(where, stranger)], notes: [] };
  const { main, successor } = successorIn(group, anchors) ?? {};
  if (successor === undefined) return NONE;
  const says = group.find(({ record }) => record.active !== undefined);
  if (says !== main || main?.record.active?.value !== false)
    return { holds: [strange(where, successor)], notes: [] };
  return { holds: [], notes: [ofSuccessor(where, main, successor)] };
}

/**
 * A record that is at this address because of what it says, beside one of another source that is known to be this account's by
 * its id. Unless the names agree, they are two people: no address joins them. Nor does an id join the account to a record of
 * another name and address, while the other source's record has the account's own: one of the ids is somebody else's.
 */
function strangerIn(group: readonly Placed[], anchors: Anchors): Placed | undefined {
  const known = group.find(({ person }) => person !== undefined);
  if (known?.person === undefined) return undefined;
  const { person, outdated } = known;
  const hasOwnAddress = outdated === person.address;
  return group.find((one) => {
    const linked = one.anchor === undefined ? [] : anchors.accountsOf(one.anchor);
    const isByAddress =
      one.person === undefined && (linked.length === 0 || (hasOwnAddress && linked.includes(person)));
    return isByAddress && isNamedUnlike(one, [person.fullName, known.record.fullName?.value ?? ""]);
  });
}

/**
 * A record under another id than the one that its source gave of the account's person until now, and under another name: that source
 * has passed the address on, and the one by which the account is linked does not say so yet.
 */
function successorIn(
  group: readonly Placed[],
  anchors: Anchors,
): { readonly main: Placed; readonly successor: Placed } | undefined {
  if (group.some(({ person }) => person !== undefined)) return undefined;
  for (const main of group) {
    const [live, ...more] = main.anchor === undefined ? [] : anchors.accountsOf(main.anchor);
    const others = live && more.length === 0 ? (anchors.linkOf(live)?.others ?? []) : [];
    if (live === undefined || others.length === 0) continue;
    const names = [live.fullName, main.record.fullName?.value ?? ""];
    const successor = group.find(
      (one) =>
        others.some(({ source, anchor }) => source === one.source && anchor !== one.anchor) &&
        (one.anchor === undefined || anchors.accountsOf(one.anchor).length === 0) &&
        isNamedUnlike(one, names),
    );
    if (successor !== undefined) return { main, successor };
  }
  return undefined;
}

/** Whether a record has a name of its own that agrees with none of these. */
function isNamedUnlike(one: Placed, names: readonly string[]): boolean {
  const isNamed = one.record.fullName !== undefined && !one.record.supplement;
  return isNamed && !names.some((name) => isSamePerson(one, name));
}

function strange(where: Finding["where"], { source, record }: Placed): Finding {
  return {
    code: "identity-conflict",
    severity: "error",
    summary: `The record of ${source} with this address (${record.where}) has another name than the person whom another source has by the id of this account: they may be two people. Both are left as they are. Correct the address, or give the record its id.`,
    where,
  };
}

function ofSuccessor(where: Finding["where"], main: Placed, { source, record }: Placed): Finding {
  return {
    code: "identity-conflict",
    severity: "warning",
    summary: `The record of ${source} with this address (${record.where}) has another name than the person whom ${main.source} gives as disabled by the id of this account: it may be a newcomer. The account is treated as a leaver's, and the newcomer gets none under this address.`,
    where,
  };
}

function conflict(where: Finding["where"], addresses: readonly Address[]): Finding {
  return {
    code: "identity-conflict",
    severity: "error",
    summary: `The records with this address belong to different accounts by their ids: ${addresses.toSorted(compareText).join(" and ")}. All are left as they are. Correct the address in the source that has the wrong one.`,
    where,
  };
}
