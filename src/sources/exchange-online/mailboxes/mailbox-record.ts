import type { Given, RecordField, RecordProblem, SourceRecord } from "../../../model/account/account.ts";
import { type PlainText, plainTexts } from "../../../model/account/fields.ts";
import type { Kind } from "../../../model/account/kind.ts";
import type { ExchangeOnlineConfig } from "../../../model/source-config/exchange.ts";
import type { JsonObject } from "../../../model/values/json.ts";
import { Secret } from "../../../model/values/secret.ts";
import type { MailboxAddresses } from "../../microsoft/addresses.ts";
import { asText } from "../../microsoft/errors/json.ts";
import { present } from "../../records/given.ts";

type RecordContext = Pick<ExchangeOnlineConfig, "name" | "map"> & {
  readonly kind: Kind;
  readonly where: string;
};

const ID = "ExternalDirectoryObjectId";
const YES = new Set(["true", "yes", "1"]);
const NO = new Set(["false", "no", "0"]);

/** The record of a mailbox, its delegates left out. */
export function mailboxRecord(
  row: JsonObject,
  addresses: MailboxAddresses,
  context: RecordContext,
): SourceRecord {
  const { name, map, kind, where } = context;
  const problems: RecordProblem[] = [...addresses.problems];
  const give = <T>(value: T | undefined, attribute: string): Given<T> | undefined =>
    value === undefined ? undefined : { value, origin: { source: name, where, attribute } };
  const text = (field: RecordField, property: string): Given<string> | undefined => {
    const value = readScalar(row, { field, property }, problems);
    return give(value, property);
  };
  const mapped = (field: PlainText) => {
    const { [field]: property } = map;
    return property === undefined ? undefined : text(field, property);
  };
  const key = kind === "personal" ? text("accountKey", map.accountKey ?? ID) : undefined;
  const active = readActive(row, kind, map.active, problems);
  const fields = present({
    email: give(addresses.email, addresses.emailFrom),
    id: map.id === undefined ? readId(row, text) : text("id", map.id),
    fullName: text("fullName", map.fullName ?? "DisplayName"),
    aliases: give(addresses.aliases, addresses.aliasesFrom),
    active: active && give(active.value, active.property),
    ...plainTexts(mapped),
    accountKey: key && { value: new Secret(key.value), origin: key.origin },
  });
  return { kind, where, supplement: false, ...fields, problems };
}

/** The mailbox's own id is taken only where the directory gives none: where that one cannot be read, the id is not known. */
function readId(
  row: JsonObject,
  text: (field: RecordField, property: string) => Given<string> | undefined,
): Given<string> | undefined {
  return text("id", isBlank(row[ID]) ? "Guid" : ID);
}

function isBlank(value: unknown): boolean {
  if (typeof value === "string") return value.trim() === "";
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

type Wanted = { readonly field: RecordField; readonly property: string };

/** A property that holds one value. No value is in a message: any property may hold an account key. */
function readScalar(
  row: JsonObject,
  { field, property }: Wanted,
  problems: RecordProblem[],
): string | undefined {
  const value = row[property];
  if (isBlank(value)) return undefined;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const only = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (typeof only === "string") return asText(only);
  const message = Array.isArray(value)
    ? `It has ${value.length} values, and the field takes one.`
    : "It holds no text, and the field takes one.";
  problems.push({ attribute: property, message, field });
  return undefined;
}

/** A shared mailbox's own user is normally disabled, which says nothing about the mailbox. */
function readActive(row: JsonObject, kind: Kind, property: string | undefined, problems: RecordProblem[]) {
  if (property === undefined) return kind === "personal" ? readDisabled(row, problems) : undefined;
  const word = readScalar(row, { field: "active", property }, problems)?.toLowerCase();
  if (word === undefined) return undefined;
  if (YES.has(word)) return { value: true, property };
  if (NO.has(word)) return { value: false, property };
  problems.push({ attribute: property, message: "It says neither yes nor no.", field: "active" });
  return undefined;
}

const DISABLED = "AccountDisabled";

function readDisabled(row: JsonObject, problems: RecordProblem[]) {
  const disabled = row[DISABLED];
  if (typeof disabled === "boolean") return { value: !disabled, property: DISABLED };
  if (disabled === undefined || disabled === null) return undefined;
  const message = "It says neither true nor false, so whether the account is active is not known.";
  problems.push({ attribute: DISABLED, message, field: "active" });
  return undefined;
}
