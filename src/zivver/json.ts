export type JsonObject = Readonly<Record<string, unknown>>;

/** What a text says as JSON, or undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value as an object (no array, not null), or undefined. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** The kind of a JSON value, for people: `a list`, `null`, `a number`; `missing` for none. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : typeof value === "string" ? "text" : `a ${typeof value}`;
}

/** What is wrong with a value, for people: `a number instead of text`, or `missing`. */
export function insteadOf(value: unknown, wanted: string): string {
  return value === undefined ? "missing" : `${kindOf(value)} instead of ${wanted}`;
}
