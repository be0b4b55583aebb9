import { describe, expect, test } from "vitest";
import { Secret } from "../../../src/model/values/secret.ts";
import { formsOfAll, redactorOf, redactorOfForms } from "../../../src/model/values/secret-forms.ts";

const SECRET = 'hunter2 p@ss/"wörd+==';
const base64 = (text: string) => Buffer.from(text).toString("base64");
const percent = encodeURIComponent(SECRET);

/** A text with the secret in it, and what is left of it. */
const CASES: readonly (readonly [name: string, text: string, shown: string])[] = [
  ["as it is", `you sent ${SECRET}!`, "you sent [secret]!"],
  ["in other capitals", SECRET.toUpperCase(), "[secret]"],
  ["as JSON", JSON.stringify({ key: SECRET }), '{"key":"[secret]"}'],
  ["percent-encoded", `?key=${percent}&x`, "?key=[secret]&x"],
  ["percent-encoded, in small letters", percent.replace(/%../g, (code) => code.toLowerCase()), "[secret]"],
  ["as a form", new URLSearchParams({ key: SECRET }).toString(), "key=[secret]"],
  ["as base64", `(${base64(SECRET)})`, "([secret])"],
  ["as base64, percent-encoded", encodeURIComponent(base64(SECRET)), "[secret]"],
  ["as hexadecimal", Buffer.from(SECRET).toString("hex"), "[secret]"],
  ["as base64 of UTF-16", Buffer.from(SECRET, "utf16le").toString("base64"), "[secret]"],
  ["broken over lines", `${SECRET.slice(0, 9)}\r\n ${SECRET.slice(9)}`, "[secret]"],
  ["twice", `${SECRET}${SECRET}`, "[secret][secret]"],
];

describe("in place of a secret stands a mark", () => {
  test.each(CASES)("%s", (_, text, shown) => {
    expect(redactorOf([new Secret(SECRET)])(text)).toBe(shown);
  });

  test.each([0, 1, 2])("within a longer text as base64, %i bytes in", (before) => {
    const text = base64(`${"u".repeat(before)}${SECRET};`);
    const shown = redactorOf([new Secret(SECRET)])(text);
    expect(shown).toContain("[secret]");
    expect(shown.replace("[secret]", "").length).toBeLessThan(9);
  });

  test("of several, the one that holds another whole; each by its name", () => {
    const redact = redactorOfForms(
      formsOfAll([
        ["SHORT", "abc"],
        ["LONG", "abc-def"],
      ]),
    );
    expect(redact("abc, abc-def")).toBe("[SHORT], [LONG]");
  });

  test("not of an empty one, nor of white space alone", () => {
    const redact = redactorOf([new Secret(""), new Secret("  ")]);
    expect(redact("nothing to hide")).toBe("nothing to hide");
  });

  test("of one as long as a key in a file", () => {
    const key = "line of a key\n".repeat(2_000);
    const redact = redactorOf([new Secret(key)]);
    expect(redact(`a ${key} b ${Buffer.from(key, "utf16le").toString("hex")} c`)).toBe(
      "a [secret]\n b [secret] c",
    );
  });

  test("of one that holds half of a character", () => {
    expect(redactorOf([new Secret("a\ud800b")])("a\ud800b")).toBe("[secret]");
  });

  test("of an answer of many megabytes, while its server still waits", { timeout: 4_000 }, () => {
    const long = "a line of an answer, ".repeat(200_000);
    expect(redactorOf([new Secret(SECRET)])(`${long}${SECRET}${long}`).length).toBe(2 * long.length + 8);
  });

  test.each(["İstanbul", "ΟΔΟΣ", "\u{10400}\u{10401}"])(
    "with letters whose small form is special: %s",
    (word) => {
      const redact = redactorOf([new Secret(`key-${word}`)]);
      for (const form of [`key-${word}`, `key-\n${word}`, `KEY-${word}`]) {
        expect(redact(`İΣ (${form}) İΣ; ${form}Α`)).toBe("İΣ ([secret]) İΣ; [secret]Α");
      }
    },
  );
});
