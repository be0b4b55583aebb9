/**
 * Canonical JSON (RFC 8785): keys sorted by UTF-16 code unit, no white space, numbers as ECMAScript writes them. Equal
 * data gives equal text. Throws TypeError on what JSON cannot say (NaN, functions, lone surrogates); undefined members are
 * left out. Own code because the model imports nothing, and because JSON.stringify already does the hard half.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError("not a JSON number");
  if (typeof value === "string") return canonicalString(value);
  if (value === null || typeof value !== "object") {
    const text = JSON.stringify(value);
    if (text === undefined) throw new TypeError(`not JSON: ${typeof value}`);
    return text;
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const object: object = "toJSON" in value && typeof value.toJSON === "function" ? value.toJSON() : value;
  if (typeof object !== "object") return canonicalJson(object);
  let members = "";
  for (const key of Object.keys(object).sort()) {
    const member: unknown = (object as Readonly<Record<string, unknown>>)[key];
    if (member === undefined) continue;
    members += `${members === "" ? "" : ","}${canonicalString(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

/** Most texts: nothing to escape, no surrogates. */
const PLAIN = /^[ !#-[\]-~]*$/;

function canonicalString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text)) {
    throw new TypeError("a lone surrogate is no Unicode text");
  }
  return JSON.stringify(text);
}
