import { describe, expect, test } from "vitest";
import type { Finding } from "../../src/model/plan/finding.ts";
import { plainRecords, read } from "./reading.ts";
import { row, sheetOf } from "./workbooks.ts";

const KEY = "canary-7f3a";

type Case = {
  readonly name: string;
  readonly content: string;
  readonly findings: readonly (readonly [Finding["code"], Finding["severity"], string, string | undefined])[];
  readonly problems: readonly (readonly [string, string])[];
};

const UNUSABLE = "Nothing is removed because of this source.";
const SHIFTED = "The row has more cells than the header row, so its values may be in the wrong columns.";
const CUT_OFF = "The row ends before this column, so it may have been cut off.";
const EMPTY =
  "The spreadsheet gives no record at all, so nothing is removed because of it. Look at the file: its export may have failed.";

const CASES: readonly Case[] = [
  {
    name: "a row without an address",
    content: `Email;Account key\na@example.org;1\n;${KEY}\n`,
    findings: [
      [
        "record-without-address",
        "error",
        `The row cannot be matched to an account. Its column "Email" is empty. ${UNUSABLE} Correct the row, or exclude it with \`filter\` if it is not an account, such as a total.`,
        "u.csv, line 3",
      ],
    ],
    problems: [],
  },
  {
    name: "a row whose address is none",
    content: `Email;Account key\na@example.org;1\n${KEY};b@example.org\n`,
    findings: [
      [
        "record-without-address",
        "error",
        `The row cannot be matched to an account. Its column "Email" holds no e-mail address. ${UNUSABLE} Correct the row, or exclude it with \`filter\` if it is not an account, such as a total.`,
        "u.csv, line 3",
      ],
    ],
    problems: [],
  },
  {
    name: "a row that is cut off",
    content: `Email;Name;Account key\na@example.org;A;1\nb@example.org;B\n`,
    findings: [["source-incomplete", "error", `${CUT_OFF} ${UNUSABLE}`, "u.csv, line 3"]],
    problems: [["Account key", CUT_OFF]],
  },
  {
    name: "a row with an unquoted delimiter",
    content: `Email;Name;Account key\na@example.org;Doe; Jane;${KEY}\nb@example.org;B;2;\n`,
    findings: [["source-incomplete", "error", `${SHIFTED} ${UNUSABLE}`, "u.csv, line 2"]],
    problems: [["the whole row", SHIFTED]],
  },
  {
    name: "a shifted row without an address",
    content: `Name;Email\nA;a@example.org\nDoe, Jane;${KEY};b@example.org\n`,
    findings: [
      ["source-incomplete", "error", `${SHIFTED} ${UNUSABLE}`, "u.csv, line 3"],
      [
        "record-without-address",
        "error",
        `The row cannot be matched to an account. Its column "Email" holds no e-mail address. ${UNUSABLE} Correct the row, or exclude it with \`filter\` if it is not an account, such as a total.`,
        "u.csv, line 3",
      ],
    ],
    problems: [],
  },
  {
    name: "a file without rows",
    content: "Email;Name\n",
    findings: [["source-empty", "warning", EMPTY, undefined]],
    problems: [],
  },
  {
    name: "a file without anything",
    content: "",
    findings: [["source-empty", "warning", EMPTY, undefined]],
    problems: [],
  },
  {
    name: "a file of white space",
    content: " \r\n;;;\n",
    findings: [["source-empty", "warning", EMPTY, undefined]],
    problems: [],
  },
];

describe("a source that is not whole says so, and why", () => {
  test.each(CASES)("$name", async ({ content, findings, problems }) => {
    const reading = await read("u.csv", content);
    const found = reading.findings.map(({ code, severity, summary, where }) => [
      code,
      severity,
      summary,
      where.place,
    ]);
    expect(found).toEqual(findings);
    expect(reading.complete).toBe(false);
    expect(reading.findings.every(({ where }) => where.source === "hr")).toBe(true);
    expect(
      reading.records.flatMap((record) => record.problems.map((one) => [one.attribute, one.message])),
    ).toEqual(problems);
    expect(JSON.stringify(reading.findings)).not.toContain(KEY);
  });
});

const CUT_FILE =
  "The file ends within this row, so it may have been cut off, and rows after this one may be missing.";

test.each([
  ["in a column that nothing is read from", "a@example.org;A;12;x\nb@example.org;B;1"],
  ["with quotes", '"a@example.org";A;12;x\n"b@example.org";B'],
  ["in its only row", "b@example.org;B;1"],
])("a file that is cut off %s", async (_, rows) => {
  const { complete, findings, records } = await read("u.csv", `Email;Name;Room;Floor;\n${rows}`);
  expect(complete).toBe(false);
  expect(findings.map(({ code, summary }) => [code, summary])).toEqual([
    ["source-incomplete", `${CUT_FILE} ${UNUSABLE}`],
  ]);
  expect(records.at(-1)?.problems).toEqual([{ attribute: "the whole row", message: CUT_FILE }]);
});

test.each([
  ["ends with a line break", "a@example.org;A;12\nb@example.org;B\n"],
  ["has other rows that end early", "a@example.org;A\nb@example.org;B;12\nc@example.org;C"],
  ["is as wide as its header row to its end", "a@example.org;A;12\nb@example.org;B;"],
])("a file that %s is not cut off", async (_, rows) => {
  const reading = await read("u.csv", `Email;Name;Room\n${rows}`);
  expect([reading.complete, reading.findings]).toEqual([true, []]);
});

test("a cell that ends a row early does not matter where no field is read from it", async () => {
  const reading = await read("u.csv", "Email;Name;Room\na@example.org;A\n");
  expect([reading.complete, plainRecords(reading)]).toEqual([
    true,
    [{ email: "a@example.org", fullName: "A" }],
  ]);
});

test("cells beside the table of a workbook shift nothing", async () => {
  const rows = row(1, "Email", "Name") + row(2, "a@example.org", "A", "a note");
  const reading = await read("u.xlsx", sheetOf(rows));
  expect([reading.complete, reading.records.length]).toEqual([true, 1]);
});

test("an answer that is neither yes nor no holds the account", async () => {
  const reading = await read("u.csv", `Email;Active\na@example.org;${KEY}\n`);
  expect(reading.records[0]?.problems).toEqual([
    { attribute: "Active", message: "The cell says neither yes nor no.", field: "active" },
  ]);
  expect(reading.records[0]?.active).toBeUndefined();
  expect(reading.complete).toBe(true);
});
