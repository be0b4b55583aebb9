export type JsonObject = Readonly<Record<string, unknown>>;

/** Objects and lists inside of each other: what is nested deeper would end in the middle of a computation that follows it. */
export const DEEPEST_JSON = 64;

/** Whether objects and lists of this JSON are nested deeper than zivsync reads. Of a text that is not JSON it says nothing. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfText(text, at);
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      depth += 1;
      if (depth > DEEPEST_JSON) return true;
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth -= 1;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Where the text ends that begins with the quote at `start`. */
function endOfText(json: string, start: number): number {
  let at = start + 1;
  for (; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) break;
  }
  return at;
}

/** The value of a JSON text; undefined when it is not JSON, or is nested deeper than zivsync reads. */
export function parseJson(text: string): unknown {
  return isTooDeep(text) ? undefined : parseJsonOfAnyDepth(text);
}

/** The same for a text whose depth is known to be within bounds, which saves a look at each of its characters. */
export function parseJsonOfAnyDepth(text: string): unknown {
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

/** The text without space around it; undefined for what is not text, and for none. */
export function asText(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  return text === "" ? undefined : text;
}

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
