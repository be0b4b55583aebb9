import { RECORD_FIELDS, type RecordField } from "../../model/account/account.ts";
import { KINDS, type Kind } from "../../model/account/kind.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { SourceFields, State } from "../../model/plan/state.ts";
import type { ProfileReadings, Reading } from "../../model/ports.ts";
import {
  type FieldsBefore,
  type SourcesBefore,
  sourcesBefore,
  takenAlong,
  withTakenAlong,
} from "./sources-before.ts";

/*
 * The statements of the sources, and their silence. Silence says nothing: a kind that no source speaks of, a table that is
 * empty, and a field that a source used to give are never taken for "none".
 */

/** The reason why no account of a kind is removed because a profile's sources do not give it. The worst comes first. */
export type Doubt =
  /** Not all of a source could be read. */
  | "incomplete"
  /** A record of that kind cannot be matched to an account, so it may be any of those that seem to be missing. */
  | "unidentified"
  /** The sources speak of that kind and give no record of it. */
  | "empty"
  /** A source that used to give records of that kind gives none now; another source does. */
  | "lost"
  /** No source of the profile speaks of that kind. */
  | "not-given";

/** Doubts by profile and kind. */
export class Doubts {
  readonly #doubts = new Map<string, Doubt>();

  /** The first doubt that is raised stays. */
  raise(profile: string, kind: Kind, doubt: Doubt): void {
    const key = `${profile}/${kind}`;
    if (!this.#doubts.has(key)) this.#doubts.set(key, doubt);
  }

  of(profile: string, kind: Kind): Doubt | undefined {
    return this.#doubts.get(`${profile}/${kind}`);
  }

  get isEmpty(): boolean {
    return this.#doubts.size === 0;
  }
}

/** Fields that a source used to give and gives for nobody now. */
export type LostFields = {
  readonly of: (profile: string, source: string, kind: Kind) => readonly RecordField[];
  /** By any source of a profile. */
  readonly ofAny: (profile: string, kind: Kind) => readonly RecordField[];
};

export const NOTHING_LOST: LostFields = { of: () => [], ofAny: () => [] };
const NO_FIELDS: readonly RecordField[] = [];

export type Said = {
  readonly doubts: Doubts;
  readonly lost: LostFields;
  /** The fields that a source gives for anybody. */
  givenBy(reading: Reading): SourceFields;
  /** The fields of each source to remember: those that it gives, and those that it lost. */
  fieldsOf(profile: string, reading: Reading): SourceFields;
  readonly findings: readonly Finding[];
};

/** Finds out what each profile's sources speak about. Pure. */
export function whatIsSaid(profiles: readonly ProfileReadings[], state: State | undefined): Said {
  const before = sourcesBefore(
    state,
    profiles.map(({ policy }) => policy.name),
  );
  const doubts = new Doubts();
  const findings: Finding[] = [];
  const lost = new Map<string, readonly RecordField[]>();
  const given = new Map(
    profiles.flatMap(({ readings }) => readings.map((reading) => [reading, fieldsGiven(reading)] as const)),
  );
  const fieldsBefore = withTakenAlong(
    before,
    new Map(
      profiles.map(({ policy, readings }) => [policy.name, takenAlong(policy.name, readings, given, before)]),
    ),
  );
  const keyOf = (...parts: readonly string[]) => parts.join("\n");
  const noteLost = (profile: string, reading: Reading, fields: SourceFields) => {
    for (const kind of KINDS) {
      const missing = lostFields(profile, reading, kind, fields, fieldsBefore);
      if (missing.length === 0) continue;
      // Git declares entry by entry: removing a field there concerns that entry alone, which is reported.
      if (reading.type !== "declared") lost.set(keyOf(profile, reading.source, kind), missing);
      findings.push(fieldLost(profile, reading, kind, missing));
    }
  };
  for (const { policy, readings } of profiles) {
    for (const reading of readings) {
      for (const kind of KINDS)
        if (isIncomplete(reading, kind)) doubts.raise(policy.name, kind, "incomplete");
      noteLost(policy.name, reading, given.get(reading) ?? {});
    }
    for (const kind of KINDS) {
      const isLost = readings.some(
        (reading) =>
          given.get(reading)?.[kind] === undefined &&
          fieldsBefore(policy.name, reading.source)[kind] !== undefined,
      );
      const known = { before, isOpen: isHeldForEmptyTable(state, policy.name, kind) };
      const doubt = doubtOfKind(policy.name, readings, kind, isLost, known);
      if (doubt !== undefined) doubts.raise(policy.name, kind, doubt);
    }
  }
  // Asked once a record, and most plans lose nothing.
  const of: LostFields["of"] = (profile, source, kind) =>
    (lost.size === 0 ? undefined : lost.get(keyOf(profile, source, kind))) ?? NO_FIELDS;
  const ofAny: LostFields["ofAny"] = (profile, kind) =>
    profiles
      .filter(({ policy }) => policy.name === profile)
      .flatMap(({ readings }) => readings.flatMap(({ source }) => of(profile, source, kind)));
  return {
    doubts,
    lost: { of, ofAny },
    givenBy: (reading) => given.get(reading) ?? {},
    fieldsOf: (profile, reading) => withLost(given.get(reading) ?? {}, fieldsBefore(profile, reading.source)),
    findings,
  };
}

function isIncomplete({ complete, incompleteKinds, records }: Reading, kind: Kind): boolean {
  return !complete || records.length === 0 || (incompleteKinds?.includes(kind) ?? false);
}

/** What the state knows of the sources' tables. */
type KnownTables = {
  readonly before: SourcesBefore;
  /** Removals are held back because of an empty table, so nobody has decided yet that it is right. */
  readonly isOpen: boolean;
};

/** An account that no record names has no link, or the one that it had. */
function isHeldForEmptyTable(state: State | undefined, profile: string, kind: Kind): boolean {
  return (
    state?.accounts.some(
      (account) =>
        account.kind === kind &&
        account.heldBackBecause === "empty" &&
        (account.link?.profile ?? profile) === profile,
    ) === true
  );
}

function doubtOfKind(
  profile: string,
  readings: readonly Reading[],
  kind: Kind,
  isLost: boolean,
  known: KnownTables,
): Doubt | undefined {
  if (readings.length === 0) return "incomplete";
  return silence(profile, readings, kind, known) ?? (isLost ? "lost" : undefined);
}

function silence(
  profile: string,
  readings: readonly Reading[],
  kind: Kind,
  { before, isOpen }: KnownTables,
): Doubt | undefined {
  const speaking = readings.filter((reading) => speaksOf(reading, kind, readings));
  if (speaking.length === 0) return "not-given";
  const empty = speaking.filter(({ records }) => !records.some((record) => record.kind === kind));
  if (empty.length === 0) return undefined;
  // A source that was renamed takes the question along with it.
  const wasGivenByRetired = before.all.some(
    ({ profile: its, name, fields }) =>
      its === profile && fields?.[kind] !== undefined && readings.every(({ source }) => source !== name),
  );
  const isEmptyAgain = ({ source }: Reading) => {
    const fields = before.of(profile, source)?.fields;
    return fields !== undefined && fields[kind] === undefined && !wasGivenByRetired && !isOpen;
  };
  const hasTable = ({ speaks }: Reading) => speaks !== undefined;
  const isAsked = (reading: Reading) => hasTable(reading) || reading.unseen?.includes(kind) === true;
  if (empty.length === speaking.length) return empty.some(isAsked) ? "empty" : undefined;
  // Beside a source that gives this kind, a table that never gave any is not news.
  return empty.some((reading) => hasTable(reading) && !isEmptyAgain(reading)) ? "empty" : undefined;
}

/** Entries that only add to what other sources give speak of no kind. */
function speaksOf(reading: Reading, kind: Kind, all: readonly Reading[]): boolean {
  if (reading.speaks !== undefined && reading.speaks[kind] === undefined) return false;
  const ofKind = reading.records.filter((record) => record.kind === kind);
  const onlyAdds = ofKind.length > 0 && ofKind.every(({ supplement }) => supplement);
  return !onlyAdds || all.every(({ type }) => type === "declared");
}

/** The fields that any record of a kind gives; a kind without records is absent. */
function fieldsGiven({ records, speaks }: Reading): SourceFields {
  // A field that the source cannot give need not be looked for in every record.
  const open = new Map(KINDS.map((kind) => [kind, new Set(speaks?.[kind] ?? RECORD_FIELDS)] as const));
  const notAsked = (kind: Kind, field: RecordField) => speaks?.[kind]?.includes(field) === false;
  const kinds = new Set<Kind>();
  for (const record of records) {
    kinds.add(record.kind);
    const missing = open.get(record.kind);
    if (missing === undefined || missing.size === 0) continue;
    for (const field of missing) if (record[field] !== undefined) missing.delete(field);
    for (const { field } of record.problems) if (field !== undefined) missing.delete(field);
    if (record.phoneInvalid) missing.delete("phone");
  }
  return Object.fromEntries(
    [...kinds].map((kind) => [
      kind,
      RECORD_FIELDS.filter((field) => !open.get(kind)?.has(field) && !notAsked(kind, field)),
    ]),
  );
}

function lostFields(
  profile: string,
  reading: Reading,
  kind: Kind,
  given: SourceFields,
  before: FieldsBefore,
): readonly RecordField[] {
  const now = given[kind];
  // A kind of which there is no record at all is held back as a whole.
  if (now === undefined) return [];
  return (before(profile, reading.source)[kind] ?? []).filter((field) => !now.includes(field));
}

function withLost(given: SourceFields, earlier: SourceFields): SourceFields {
  const kinds = KINDS.filter((kind) => given[kind] !== undefined || earlier[kind] !== undefined);
  return Object.fromEntries(
    kinds.map((kind) => {
      const both = new Set([...(given[kind] ?? []), ...(earlier[kind] ?? [])]);
      return [kind, RECORD_FIELDS.filter((field) => both.has(field))];
    }),
  );
}

const EFFECT: Readonly<Partial<Record<RecordField, string>>> = {
  email: "Its records cannot be matched to accounts by address.",
  id: "Its records cannot be matched to accounts by id, so nothing is removed while one of them has no account under its address.",
  fullName: "No account is created.",
  active: "No account is reactivated because of it.",
  aliases: "No alias is taken away.",
  delegates: "No delegate is taken away.",
  accountKey: "No account key is changed, and no account is created that needs one.",
};

function fieldLost(
  profile: string,
  { source, type }: Reading,
  kind: Kind,
  fields: readonly RecordField[],
): Finding {
  const names = fields.map((field) => `\`${field}\``).join(", ");
  const lost = `The source used to give ${names} of ${kind} accounts, and now gives ${fields.length === 1 ? "it" : "them"} for nobody:`;
  const summary = type === "declared" ? takenOut(lost) : notGiven(lost, fields);
  return { code: "field-lost", severity: "warning", summary, where: { profile, source, kind } };
}

/** Fields from other sources count at once for declared accounts, so nothing is promised of their lists. */
function takenOut(lost: string): string {
  return `${lost} its entries were taken out. What the other sources of the profile give counts; where none gives the field, what Zivver has stays as it is. If this is intended, run \`zivsync adopt --forget-fields\`; otherwise restore the entries.`;
}

function notGiven(lost: string, fields: readonly RecordField[]): string {
  return [
    `${lost} a column or attribute may be renamed, or may not be read any more. What Zivver has stays as it is.`,
    ...fields.flatMap((field) => EFFECT[field] ?? []),
    "Correct the source or its `map:`; if this is intended, run `zivsync adopt --forget-fields`.",
  ].join(" ");
}
