import fc from "fast-check";
import { BerWriter, FilterParser } from "ldapts";
import { describe, expect, it } from "vitest";
import { encodeFilter, FilterSyntaxError } from "../../../../src/sources/ldap/protocol/filter.ts";
import { octets, tlv } from "../../../servers/ldap-messages.ts";

const ava = (tag: number, attribute: string, value: string | Uint8Array) =>
  tlv(tag, octets(attribute), octets(value));
const equal = (attribute: string, value: string | Uint8Array) => ava(0xa3, attribute, value);
const text = (tag: number, value: string) => tlv(tag, Buffer.from(value));

describe("a filter", () => {
  it.each([
    ["equality", "(mail=a@example.org)", equal("mail", "a@example.org")],
    [
      "the bytes of a GUID",
      "(objectGUID=\\b3\\01\\ff\\00)",
      equal("objectGUID", Buffer.from("b301ff00", "hex")),
    ],
    ["escaped UTF-8", "(cn=J\\c3\\bcrgen)", equal("cn", "Jürgen")],
    ["plain UTF-8", "(cn=Jürgen 🚑)", equal("cn", "Jürgen 🚑")],
    ["escaped signs", "(cn=a\\2a\\28b\\29\\5c)", equal("cn", "a*(b)\\")],
    ["an empty value", "(cn=)", equal("cn", "")],
    ["spaces of a value", "(cn= a )", equal("cn", " a ")],
    ["presence", "(mail=*)", text(0x87, "mail")],
    ["an OID and an option", "(2.5.4.3;lang-nl=x)", equal("2.5.4.3;lang-nl", "x")],
    [">=", "(uSNChanged>=7)", ava(0xa5, "uSNChanged", "7")],
    ["<=", "(uSNChanged<=7)", ava(0xa6, "uSNChanged", "7")],
    ["~=", "(cn~=smit)", ava(0xa8, "cn", "smit")],
    ["initial", "(mail=SMTP:*)", tlv(0xa4, octets("mail"), tlv(0x30, text(0x80, "SMTP:")))],
    ["final, in bytes", "(a=*\\ff)", tlv(0xa4, octets("a"), tlv(0x30, tlv(0x82, Buffer.of(0xff))))],
    [
      "all parts",
      "(cn=a*b*c*d)",
      tlv(0xa4, octets("cn"), tlv(0x30, text(0x80, "a"), text(0x81, "b"), text(0x81, "c"), text(0x82, "d"))),
    ],
    [
      "a bit rule",
      "(userAccountControl:1.2.840.113556.1.4.803:=2)",
      tlv(0xa9, text(0x81, "1.2.840.113556.1.4.803"), text(0x82, "userAccountControl"), text(0x83, "2")),
    ],
    [
      "every part of an extensible match",
      "(ou:DN:2.4.6.8:=a:=b)",
      tlv(0xa9, text(0x81, "2.4.6.8"), text(0x82, "ou"), text(0x83, "a:=b"), tlv(0x84, Buffer.of(0xff))),
    ],
    ["no attribute", "(:caseExactMatch:=x)", tlv(0xa9, text(0x81, "caseExactMatch"), text(0x83, "x"))],
    [
      "and, or, not",
      "(&(|(a=1)(b=2))(!(c=3)))",
      tlv(0xa0, tlv(0xa1, equal("a", "1"), equal("b", "2")), tlv(0xa2, equal("c", "3"))),
    ],
    ["true and false", "(&(&)(|))", tlv(0xa0, tlv(0xa0), tlv(0xa1))],
    [
      "lines of YAML",
      " (&\n  (a=1)\n  (! (b=2) )\n)\n",
      tlv(0xa0, equal("a", "1"), tlv(0xa2, equal("b", "2"))),
    ],
  ])("has the bytes of RFC 4511: %s", (_, filter, bytes) => {
    expect(encodeFilter(filter).toString("hex")).toBe(bytes.toString("hex"));
  });

  it("carries any bytes when they are escaped", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (value) => {
        const escaped = Array.from(value, (byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
        const bytes = encodeFilter(`(objectGUID=${escaped})`);
        expect(bytes.subarray(-value.length || bytes.length).equals(value)).toBe(true);
        expect(bytes.includes(Buffer.concat([Buffer.of(0x04, 0x0a), Buffer.from("objectGUID")]))).toBe(true);
      }),
    );
  });

  it("has the bytes that another encoder gives, where that one is right", () => {
    const anAttribute = fc.stringMatching(/^[a-z][a-zA-Z0-9-]{0,8}$/);
    const aWord = fc.stringMatching(/^[a-zA-Z0-9 é]{1,10}$/);
    const { filter } = fc.letrec<{ filter: string }>((tie) => ({
      filter: fc.oneof(
        { maxDepth: 3 },
        fc
          .tuple(anAttribute, fc.constantFrom("=", ">=", "<=", "~="), aWord)
          .map((parts) => `(${parts.join("")})`),
        fc.tuple(anAttribute, aWord, aWord).map(([a, b, c]) => `(${a}=${b}*${c}*)`),
        fc
          .tuple(fc.constantFrom("&", "|"), fc.array(tie("filter"), { minLength: 1, maxLength: 3 }))
          .map(([operator, members]) => `(${operator}${members.join("")})`),
        tie("filter").map((inner) => `(!${inner})`),
      ),
    }));
    fc.assert(
      fc.property(filter, (text) => {
        const writer = new BerWriter();
        FilterParser.parseString(text).write(writer);
        expect(shortLengths(encodeFilter(text))).toBe(shortLengths(writer.buffer));
      }),
    );
  });

  it.each([
    ["", 0, '"(" is missing'],
    ["mail=*", 0, '"(" is missing'],
    ["(&(mail=*)", 10, '")" is missing'],
    ["(mail=*", 7, '")" is missing'],
    ["(mail=*))", 8, "something follows after the last parenthesis"],
    ["(a=1)(b=2)", 5, "something follows after the last parenthesis"],
    ["(!(a=1)(b=2))", 7, '")" is missing'],
    ["(&(!(a=1)x(b=2)))", 9, '")" is missing'],
    ["()", 1, "the name of an attribute is missing"],
    ["(=x)", 1, "the name of an attribute is missing"],
    ["(ma il=x)", 3, 'one of "=", ">=", "<=" and "~=" is missing'],
    ["(mail)", 5, 'one of "=", ">=", "<=" and "~=" is missing'],
    ["(cn=a(b)", 5, "in a value, it is written as \\28"],
    ["(cn=a\0)", 5, "in a value, it is written as \\00"],
    ["(cn=a\\zz)", 5, "after a backslash stand two hexadecimal digits (\\5c for itself)"],
    ["(cn=a\\4)", 5, "after a backslash stand two hexadecimal digits (\\5c for itself)"],
    ["(cn>=a*)", 6, '")" is missing'],
    ["(cn:dn)", 3, '":=" is missing'],
    ["(:dn:=x)", 1, "neither an attribute nor a matching rule is named"],
    ["(cn:a b:=x)", 3, "no matching rule is named like that"],
    ["(cn:dn:a:b:=x)", 3, "no matching rule is named like that"],
    [`${"(!".repeat(150)}(a=1)${")".repeat(150)}`, 202, "it is nested more than 100 deep"],
  ])("that is none says where: %s", (filter, at, message) => {
    const error = thrownBy(() => encodeFilter(filter));
    expect({ at: error.at, message: error.message }).toEqual({ at, message });
  });

  it("never fails in another way", () => {
    const signs = fc.constantFrom(
      "(",
      ")",
      "&",
      "|",
      "!",
      "=",
      "*",
      "\\",
      ":",
      "2a",
      "dn",
      "cn",
      ">",
      " ",
      "é",
      "\0",
    );
    fc.assert(
      fc.property(fc.array(signs, { maxLength: 30 }), (parts) => {
        expect(encodedOrRefused(parts.join(""))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Throws what is not a refusal. */
function encodedOrRefused(filter: string): boolean {
  try {
    encodeFilter(filter);
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) throw error;
  }
  return true;
}

function thrownBy(work: () => unknown): FilterSyntaxError {
  try {
    work();
  } catch (error) {
    if (error instanceof FilterSyntaxError) return error;
    throw error;
  }
  throw new Error("It succeeded.");
}

/** Nested elements with their lengths left out: two encoders may write the same length in two forms. */
function shortLengths(bytes: Buffer): string {
  const tag = bytes[0] ?? 0;
  const first = bytes[1] ?? 0;
  const size = first < 0x80 ? 0 : first & 0x7f;
  const length = size === 0 ? first : bytes.readUIntBE(2, size);
  const content = bytes.subarray(2 + size, 2 + size + length);
  const inner = (tag & 0x20) === 0 || length === 0 ? content.toString("hex") : shortLengths(content);
  const rest = bytes.subarray(2 + size + length);
  return `${tag.toString(16)}{${inner}}${rest.length > 0 ? shortLengths(rest) : ""}`;
}
