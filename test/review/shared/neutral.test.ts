import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  jsonLine,
  markdownCode,
  neutralCsv,
  neutralMarkdown,
  neutralText,
} from "../../../src/review/shared/neutral.ts";
import { hostileText } from "../../support/hostile-text.ts";
import { workTime } from "../../support/work-time.ts";

const UNSAFE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}|::|##/u;
const UNSAFE_IN_JSON = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|::|##/u;
/** Outside code spans only words, numbers and punctuation that mean nothing to Markdown, HTML or GitHub may be left. */
const WORDS_ONLY = /^[\p{L}\p{M}\d ()",.;:?!…'’–—-]*$/u;

describe("jsonLine", () => {
  test.each([
    ['"J. Doe 張三 😀"', '"J. Doe 張三 😀"\n'],
    ['"\u202ea\u009b\u2028"', '"\\u202ea\\u009b\\u2028"\n'],
    ['"\u{e0041}"', '"\\udb40\\udc41"\n'],
    ['"::error::x ##[group]x ###"', '":\\u003aerror:\\u003ax #\\u0023[group]x #\\u0023\\u0023"\n'],
    ['{"a::b":":"}', '{"a:\\u003ab":":"}\n'],
  ])("%j is written as %j", (json, line) => {
    expect(jsonLine(json)).toBe(line);
  });

  test("leaves nothing unsafe, and the same data", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(hostileText, hostileText)), (pairs) => {
        const line = jsonLine(JSON.stringify(pairs));
        expect(line.slice(0, -1)).not.toMatch(UNSAFE_IN_JSON);
        expect(JSON.parse(line)).toEqual(pairs);
      }),
    );
  });
});

describe("neutralText", () => {
  test.each([
    ["J.Doe@example.org", "J.Doe@example.org"],
    ["Zoë Müller-Łukasz 張三", "Zoë Müller-Łukasz 張三"],
    ["\u001b[31mred\u001b[0m", "\\u{1b}[31mred\\u{1b}[0m"],
    ["a\nb\tc\r", "a\\u{a}b\\u{9}c\\u{d}"],
    ["abc\u202egnp.exe", "abc\\u{202e}gnp.exe"],
    ["ze\u200bro\ufeff", "ze\\u{200b}ro\\u{feff}"],
    ["lone \ud800 here", "lone \\u{d800} here"],
    ["no\u00a0break", "no\\u{a0}break"],
    ["tag\u{e0041}", "tag\\u{e0041}"],
    ["::error::x", ":\\u{3a}error:\\u{3a}x"],
    ["##[error]", "#\\u{23}[error]"],
    ["one: two #3", "one: two #3"],
    ["a faked \\u{1b}", "a faked \\u{5c}u{1b}"],
    ["C:\\users", "C:\\users"],
    ["a\u0300\u0300\u0300\u0300\u0300b", "a\u0300\u0300\u0300\u0300\\u{300}b"],
    ["\u0338x", "\\u{338}x"],
  ])("%j is shown as %j", (text, shown) => {
    expect(neutralText(text)).toBe(shown);
  });

  test("shows 200 characters, and how many more there are", () => {
    expect(neutralText("x".repeat(200))).toBe("x".repeat(200));
    expect(neutralText("x".repeat(250))).toBe(`${"x".repeat(200)}… (+50 characters)`);
    expect(neutralText("😀".repeat(201))).toBe(`${"😀".repeat(200)}… (+1 characters)`);
    expect(neutralText(`${"x".repeat(198)}\n\n`)).toBe(`${"x".repeat(198)}… (+2 characters)`);
  });

  test("leaves nothing unsafe, and different texts stay different", () => {
    fc.assert(
      fc.property(hostileText, hostileText, (a, b) => {
        expect(neutralText(a)).not.toMatch(UNSAFE);
        expect([...neutralText(a)].length).toBeLessThanOrEqual(200 + 30);
        if (a !== b) expect(neutralText(a, 10_000)).not.toBe(neutralText(b, 10_000));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("Markdown", () => {
  test.each([
    ["j.doe@example.org", "`j.doe@example.org`"],
    ["a`b|c", "`a\\u{60}b\\u{7c}c`"],
    [" x ", "`\\u{20}x\\u{20}`"],
    ["", "_empty_"],
  ])("the value %j is written as %s", (text, shown) => {
    expect(markdownCode(text)).toBe(shown);
  });

  test.each([
    ["The alias jd@example.net is left out.", "The alias `jd@example.net` is left out."],
    ["Ask @team, see #12 and GH-12.", "Ask `@team`, see `#12` and `GH-12`."],
    ["12 accounts of 800.", "`12` accounts of 800."],
    ["1. item", "`1`. item"],
    ["See www.example.org or <b>", "See `www.example.org` or `<b>`"],
    ["It's \"quoted\" (twice), d'accord?", "It's \"quoted\" (twice), d'accord?"],
    ["a ` b | c", "a `\\u{60}` b `\\u{7c}` c"],
    ["# head", "`#` head"],
  ])("the sentence %j is written as %s", (text, shown) => {
    expect(neutralMarkdown(text)).toBe(shown);
  });

  test("nothing breaks out of a code span, and outside them only words are left", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(markdownCode(text)).toMatch(/^(`[^`|]+`|_empty_)$/);
        const prose = neutralMarkdown(text);
        expect(prose).not.toMatch(/\||\n/);
        expect(prose.replace(/`[^`]+`/g, "")).toMatch(WORDS_ONLY);
        expect(prose).not.toMatch(/^\s*(\d+[.)]|[-+*>#])(\s|$)/);
        expect(prose + markdownCode(text)).not.toMatch(UNSAFE);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("neutralCsv", () => {
  test.each([
    ["j.doe@example.org", "j.doe@example.org"],
    ["=1+1", "'=1+1"],
    ["+31 20 1234567", "'+31 20 1234567"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'\t'=1"],
    ["\r1", "'\r1"],
    ["  =1", "  '=1"],
    ["a;=1", "a;'=1"],
    ["a\n-1", "a\n'-1"],
    ["\uff1d1", "'\uff1d1"],
    ["nul\0esc\u001b", "nul\\u{0}esc\\u{1b}"],
  ])("%j becomes %j", (text, cell) => {
    expect(neutralCsv(text)).toBe(cell);
  });

  test.each(["\n", " \n", "\t", ",", "\r\n "])("many of %j cost no more than their number", (piece) => {
    const text = piece.repeat(200_000);
    const startedAt = workTime();
    expect(neutralCsv(`${text}=1`).slice(-3)).toBe("'=1");
    expect(neutralCsv(`a\n${text}::x`).slice(-4)).toBe(/\s$/.test(piece) ? "'::x" : `${piece}::x`.slice(-4));
    expect(workTime() - startedAt).toBeLessThan(2_000);
  });

  test("no cell begins a formula, also where another separator parts it", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        for (const part of neutralCsv(text).split(/[;,\t\n\r]/))
          expect(part.trimStart()).not.toMatch(/^[=+\-@\uff1d\uff0b\uff0d\uff20]/);
      }),
      { numRuns: 2_000 },
    );
  });
});
