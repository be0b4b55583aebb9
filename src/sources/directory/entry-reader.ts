import type { Kind, RecordProblem } from "../../model/account.ts";
import type {
  AttributeMap,
  DirectoryConfig,
  FilterField,
  MappedAttribute,
} from "../../model/source-config.ts";
import type { LdapEntry } from "../ldap/ldap.ts";
import { type ActivityRule, readYesNo } from "./activity.ts";
import { type AddressReader, addressReader } from "./addresses.ts";
import { readValue, Unclear } from "./encoding.ts";
import type { EntryFields, From } from "./entry-fields.ts";
import type { RecordShape } from "./record-form.ts";

/** What one entry gives, and the values of `SMTP:` that contradict its `mail`. */
export type ReadEntry = { readonly fields: EntryFields; readonly mismatch: readonly string[] };

export type EntryReader = {
  readonly shape: RecordShape;
  /** The attributes to ask for; those of delegates are not among them. */
  readonly attributes: readonly string[];
  readonly addresses: AddressReader;
  /** Whether the id of a record is the immutable id of its entry. */
  readonly idIsAnchor: boolean;
  /** Where a field comes from, as problems name it. */
  readonly attributesOf: (field: FilterField) => readonly string[];
  readonly read: (entry: LdapEntry) => ReadEntry;
};

/** How the entries of one search become records; `rule` says whether an account is enabled, if anything does. */
export type ReaderOptions = {
  readonly kind: Kind;
  readonly map: AttributeMap;
  readonly delegates: string;
  readonly rule?: ActivityRule;
};

/** The immutable id of an entry. */
export function anchorOf({ type }: Pick<DirectoryConfig, "type">): MappedAttribute {
  return type === "active-directory"
    ? { attribute: "objectGUID", encoding: "guid" }
    : { attribute: "entryUUID", encoding: "text" };
}

/** The same as \p{Cc}, and faster. */
const CONTROL = /[\0-\x1f\x7f-\x9f]/;
const NO_PROBLEMS: readonly RecordProblem[] = [];

/** Prepares the reading of entries: everything that is the same for all of them is decided here, once. */
export function entryReader(config: DirectoryConfig, options: ReaderOptions): EntryReader {
  const { kind, map, rule } = options;
  const addresses = addressReader(config, map);
  const id = map.id ?? anchorOf(config);
  const key = kind === "personal" ? (map.accountKey ?? anchorOf(config)) : undefined;
  const idIsAnchor = id.attribute.toLowerCase() === anchorOf(config).attribute.toLowerCase();
  const keyIsId = key?.attribute.toLowerCase() === id.attribute.toLowerCase() && key.encoding === id.encoding;
  const names = nameChoices(config, kind, map);
  const divisions = new Map<string, string>();
  const attributes = [
    ...addresses.attributes,
    id.attribute,
    ...(key ? [key.attribute] : []),
    ...names.flat(),
    ...(map.active ? [map.active.attribute] : (rule?.attributes ?? [])),
    ...[map.division, map.phone].flatMap((mapped) => mapped?.attribute ?? []),
  ];
  const read = (entry: LdapEntry): ReadEntry => {
    const { email, aliases, mismatch, problems: ofAddresses } = addresses.read(entry);
    const problems: RecordProblem[] = ofAddresses.slice();
    const one = (mapped: MappedAttribute | undefined) => readPlain(entry, mapped, problems);
    const idText = one(id);
    const division = one(map.division);
    if (division !== undefined && !divisions.has(division)) divisions.set(division, division);
    const fields: EntryFields = {
      where: entry.dn,
      email,
      id: idText,
      fullName: map.fullName ? readMapped(entry, map.fullName, problems) : readName(entry, names, problems),
      aliases,
      active: map.active ? readMappedActive(entry, map.active, problems) : readActive(entry, rule, problems),
      // The same text for all: a division has many members.
      division: division === undefined ? undefined : divisions.get(division),
      phone: one(map.phone),
      accountKey: keyIsId ? idText : one(key),
      problems: problems.length === 0 ? NO_PROBLEMS : problems,
    };
    return { fields, mismatch };
  };
  const shape: RecordShape = {
    source: config.name,
    kind,
    attributes: {
      email: addresses.primary,
      id: id.attribute,
      delegates: options.delegates,
      division: map.division?.attribute ?? "",
      phone: map.phone?.attribute ?? "",
      accountKey: key?.attribute ?? "",
    },
  };
  const from: Readonly<Partial<Record<FilterField, readonly string[]>>> = {
    email: [addresses.primary],
    aliases: [...addresses.aliases, addresses.primary],
    fullName: names.flat(),
    id: [id.attribute],
    active: map.active ? [map.active.attribute] : (rule?.attributes ?? []),
    division: [map.division?.attribute ?? ""],
    phone: [map.phone?.attribute ?? ""],
  };
  const attributesOf = (field: FilterField) => from[field] ?? [];
  return { shape, attributes: distinct(attributes), addresses, idIsAnchor, attributesOf, read };
}

/** Attribute names without repetitions; case does not count. */
export function distinct(names: readonly string[]): readonly string[] {
  const seen = new Map<string, string>();
  for (const name of names) if (!seen.has(name.toLowerCase())) seen.set(name.toLowerCase(), name);
  return [...seen.values()];
}

/** Where a full name can stand, best first; several attributes are put side by side. */
function nameChoices(
  { type }: DirectoryConfig,
  kind: Kind,
  { fullName }: AttributeMap,
): readonly (readonly string[])[] {
  if (fullName) return [[fullName.attribute]];
  if (kind === "functional") return [["displayName"], ["cn"], ["name"]];
  return type === "active-directory"
    ? [["displayName"], ["givenName", "sn"], ["name"]]
    : [["displayName"], ["cn"], ["givenName", "sn"]];
}

/** The first choice that says one thing. A choice with several values is passed over, unless it is all there is. */
function readName(
  entry: LdapEntry,
  choices: readonly (readonly string[])[],
  problems: RecordProblem[],
): From<string> | undefined {
  let unclear: RecordProblem | undefined;
  for (const attributes of choices) {
    const given: string[] = [];
    const from: string[] = [];
    let clear = true;
    for (const attribute of attributes) {
      const value = readValue(entry, { attribute, encoding: "text" });
      if (value instanceof Unclear) {
        clear = false;
        unclear ??= { attribute, message: value.message };
      } else if (value !== undefined) {
        given.push(value);
        from.push(attribute);
      }
    }
    const [only = ""] = from;
    if (clear && given.length === 1) return { value: given[0] ?? "", attribute: only };
    if (clear && given.length > 1) return { value: given.join(" "), attribute: from.join(", ") };
  }
  if (unclear) problems.push(unclear);
  return undefined;
}

function readMapped(
  entry: LdapEntry,
  mapped: MappedAttribute,
  problems: RecordProblem[],
): From<string> | undefined {
  const value = readValue(entry, mapped);
  if (!(value instanceof Unclear)) {
    return value === undefined ? undefined : { value, attribute: mapped.attribute };
  }
  problems.push({ attribute: mapped.attribute, message: value.message });
  return undefined;
}

/** Names are cleaned later; in what Zivver compares or keeps as it is, a control character is a mistake. */
function readPlain(
  entry: LdapEntry,
  mapped: MappedAttribute | undefined,
  problems: RecordProblem[],
): string | undefined {
  if (mapped === undefined) return undefined;
  const value = readValue(entry, mapped);
  if (value instanceof Unclear) {
    problems.push({ attribute: mapped.attribute, message: value.message });
    return undefined;
  }
  if (value === undefined || !CONTROL.test(value)) return value;
  problems.push({ attribute: mapped.attribute, message: "Its value holds control characters." });
  return undefined;
}

function readActive(
  entry: LdapEntry,
  rule: ActivityRule | undefined,
  problems: RecordProblem[],
): From<boolean> | undefined {
  if (rule === undefined) return undefined;
  const activity = rule.read(entry);
  if ("value" in activity) return activity;
  problems.push({ attribute: activity.attribute, message: activity.unclear.message });
  return undefined;
}

function readMappedActive(
  entry: LdapEntry,
  mapped: MappedAttribute,
  problems: RecordProblem[],
): From<boolean> | undefined {
  const text = readMapped(entry, mapped, problems);
  if (text === undefined) return undefined;
  const value = readYesNo(text.value);
  if (!(value instanceof Unclear)) return { value, attribute: mapped.attribute };
  problems.push({ attribute: mapped.attribute, message: value.message });
  return undefined;
}
