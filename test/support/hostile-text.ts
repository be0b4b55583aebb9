import fc from "fast-check";

/** What a directory could hold to fool a terminal, a CI runner, GitHub or a spreadsheet program. */
export const HOSTILE: readonly string[] = [
  "\u001b[2J\u001b[1;31mowned\u001b]0;title\u0007",
  "\u009b31mred",
  "line\nbreak\r\nand\ttab",
  "\n::error::gone",
  "::set-output name=a::b",
  "##[error]gone ##vso[task.complete]",
  "abc\u202egnp.exe\u202c\u2066x\u2069\u200e\u200f\u061c",
  "ze\u200bro\u200d\ufeff\u00ad\u2060",
  "sep\u2028ara\u2029tor",
  "lone \ud800 surrogate \udc00",
  "tag \u{e0041}\u{e0042} \u{e0100}",
  "fill\u3164er\u2800\u115f",
  "Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307",
  "faked \\u{1b} escape",
  "` code ` breakout `` ``` ",
  "a | b || c",
  "<img src=x onerror=alert(1)> <!-- x --> </details> &lt;",
  "@team @example-org/owners please #12 example-org/repo#1 GH-12",
  "[click](https://evil.example.org) ![x](http://evil.example.org) www.evil.example.org <https://evil.example.org>",
  "**bold** _it_ ~~s~~ # head\n- item\n1. one > quote $`x`$ $$y$$ :smile:",
  "=HYPERLINK(1)",
  "+31 20 1234567",
  "-1+1",
  "@SUM(A1)",
  "a;=1+1",
  '" ; =1',
  "\uff1d1",
  " leading and trailing ",
  "",
];

/** Hostile text: samples, pieces of them joined, and any Unicode, lone surrogates included. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc
    .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary" })), { maxLength: 4 })
    .map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.array(fc.nat(0xffff), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
);
