import type { Kind } from "../../../model/account/kind.ts";
import type { FilterField, RecordFilter } from "../../../model/source-config/filter.ts";
import type { LdapEntry } from "../../ldap/protocol/types.ts";
import {
  type FieldValues,
  prepareFilter,
  recordValues,
  unclearProblem,
  type Verdict,
} from "../../records/filter.ts";
import { Unclear } from "../../records/findings.ts";
import { cameInPart } from "../entries/addresses.ts";
import type { EntryReader } from "../entries/entry-reader.ts";
import { addProblems, type RecordDraft } from "../entries/record.ts";
import { readValues } from "../entries/values/encoding.ts";
import type { Membership } from "../membership/ways.ts";
import type { Run } from "./context.ts";

/** The conditions of one search on what it brings. */
export type EntryFilter = {
  /** The attributes that the search has to ask for, for their sake. */
  readonly attributes: readonly string[];
  readonly judge: (entry: LdapEntry, record: RecordDraft) => Verdict;
  /** Conditions that can be judged only when all delegates are known. */
  readonly judgeDelegates?: (record: RecordDraft) => Verdict;
};

/** Prepares the conditions for the entries that a reader reads. */
export function entryFilter(
  reader: EntryReader,
  conditions: RecordFilter,
  membership: Membership,
): EntryFilter {
  const late = conditions.filter((one) => "field" in one && one.field === "delegates");
  const filter = prepareFilter(conditions.filter((one) => !late.includes(one)));
  const delegates = prepareFilter(late);
  const field = (record: RecordDraft) => (name: FilterField) =>
    recordValues(record, name, reader.attributesOf(name));
  return {
    attributes: [...filter.ownNames, ...membership.attributes],
    judge: (entry, record) =>
      filter.judge({
        field: field(record),
        own: (name) => ownValues(entry, name),
        isMember: (condition) => membership.isMember(condition, entry),
      }),
    ...(late.length === 0
      ? {}
      : {
          judgeDelegates: (record) =>
            delegates.judge({ field: field(record), own: () => [], isMember: () => true }),
        }),
  };
}

/** A record that a filter cannot judge is in doubt as a whole. */
export function holdBack(record: RecordDraft, verdict: Verdict): void {
  if (typeof verdict !== "string") addProblems(record, verdict.unclear.map(unclearProblem));
}

function ownValues(entry: LdapEntry, attribute: string): FieldValues {
  const encoding = attribute.toLowerCase() === "objectguid" ? "guid" : "text";
  const values = readValues(entry, { attribute, encoding });
  if (values instanceof Unclear) return "unreadable";
  return values.length === 0 && cameInPart(entry, attribute) ? "unreadable" : values;
}

/** Reports attributes that conditions look at and no entry has: it may be that they are mistyped, or may not be read. */
export function reportUnseen(
  { sieve, collected }: Pick<Run, "sieve" | "collected">,
  kind: Kind,
  conditions: RecordFilter,
  unseen: ReadonlySet<string>,
): void {
  if (sieve.seen(kind) === 0) return;
  const names = new Set(conditions.flatMap((one) => ("own" in one ? [one.own] : [])));
  for (const name of names) {
    if (!unseen.has(name.toLowerCase())) continue;
    const summary = `The filter looks at ${name}, and no entry that was read has this attribute. Its name may be mistyped, or it may not be read.`;
    collected.find("filter-unseen", "warning", summary, { kind });
  }
}

/** Leaves out the records that their delegates speak against, once all of these are known. */
export function sieveByDelegates({ late, records, sieve }: Pick<Run, "late" | "records" | "sieve">): void {
  const leftOut = new Set<RecordDraft>();
  for (const { record, judge } of late) {
    const verdict = judge(record);
    if (verdict === "left-out") {
      leftOut.add(record);
      sieve.uncount(record.kind);
    } else holdBack(record, verdict);
  }
  if (leftOut.size === 0) return;
  const kept = records.filter((record) => !leftOut.has(record));
  records.length = 0;
  for (const record of kept) records.push(record);
}
