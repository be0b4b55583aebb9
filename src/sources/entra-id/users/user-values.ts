import type { RecordField, RecordProblem } from "../../../model/account/account.ts";
import type { MappedProperty } from "../../../model/source-config/entra.ts";
import { asObject, type JsonObject } from "../../../model/values/json.ts";
import { guidText } from "../../directory/entries/values/encoding.ts";
import { asText } from "../../microsoft/errors/json.ts";

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
