import type { LiveAccount } from "../../model/account/account.ts";
import { TEXT_FIELDS, type TextField, textRow } from "../../model/account/fields.ts";
import type { Kind } from "../../model/account/kind.ts";
import type { AccountFields } from "../../model/ports.ts";
import { asObject, type JsonObject } from "../../model/values/json.ts";

/** RFC 7643, 4.3. */
export const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/**
 * Where SCIM keeps a text of an account: as its name, as its first phone number, or as an attribute of the enterprise extension.
 */
type Place = "name" | "phoneNumbers" | { readonly enterprise: string };

const PLACES: Readonly<Record<TextField, Place>> = {
  fullName: "name",
  division: { enterprise: "division" },
  phone: "phoneNumbers",
};

/** Takes texts out of a resource, and collects what is not as it should be. */
type TextReader = {
  text(value: unknown, name: string): string;
  object(value: unknown, name: string): JsonObject;
  values(value: unknown, name: string): readonly string[];
};

/** The texts of a resource; absent and null mean "none". */
export function readTexts(
  kind: Kind,
  resource: JsonObject,
  reader: TextReader,
): Readonly<Record<TextField, string>> {
  const enterprise = reader.object(resource[ENTERPRISE], ENTERPRISE);
  const texts = {} as Record<TextField, string>;
  for (const field of TEXT_FIELDS) {
    const text = readText(PLACES[field], kind, { resource, enterprise }, reader);
    texts[field] = text === "" ? textRow(field).none : text;
  }
  return texts;
}

function readText(
  place: Place,
  kind: Kind,
  { resource, enterprise }: { readonly resource: JsonObject; readonly enterprise: JsonObject },
  reader: TextReader,
): string {
  if (typeof place === "object") return shared(reader.text(enterprise[place.enterprise], place.enterprise));
  if (place === "phoneNumbers")
    return kind === "personal" ? (reader.values(resource.phoneNumbers, "phoneNumbers")[0] ?? "") : "";
  return kind === "personal"
    ? reader.text(reader.object(resource.name, "name").formatted, "name.formatted")
    : reader.text(resource.displayName, "displayName");
}

/** The changes of a write to a resource's texts, except its name, which every write carries. */
export function changedTexts(fields: AccountFields, phoneNumbers: readonly unknown[]): JsonObject {
  const changed: Record<string, unknown> = {};
  for (const field of TEXT_FIELDS) {
    const value = fields[field];
    if (PLACES[field] === "phoneNumbers" && value !== undefined)
      changed.phoneNumbers =
        value === "" ? [] : [{ ...asObject(phoneNumbers[0]), value }, ...phoneNumbers.slice(1)];
  }
  return changed;
}

/** The attributes of the enterprise extension that a write changes; undefined where it changes none. */
export function changedEnterprise(fields: AccountFields): JsonObject | undefined {
  const changed = ENTERPRISE_FIELDS.flatMap(({ field, attribute }) => {
    const value = fields[field];
    return value === undefined ? [] : [[attribute, value] as const];
  });
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

/** The attributes of the enterprise extension that an account has. */
export function enterpriseOf(live: LiveAccount): JsonObject | undefined {
  const own = ENTERPRISE_FIELDS.filter(({ field }) => live[field] !== textRow(field).none);
  return own.length === 0
    ? undefined
    : Object.fromEntries(own.map(({ field, attribute }) => [attribute, live[field]]));
}

const ENTERPRISE_FIELDS = TEXT_FIELDS.flatMap((field) => {
  const place = PLACES[field];
  return typeof place === "object" ? [{ field, attribute: place.enterprise }] : [];
});

/** Texts met lately: many accounts have the same division, and its text is kept once. */
const texts = new Map<string, string>();
const MOST_TEXTS = 10_000;

function shared(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size >= MOST_TEXTS) texts.clear();
  texts.set(text, text);
  return text;
}
