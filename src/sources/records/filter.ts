import type { RecordProblem, SourceRecord } from "../../model/account/account.ts";
import type {
  FieldCondition,
  FilterField,
  MemberCondition,
  OwnCondition,
  RecordCondition,
  RecordFilter,
} from "../../model/source-config/filter.ts";
import { parseAddress } from "../../model/values/address.ts";
import { foldText } from "../../model/values/text.ts";

/** The values that a condition looks at; none: the field is empty or not there. */
export type FieldValues = readonly string[] | "unreadable";

/** The questions that a filter asks of a record. */
export type Filtered = {
  readonly field: (name: FilterField) => FieldValues;
  /** By a name of the source's own. */
  readonly own: (name: string) => FieldValues;
  readonly isMember: (condition: MemberCondition) => boolean | "unreadable";
};

/** Taken or not; or zivsync cannot tell, because of what these names stand for. */
export type Verdict = "taken" | "left-out" | { readonly unclear: readonly string[] };

/** A filter that is ready to judge records: its patterns are taken apart once. */
export type PreparedFilter = {
  /** The names of the source's own that it looks at. */
  readonly ownNames: readonly string[];
  readonly judge: (record: Filtered) => Verdict;
};

type Holds = (record: Filtered) => boolean | "unreadable";

const TAKES_ALL: PreparedFilter = { ownNames: [], judge: () => "taken" };

/**
 * One clear no leaves a record out. Where zivsync cannot tell, it is not left out: it would look as if it had gone. Pure.
 */
export function prepareFilter(filter: RecordFilter = []): PreparedFilter {
  if (filter.length === 0) return TAKES_ALL;
  const conditions = filter.map((condition) => ({
    name: conditionName(condition),
    holds: prepare(condition),
  }));
  const judge = (record: Filtered): Verdict => {
    let unclear: string[] | undefined;
    for (const { name, holds } of conditions) {
      const held = holds(record);
      if (held === false) return "left-out";
      if (held !== "unreadable") continue;
      unclear ??= [];
      unclear.push(name);
    }
    return unclear === undefined ? "taken" : { unclear };
  };
  return { ownNames: [...new Set(filter.flatMap((one) => ("own" in one ? [one.own] : [])))], judge };
}

/** The way messages name what a condition looks at. */
export function conditionName(condition: RecordCondition): string {
  if ("memberOf" in condition) return "memberOf";
  return "own" in condition ? condition.own : condition.field;
}

function prepare(condition: RecordCondition): Holds {
  const { exclude } = condition;
  const fits = "memberOf" in condition ? memberTest(condition) : valueTest(condition);
  return (record) => {
    const found = fits(record);
    return found === "unreadable" ? found : found !== exclude;
  };
}

function memberTest(condition: MemberCondition): Holds {
  return ({ isMember }) => isMember(condition);
}

function valueTest(condition: FieldCondition | OwnCondition): Holds {
  const patterns = condition.values.filter((value) => value.trim() !== "").map(textPattern);
  const fitsNone = patterns.length < condition.values.length;
  if ("own" in condition) {
    const { own: name } = condition;
    return ({ own }) => fits(seenOf(own(name)), patterns, fitsNone);
  }
  const { field: name } = condition;
  if (name === "email") return ({ field }) => emailFits(field(name), patterns, fitsNone);
  return ({ field }) => fits(seenOf(field(name)), patterns, fitsNone);
}

/** Characters that nobody sees come with text that was pasted from a web page; in a list of SharePoint an empty field is one. */
const UNSEEN = /\p{Cf}/gu;

/** The values as people see them. A record that a filter seems to match must not be left out: its account would look like a leaver's. */
function seenOf(values: FieldValues): FieldValues {
  if (values === "unreadable" || values.every((value) => value.search(UNSEEN) < 0)) return values;
  return values.map((value) => value.replace(UNSEEN, ""));
}

function fits(values: FieldValues, patterns: readonly TextTest[], fitsNone: boolean): boolean | "unreadable" {
  if (values === "unreadable") return values;
  let isEmpty = true;
  for (const value of values) {
    if (value.trim() === "") continue;
    isEmpty = false;
    if (patterns.some((matches) => matches(value))) return true;
  }
  return isEmpty && fitsNone;
}

/** Without an address zivsync cannot tell whose the record is, so that it does not fit says nothing. */
function emailFits(
  values: FieldValues,
  patterns: readonly TextTest[],
  fitsNone: boolean,
): boolean | "unreadable" {
  const found = fits(values, patterns, fitsNone);
  if (found !== false || values === "unreadable") return found;
  return values.some((value) => parseAddress(value) !== undefined) ? false : "unreadable";
}

/**
 * The values of a field of a record. It is unreadable when the record has a problem with one of `attributes`: those that
 * the field comes from; when they are not known, with any. An account of which nothing says otherwise is active.
 */
export function recordValues(
  record: SourceRecord,
  field: FilterField,
  attributes?: readonly string[],
): FieldValues {
  if (field === "kind") return [record.kind];
  if (record.problems.length > 0) {
    const isAbout = record.problems.some(({ attribute }) => attributes?.includes(attribute) ?? true);
    if (isAbout && (attributes !== undefined || record[field] === undefined)) return "unreadable";
  }
  if (field === "active") return [record.active?.value === false ? "no" : "yes"];
  if (field === "delegates" && record.delegatesIncomplete !== undefined) return "unreadable";
  const value = record[field]?.value;
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}

/** The texts of a property in JSON, which can be a list; null stands for none. */
export function textsOf(value: unknown): FieldValues {
  if (value === undefined || value === null) return [];
  const values = Array.isArray(value) ? value : [value];
  const texts = values.flatMap((one) =>
    typeof one === "string" || typeof one === "number" || typeof one === "boolean" ? [String(one)] : [],
  );
  return texts.length === values.length ? texts : "unreadable";
}

/** The reason why a record that a filter cannot judge is held back. */
export function unclearProblem(name: string): RecordProblem {
  const why =
    name === "memberOf"
      ? "The filter asks for members of a group, and not all of these could be read"
      : "The filter looks at it, and it cannot be read";
  return { attribute: name, message: `${why}, so it is unknown whether the filter includes the record.` };
}

/** Whether a text matches. Case, runs of white space and invisible characters of the pattern do not count. */
type TextTest = (text: string) => boolean;

/** A pattern in which `*` stands for any run of characters, also none. An address also matches in its canonical form. */
export function textPattern(pattern: string): TextTest {
  const parts = foldText(pattern.replace(UNSEEN, "")).split("*");
  const test = partsTest(parts);
  const address = parts.length === 1 ? parseAddress(pattern) : undefined;
  return (text) => {
    if (test(foldText(text))) return true;
    const canonical = text.includes("@") ? parseAddress(text) : undefined;
    if (canonical === undefined) return false;
    return address === undefined ? test(canonical) : canonical === address;
  };
}

function partsTest(parts: readonly string[]): TextTest {
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let from = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, from);
      if (found < 0 || found + part.length > end) return false;
      from = found + part.length;
    }
    return true;
  };
}
