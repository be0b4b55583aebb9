import type { Kind } from "./kind.ts";

/**
 * The fields of an account. Merging, comparing, planning, applying, reverting, remembering and showing go by this table, so a new
 * field that holds a text needs a row here, and its names in the sources, in SCIM and in the schemas.
 */

/** A field that holds one text. Identity and access are decided elsewhere; such a field is only kept equal. */
type TextRow = {
  readonly holds: "text";
  /** For people, in reviews. */
  readonly label: string;
  /** Accounts of one kind only have it. */
  readonly only?: Kind;
  /** The value of an account that has none. */
  readonly none: string;
  /** A source that gives an empty text says nothing. */
  readonly isNeverEmpty?: true;
  /** It looks like a number, and every digit counts. */
  readonly isOfDigits?: true;
  /** The way a text that a source gives is written in Zivver. */
  readonly canonical?: (text: string) => string;
  /** Equal are texts that this makes equal; without it, equal texts only. */
  readonly comparable?: (text: string) => string;
};

/**
 * `identifier`: who it is; `flag`: yes or no; `addresses`: a list of addresses of its own; `accounts`: a list of other accounts;
 * `secret`: never shown, and no reading of Zivver gives it.
 */
type OtherRow = {
  readonly holds: "identifier" | "flag" | "addresses" | "accounts" | "secret";
  readonly label: string;
};

export const FIELDS = {
  address: { holds: "identifier", label: "address" },
  fullName: { holds: "text", label: "full name", none: "", isNeverEmpty: true, canonical: cleanName },
  active: { holds: "flag", label: "active" },
  aliases: { holds: "addresses", label: "aliases" },
  delegates: { holds: "accounts", label: "delegates" },
  division: { holds: "text", label: "division", none: "/" },
  phone: {
    holds: "text",
    label: "phone",
    // A Group of SCIM has no phone number.
    only: "personal",
    none: "",
    isNeverEmpty: true,
    isOfDigits: true,
    canonical: canonicalPhone,
    comparable: canonicalPhone,
  },
  accountKey: { holds: "secret", label: "account key changes (SSO)" },
} as const satisfies Readonly<Record<string, TextRow | OtherRow>>;

export type FieldName = keyof typeof FIELDS;

/** The fields that hold one text. */
export type TextField = {
  [F in FieldName]: (typeof FIELDS)[F]["holds"] extends "text" ? F : never;
}[FieldName];

export const FIELD_NAMES = Object.keys(FIELDS) as readonly FieldName[];
export const TEXT_FIELDS: readonly TextField[] = FIELD_NAMES.filter(isTextField);

/** The texts that are only kept equal. The full name is also what somebody is known by. */
export type PlainText = Exclude<TextField, "fullName">;
export const PLAIN_TEXTS: readonly PlainText[] = TEXT_FIELDS.filter((field) => field !== "fullName");

/** One value for each plain text, in the order of the table. */
export function plainTexts<T>(of: (field: PlainText) => T): Readonly<Record<PlainText, T>> {
  const values = {} as Record<PlainText, T>;
  for (const field of PLAIN_TEXTS) values[field] = of(field);
  return values;
}

/** null: the account, or the value, is not there. Lists are sorted. Of an account key there is a keyed digest at most. */
export type FieldValue = string | boolean | readonly string[] | null;

export function isTextField(field: string): field is TextField {
  return Object.hasOwn(FIELDS, field) && FIELDS[field as FieldName].holds === "text";
}

/** The row of a field that holds a text, with what most rows leave out. */
export function textRow(field: TextField): TextRow {
  return FIELDS[field];
}

export function hasField(kind: Kind, field: TextField): boolean {
  const { only } = textRow(field);
  return only === undefined || only === kind;
}

/** A text of a source as Zivver gets it; undefined where the source says nothing with it. */
export function canonicalText(field: TextField, text: string): string | undefined {
  const { canonical, isNeverEmpty } = textRow(field);
  const written = canonical === undefined ? text : canonical(text);
  return isNeverEmpty && written === "" ? undefined : written;
}

/** Whether two texts of a field mean the same. */
export function isSameText(field: TextField, a: string, b: string): boolean {
  if (a === b) return true;
  const { comparable } = textRow(field);
  return comparable !== undefined && comparable(a) === comparable(b);
}

/** A text in the form in which it is compared with what was applied before. */
export function comparableText(field: TextField, text: string): string {
  return textRow(field).comparable?.(text) ?? text;
}

/** A phone number without the spaces, dots, dashes and brackets that people write in it, and without marks that nobody sees. */
function canonicalPhone(text: string): string {
  return text.replace(/[\s().\-\u2010-\u2015/\p{Cf}]/gu, "");
}

const CLEAN_NAME = /^[!-~]+(?: [!-~]+)*$/;

/** White space folded, control characters taken out, NFC. */
function cleanName(name: string): string {
  if (CLEAN_NAME.test(name)) return name;
  return name
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cs}\p{Zs}\p{Zl}\p{Zp}]+/gu, " ")
    .trim();
}
