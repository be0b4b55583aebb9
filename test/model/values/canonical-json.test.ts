import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, canonicalPieces } from "../../../src/model/values/canonical-json.ts";
import { Secret } from "../../../src/model/values/secret.ts";

const json = fc.jsonValue({ stringUnit: "binary" });

/** Runs a check on many JSON values. */
function forAll(check: (value: unknown) => void): void {
  fc.assert(
    fc.property(json, (value) => {
      check(value);
    }),
    { numRuns: 500 },
  );
}

test("parsed again, it is the same data", () => {
  forAll((value) => expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value))));
});

test("equal data gives equal text, in whatever order its keys came", () => {
  const backwards = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(backwards);
    if (typeof value !== "object" || value === null) return value;
    const members = Object.entries(value).reverse();
    return Object.fromEntries(members.map(([key, member]) => [key, backwards(member)]));
  };
  forAll((value) => expect(canonicalJson(backwards(value))).toBe(canonicalJson(value)));
});

test("the pieces together are the whole text, and none is long", () => {
  forAll((value) => expect([...canonicalPieces(value)].join("")).toBe(canonicalJson(value)));
  const long = {
    b: Array.from({ length: 50_000 }, (_, at) => ({ at, text: "\u{1f600}" })),
    a: undefined,
    c: {},
  };
  const pieces = [...canonicalPieces(long)];
  expect(pieces.join("")).toBe(canonicalJson(long));
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(70_000);
  expect(() => [...canonicalPieces([Number.NaN])]).toThrow(TypeError);
});

test("what it wrote is canonical already", () => {
  forAll((value) => expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value)));
});

describe("examples", () => {
  test.each<[string, unknown, string]>([
    [
      "no white space, keys sorted",
      { b: [1, { d: null, c: true }], a: "x" },
      '{"a":"x","b":[1,{"c":true,"d":null}]}',
    ],
    // From RFC 8785, section 3.2.3.
    [
      "keys by UTF-16 code unit",
      {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\ud83d\ude00": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
      },
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    ],
    [
      "numbers as ECMAScript writes them",
      [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0],
      "[333333333.3333333,1e+30,4.5,0.002,1e-27,0]",
    ],
    ["members that are undefined are left out", { a: undefined, b: 1 }, '{"b":1}'],
    [
      "what knows its own JSON is asked for it",
      { at: new Date(0), key: new Secret("hidden") },
      '{"at":"1970-01-01T00:00:00.000Z","key":"[secret]"}',
    ],
  ])("%s", (_, value, text) => expect(canonicalJson(value)).toBe(text));

  test.each<[string, unknown]>([
    ["NaN", Number.NaN],
    ["infinity", [Number.NEGATIVE_INFINITY]],
    ["undefined", undefined],
    ["undefined in a list", [undefined]],
    ["a function", { a: () => 1 }],
    ["a big integer", 1n],
    ["a lone high surrogate", "a\ud800b"],
    ["a lone low surrogate", ["\udc00"]],
    ["surrogates the wrong way round", { a: "\udc00\ud800" }],
    ["a lone surrogate in a key", { "\ud800": 1 }],
  ])("%s is not JSON", (_, value) => expect(() => canonicalJson(value)).toThrow(TypeError));
});
