/**
 * Canonical JSON (RFC 8785): keys sorted by UTF-16 code unit, no white space, numbers as ECMAScript writes them. Equal
 * data gives equal text. Throws TypeError on what JSON cannot say (NaN, functions, lone surrogates); undefined members are
 * left out. Own code because the model imports nothing, and because JSON.stringify already does the hard half.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError("not a JSON number");
  if (typeof value === "string") return canonicalString(value);
  if (typeof value === "boolean") return value ? "true" : "false";
  if (value === null || typeof value !== "object") {
    const text = JSON.stringify(value);
    if (text === undefined) throw new TypeError(`not JSON: ${typeof value}`);
    return text;
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const object: object = "toJSON" in value && typeof value.toJSON === "function" ? value.toJSON() : value;
  if (typeof object !== "object") return canonicalJson(object);
  return canonicalObject(object as Readonly<Record<string, unknown>>, textOf);
}

function textOf(_: string, member: unknown): string | undefined {
  return member === undefined ? undefined : canonicalJson(member);
}

/** An object of which `textOf` writes each member; those of which it gives undefined are left out. */
export function canonicalObject(
  object: Readonly<Record<string, unknown>>,
  textOf: (key: string, member: unknown) => string | undefined,
): string {
  const { sorted, quoted } = orderOf(Object.keys(object));
  let members = "";
  for (let at = 0; at < sorted.length; at++) {
    const key = sorted[at] ?? "";
    const text = textOf(key, object[key]);
    if (text === undefined) continue;
    members += members === "" ? quoted[at] : `,${quoted[at]}`;
    members += text;
  }
  return `{${members}}`;
}

const PIECE = 1 << 16;

/** The same text piece by piece, so that the text of a large plan is never whole. Throws as `canonicalJson` does. */
export function* canonicalPieces(value: unknown): Generator<string> {
  let piece = "";
  for (const part of partsOf(value)) {
    piece += part;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}

/** A long part is a list somewhere: its items are parts. */
function* partsOf(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    yield "[";
    for (const [at, item] of value.entries())
      yield at === 0 ? canonicalJson(item) : `,${canonicalJson(item)}`;
    yield "]";
    return;
  }
  if (typeof value !== "object" || value === null || "toJSON" in value) {
    yield canonicalJson(value);
    return;
  }
  const { sorted, quoted } = orderOf(Object.keys(value));
  let before = "{";
  for (const [at, key] of sorted.entries()) {
    const member = (value as Readonly<Record<string, unknown>>)[key];
    if (member === undefined) continue;
    yield `${before}${quoted[at]}`;
    yield* partsOf(member);
    before = ",";
  }
  yield before === "{" ? "{}" : "}";
}

/** Keys in canonical order, and each as it is written, with its colon. */
type Order = {
  readonly keys: readonly string[];
  readonly sorted: readonly string[];
  readonly quoted: readonly string[];
};

/** Orders found lately: thousands of objects have the same keys, and sorting them takes longer than writing them. */
const orders: (Order | undefined)[] = [];
const MOST_ORDERS = 64;

function orderOf(keys: readonly string[]): Order {
  const place = (keys.length * 31 + (keys[0]?.length ?? 0) * 7 + (keys.at(-1)?.length ?? 0)) % MOST_ORDERS;
  const known = orders[place];
  if (known !== undefined && isSame(known.keys, keys)) return known;
  const sorted = [...keys].sort();
  const order = { keys, sorted, quoted: sorted.map((key) => `${canonicalString(key)}:`) };
  orders[place] = order;
  return order;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** Most texts: nothing to escape, no surrogates. */
const PLAIN = /^[ !#-[\]-~]*$/;

function canonicalString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text)) {
    throw new TypeError("a lone surrogate is not Unicode text");
  }
  return JSON.stringify(text);
}
