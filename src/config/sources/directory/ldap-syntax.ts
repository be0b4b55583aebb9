/** The reason why a text is not a filter: `at` counts characters from 1. */
export type FilterFault = { readonly at: number; readonly message: string; readonly remedy: string };

const NAME = "[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\\.[0-9]+)+";
const ATTRIBUTE = `(?:${NAME})(?:;[A-Za-z0-9-]+)*`;
// RFC 4515, item: attribute and value, or a matching rule in between (`:1.2.840.113556.1.4.803:=`).
const SIMPLE = new RegExp(`^(${ATTRIBUTE})\\s*([<>~]?=)(.*)$`, "u");
const EXTENSIBLE = new RegExp(`^(${ATTRIBUTE}(?::dn)?(?::(?:${NAME}))?|(?::dn)?:(?:${NAME}))(:=)(.*)$`, "iu");

const DEEPEST = 100;
const SHOWN = "(department=Care)";

const WHOLE_ATTRIBUTE = new RegExp(`^${ATTRIBUTE}$`, "u");

/** Whether the text is the name of an attribute, or its number. Pure. */
export function isAttribute(text: string): boolean {
  return WHOLE_ATTRIBUTE.test(text);
}

class Fault extends Error {
  readonly fault: FilterFault;
  constructor(offset: number, message: string, remedy: string) {
    super(message);
    this.fault = { at: offset + 1, message, remedy };
  }
}

/** The filter (RFC 4515) without white space between its parts, or what is wrong with it. Pure. */
export function parseFilter(text: string): { readonly filter: string } | { readonly fault: FilterFault } {
  try {
    const start = skipSpace(text, 0);
    const { filter, end } = readFilter(text, start, 0);
    const rest = skipSpace(text, end);
    if (rest < text.length) {
      throw new Fault(
        rest,
        "there is something after its end",
        "Put `(&…)` or `(|…)` around several conditions.",
      );
    }
    return { filter };
  } catch (error) {
    if (error instanceof Fault) return { fault: error.fault };
    throw error;
  }
}

type Part = { readonly filter: string; readonly end: number };

function readFilter(text: string, start: number, depth: number): Part {
  if (text[start] !== "(") throw new Fault(start, "a `(` is missing", `Write for example \`${SHOWN}\`.`);
  if (depth > DEEPEST) throw new Fault(start, "it is nested too deeply", "Write it flatter.");
  const first = skipSpace(text, start + 1);
  const operator = text[first] ?? "";
  if (operator !== "" && "&|!".includes(operator)) return readCombined(text, start, first, depth);
  return readItem(text, start, first);
}

function readCombined(text: string, start: number, at: number, depth: number): Part {
  const operator = text[at] ?? "";
  const parts: string[] = [];
  let next = skipSpace(text, at + 1);
  while (text[next] === "(") {
    const { filter, end } = readFilter(text, next, depth + 1);
    parts.push(filter);
    next = skipSpace(text, end);
  }
  if (text[next] !== ")" && next < text.length) {
    throw new Fault(next, "a `(` or a `)` is missing", "Put each condition in parentheses of its own.");
  }
  const wanted = operator === "!" ? "one condition" : "conditions";
  if (parts.length === 0 || (operator === "!" && parts.length > 1)) {
    throw new Fault(at, `\`${operator}\` takes ${wanted} in parentheses`, `Write \`(${operator}${SHOWN})\`.`);
  }
  if (next >= text.length) throw unclosed(start);
  return { filter: `(${operator}${parts.join("")})`, end: next + 1 };
}

function readItem(text: string, start: number, first: number): Part {
  const length = text.slice(first).search(/[()]/);
  if (length < 0) throw unclosed(start);
  const end = first + length;
  const item = text.slice(first, end);
  const [whole, attribute = "", operator = "", value = ""] = SIMPLE.exec(item) ?? EXTENSIBLE.exec(item) ?? [];
  if (whole === undefined) {
    const message = "this is not an attribute with `=` and a value";
    throw new Fault(first, message, `Write for example \`${SHOWN}\`.`);
  }
  checkValue(value, operator, first + item.length - value.length);
  if (text[end] === "(")
    throw new Fault(end, "there is a `(` inside a value", "Write `\\28` for `(` and `\\29` for `)`.");
  return { filter: `(${attribute}${operator}${value})`, end: end + 1 };
}

function checkValue(value: string, operator: string, offset: number): void {
  const bare = value.search(/\\(?![0-9A-Fa-f]{2})/);
  if (bare >= 0) {
    const message = "a `\\` is without two hexadecimal digits after it";
    throw new Fault(offset + bare, message, "Write `\\5c` for `\\`: `(manager=CN=Doe\\5c, Jane,DC=…)`.");
  }
  const star = value.indexOf("*");
  if (star >= 0 && operator !== "=") {
    throw new Fault(offset + star, `\`*\` has no meaning after \`${operator}\``, "Write `\\2a` for `*`.");
  }
}

function unclosed(start: number): Fault {
  return new Fault(start, "this `(` is not closed", "Add the `)`.");
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? "")) at += 1;
  return at;
}

const VALUE = '(?:"(?:[^"\\\\]|\\\\.)*"|(?:\\\\.|[^,+"\\\\;<>])*)';
const RDN = `\\s*(?:OID\\.)?(?:${NAME})\\s*=${VALUE}`;
const DN = new RegExp(`^${RDN}(?:[,+]${RDN})*$`, "u");

/** Whether the text looks like a DN (RFC 4514). Only its outline is looked at: `type=value` parts. Pure. */
export function isDn(text: string): boolean {
  return DN.test(text);
}
