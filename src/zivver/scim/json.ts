/** The kind of a JSON value, for people: `a list`, `null`, `a number`; `missing` for none. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : typeof value === "string" ? "text" : `a ${typeof value}`;
}

/** The problem with a value, for people: `a number instead of text`, or `missing`. */
export function insteadOf(value: unknown, wanted: string): string {
  return value === undefined ? "missing" : `${kindOf(value)} instead of ${wanted}`;
}
