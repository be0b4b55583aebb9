import type { RecordField } from "../../../model/account/account.ts";
import { PLAIN_TEXTS } from "../../../model/account/fields.ts";
import type { Kind } from "../../../model/account/kind.ts";
import type {
  AttributeMap,
  DirectoryConfig,
  MappedAttribute,
} from "../../../model/source-config/directory.ts";
import type { FilterField } from "../../../model/source-config/filter.ts";
import { Secret } from "../../../model/values/secret.ts";
import type { LdapEntry } from "../../ldap/protocol/types.ts";
import type { ActivityRule } from "./activity.ts";
import { type AddressReader, addressReader } from "./addresses.ts";
import { type Found, give, type RecordDraft } from "./record.ts";
import { foundActivity, readMapped, readMappedActive, readName, readPlain } from "./values.ts";

/** The record of one entry, and the values of `SMTP:` that contradict its `mail`. */
export type ReadEntry = { readonly record: RecordDraft; readonly mismatch: readonly string[] };

export type FieldAttributes = Readonly<Partial<Record<RecordField, readonly string[]>>>;

export type EntryReader = {
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

/** The way the entries of one search become records; `rule` says whether an account is enabled, if anything does. */
export type ReaderOptions = {
  readonly kind: Kind;
  readonly map: AttributeMap;
  readonly rule?: ActivityRule;
};

/** The immutable id of an entry. */
export function anchorOf({ type }: Pick<DirectoryConfig, "type">): MappedAttribute {
  return type === "active-directory"
    ? { attribute: "objectGUID", encoding: "guid" }
    : { attribute: "entryUUID", encoding: "text" };
}

/** Prepares the reading of entries: everything that is the same for all of them is decided here, once. */
export function entryReader(config: DirectoryConfig, options: ReaderOptions): EntryReader {
  const { kind, map, rule } = options;
  const source = config.name;
  const addresses = addressReader(config, map);
  const id = map.id ?? anchorOf(config);
  const key = kind === "personal" ? (map.accountKey ?? anchorOf(config)) : undefined;
  const keyIsId = key?.attribute.toLowerCase() === id.attribute.toLowerCase() && key.encoding === id.encoding;
  const idIsAnchor = id.attribute.toLowerCase() === anchorOf(config).attribute.toLowerCase();
  const names = nameChoices(config, kind, map);
  const texts = PLAIN_TEXTS.flatMap((field) =>
    map[field] === undefined ? [] : [[field, map[field]] as const],
  );
  const read = (entry: LdapEntry): ReadEntry => {
    const { email, aliases, mismatch, problems } = addresses.read(entry);
    const record: RecordDraft = { kind, where: entry.dn, supplement: false, problems };
    if (email !== undefined) give(record, source, "email", { value: email, attribute: addresses.primary });
    give(record, source, "id", readPlain(entry, "id", id));
    give(
      record,
      source,
      "fullName",
      map.fullName ? readMapped(entry, "fullName", map.fullName) : readName(entry, names),
    );
    give(record, source, "aliases", aliases && { ...aliases, value: aliases.value.toSorted() });
    if (map.active) give(record, source, "active", readMappedActive(entry, map.active));
    else if (rule) give(record, source, "active", foundActivity(rule.read(entry)));
    for (const [field, mapped] of texts) give(record, source, field, readPlain(entry, field, mapped));
    if (key && !keyIsId) give(record, source, "accountKey", asSecret(readPlain(entry, "accountKey", key)));
    else if (key && record.id) record.accountKey = { ...record.id, value: new Secret(record.id.value) };
    return { record, mismatch };
  };
  const ofTexts = Object.fromEntries(texts.map(([field, { attribute }]) => [field, [attribute]]));
  const from: FieldAttributes = {
    email: [addresses.primary],
    id: [id.attribute],
    fullName: names.flat(),
    ...ofTexts,
  };
  const ofActive = map.active ? [map.active.attribute] : (rule?.attributes ?? []);
  const looked: FieldAttributes = {
    ...from,
    aliases: [...addresses.aliases, addresses.primary],
    active: ofActive,
  };
  const decisive = map.active ? [map.active.attribute] : rule?.decisive;
  const fields: FieldAttributes = {
    ...from,
    aliases: addresses.aliases,
    ...(decisive === undefined ? {} : { active: decisive }),
    ...(key === undefined ? {} : { accountKey: [key.attribute] }),
  };
  const attributes = [...addresses.attributes, ...Object.values(from).flat(), ...ofActive];
  return {
    attributes: distinct([...attributes, ...(key ? [key.attribute] : [])]),
    addresses,
    idIsAnchor,
    fields,
    attributesOf: (field) => (field === "kind" ? [] : (looked[field] ?? [])),
    read,
  };
}

function asSecret(found: Found<string>): Found<Secret> {
  if (found === undefined || "message" in found) return found;
  return { ...found, value: new Secret(found.value) };
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
