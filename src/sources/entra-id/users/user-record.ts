import type { Given, RecordField, RecordProblem, SourceRecord } from "../../../model/account/account.ts";
import { plainTexts } from "../../../model/account/fields.ts";
import type { EntraIdConfig, MappedProperty } from "../../../model/source-config/entra.ts";
import type { JsonObject } from "../../../model/values/json.ts";
import { Secret } from "../../../model/values/secret.ts";
import { readYesNo } from "../../directory/entries/activity.ts";
import { type MailboxAddresses, readAddresses } from "../../microsoft/addresses.ts";
import { asText } from "../../microsoft/errors/json.ts";
import { present } from "../../records/given.ts";
import { ofManager, propertyOf, readText } from "./user-values.ts";

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
  const where = `user ${addresses.email ?? asText(row.userPrincipalName) ?? id}`;
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
