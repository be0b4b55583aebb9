import type { SourceRecord } from "../../model/account/account.ts";
import { KINDS, type Kind } from "../../model/account/kind.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { Fact } from "../../model/ports.ts";
import type {
  FilterField,
  KindFilters,
  MemberCondition,
  RecordFilter,
} from "../../model/source-config/filter.ts";
import { grouped } from "../../model/values/text.ts";
import {
  type FieldValues,
  type Filtered,
  type PreparedFilter,
  prepareFilter,
  recordValues,
  unclearProblem,
  type Verdict,
} from "./filter.ts";
import { HOLDS_BACK } from "./findings.ts";

/** The source's facts about a record beside its fields. An absent part has no values, no members, no attributes. */
export type Known = {
  /** The values of a name of the source's own. */
  readonly own?: (name: string) => FieldValues;
  readonly isMember?: (condition: MemberCondition) => boolean | "unreadable";
  /** Where a field comes from, as problems of records name it; "unreadable" for a record of which nothing is certain. */
  readonly attributesOf?: (field: FilterField) => readonly string[] | "unreadable";
};

type Count = { taken: number; of: number };

/** The filters of a source at work: it takes records, counts them, and reports what was left out. */
export class Sieve {
  readonly #source: string;
  readonly #filters: KindFilters;
  readonly #prepared: Readonly<Record<Kind, PreparedFilter>>;
  readonly #counts: Readonly<Record<Kind, Count>> = {
    personal: { taken: 0, of: 0 },
    functional: { taken: 0, of: 0 },
  };

  constructor(source: string, filters: KindFilters = {}) {
    this.#source = source;
    this.#filters = filters;
    this.#prepared = {
      personal: prepareFilter(filters.personal),
      functional: prepareFilter(filters.functional),
    };
  }

  /** The names of the source's own that the filters look at: what the source has to ask for. */
  get ownNames(): readonly string[] {
    return [...new Set(KINDS.flatMap((kind) => this.#prepared[kind].ownNames))];
  }

  /** The record to go on with, or undefined when it is left out. Where zivsync cannot tell, it has a problem that says so. */
  sift(record: SourceRecord, known: Known = {}): SourceRecord | undefined {
    const verdict = this.#prepared[record.kind].judge(viewOf(record, known));
    this.count(record.kind, verdict !== "left-out");
    return verdict === "left-out" ? undefined : heldBack(record, verdict);
  }

  /** Whether a record is clearly left out. Counted only then: for rows of which zivsync cannot tell whose they are. */
  leavesOut(record: SourceRecord, known: Known = {}): boolean {
    const isOut = this.#prepared[record.kind].judge(viewOf(record, known)) === "left-out";
    if (isOut) this.count(record.kind, false);
    return isOut;
  }

  count(kind: Kind, isTaken: boolean): void {
    const count = this.#counts[kind];
    count.of++;
    if (isTaken) count.taken++;
  }
  /** Takes back that a record was left out: it turned out to be one of the other kind. */
  forget(kind: Kind): void {
    this.#counts[kind].of--;
  }
  /** Takes back that a record was taken: for what is known at the end only. */
  uncount(kind: Kind): void {
    this.#counts[kind].taken--;
  }

  /** How many records of a kind there were, taken or not. */
  seen(kind: Kind): number {
    return this.#counts[kind].of;
  }
  get isThere(): boolean {
    return KINDS.some((kind) => isFilter(this.#filters[kind]));
  }

  /** For the reading: how many records were taken, of how many; nothing without a filter. */
  summary(): { readonly facts?: readonly Fact[]; readonly leftOut?: number } {
    if (!this.isThere) return {};
    const { taken, of } = this.#total();
    const value = `${grouped(taken)} of ${counted(of)} taken`;
    return { facts: [{ label: "filter", value }], leftOut: of - taken };
  }

  /** For a source, or a kind, of which nothing is left: a filter that fits nothing is more likely a mistake than meant. */
  findings(): readonly Finding[] {
    const { taken, of } = this.#total();
    const empty = KINDS.filter((kind) => this.isEmptied(kind));
    if (of > 0 && taken === 0 && this.isThere) return [this.#emptied(of)];
    return empty.map((kind) => this.#emptied(this.#counts[kind].of, kind));
  }

  /** Whether nothing is left of a kind, though its filter does not leave out the kind as such. */
  isEmptied(kind: Kind): boolean {
    const { taken, of } = this.#counts[kind];
    return of > 0 && taken === 0 && isFilter(this.#filters[kind]) && this.takesKind(kind);
  }

  /** Whether a record of this kind can pass. A filter that leaves out the kind as such says nothing about it. */
  takesKind(kind: Kind): boolean {
    const filter = this.#filters[kind];
    return !isFilter(filter) || !leavesOutKind(filter, kind);
  }

  #total(): Count {
    const { personal, functional } = this.#counts;
    return { taken: personal.taken + functional.taken, of: personal.of + functional.of };
  }

  #emptied(of: number, kind?: Kind): Finding {
    const holdsBack =
      kind === undefined ? HOLDS_BACK : `No ${kind} account is removed because of this source.`;
    const summary = `The filter takes none of the ${counted(of, kind)}. ${holdsBack}`;
    const where = { source: this.#source, ...(kind === undefined ? {} : { kind }) };
    return { code: "source-empty", severity: "warning", summary, where };
  }
}

function isFilter(filter: RecordFilter | undefined): filter is RecordFilter {
  return filter !== undefined && filter.length > 0;
}

function leavesOutKind(filter: RecordFilter, kind: Kind): boolean {
  const onKind = filter.filter((one) => "field" in one && one.field === "kind");
  const none = () => [];
  const judged = prepareFilter(onKind).judge({ field: () => [kind], own: none, isMember: () => true });
  return judged === "left-out";
}

function viewOf(record: SourceRecord, { own, isMember, attributesOf }: Known): Filtered {
  return {
    field: (name) => {
      const attributes = name === "kind" ? [] : attributesOf?.(name);
      return attributes === "unreadable" ? attributes : recordValues(record, name, attributes);
    },
    own: own ?? (() => []),
    isMember: isMember ?? (() => false),
  };
}

/** Whether it is taken is a doubt about the whole record, also where a cell in doubt is the reason. */
function heldBack(record: SourceRecord, verdict: Verdict): SourceRecord {
  const { problems } = record;
  if (typeof verdict === "string" || problems.some(({ field }) => field === undefined)) return record;
  return { ...record, problems: [...problems, ...verdict.unclear.map(unclearProblem)] };
}

/** `1,020 functional records` */
function counted(count: number, kind?: Kind): string {
  return [grouped(count), kind, count === 1 ? "record" : "records"].filter(Boolean).join(" ");
}
