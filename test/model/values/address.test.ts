import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  domainOf,
  isInOneOf,
  matchesPattern,
  parseAddress,
  parseDomain,
} from "../../../src/model/values/address.ts";

describe("parseAddress", () => {
  test.each([
    ["J.Doe@Example.ORG", "j.doe@example.org"],
    ["  jd@example.org\n", "jd@example.org"],
    ["o'neil+tag&co@example.org", "o'neil+tag&co@example.org"],
    ["jose\u0301@example.org", "jos\u00e9@example.org"],
    ["\u00c9MILE@example.org", "\u00e9mile@example.org"],
    ["a@b\u00fccher.example.org", "a@xn--bcher-kva.example.org"],
    ["a@B\u00dcCHER.example.org", "a@xn--bcher-kva.example.org"],
    ["a@bu\u0308cher.example.org", "a@xn--bcher-kva.example.org"],
    ["a@xn--bcher-kva.example.org", "a@xn--bcher-kva.example.org"],
    ["a@\u4f8b\u3048\u3002example\u3002org", "a@xn--r8jz45g.example.org"],
    ["a@stra\u00dfe.example.org", "a@xn--strae-oqa.example.org"],
    [`${"a".repeat(64)}@example.org`, `${"a".repeat(64)}@example.org`],
  ])("%j is %j", (text, canonical) => expect(parseAddress(text)).toBe(canonical));

  test.each([
    "",
    "@",
    "a",
    "a@",
    "@example.org",
    "a@localhost",
    "a@example",
    "a@.example.org",
    "a@example..org",
    "a@example.org.",
    "a@-b.example.org",
    "a@b-.example.org",
    "a@b_c.example.org",
    "a@[127.0.0.1]",
    "a@127.0.0.1",
    "a@0x7f.1",
    ".a@example.org",
    "a.@example.org",
    "a..b@example.org",
    "a b@example.org",
    "a\u00a0b@example.org",
    '"a b"@example.org',
    "a@b@example.org",
    "smtp:a@example.org",
    "Jane <a@example.org>",
    "a@example.org, b@example.org",
    "a;b@example.org",
    "a\u0000@example.org",
    "a\u001b[31m@example.org",
    "a\u200b@example.org",
    "a\u202eb@example.org",
    "\ufeffa\ufeff@example.org",
    "a\ud800@example.org",
    "a\n@example.org",
    "a\\@example.org",
    "a@example.org/path",
    "a@example.org:25",
    "a@user:pw@example.org?x#y",
    "a@exa%6dple.org",
    `${"a".repeat(65)}@example.org`,
    `a@${"b".repeat(64)}.org`,
    `a@${"b.".repeat(130)}org`,
  ])("%j is none", (text) => expect(parseAddress(text)).toBeUndefined());

  test("canonical whatever accent stands behind whatever capital", () => {
    const capitals = Array.from({ length: 0x2000 }, (_, code) => String.fromCodePoint(code)).filter(
      (letter) => letter !== letter.toLowerCase(),
    );
    expect(capitals.length).toBeGreaterThan(500);
    for (const capital of capitals) {
      for (const accent of ["\u0300", "\u0301", "\u0307", "\u030c", "\u0331", "\u0345"]) {
        const address = parseAddress(`${capital}${accent}an@example.org`);
        if (address !== undefined) expect(parseAddress(address)).toBe(address);
      }
    }
    // J with a caron is two characters, and its small letter is one.
    expect(parseAddress("J\u030can@example.org")).toBe("\u01f0an@example.org");
  });

  test("what it gives is canonical: parsed again it is the same, and it has one @ and a domain that stands", () => {
    let parsed = 0;
    const local = fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 });
    const label = fc.string({
      unit: fc.constantFrom(
        "a",
        "B",
        "\u00fc",
        "u\u0308",
        "\u00df",
        "\u4f8b",
        "\u0130",
        "\u03a3",
        "-",
        "1",
        "\u212a",
      ),
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(local, label, (name, first) => {
        const address = parseAddress(`${name}@${first}.Example.org`);
        if (address === undefined) return;
        parsed++;
        expect(parseAddress(address)).toBe(address);
        expect(address.indexOf("@")).toBe(address.lastIndexOf("@"));
        expect(parseDomain(domainOf(address))).toBe(domainOf(address));
      }),
      { numRuns: 2000 },
    );
    expect(parsed).toBeGreaterThan(200);
  });

  test("an ordinary address is read as any other", () => {
    const part = fc.stringMatching(/^[A-Za-z0-9._+'-]{0,70}$/);
    fc.assert(
      fc.property(part, part, (local, domain) => {
        const text = `${local}@${domain}`;
        // White space around it is what makes the reader look at every character.
        expect(parseAddress(text)).toBe(parseAddress(` ${text}`));
      }),
      {
        numRuns: 2000,
        examples: [
          ["a", "example.org"],
          ["A.b", "EXAMPLE.ORG"],
          ["a".repeat(65), "example.org"],
        ],
      },
    );
  });
});

test.each([
  ["Example.ORG", "example.org"],
  [" b\u00fccher.example.org ", "xn--bcher-kva.example.org"],
  ["example.123", undefined],
  ["org", undefined],
  ["", undefined],
  ["*.example.org", undefined],
])("parseDomain(%j) is %j", (text, domain) => expect(parseDomain(text)).toBe(domain));

describe("matchesPattern", () => {
  test("is what a regular expression says", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "@", "."), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "@", ".", "*", "*"), maxLength: 6 });
    let matches = 0;
    fc.assert(
      fc.property(pattern, text, (given, address) => {
        const source = given
          .split("*")
          .map((part) => part.replace(/[.]/g, "\\."))
          .join(".*");
        const oracle = new RegExp(`^${source}$`, "s").test(address);
        if (oracle) matches++;
        expect(matchesPattern(given, address)).toBe(oracle);
      }),
      { numRuns: 5000 },
    );
    expect(matches).toBeGreaterThan(100);
  });

  test.each([
    ["*@Board.Example.org", "a@board.example.org", true],
    ["*@board.example.org", "a@notboard.example.org", false],
    [" Admin@Example.org ", "admin@example.org", true],
    ["a@b\u00fccher.example.org", "a@xn--bcher-kva.example.org", true],
    ["*", "anything", true],
    ["a*a", "a", false],
    ["jos\u00e9*", "jos\u00e9@example.org", true],
  ])("%j and %j: %j", (pattern, address, expected) =>
    expect(matchesPattern(pattern, address)).toBe(expected),
  );
});

describe("isInOneOf", () => {
  test("says what comparing the domain says", () => {
    const label = fc.constantFrom("example", "an-example", "n", "mail.example");
    const domain = fc.tuple(label, fc.constantFrom("org", "com")).map((parts) => parts.join("."));
    fc.assert(
      fc.property(
        fc.array(domain),
        fc.constantFrom("a", "a.example.org", "example"),
        domain,
        (all, name, own) => {
          const address = parseAddress(`${name}@${own}`);
          if (address === undefined) throw new Error("no address");
          expect(isInOneOf(all, address)).toBe(all.includes(domainOf(address)));
        },
      ),
    );
  });
});
