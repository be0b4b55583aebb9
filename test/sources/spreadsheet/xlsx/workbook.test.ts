import { createHash } from "node:crypto";
import readXlsxFile from "read-excel-file/node";
import { describe, expect, test } from "vitest";
import writeXlsxFile from "write-excel-file/node";
import { textOf } from "../../../../src/sources/spreadsheet/table/table.ts";
import { openTableFile } from "../../../../src/sources/spreadsheet/table-file.ts";
import { plainRecords, read, readTables } from "../../reading.ts";
import { row, sheetOf, workbookOf } from "../../workbooks.ts";

const FORMULA =
  "The cell holds a formula whose result is not in the file. Open the file in Excel, let it calculate, and save it.";
const DIGITS =
  "The cell is a number of so many digits that the spreadsheet may have lost some. Format the column as text, and enter the value again.";
const ALTERED =
  "The cell is a number that its format shows with other characters than it has. Format the column as text, and enter the value again.";
const SHORTENED =
  "The cell is a number that a spreadsheet has shortened, so its digits are lost. Format the column as text there, enter the value again, and export again.";
const DATE =
  "The cell is a date, and a spreadsheet makes dates of what was typed. Format the column as text, and enter the value again.";
const FORMATS = ["0000000", "yyyy\\-mm\\-dd;@", '"E"0000', "#,##0.00", "00\\-00", "[h]:mm", "[Red]0", "+0"];

/** Each cell is in row 2 under the header, beside a@example.org. */
const CELLS: readonly {
  readonly name: string;
  readonly header: string;
  readonly cell: string;
  readonly value?: unknown;
  readonly problem?: string;
}[] = [
  { name: "a shared text", header: "Name", cell: '<c t="s"><v>0</v></c>', value: "Plain & simple" },
  {
    name: "rich text without its reading aid",
    header: "Name",
    cell: '<c t="s"><v>1</v></c>',
    value: "Jane Doe",
  },
  { name: "escaped characters", header: "Name", cell: '<c t="s"><v>2</v></c>', value: "_x0041_ é" },
  {
    name: "rich inline text",
    header: "Name",
    cell: '<c t="inlineStr"><is><r><t>Ja</t></r><r><t xml:space="preserve">ne </t></r><rPh><t>X</t></rPh></is></c>',
    value: "Jane",
  },
  {
    name: "a CDATA section and a comment",
    header: "Name",
    cell: '<c t="inlineStr"><is><t>a<![CDATA[<b>]]><!-- no -->c</t></is></c>',
    value: "a<b>c",
  },
  {
    name: "a formula with its text",
    header: "Name",
    cell: '<c t="str"><f>A1&amp;B1</f><v>Jane</v></c>',
    value: "Jane",
  },
  { name: "a formula whose text is empty", header: "Name", cell: '<c t="str"><f>""</f><v></v></c>' },
  { name: "a formula with its number", header: "Id", cell: "<c><f>1+1</f><v>2</v></c>", value: "2" },
  { name: "a formula without a result", header: "Name", cell: "<c><f>A1</f></c>", problem: FORMULA },
  { name: "a formula with an empty result", header: "Id", cell: "<c><f>A1</f><v/></c>", problem: FORMULA },
  {
    name: "a text formula without a result",
    header: "Aliases",
    cell: '<c t="str"><f>A1</f></c>',
    problem: FORMULA,
  },
  {
    name: "an error",
    header: "Aliases",
    cell: '<c t="e"><v>#N/A</v></c>',
    problem: "The cell holds the error #N/A.",
  },
  {
    name: "the error of a formula",
    header: "Account key",
    cell: '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>',
    problem: "The cell holds the error #DIV/0!.",
  },
  {
    name: "an error of no known name",
    header: "Active",
    cell: '<c t="e"><v>canary 7</v></c>',
    problem: "The cell holds the error of a formula.",
  },
  {
    name: "a shared text that is not there",
    header: "Name",
    cell: '<c t="s"><v>99</v></c>',
    problem: "The cell points at a text that is not in the file.",
  },
  {
    name: "a shared text without a number",
    header: "Name",
    cell: '<c t="s"/>',
    problem: "The cell points at a text that is not in the file.",
  },
  { name: "a whole number", header: "Id", cell: "<c><v>42</v></c>", value: "42" },
  {
    name: "a number as Excel stores it",
    header: "Division",
    cell: "<c><v>0.10000000000000001</v></c>",
    value: "0.1",
  },
  {
    name: "a number with an exponent",
    header: "Phone",
    cell: "<c><v>3.1201234567E10</v></c>",
    value: "31201234567",
  },
  { name: "a small number", header: "Division", cell: "<c><v>-1.5E-7</v></c>", value: "-0.00000015" },
  {
    name: "a large number",
    header: "Division",
    cell: "<c><v>1E+21</v></c>",
    value: "1000000000000000000000",
  },
  { name: "zeros in front", header: "Id", cell: '<c s="1"><v>1234</v></c>', value: "0001234" },
  {
    name: "zeros in front of an account key",
    header: "Account key",
    cell: '<c s="1"><v>12345678</v></c>',
    value: "12345678",
  },
  { name: "zeros in front of a fraction", header: "Id", cell: '<c s="1"><v>1.5</v></c>', problem: ALTERED },
  { name: "letters of the format", header: "Id", cell: '<c s="3"><v>12</v></c>', problem: ALTERED },
  { name: "groups of zeros", header: "Phone", cell: '<c s="5"><v>1234</v></c>', problem: ALTERED },
  { name: "a plus of the format", header: "Phone", cell: '<c s="8"><v>31</v></c>', problem: ALTERED },
  {
    name: "letters of the format where they do not count",
    header: "Division",
    cell: '<c s="3"><v>12</v></c>',
    value: "12",
  },
  { name: "thousands", header: "Id", cell: '<c s="4"><v>1234</v></c>', value: "1234" },
  { name: "a colour", header: "Id", cell: '<c s="7"><v>5</v></c>', value: "5" },
  {
    name: "an account key of 15 digits",
    header: "Account key",
    cell: "<c><v>123456789012345</v></c>",
    problem: DIGITS,
  },
  {
    name: "a phone number of 15 digits",
    header: "Phone",
    cell: "<c><v>123456789012345</v></c>",
    value: "123456789012345",
  },
  { name: "an id of 16 digits", header: "Id", cell: "<c><v>1.234567890123456E+15</v></c>", problem: DIGITS },
  {
    name: "an account key as text",
    header: "Account key",
    cell: '<c t="inlineStr"><is><t>1234567890123456789</t></is></c>',
    value: "1234567890123456789",
  },
  { name: "a date", header: "Id", cell: '<c s="2"><v>45292.75</v></c>', problem: DATE },
  {
    name: "a date as text",
    header: "Id",
    cell: '<c t="d"><v>2024-02-29T10:00:00Z</v></c>',
    problem: DATE,
  },
  {
    name: "a date of no calendar",
    header: "Id",
    cell: '<c s="2"><v>-5</v></c>',
    problem: "The cell holds a date that is none.",
  },
  { name: "a date for a name", header: "Name", cell: '<c s="2"><v>45294</v></c>', problem: DATE },
  { name: "a date for a division", header: "Division", cell: '<c s="2"><v>45294</v></c>', problem: DATE },
  {
    name: "a date for an account key",
    header: "Account key",
    cell: '<c s="2"><v>45294</v></c>',
    problem: DATE,
  },
  { name: "a date for an alias", header: "Aliases", cell: '<c s="2"><v>45294</v></c>', problem: DATE },
  { name: "a date for yes or no", header: "Active", cell: '<c s="2"><v>1</v></c>', problem: DATE },
  {
    name: "an id that Excel shows shortened and has whole",
    header: "Id",
    cell: "<c><v>1.23457123457E11</v></c>",
    value: "123457123457",
  },
  {
    name: "an id that was shortened before",
    header: "Id",
    cell: '<c t="inlineStr"><is><t>1.23457E+11</t></is></c>',
    problem: SHORTENED,
  },
  {
    name: "an id that was shortened with a comma",
    header: "Id",
    cell: '<c t="s"><v>3</v></c>',
    problem: SHORTENED,
  },
  { name: "a time", header: "Id", cell: '<c s="6"><v>0.5</v></c>', problem: DATE },
  {
    name: "a number that is none",
    header: "Id",
    cell: "<c><v>1,5</v></c>",
    problem: "The cell holds a number that is none.",
  },
  {
    name: "a format that is not there",
    header: "Id",
    cell: '<c s="77"><v>1</v></c>',
    problem: "The cell has a format that is not in the file.",
  },
  { name: "true", header: "Active", cell: '<c t="b"><v>1</v></c>', value: true },
  { name: "false", header: "Active", cell: '<c t="b"><v>0</v></c>', value: false },
  { name: "zero for no", header: "Active", cell: "<c><v>0</v></c>", value: false },
  {
    name: "neither true nor false",
    header: "Active",
    cell: '<c t="b"><v>2</v></c>',
    problem: "The cell is neither true nor false.",
  },
  {
    name: "a kind that nobody knows",
    header: "Name",
    cell: '<c t="x"><v>2</v></c>',
    problem: "The cell is of a kind that zivsync does not know.",
  },
  { name: "a style alone", header: "Name", cell: '<c s="1"/>' },
  {
    name: "a list of lines",
    header: "Aliases",
    cell: '<c t="inlineStr"><is><t>a1@example.org&#10;a2@example.org_x000D_</t></is></c>',
    value: ["a1@example.org", "a2@example.org"],
  },
  {
    name: "a prefix",
    header: "Name",
    cell: '<c t="inlineStr"><x:is xmlns:x="y"><x:t>Jane</x:t></x:is></c>',
    value: "Jane",
  },
];
const FIELDS: Readonly<Record<string, string>> = {
  Name: "fullName",
  Id: "id",
  Aliases: "aliases",
  "Account key": "accountKey",
  Active: "active",
  Division: "division",
  Phone: "phone",
};
const STRINGS =
  "<si><t>Plain &amp; simple</t></si><si><r><rPr><b/></rPr><t>Jane</t></r><r><t xml:space=\"preserve\"> Doe</t></r><rPh sb='0' eb='1'><t>X</t></rPh></si><si><t>_x005F_x0041_ &#233;</t></si><si><t>1,23E+05</t></si>";

describe("cells", () => {
  test.each(CELLS)("$name", async ({ header, cell, value, problem }) => {
    const rows = row(1, "Email", header) + row(2, "a@example.org", cell);
    const reading = await read("u.xlsx", sheetOf(rows, { strings: STRINGS, formats: FORMATS }));
    const field = FIELDS[header] ?? "";
    const expected = value === undefined ? {} : { [field]: value };
    expect(plainRecords(reading)).toEqual([{ email: "a@example.org", ...expected }]);
    expect(reading.records[0]?.problems).toEqual(
      problem === undefined ? [] : [{ attribute: header, message: problem, field }],
    );
    expect(reading.complete).toBe(true);
  });

  test("what cannot be read does not matter in a column that is not read", async () => {
    const rows = row(1, "Email", "Room") + row(2, "a@example.org", '<c t="e"><v>#REF!</v></c>');
    const reading = await read("u.xlsx", sheetOf(rows));
    expect([reading.records[0]?.problems, reading.complete]).toEqual([[], true]);
  });

  test.each([
    [
      "an error",
      '<c t="e"><v>#REF!</v></c>',
      'Its address (column "Email") cannot be read. The cell holds the error #REF!.',
    ],
    [
      "a formula without a result",
      "<c><f>B2</f></c>",
      `Its address (column "Email") cannot be read. ${FORMULA}`,
    ],
  ])("%s for an address makes the source incomplete", async (_, cell, reason) => {
    const reading = await read("u.xlsx", sheetOf(row(1, "Email") + row(2, "a@example.org") + row(3, cell)));
    expect(reading.findings).toEqual([
      {
        code: "record-without-address",
        severity: "error",
        summary: `The row cannot be matched to an account. ${reason} Nothing is removed because of this source. Correct the row, or exclude it with \`filter\` if it is not an account, such as a total.`,
        where: { source: "hr", place: 'u.xlsx, sheet "Users", row 3', kind: "personal" },
      },
    ]);
    expect(reading.complete).toBe(false);
  });
});

describe("dates, as filters see them", () => {
  test.each([
    ["of 2024, with a time", "45292.75", false, "2024-01-01"],
    ["of 1900", "1", false, "1900-01-01"],
    ["after the day that never was", "61", false, "1900-03-01"],
    ["that count from 1904", "0", true, "1904-01-01"],
  ])("%s", async (_, stored, date1904, expected) => {
    const rows = row(1, "Email", "Since") + row(2, "a@example.org", `<c s="1"><v>${stored}</v></c>`);
    const bytes = sheetOf(rows, { formats: ["d mmm yyyy"], date1904 });
    const since = (value: string) => ({ own: "Since", values: [value], exclude: false, where: "p.yaml:7:9" });
    expect((await read("u.xlsx", bytes, { filter: [since(expected)] })).records.length).toBe(1);
    expect((await read("u.xlsx", bytes, { filter: [since("2024-01-02")] })).records.length).toBe(0);
  });
});

describe("sheets", () => {
  const bytes = workbookOf({
    sheets: [
      { name: "Old", state: "hidden", rows: row(1, "Email") + row(2, "old@example.org") },
      { name: "Users &amp; more", rows: row(3, "Email") + row(12, "a@example.org") },
      { name: "USERS", rows: row(1, "Email") + row(2, "b@example.org") },
      { name: "Users", rows: row(1, "Email") + row(2, "c@example.org") },
    ],
  });
  test.each([
    ["the first that is not hidden", undefined, "a@example.org"],
    ["by its name", "Users & more", "a@example.org"],
    ["by exactly its name before any case", "Users", "c@example.org"],
    ["whatever the case", "OLD", "old@example.org"],
  ])("%s", async (_, sheet, email) => {
    const reading = await read("u.xlsx", bytes, sheet === undefined ? {} : { sheet });
    expect(plainRecords(reading)).toEqual([{ email }]);
  });

  test("rows that are hidden, or that a filter of Excel hides, count as all others", async () => {
    const hidden = row(2, "a@example.org").replace("<row ", '<row hidden="1" ');
    const reading = await read("u.xlsx", sheetOf(row(1, "Email") + hidden + row(3, "b@example.org")));
    expect(plainRecords(reading)).toEqual([{ email: "a@example.org" }, { email: "b@example.org" }]);
  });

  test("both tables of one workbook, named by sheet and row", async () => {
    const reading = await readTables(
      { "u.xlsx": bytes },
      { personal: { file: "u.xlsx", sheet: "Users & more" }, functional: { file: "u.xlsx", sheet: "USERS" } },
    );
    expect(reading.records.map(({ kind, where }) => [kind, where])).toEqual([
      ["personal", 'u.xlsx, sheet "Users & more", row 12'],
      ["functional", 'u.xlsx, sheet "USERS", row 2'],
    ]);
    expect(reading.digest).toBe(`sha256:${createHash("sha256").update(bytes).digest("hex")}`);
  });

  test("a workbook is known by its content, not by its name", async () => {
    expect((await read("users.csv", bytes)).records.length).toBe(1);
  });

  test("rows and cells that do not say where they stand", async () => {
    const cell = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
    const rows = `<row>${cell("Email")}${cell("Name")}</row><row/><row>${cell("a@example.org")}${cell("A")}</row>`;
    const reading = await read("u.xlsx", sheetOf(rows));
    expect(reading.records.map(({ where }) => where)).toEqual(['u.xlsx, sheet "Users", row 3']);
    expect(plainRecords(reading)).toEqual([{ email: "a@example.org", fullName: "A" }]);
  });
});

test("agrees with two other programs about an ordinary workbook", async () => {
  const names = ["Jané Doe", '<b>&"quoted"</b>', "O’Neill", "名前"];
  const rows = names.map((name, at) => [
    { value: `u${at}@example.org` },
    { value: name },
    { value: at % 2 === 0 },
    { value: 1000 + at },
    { value: new Date(Date.UTC(2024, 0, 1 + at)), format: "yyyy-mm-dd" },
  ]);
  const header = ["Email", "Full name", "Active", "Id", "Division"].map((value) => ({ value }));
  const bytes = await (await writeXlsxFile([header, ...rows], { sheet: "Users" })).toBuffer();
  const file = await openTableFile({ path: "u.xlsx", shownAs: "u.xlsx", bytes, sha256: "" });
  const mine = [...(await file.read(undefined)).rows].slice(1).map(({ cells }) => cells.map(textOf));
  const theirs = (await readXlsxFile(bytes))[0]?.data
    .slice(1)
    .map((cells) =>
      cells.map((cell: unknown) => (cell instanceof Date ? cell.toISOString().slice(0, 10) : cell)),
    );
  expect(mine).toEqual(
    names.map((name, at) => [
      `u${at}@example.org`,
      name,
      String(at % 2 === 0),
      String(1000 + at),
      `2024-01-0${1 + at}`,
    ]),
  );
  expect(theirs).toEqual(
    names.map((name, at) => [`u${at}@example.org`, name, at % 2 === 0, 1000 + at, `2024-01-0${1 + at}`]),
  );
});
