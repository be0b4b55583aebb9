import fc from "fast-check";
import { expect, test } from "vitest";
import type { AttributeEncoding } from "../../../../../src/model/source-config/directory.ts";
import { guidText, readValue } from "../../../../../src/sources/directory/entries/values/encoding.ts";
import { escapeFilterValue } from "../../../../../src/sources/directory/search/filters.ts";
import { parseSid } from "../../../../../src/sources/directory/search/sid.ts";
import type { LdapEntry } from "../../../../../src/sources/ldap/protocol/types.ts";
import { Unclear } from "../../../../../src/sources/records/findings.ts";
import { matching } from "../../memory-filter.ts";
import { entry } from "../../memory-session.ts";

const one = (...values: readonly Uint8Array[]): LdapEntry => ({
  dn: "CN=x",
  names: () => ["a"],
  has: () => values.length > 0,
  textsBehind: () => [],
  texts: () => values.map((value) => Buffer.from(value).toString("utf8")),
  bytes: () => values,
});
const hex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));

test("GUIDs in the form that Windows shows them", () => {
  expect(guidText(hex("6b1f2c3d4e5f60718293a4b5c6d7e8f9"))).toBe("3d2c1f6b-5f4e-7160-8293-a4b5c6d7e8f9");
  expect(guidText(hex("00112233445566778899aabbccddeeff"))).toBe("33221100-5544-7766-8899-aabbccddeeff");
  expect(guidText(hex("001122"))).toBeUndefined();
  expect(guidText(new Uint8Array(17))).toBeUndefined();
});

test("a GUID's text holds all of its bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const groups = (guidText(bytes) ?? "").split("-").map((group) => Buffer.from(group, "hex"));
      const back = groups.map((group, index) => (index < 3 ? Buffer.from(group).reverse() : group));
      expect(new Uint8Array(Buffer.concat(back))).toEqual(bytes);
    }),
  );
});

const cases: readonly (readonly [AttributeEncoding, readonly string[], string | undefined])[] = [
  ["text", ["4a616e65"], "Jane"],
  ["text", ["4dc3bc6c6c6572"], "Müller"],
  ["text", ["efbfbd"], "\ufffd"],
  ["text", ["2020"], undefined],
  ["text", [], undefined],
  ["base64", ["00ff10"], "AP8Q"],
  ["base64", ["00ff1020"], "AP8QIA=="],
  ["hex", ["00ff10"], "00ff10"],
  ["guid", ["00112233445566778899aabbccddeeff"], "33221100-5544-7766-8899-aabbccddeeff"],
];
test.each(cases)("%s of %j", (encoding, values, expected) => {
  expect(readValue(one(...values.map(hex)), { attribute: "a", encoding })).toBe(expected);
});

const unclear: readonly (readonly [AttributeEncoding, readonly string[], string])[] = [
  ["text", ["4aff"], "Its bytes are not UTF-8 text. A binary attribute needs an `encoding` in the map."],
  ["text", ["61", "62"], "It has 2 values, and nothing says which one is meant."],
  ["guid", ["001122"], "A value of it has 3 bytes, and a GUID has 16."],
  ["base64", ["61", "62", "63"], "It has 3 values, and nothing says which one is meant."],
];
test.each(unclear)("%s of %j is unclear", (encoding, values, message) => {
  expect(readValue(one(...values.map(hex)), { attribute: "a", encoding })).toEqual(new Unclear(message));
});

test("security identifiers", () => {
  const wellKnown = hex("010500000000000515000000a065cf7e784b9b5fe77c8770091c0100");
  expect(parseSid(wellKnown)).toEqual({ domain: "S-1-5-21-2127521184-1604012920-1887927527", rid: 72713 });
  expect(parseSid(hex("01020000000000052000000020020000"))).toEqual({ domain: "S-1-5-32", rid: 544 });
  expect(parseSid(hex("0102000000000005200000002002"))).toBeUndefined();
  expect(parseSid(hex("020100000000000520000000"))).toBeUndefined();
  expect(parseSid(undefined)).toBeUndefined();
});

test("values in filters", () => {
  expect(escapeFilterValue("CN=a*(b)\\c\0,DC=ü")).toBe("CN=a\\2a\\28b\\29\\5cc\\00,DC=ü");
});

test("an escaped value stays one value and means itself", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."ab()*\\&|!=\0 ü") }), fc.string(), (value, other) => {
      fc.pre(value !== "");
      const filter = `(&(cn=${escapeFilterValue(value)})(sn=x))`;
      const is = (cn: string) => matching(filter, new Map())(entry("CN=x", { cn, sn: "x" }));
      expect(is(value)).toBe(true);
      expect(is(other)).toBe(other.toLowerCase() === value.toLowerCase());
    }),
  );
});
