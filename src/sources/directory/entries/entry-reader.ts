import type { RecordField, RecordProblem } from "../../../model/account/account.ts";
import type { Kind } from "../../../model/account/kind.ts";
import type {
  AttributeMap,
  DirectoryConfig,
  MappedAttribute,
} from "../../../model/source-config/directory.ts";
import type { FilterField } from "../../../model/source-config/filter.ts";
import type { LdapEntry } from "../../ldap/protocol/types.ts";
import type { ActivityRule } from "./activity.ts";
import { type AddressReader, addressReader } from "./addresses.ts";
import type { EntryFields } from "./entry-fields.ts";
import type { RecordShape } from "./record-form.ts";
import { readActive, readMapped, readMappedActive, readName, readPlain } from "./values.ts";

/** What one entry gives, and the values of `SMTP:` that contradict its `mail`. */
export type ReadEntry = { readonly fields: EntryFields; readonly mismatch: readonly string[] };

export type FieldAttributes = Readonly<Partial<Record<RecordField, readonly string[]>>>;

export type EntryReader = {
  readonly shape: RecordShape;
  /** The attributes to ask for; those of delegates are not among them. */
  readonly attributes: readonly string[];
  readonly addresses: AddressReader;
  /** Whether the id of a record is the immutable id of its entry. */
  readonly idIsAnchor: boolean;
  /** Of each field that a record can have, the attributes of which one is enough to know it. */
  readonly fields: FieldAttributes;
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
    const one = (field: RecordField, mapped: MappedAttribute | undefined) =>
      readPlain(entry, field, mapped, problems);
    const idText = one("id", id);
    const division = one("division", map.division);
    if (division !== undefined && !divisions.has(division)) divisions.set(division, division);
    const fields: EntryFields = {
      where: entry.dn,
      email,
      id: idText,
      fullName: map.fullName
        ? readMapped(entry, "fullName", map.fullName, problems)
        : readName(entry, names, problems),
      aliases,
      active: map.active ? readMappedActive(entry, map.active, problems) : readActive(entry, rule, problems),
      // The same text for all: a division has many members.
      division: division === undefined ? undefined : divisions.get(division),
      phone: one("phone", map.phone),
      accountKey: keyIsId ? idText : one("accountKey", key),
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
      active: rule?.decisive.join(", ") ?? "",
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
  const mapped = (field: "division" | "phone"): FieldAttributes =>
    map[field] === undefined ? {} : { [field]: [map[field].attribute] };
  const active = map.active ? [map.active.attribute] : rule?.decisive;
  const fields: FieldAttributes = {
    email: [addresses.primary],
    id: [id.attribute],
    fullName: names.flat(),
    aliases: addresses.aliases,
    ...(active === undefined ? {} : { active }),
    ...mapped("division"),
    ...mapped("phone"),
    ...(key === undefined ? {} : { accountKey: [key.attribute] }),
  };
  return { shape, attributes: distinct(attributes), addresses, idIsAnchor, fields, attributesOf, read };
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
