import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dnKey, domainDn, parentDn, parseDn } from "../../../../src/sources/directory/search/dn.ts";
import { runs } from "../../../support/runs.ts";

describe("DNs that are the same", () => {
  const same: readonly (readonly [string, ...string[]])[] = [
    ["cn=jane,dc=example,dc=test", "CN=Jane,DC=Example,DC=test", "CN = Jane , DC=example ,  DC=test"],
    [
      "CN=Doe\\, Jane,DC=test",
      'CN="Doe, Jane",DC=test',
      "CN=Doe\\2C Jane,DC=test",
      "cn=doe\\2c  jane;dc=test",
    ],
    [
      "CN=M\u00fcller,DC=test",
      "CN=M\\C3\\BCller,DC=test",
      "CN=Mu\u0308ller,DC=test",
      "cn=M\\c3\\9cLLER,dc=test",
    ],
    ["CN=\\#1,DC=test", "CN=\\231,DC=test", 'CN="#1",DC=test'],
    ["CN=a\\+b,DC=test", 'CN="a+b",DC=test', "CN=a\\2Bb,DC=test"],
    ["CN=a+OU=b,DC=test", "OU=b+CN=a,DC=test", "ou=B + cn=A,dc=test"],
    ["CN=Jane,DC=test", "2.5.4.3=Jane,0.9.2342.19200300.100.1.25=test", "OID.2.5.4.3=Jane,dc=test"],
    ["CN=Jane,DC=test", "commonName=Jane,domainComponent=test"],
    ["UID=jane,OU=x,O=y,C=nl", "0.9.2342.19200300.100.1.1=jane,2.5.4.11=x,2.5.4.10=y,2.5.4.6=nl"],
    ["CN=Jane", "CN=#0C044A616E65", "CN=#13044a616e65", "cn=#04044A616E65", "CN=#0c81044a616e65"],
    ["CN=Jane Doe,DC=test", "CN=Jane   Doe,DC=test", "CN=\\20Jane Doe\\20,DC=test", "CN=Jane\\ Doe,DC=test"],
    ["CN=\uff2a\uff41ne", "CN=Jane"],
    ["CN=a\\\\b,DC=test", "CN=a\\5Cb,DC=test"],
    ["CN=a=b,DC=test", "CN=a\\=b,DC=test", "CN=a\\3Db,DC=test"],
    ["", " "],
    ["no DN at all", "No DN At All"],
  ];
  test.each(same)("%s", (first, ...others) => {
    expect(others.map(dnKey)).toEqual(others.map(() => dnKey(first)));
  });
});

test("DNs that are not the same", () => {
  const different = [
    "CN=a,DC=test",
    "CN=a\\,DC=test",
    "CN=a+DC=test",
    "CN=a\\+DC=test",
    "OU=a,DC=test",
    "CN=a,DC=test,DC=test",
    "CN=ab,DC=test",
    "CN=\\61\\2Cdc\\3Dtest2",
    "CN=#04020001",
    "CN=\\#04020001",
    "CN=#0500",
    "CN=\\00\\01\\FF",
    "CN=\\00\\01\\FE",
    "CN=\ufffd",
    "CN=",
    "CN",
  ];
  expect(new Set(different.map(dnKey)).size).toBe(different.length);
});

test.each([
  [
    "CN=Doe\\, Jane+UID=7,OU=A\\2BB",
    [
      [
        { type: "cn", value: "Doe, Jane" },
        { type: "uid", value: "7" },
      ],
      [{ type: "ou", value: "A+B" }],
    ],
  ],
  ["CN=Jane\\ ", [[{ type: "cn", value: "Jane " }]]],
  ["CN=Jane\\\\ ", [[{ type: "cn", value: "Jane\\" }]]],
  ["cn=", [[{ type: "cn", value: "" }]]],
  ["", []],
  ["CN=a,", undefined],
  ["CN", undefined],
  ["=a", undefined],
  ["1cn=a", undefined],
  ["CN=a<b", undefined],
  ['CN="a', undefined],
  ['CN="a"b', undefined],
  ["CN=a\\", undefined],
  ["CN=#0", undefined],
  ["CN=#xy", undefined],
])("parseDn(%j)", (dn, expected) => {
  expect(parseDn(dn)).toEqual(expected);
});

test.each([
  ["CN=a,OU=b,DC=corp,DC=example,DC=test", "DC=corp,DC=example,DC=test"],
  ["cn=a,dc=corp , dc=test", "DC=corp,DC=test"],
  ["cn=a,o=b", ""],
  ["nothing", ""],
])("domainDn(%j)", (dn, expected) => {
  expect(domainDn(dn)).toBe(expected);
});

type Part = { readonly type: string; readonly value: string };

/** Letters and all that is special, no outer or double spaces: those do not count, so they would be no difference. */
const value = fc
  .array(fc.constantFrom(...'abcXYZ,+"\\<>;=#\u00fc\u00e9\u4e2d\u{1f600} '), { minLength: 1, maxLength: 8 })
  .map((list) => list.join("").replace(/ +/g, " ").trim())
  .filter((text) => text !== "");
const part = fc.record({ type: fc.constantFrom("cn", "ou", "dc", "uid", "mail"), value });
const name = fc.array(fc.array(part, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 4 });

const OIDS: Readonly<Record<string, string>> = {
  cn: "2.5.4.3",
  ou: "2.5.4.11",
  dc: "0.9.2342.19200300.100.1.25",
};

/** One of the many ways to write a value; `dice` chooses. */
function written(text: string, dice: () => number): string {
  if (dice() % 6 === 0) return `"${text.replace(/["\\]/g, "\\$&")}"`;
  const bytes = Buffer.from(text);
  if (dice() % 6 === 0 && bytes.length < 128) {
    return `#0c${bytes.length.toString(16).padStart(2, "0")}${bytes.toString("hex")}`;
  }
  const characters = [...text].map((character, index) => {
    const special = /[,+"\\<>;]/.test(character) || (index === 0 && character === "#");
    const way = dice() % 4;
    if (way === 0)
      return [...Buffer.from(character)].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
    if (special || (way === 1 && /[#= ]/.test(character))) return `\\${character}`;
    return way === 2 ? character.toUpperCase() : character;
  });
  return characters.join("");
}

function rewritten(rdns: readonly (readonly Part[])[], dice: () => number): string {
  const spaces = () => " ".repeat(dice() % 3);
  const shuffled = (parts: readonly Part[]) => (dice() % 2 === 0 ? parts : [...parts].reverse());
  return rdns
    .map((parts) =>
      shuffled(parts)
        .map(({ type, value }) => {
          const long = dice() % 4 === 0 ? (OIDS[type] ?? type) : type;
          return `${spaces()}${dice() % 2 === 0 ? long : long.toUpperCase()}${spaces()}=${spaces()}${written(value, dice)}${spaces()}`;
        })
        .join("+"),
    )
    .join(",");
}

/** Equal exactly where two names mean the same entry. */
function meaning(rdns: readonly (readonly Part[])[]): string {
  const parts = rdns.map((list) =>
    list.map(({ type, value }) => JSON.stringify([type, value.normalize("NFKC").toLowerCase()])).sort(),
  );
  return JSON.stringify(parts);
}

const dices = fc.infiniteStream(fc.nat(1000)).map((stream) => () => Number(stream.next().value));

test("every way of writing a DN has the same key", () => {
  fc.assert(
    fc.property(name, dices, dices, (rdns, one, other) => {
      expect(dnKey(rewritten(rdns, one))).toBe(dnKey(rewritten(rdns, other)));
    }),
    { numRuns: runs(400, 1000) },
  );
});

test("two DNs have one key exactly when they mean the same", () => {
  fc.assert(
    fc.property(name, name, dices, (one, other, dice) => {
      const equal = dnKey(rewritten(one, dice)) === dnKey(rewritten(other, dice));
      expect(equal).toBe(meaning(one) === meaning(other));
    }),
    { numRuns: runs(400, 1000) },
  );
});

test("no text is too odd to have a key", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'cn=,+;"\\# 0aF\ud800\uffff\0') }), (text) => {
      expect(dnKey(text)).toBe(dnKey(text.toUpperCase().toLowerCase()));
    }),
  );
});

test.each([
  ["CN=Doe\\, Jane,OU=a b,DC=test", "OU=a b,DC=test"],
  ['CN="Doe, Jane" ; DC=test', " DC=test"],
  ["CN=a+OU=b,DC=test", "DC=test"],
  ["DC=test", ""],
  ["", undefined],
  ["jane", undefined],
])("parentDn(%j)", (dn, expected) => {
  expect(parentDn(dn)).toBe(expected);
});
