import { describe, expect, test } from "vitest";
import { Secret } from "../../../src/model/values/secret.ts";
import { createSource } from "../../../src/sources/registry.ts";
import { CLOCK } from "../../support/clock.ts";
import { plainRecords, read } from "../reading.ts";
import { row, sheetOf } from "../workbooks.ts";

/* Characters that people do not see hold a name: cleaned away or not, it may not be the name that is meant. */

const point = (code: number) => `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
const CONTROL = (code: number) =>
  `The name holds a control character (${point(code)}). Write it again without it.`;
const DIRECTION = (code: number) =>
  `The name holds an invisible character that changes the direction of text (${point(code)}). Write it again without it.`;
const INVISIBLE = (code: number) =>
  `The name holds an invisible character (${point(code)}). Write it again without it.`;
const LOST = (code: number) =>
  `The name holds a character that shows that a letter was lost (${point(code)}). Write it again.`;

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const CASES = [
  ...[...range(0x01, 0x08), 0x0b, 0x0c, ...range(0x0e, 0x1f), 0x7f, 0x80, 0x84, 0x86, 0x9f].map(
    (code) => [code, CONTROL(code)] as const,
  ),
  ...[0x200e, 0x200f, 0x061c, ...range(0x202a, 0x202e), ...range(0x2066, 0x2069)].map(
    (code) => [code, DIRECTION(code)] as const,
  ),
  ...[0x00ad, 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff].map((code) => [code, INVISIBLE(code)] as const),
  [0xfffd, LOST(0xfffd)] as const,
];

describe("in a name of a table", () => {
  test.each(CASES)("%i", async (code, message) => {
    const name = `Jane ${String.fromCodePoint(code)}Doe`;
    const { records, complete } = await read("u.csv", `Email;Full name;Active\na@example.org;${name};no\n`);
    expect(records[0]?.problems).toEqual([{ attribute: "Full name", message, field: "fullName" }]);
    expect([records[0]?.fullName, records[0]?.active?.value, complete]).toEqual([undefined, false, true]);
  });

  test("half a character of a workbook", async () => {
    const rows = row(1, "Email", "Name") + row(2, "a@example.org", "Jane _xD800_");
    const { records } = await read("u.xlsx", sheetOf(rows));
    expect(records[0]?.problems).toEqual([{ attribute: "Name", message: LOST(0xd800), field: "fullName" }]);
  });

  test("of several, the first is named", async () => {
    const { records } = await read("u.csv", "Email;Name\na@example.org;a\u202eb\u0007c\n");
    expect(records[0]?.problems[0]?.message).toBe(DIRECTION(0x202e));
  });
});

test("white space is no reason to hold a name", async () => {
  const name = "\ufeffJane\u00a0\tA.\r\nvan\u2003der\u0085Doe\u2028x\u3000y ";
  const { records } = await read("u.csv", `Email;Name\na@example.org;"${name}"\n`);
  expect(records[0]?.problems).toEqual([]);
  expect(records[0]?.fullName?.value).toBe("Jane\u00a0\tA.\nvan\u2003der\u0085Doe\u2028x\u3000y");
});

test.each(["名前", "Zoë", "Zoe\u0308", "O’Neill – €", "Nguyễn Văn A", "محمد", "Доктор", "😀"])(
  "letters, marks and signs stay: %s",
  async (name) => {
    expect(plainRecords(await read("u.csv", `Email;Name\na@example.org;${name}\n`))).toEqual([
      { email: "a@example.org", fullName: name },
    ]);
  },
);

test("in a declared name", async () => {
  const account = { kind: "personal", where: "accounts/all.yaml:4:5", email: "a@example.org" } as const;
  const { records, complete } = await createSource(
    { type: "declared", name: "hr", accounts: [{ ...account, fullName: "Jane\u200b Doe", active: false }] },
    { readSecret: async () => new Secret("x"), clock: CLOCK },
  ).read();
  expect(records[0]?.problems).toEqual([
    { attribute: "fullName", message: INVISIBLE(0x200b), field: "fullName" },
  ]);
  expect([records[0]?.fullName, records[0]?.supplement, complete]).toEqual([undefined, false, true]);
});
