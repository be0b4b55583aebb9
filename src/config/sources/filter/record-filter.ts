import { KINDS, type Kind } from "../../../model/account/kind.ts";
import {
  FILTER_FIELDS,
  type FilterField,
  type KindFilters,
  type RecordCondition,
  type RecordFilter,
} from "../../../model/source-config/filter.ts";
import { parseAddress } from "../../../model/values/address.ts";
import type { Problem } from "../../../model/values/errors.ts";
import type { WrittenCondition, WrittenFilter } from "../../schema/types.ts";
import { quote } from "../../schema/wording.ts";
import { parseAddressPattern } from "../../values/address-pattern.ts";
import { didYouMean, listChoices } from "../../values/did-you-mean.ts";
import type { Path, YamlDocument } from "../../yaml/yaml.ts";

type Wording = Pick<Problem, "message" | "remedy">;

/** The conditions that the filters of one type of source may have beside the fields of records. */
export type FilterRules = {
  /** `a spreadsheet` */
  readonly source: string;
  /** The problem with a name of the source's own. */
  readonly own: (name: string) => Wording | undefined;
  /** The problem with the name of a group. */
  readonly group: (name: string) => Wording | undefined;
  /** Takes the texts of the filter; without it, text is a problem. */
  readonly text?: (text: string, path: Path) => void;
};

const EXAMPLE = "{ field: department, values: [Care, Cure] }";
const ADDRESSES: ReadonlySet<FilterField> = new Set(["email", "aliases", "delegates"]);
const CHOICES: Readonly<Partial<Record<FilterField, readonly string[]>>> = {
  active: ["yes", "no"],
  kind: KINDS,
};

/** The conditions of a filter; what is wrong with them is added to the problems. Pure except for `rules.text`. */
export function buildRecordFilter(
  written: WrittenFilter,
  rules: FilterRules,
  place: { readonly document: YamlDocument; readonly path: Path },
  problems: Problem[],
): RecordFilter {
  const { document, path } = place;
  const entries =
    typeof written === "string"
      ? [{ given: written, at: path }]
      : written.map((given, index) => ({ given, at: [...path, index] }));
  return entries.flatMap(({ given, at }) => {
    if (typeof given !== "string") return buildCondition(given, rules, { document, path: at }, problems);
    if (rules.text) rules.text(given, at);
    else problems.push({ code: "config-shape", where: document.at(at), ...textElsewhere(rules) });
    return [];
  });
}

type KindsWritten = {
  readonly filter?: WrittenFilter;
  readonly personal?: { readonly filter?: WrittenFilter } | boolean;
  readonly functional?: { readonly filter?: WrittenFilter } | boolean;
};

/**
 * The filter of each kind: what is said for a kind replaces what is said for the source. A kind whose filter is empty,
 * and one without any, has none. Pure.
 */
export function buildKindFilters(
  written: KindsWritten,
  rules: FilterRules,
  { document, path }: { readonly document: YamlDocument; readonly path: Path },
  problems: Problem[],
): KindFilters {
  const build = (given: WrittenFilter, at: Path) =>
    buildRecordFilter(given, rules, { document, path: at }, problems);
  const ofSource = written.filter === undefined ? [] : build(written.filter, [...path, "filter"]);
  const filters: Partial<Record<Kind, RecordFilter>> = {};
  for (const kind of KINDS) {
    const ofKind = written[kind];
    const own = typeof ofKind === "object" ? ofKind.filter : undefined;
    const filter = own === undefined ? ofSource : build(own, [...path, kind, "filter"]);
    if (filter.length > 0) filters[kind] = filter;
  }
  return filters;
}

function buildCondition(
  written: WrittenCondition,
  rules: FilterRules,
  { document, path }: { readonly document: YamlDocument; readonly path: Path },
  problems: Problem[],
): readonly RecordCondition[] {
  const { field, values, memberOf, exclude = false } = written;
  const before = problems.length;
  const fail = (steps: Path, wording: Wording | undefined) => {
    if (wording === undefined) return;
    problems.push({ code: "config-shape", where: document.at([...path, ...steps]), ...wording });
  };
  fail([], contradiction(written));
  if (problems.length > before) return [];
  const where = document.at(path);
  if (memberOf !== undefined) {
    const groups = listOf(memberOf).map((name) => name.trim());
    for (const [index, name] of groups.entries()) {
      fail(typeof memberOf === "string" ? ["memberOf"] : ["memberOf", index], rules.group(name));
    }
    return [{ memberOf: groups.map((name) => parseAddress(name) ?? name), exclude, where }];
  }
  const patterns = listOf(values ?? []);
  const name = (field ?? "").trim();
  const known = FILTER_FIELDS.find((one) => one.toLowerCase() === name.toLowerCase());
  if (known === undefined) {
    fail(["field"], name.toLowerCase() === "accountkey" ? ACCOUNT_KEY : rules.own(name));
    return [{ own: name, values: patterns, exclude, where }];
  }
  for (const [index, value] of patterns.entries()) {
    fail(typeof values === "string" ? ["values"] : ["values", index], wrongChoice(known, value));
  }
  return [{ field: known, values: patterns.map((value) => canonicalValue(known, value)), exclude, where }];
}

/** A domain is compared in ASCII, as addresses are. */
function canonicalValue(field: FilterField, value: string): string {
  return ADDRESSES.has(field) ? (parseAddressPattern(value) ?? value) : value;
}

function listOf(given: string | readonly string[]): readonly string[] {
  return typeof given === "string" ? [given] : given;
}

/** The groups that a condition of spreadsheets and declared accounts may name. */
export function groupOfAccounts(name: string): Wording | undefined {
  if (parseAddress(name) !== undefined) return undefined;
  return {
    message: `${quote(name)} is not an e-mail address, and here a group is a functional account of the same source, named by its address.`,
    remedy: "Write an address such as `desk@example.org`.",
  };
}

/** For sources whose names are known only when they are read. */
export function anyName(): undefined {
  return undefined;
}

/** The problem with any name that is not a field of records. */
export function onlyRecordFields(name: string): Wording {
  return {
    message: `${quote(name)} is not a field of declared accounts, so the filter would look at nothing.`,
    remedy: didYouMean(name, FILTER_FIELDS) ?? `Known here: ${listChoices(FILTER_FIELDS)}.`,
  };
}

const ACCOUNT_KEY: Wording = {
  message:
    "A filter cannot look at account keys: its values would be secrets that everybody who sees this file can read.",
  remedy: "Filter by another field.",
};

function contradiction({ field, values, memberOf }: WrittenCondition): Wording | undefined {
  if (field !== undefined && memberOf !== undefined) {
    const message = "The condition names a `field` and `memberOf`, and it can look at one of the two only.";
    return { message, remedy: "Write two conditions: a record must meet all of them." };
  }
  if (memberOf !== undefined) {
    if (values === undefined) return undefined;
    const message = "`values` belongs to `field`, and says nothing beside `memberOf`.";
    return { message, remedy: "Remove it, and name the groups after `memberOf`." };
  }
  if (field === undefined) {
    const message = "The condition names neither `field` nor `memberOf`, so it would look at nothing.";
    return { message, remedy: `Write for example \`${EXAMPLE}\`.` };
  }
  if (values !== undefined) return undefined;
  const message = `\`values\` is missing, so nothing says which values of ${quote(field)} are meant.`;
  return { message, remedy: `Add it, for example \`values: [Care, Cure]\`; \`""\` stands for no value.` };
}

function wrongChoice(field: FilterField, value: string): Wording | undefined {
  const choices = CHOICES[field];
  if (choices === undefined || choices.includes(value.trim().toLowerCase())) return undefined;
  return {
    message: `\`${field}\` is never ${quote(value)}, so the condition would fit nothing.`,
    remedy: didYouMean(value, choices) ?? `Write one of ${listChoices(choices)}.`,
  };
}

function textElsewhere({ source }: FilterRules): Wording {
  return {
    message: `A text is a filter as in RFC 4515, which only a directory can be asked, and this source is ${source}.`,
    remedy: `Write a list of conditions, for example \`[${EXAMPLE}]\`.`,
  };
}
