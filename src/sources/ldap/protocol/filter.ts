// A filter's way (RFC 4515) from text to the bytes of RFC 4511 section 4.5.1.7. Values are bytes from the start, so that
// `(objectGUID=\b3\01…)` asks for those bytes and not for what they would be as text.

const TAG = {
  "&": 0xa0,
  "|": 0xa1,
  not: 0xa2,
  "=": 0xa3,
  substrings: 0xa4,
  ">=": 0xa5,
  "<=": 0xa6,
  present: 0x87,
  "~=": 0xa8,
  extensible: 0xa9,
} as const;
const OCTET_STRING = 0x04;
const SEQUENCE = 0x30;
const DEEPEST = 100;

const ATTRIBUTE = /^(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)(?:;[A-Za-z0-9-]+)*/;
const RULE = /^(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)$/;
const WHITE_SPACE = /[ \t\r\n]/;

/** Where a filter stops being one: `at` counts characters from 0. */
export class FilterSyntaxError extends Error {
  override readonly name = "FilterSyntaxError";
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/** Encodes an RFC 4515 filter. White space is allowed around parentheses, not in values. Throws FilterSyntaxError. */
export function encodeFilter(text: string): Buffer {
  const reader = new FilterReader(text);
  reader.white();
  const filter = reader.filter(0);
  reader.white();
  if (reader.at < text.length) {
    throw new FilterSyntaxError(reader.at, "something follows after the last parenthesis");
  }
  return filter;
}

class FilterReader {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  white(): void {
    while (WHITE_SPACE.test(this.#text[this.at] ?? "")) this.at += 1;
  }

  filter(depth: number): Buffer {
    if (depth > DEEPEST) throw new FilterSyntaxError(this.at, `it is nested more than ${DEEPEST} deep`);
    this.#expect("(");
    const operator = this.#text[this.at];
    const filter =
      operator === "&" || operator === "|"
        ? this.#list(TAG[operator], depth)
        : operator === "!"
          ? this.#not(depth)
          : this.#item();
    this.#expect(")");
    return filter;
  }

  /** Without members: true, and false (RFC 4526). */
  #list(tag: number, depth: number): Buffer {
    this.at += 1;
    const members: Buffer[] = [];
    for (this.white(); this.#text[this.at] === "("; this.white()) members.push(this.filter(depth + 1));
    return element(tag, ...members);
  }

  #not(depth: number): Buffer {
    this.at += 1;
    this.white();
    const inner = this.filter(depth + 1);
    this.white();
    return element(TAG.not, inner);
  }

  #item(): Buffer {
    const attribute = ATTRIBUTE.exec(this.#text.slice(this.at))?.[0] ?? "";
    const start = this.at;
    this.at += attribute.length;
    if (this.#text[this.at] === ":") return this.#extensible(attribute);
    if (attribute === "") throw new FilterSyntaxError(start, "the name of an attribute is missing");
    const operator = /^(?:=|>=|<=|~=)/.exec(this.#text.slice(this.at, this.at + 2))?.[0];
    if (operator === undefined)
      throw new FilterSyntaxError(this.at, 'one of "=", ">=", "<=" and "~=" is missing');
    this.at += operator.length;
    if (operator === "=") return this.#equality(attribute);
    return element(TAG[operator as ">=" | "<=" | "~="], octets(attribute), octets(this.#value()));
  }

  #equality(attribute: string): Buffer {
    const parts = [this.#value()];
    while (this.#text[this.at] === "*") {
      this.at += 1;
      parts.push(this.#value());
    }
    const [first = EMPTY, ...others] = parts;
    const last = others.pop();
    if (last === undefined) return element(TAG["="], octets(attribute), octets(first));
    if (parts.every((part) => part.length === 0)) {
      // `**` is one wildcard too many, but what it means is plain.
      return element(TAG.present, Buffer.from(attribute));
    }
    const pieces = [
      ...(first.length > 0 ? [element(0x80, first)] : []),
      ...others.filter((part) => part.length > 0).map((part) => element(0x81, part)),
      ...(last.length > 0 ? [element(0x82, last)] : []),
    ];
    return element(TAG.substrings, octets(attribute), element(SEQUENCE, ...pieces));
  }

  /** `attribute:dn:rule:=value`, of which all but the last part may be left out. */
  #extensible(attribute: string): Buffer {
    const start = this.at;
    const end = this.#text.indexOf(":=", start);
    const names = end === -1 ? undefined : this.#text.slice(start, end).split(":").slice(1);
    if (names === undefined) throw new FilterSyntaxError(start, '":=" is missing');
    const ofDn = names[0]?.toLowerCase() === "dn";
    const [rule, ...surplus] = ofDn ? names.slice(1) : names;
    if (surplus.length > 0 || (rule !== undefined && !RULE.test(rule))) {
      throw new FilterSyntaxError(start, "no matching rule is named like that");
    }
    if (attribute === "" && rule === undefined) {
      throw new FilterSyntaxError(start, "neither an attribute nor a matching rule is named");
    }
    this.at = end + 2;
    return element(
      TAG.extensible,
      ...(rule === undefined ? [] : [element(0x81, Buffer.from(rule))]),
      ...(attribute === "" ? [] : [element(0x82, Buffer.from(attribute))]),
      element(0x83, this.#value()),
      ...(ofDn ? [element(0x84, Buffer.of(0xff))] : []),
    );
  }

  /** Up to the next `*` or `)`. */
  #value(): Buffer {
    const parts: Buffer[] = [];
    for (;;) {
      const plain = /^[^\\*()\0]*/.exec(this.#text.slice(this.at))?.[0] ?? "";
      parts.push(Buffer.from(plain));
      this.at += plain.length;
      const next = this.#text[this.at];
      if (next === "(" || next === "\0") {
        throw new FilterSyntaxError(
          this.at,
          `in a value, it is written as ${next === "(" ? "\\28" : "\\00"}`,
        );
      }
      if (next !== "\\") return Buffer.concat(parts);
      const pair = this.#text.slice(this.at + 1, this.at + 3);
      if (!/^[0-9A-Fa-f]{2}$/.test(pair)) {
        throw new FilterSyntaxError(
          this.at,
          "after a backslash stand two hexadecimal digits (\\5c for itself)",
        );
      }
      parts.push(Buffer.from(pair, "hex"));
      this.at += 3;
    }
  }

  #expect(character: "(" | ")"): void {
    if (this.#text[this.at] !== character) {
      throw new FilterSyntaxError(this.at, `"${character}" is missing`);
    }
    this.at += 1;
  }
}

const EMPTY = Buffer.alloc(0);

function octets(value: string | Buffer): Buffer {
  return element(OCTET_STRING, typeof value === "string" ? Buffer.from(value) : value);
}

function element(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthBytes(content.length), content]);
}

function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes = Buffer.alloc(5);
  bytes[0] = 0x84;
  bytes.writeUInt32BE(length, 1);
  return bytes;
}
