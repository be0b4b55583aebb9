import { shortened } from "../../model/values/text.ts";
import type { Path } from "../yaml/yaml.ts";

type Schema = Readonly<Record<string, unknown>>;

const LONGEST = 80;

/** The way a message names the value at a path: the keys since the last list, or its place in that list. */
export function pathInWords(path: Path): string {
  const index = path.findLastIndex((step) => typeof step === "number");
  const keys = path.slice(index + 1);
  if (keys.length > 0) return quoteKey(keys.join("."));
  const list = path.slice(0, index).findLast((step) => typeof step === "string");
  return index < 0 ? "this file" : `entry ${Number(path[index]) + 1} of ${quoteKey(String(list))}`;
}

/** A JSON pointer (RFC 6901) as a path. */
export function pathOf(pointer: string): Path {
  return pointer
    .split("/")
    .slice(1)
    .map((step) =>
      /^(0|[1-9]\d*)$/.test(step) ? Number(step) : step.replaceAll("~1", "/").replaceAll("~0", "~"),
    );
}

/** A value that a user wrote, in quotes, its control characters escaped, cut where it is long. */
export function quote(text: string): string {
  return JSON.stringify(shortened(text, LONGEST));
}

/** A key that a user wrote, between back-ticks. */
export function quoteKey(key: string): string {
  return `\`${shortened(key, LONGEST).replaceAll(/[`\p{C}]/gu, "?")}\``;
}

/** The text with its first letter as a capital. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The message, and after it what the schema says that the value is for. */
export function explain(message: string, schema: Schema | undefined): string {
  return typeof schema?.description === "string" ? `${message} ${schema.description}` : message;
}

/** The first example or choice of a schema, as YAML writes it in one line. */
export function firstExample(schema: Schema): string | undefined {
  const given = Array.isArray(schema.examples) ? schema.examples : schema.enum;
  return Array.isArray(given) && given.length > 0 ? flow(given[0]) : undefined;
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).map(([key, member]) => `${key}: ${flow(member)}`);
    return `{ ${entries.join(", ")} }`;
  }
  return typeof value === "string" && !/^[A-Za-z0-9/.][\w ./@-]*$/.test(value)
    ? JSON.stringify(value)
    : String(value);
}

/** The value as a map, an empty one when it is none. */
export function asObject(value: unknown): Schema {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? { ...value } : {};
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  object: "a map of keys and values",
  array: "a list",
  string: "text",
  number: "a number",
  integer: "a whole number",
  boolean: "`true` or `false`",
};

/** The one word that a text may be, where its pattern is a word. */
export function onlyWord(schema: Schema | undefined): string | undefined {
  return /^\^(\w+)\$$/.exec(String(schema?.pattern))?.[1];
}

/** Types of JSON Schema in words, of a text that may be one word only, that word. */
export function typeNames(types: readonly string[], schema: Schema | undefined): string {
  const word = onlyWord(schema);
  const wordFor = (type: string) =>
    type === "string" && word !== undefined ? `\`${word}\`` : (TYPE_NAMES[type] ?? type);
  return types.map(wordFor).join(" or ");
}

/** The type of a value that a user wrote, in words; never the value. */
export function valueName(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number" && !Number.isInteger(value)) return "a fraction";
  return typeof value === "object" ? "a map" : typeof value === "string" ? "text" : `a ${typeof value}`;
}
