import type { Given, RecordField, RecordProblem, SourceRecord } from "../../../model/account/account.ts";
import { plainTexts } from "../../../model/account/fields.ts";
import type { EntraIdConfig, MappedProperty } from "../../../model/source-config/entra.ts";
import { asObject, asText, type JsonObject } from "../../../model/values/json.ts";
import { present } from "../../../model/values/present.ts";
import { Secret } from "../../../model/values/secret.ts";
import { readYesNo } from "../../directory/entries/activity.ts";
import { guidText } from "../../directory/entries/values/encoding.ts";
import { type MailboxAddresses, readAddresses } from "../../microsoft/addresses.ts";

export const ADDRESSES = { primary: "mail", entries: "proxyAddresses" };
export const ENABLED = "accountEnabled";
/** The origins of the full name, in this order. */
export const NAMES = ["displayName", "givenName", "surname"] as const;

export function userAddresses(row: JsonObject, { map }: Pick<EntraIdConfig, "map">): MailboxAddresses {
  const { email, aliases } = map;
  const named = {
    ...(email ? { email: email.property } : {}),
    ...(aliases ? { aliases: aliases.property } : {}),
  };
  return readAddresses(row, named, ADDRESSES);
}

/** Graph says of whoever has no address that there is none: null, and an empty list. */
export function areAddressesUnsaid(row: JsonObject): boolean {
  return row[ADDRESSES.primary] === undefined && !Array.isArray(row[ADDRESSES.entries]);
}

/** The record of a user. What comes from the manager is left out. */
export function userRecord(
  row: JsonObject,
  id: string,
  addresses: MailboxAddresses,
  config: Pick<EntraIdConfig, "name" | "map">,
): SourceRecord {
  const { name, map } = config;
  // The name for signing in is unique. Two users can have one address: an administrator's second account, for one.
  const where = `user ${asText(row.userPrincipalName) ?? addresses.email ?? id}`;
  const problems: RecordProblem[] = [...addresses.problems];
  const give = <T>(value: T | undefined, attribute: string): Given<T> | undefined =>
    value === undefined ? undefined : { value, origin: { source: name, where, attribute } };
  const mapped = (field: RecordField, by: MappedProperty | undefined = map[field]) => {
    if (by === undefined || ofManager(by.property) !== undefined) return undefined;
    const value = by.property === "id" ? id : propertyOf(row, by.property);
    return give(readText(value, by, field, problems), by.property);
  };
  const key = mapped("accountKey");
  const active = readActive(row, map.active, problems);
  const fields = present({
    email: give(addresses.email, addresses.emailFrom),
    id: map.id === undefined ? give(id, "id") : mapped("id"),
    fullName: map.fullName === undefined ? fullNameOf(row, give) : mapped("fullName"),
    aliases: give(addresses.aliases, addresses.aliasesFrom),
    active: active && give(active.value, active.property),
    ...plainTexts((field) => mapped(field)),
    accountKey: key && { value: new Secret(key.value), origin: key.origin },
  });
  return { kind: "personal", where, supplement: false, ...fields, problems };
}

function fullNameOf(
  row: JsonObject,
  give: (value: string, attribute: string) => Given<string> | undefined,
): Given<string> | undefined {
  const [shown, given, surname] = NAMES.map((name) => asText(row[name]));
  if (shown !== undefined) return give(shown, "displayName");
  const both = [given, surname].filter((one) => one !== undefined);
  return both.length === 0 ? undefined : give(both.join(" "), "givenName, surname");
}

/** A user who cannot sign in is disabled; one without a value is neither. */
function readActive(row: JsonObject, mapped: MappedProperty | undefined, problems: RecordProblem[]) {
  if (mapped === undefined) {
    const enabled = row[ENABLED];
    if (typeof enabled === "boolean") return { value: enabled, property: ENABLED };
    const message = "It is not said, so whether the account is enabled is not known.";
    problems.push({ attribute: ENABLED, message, field: "active" });
    return undefined;
  }
  const { property } = mapped;
  const word = readText(propertyOf(row, property), mapped, "active", problems);
  if (word === undefined) return undefined;
  const says = readYesNo(word);
  if (typeof says === "boolean") return { value: says, property };
  problems.push({ attribute: property, message: says.message, field: "active" });
  return undefined;
}

const EXTENSIONS = "onPremisesExtensionAttributes";
const MANAGER = "manager.";

/** The property to ask for: extension attributes 1 to 15 come as one object only. */
export function selectedFor(property: string): string | undefined {
  if (property.startsWith(MANAGER)) return undefined;
  return /^extensionAttribute\d{1,2}$/i.test(property) ? EXTENSIONS : property;
}

/** The property of the manager that a map means by `manager.department`. */
export function ofManager(property: string): string | undefined {
  return property.startsWith(MANAGER) ? property.slice(MANAGER.length) : undefined;
}

/** The value of a property; case does not count. undefined: Graph does not say it. */
export function propertyOf(row: JsonObject, property: string): unknown {
  const isExtension = selectedFor(property) === EXTENSIONS && property !== EXTENSIONS;
  const from = isExtension ? asObject(row[EXTENSIONS]) : row;
  if (from === undefined) return undefined;
  if (property in from) return from[property] ?? undefined;
  const key = Object.keys(from).find((one) => one.toLowerCase() === property.toLowerCase());
  return key === undefined ? undefined : (from[key] ?? undefined);
}

/** A property that holds one value. No value is in a message: any property may hold an account key. */
export function readText(
  value: unknown,
  { property, encoding }: MappedProperty,
  field: RecordField,
  problems: RecordProblem[],
): string | undefined {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return undefined;
  const only = Array.isArray(value) && value.length === 1 ? value[0] : value;
  const text = typeof only === "number" || typeof only === "boolean" ? String(only) : asText(only);
  const fail = (message: string) => {
    problems.push({ attribute: property, message, field });
    return undefined;
  };
  if (Array.isArray(value) && value.length > 1)
    return fail(`It has ${value.length} values, and the field takes one.`);
  if (typeof only === "object") return fail("It holds no text, and the field takes one.");
  if (text === undefined || encoding === "text") return text;
  const bytes = /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, "base64") : Buffer.alloc(0);
  return guidText(bytes) ?? fail("It is not the base64 of 16 bytes, so it cannot be written as a GUID.");
}
