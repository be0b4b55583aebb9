import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/model/values/errors.ts";
import { createSource } from "../../src/sources/registry.ts";
import { CLOCK } from "../support/clock.ts";
import { problemsOf, read, readTables, type TableOptions, withFiles } from "./reading.ts";
import { row, sheetOf, sheetXml, workbookOf } from "./workbooks.ts";

type Case = {
  readonly name: string;
  readonly file?: string;
  readonly content: string | Uint8Array;
  readonly table?: Omit<TableOptions, "file">;
  readonly problem: Problem;
};

const AGAIN = "Export it again, or open it in Excel and save it as Excel Workbook (.xlsx).";
const SAVE_UTF8 = "Save it as CSV in UTF-8.";
const DAMAGED = "The file is a damaged or incomplete archive, so it cannot be read in full.";
const PART = "A part of the workbook is damaged or ends too early.";
const CELLS = "The cells of the sheet are not in order.";
const ROWS = "The rows of the sheet are not in order.";
const NO_EMAIL = 'There is no column "Email", and without it rows cannot be matched to accounts.';
const NAME_IT = "Name the one that holds the addresses: `map: { email: … }`.";
const NO_HEADER =
  "An e-mail address is in this row, so the file seems to have no header row: add one. Name the one that holds the addresses: `map: { email: … }`.";

const GOOD = sheetOf(row(1, "Email", "Name") + row(2, "a@example.org", "A".repeat(50)));
const format = (message: string, where = 'u.xlsx, sheet "Users"'): Problem => ({
  code: "spreadsheet-format",
  where,
  message,
  remedy: AGAIN,
});
const encoding = (message: string, where = "u.csv"): Problem => ({
  code: "csv-encoding",
  where,
  message,
  remedy: SAVE_UTF8,
});
const QUOTE_INSIDE =
  "A quote is inside a cell that does not start with one, so it is unclear where the cell ends.";

/** The same archive with one byte of the content of a part turned over. */
function turned(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0x10;
  return copy;
}

/** An archive whose directory names another size for every part than it has. */
function claiming(bytes: Uint8Array, size: number): Uint8Array {
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf("PK\u0001\u0002"); at >= 0; at = copy.indexOf("PK\u0001\u0002", at + 1))
    copy.writeUInt32LE(size, at + 24);
  return copy;
}

const CSV: readonly Case[] = [
  {
    name: "a quote that is never closed",
    content: 'Email;Name\na@example.org;A\n\nb@example.org;"canary\nc@example.org;C\n',
    problem: {
      code: "csv-syntax",
      where: "u.csv:4",
      message:
        "A quote is opened in the row that starts here and never closed, so the rest of the file is one cell.",
      remedy: 'Close it, or write "" for a quote that belongs to the text.',
    },
  },
  {
    name: "text after a closing quote",
    content: 'Email;Name\r\n"a\r\n@example.org";A\r\nb@example.org;"B" canary\r\n',
    problem: {
      code: "csv-syntax",
      where: "u.csv:4",
      message: "Text follows a closing quote, so it is unclear where the cell ends.",
      remedy: 'Write "" for a quote that belongs to the text.',
    },
  },
  {
    name: "a quote inside a cell",
    content: 'Email;Name\na@example.org;canary "B"\n',
    problem: {
      code: "csv-syntax",
      where: "u.csv:2",
      message: QUOTE_INSIDE,
      remedy: 'Put the whole cell in quotes, and write "" for a quote that belongs to the text.',
    },
  },
  {
    name: "a NUL",
    content: "Email\na@example.org\0\n",
    problem: encoding("The file holds characters that no text has.", "u.csv:2"),
  },
  {
    name: "a picture",
    content: Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13]),
    problem: encoding("The file is not text that zivsync knows, or it is damaged."),
  },
  {
    name: "UTF-16 without a byte order mark",
    content: Buffer.from("Email\n", "utf16le"),
    problem: encoding("The file seems to be UTF-16 text without a byte order mark."),
  },
  {
    name: "UTF-16 that is cut off",
    content: Buffer.from("\ufeffEmail\n", "utf16le").subarray(0, 11),
    problem: encoding("The file starts as UTF-16 text and is none: it is damaged or cut off."),
  },
  {
    name: "two encodings in one file",
    content: Buffer.concat([
      Buffer.from("Email;Name\na@example.org;José\n"),
      Buffer.from("b@example.org;José\n", "latin1"),
    ]),
    problem: encoding("Some of the file is UTF-8 and some is not, so some letters are ambiguous.", "u.csv:3"),
  },
  {
    name: "no column of addresses",
    content: "Name;Room\nA;1\n",
    problem: {
      code: "column-missing",
      where: "u.csv, line 1",
      message: NO_EMAIL,
      remedy: `The columns are "Name", "Room". ${NAME_IT}`,
    },
  },
  {
    name: "no header row, of which nothing is shown",
    content: "\na@example.org;A;canary-7f3a\n",
    problem: { code: "column-missing", where: "u.csv, line 2", message: NO_EMAIL, remedy: NO_HEADER },
  },
  {
    name: "no header row and no address",
    content: "A;canary-7f3a91;1\n",
    problem: {
      code: "column-missing",
      where: "u.csv, line 1",
      message: NO_EMAIL,
      remedy: `The columns are "A", "1" and 1 more. ${NAME_IT}`,
    },
  },
  {
    name: "very many columns",
    content: `${Array.from({ length: 33 }, (_, at) => `c${at}`).join(";")}\n`,
    problem: {
      code: "column-missing",
      where: "u.csv, line 1",
      message: NO_EMAIL,
      remedy: `The columns are ${Array.from({ length: 30 }, (_, at) => `"c${at}"`).join(", ")} and 3 more. ${NAME_IT}`,
    },
  },
  {
    name: "a mapped column that is not there",
    content: "Email;Phone\na@example.org;1\n",
    table: { map: { phone: "Mobile" } },
    problem: {
      code: "column-missing",
      where: "u.csv, line 1",
      message: 'There is no column "Mobile", and the configuration reads `phone` from it.',
      remedy: 'The columns are "Email", "Phone". Correct `map: { phone: … }` or the header.',
    },
  },
  {
    name: "two columns of addresses",
    content: "E-mail;Name;Mail\na@example.org;A;b@example.org\n",
    problem: {
      code: "column-duplicate",
      where: "u.csv, line 1",
      message:
        'More than one column means `email`: "E-mail" (column 1), "Mail" (column 3). They may contradict each other.',
      remedy: "Rename all but one, or name the right one: `map: { email: … }`.",
    },
  },
  {
    name: "one header twice",
    content: "Email;Account key;account_key\na@example.org;A;B\n",
    problem: {
      code: "column-duplicate",
      where: "u.csv, line 1",
      message:
        'More than one column means `accountKey`: "Account key" (column 2), "account_key" (column 3). They may contradict each other.',
      remedy: "Rename all but one, or name the right one: `map: { accountKey: … }`.",
    },
  },
  {
    name: "a sheet of a text file",
    content: "Email\na@example.org\n",
    table: { sheet: "Users" },
    problem: {
      code: "sheet-missing",
      where: "u.csv",
      message: "The configuration names a sheet, and this file is CSV text, which has none.",
      remedy: "Leave `sheet` out, or name a workbook.",
    },
  },
  {
    name: "a web page",
    content: "\ufeff\n<!DOCTYPE html><html><table><tr><td>Email</td></tr></table></html>",
    problem: {
      code: "spreadsheet-format",
      where: "u.csv",
      message: "This is a web page or another XML file, not a table.",
      remedy: "Export it as Excel Workbook (.xlsx) or as CSV.",
    },
  },
  {
    name: "a web page named like a workbook",
    file: "u.xlsx",
    content: "<html><table><tr><td>Email</td></tr></table></html>",
    problem: {
      code: "spreadsheet-format",
      where: "u.xlsx",
      message:
        "The file is named like a workbook and is a web page (HTML) or another XML file. Excel opens such an export all the same.",
      remedy: "Open it in Excel and save it as Excel Workbook (.xlsx), or export CSV.",
    },
  },
  {
    name: "an empty file named like a workbook",
    file: "u.xlsx",
    content: "",
    problem: {
      code: "spreadsheet-format",
      where: "u.xlsx",
      message: "The file is empty: it has no bytes at all.",
      remedy: "Export it again, and look at the export's own messages.",
    },
  },
  {
    name: "an OpenDocument spreadsheet, whatever its name",
    file: "u.xlsx",
    content: `PK\u0003\u0004${"\0".repeat(26)}mimetypeapplication/vnd.oasis.opendocument.spreadsheet`,
    problem: {
      code: "spreadsheet-format",
      where: "u.xlsx",
      message:
        "This is an OpenDocument spreadsheet (.ods), as LibreOffice saves it, and zivsync reads xlsx and csv.",
      remedy: "Save it as Excel Workbook (.xlsx).",
    },
  },
  {
    name: "text named like a workbook",
    file: "u.xlsx",
    content: "Email\na@example.org\n",
    problem: {
      code: "spreadsheet-format",
      where: "u.xlsx",
      message: "The file is named like a workbook and is none.",
      remedy: "Save it as Excel Workbook (.xlsx), or give it the name it should have.",
    },
  },
  {
    name: "a workbook with a password",
    file: "u.xlsx",
    content: Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]),
    problem: {
      code: "spreadsheet-format",
      where: "u.xlsx",
      message: "This is a workbook with a password, or one of Excel 2003 or older.",
      remedy: "Save it without a password, as Excel Workbook (.xlsx).",
    },
  },
];

const inSheet = (name: string, xml: string, message: string): Case => ({
  name,
  content: sheetOf("", { parts: { "xl/worksheets/sheet1.xml": xml } }),
  problem: format(message),
});
const cell = (at: string) => `<c r="${at}"><v>1</v></c>`;

const XLSX: readonly Case[] = [
  { name: "half a workbook", content: GOOD.subarray(0, GOOD.length / 2), problem: format(DAMAGED, "u.xlsx") },
  {
    name: "a workbook without its last byte",
    content: GOOD.subarray(0, -1),
    problem: format(DAMAGED, "u.xlsx"),
  },
  { name: "two letters", content: "PK", problem: format(DAMAGED, "u.xlsx") },
  {
    name: "an empty archive",
    content: zipSync({}),
    problem: format("The file is an archive without an Excel workbook (.xlsx) in it.", "u.xlsx"),
  },
  {
    name: "another archive",
    content: zipSync({ "content.xml": strToU8("<a/>") }),
    problem: format("The file is an archive without an Excel workbook (.xlsx) in it.", "u.xlsx"),
  },
  {
    name: "a binary workbook",
    content: workbookOf({ sheets: [], parts: { "xl/workbook.bin": "x", "xl/workbook.xml": null } }),
    problem: format("The file is an archive without an Excel workbook (.xlsx) in it.", "u.xlsx"),
  },
  {
    name: "a changed byte",
    content: turned(GOOD, Buffer.from(GOOD).indexOf("xl/worksheets/sheet1.xml") + 60),
    problem: format(DAMAGED),
  },
  { name: "sizes that are too small", content: claiming(GOOD, 10), problem: format(DAMAGED, "u.xlsx") },
  {
    name: "an archive that unpacks to more than memory holds",
    content: claiming(GOOD, 60 * 1024 * 1024),
    problem: {
      code: "spreadsheet-too-large",
      where: "u.xlsx",
      message: "Unpacked, the workbook would be larger than 200 MB, and so is not a list of accounts.",
      remedy: "Export only the columns and rows of the accounts.",
    },
  },
  {
    name: "a sheet of zeros",
    content: sheetOf("", { parts: { "xl/media/zeros.xml": new Uint8Array(201 * 1024 * 1024) } }),
    problem: {
      code: "spreadsheet-too-large",
      where: "u.xlsx",
      message: "Unpacked, the workbook would be larger than 200 MB, and so is not a list of accounts.",
      remedy: "Export only the columns and rows of the accounts.",
    },
  },
  {
    name: "a sheet whose part is missing",
    content: sheetOf("", { parts: { "xl/worksheets/sheet1.xml": null } }),
    problem: format("The file is a workbook without its part xl/worksheets/sheet1.xml."),
  },
  {
    name: "no list of relations",
    content: sheetOf("", { parts: { "xl/_rels/workbook.xml.rels": null } }),
    problem: format("The file is a workbook without its part xl/_rels/workbook.xml.rels.", "u.xlsx"),
  },
  {
    name: "no sheets",
    content: workbookOf({ sheets: [] }),
    problem: format("The workbook has no sheet with a table.", "u.xlsx"),
  },
  {
    name: "shared texts that are cut off",
    content: sheetOf("", { parts: { "xl/sharedStrings.xml": "<sst><si><t>a" } }),
    problem: format(PART),
  },
  {
    name: "bytes that are not UTF-8",
    content: sheetOf("", { parts: { "xl/worksheets/sheet1.xml": Uint8Array.from([0x3c, 0x61, 0xff]) } }),
    problem: format(DAMAGED),
  },
  inSheet("a sheet without a table", "<worksheet/>", "The sheet holds no table of cells."),
  inSheet("a sheet that ends too early", sheetXml(row(1, "Email")).slice(0, -20), PART),
  inSheet("tags that cross", sheetXml("<row></c></row>"), PART),
  inSheet("an own entity", sheetXml('<row><c t="str"><v>&canary;</v></c></row>'), PART),
  inSheet("a document type", `<!DOCTYPE x [<!ENTITY a "aaaa">]>${sheetXml("")}`, PART),
  inSheet("an attribute without quotes", sheetXml("<row r=1></row>"), PART),
  inSheet("text after the end", `${sheetXml("")}canary`, PART),
  inSheet("rows in disorder", sheetXml('<row r="2"/><row r="1"/>'), ROWS),
  inSheet("a row twice", sheetXml('<row r="2"/><row r="2"/>'), ROWS),
  inSheet("a row past the last", sheetXml('<row r="999999999"/>'), ROWS),
  inSheet("cells in disorder", sheetXml(`<row r="1">${cell("B1")}${cell("A1")}</row>`), CELLS),
  inSheet("a cell past the last", sheetXml(`<row r="1">${cell("ZZZ1")}</row>`), CELLS),
  inSheet("a cell of another row", sheetXml(`<row r="1">${cell("A2")}</row>`), CELLS),
  inSheet("a cell outside a row", sheetXml(cell("A1")), CELLS),
  {
    name: "a sheet that is not there",
    content: workbookOf({
      sheets: [
        { name: "One", rows: "" },
        { name: "Two", state: "veryHidden", rows: "" },
      ],
    }),
    table: { sheet: "Three" },
    problem: {
      code: "sheet-missing",
      where: "u.xlsx",
      message: 'There is no sheet "Three".',
      remedy: 'The sheets are "One", "Two". Correct `sheet: …`.',
    },
  },
  {
    name: "hidden sheets only",
    content: workbookOf({ sheets: [{ name: "One", state: "hidden", rows: "" }] }),
    problem: {
      code: "sheet-missing",
      where: "u.xlsx",
      message: "All sheets are hidden.",
      remedy: "Name the sheet: `sheet: …`.",
    },
  },
  {
    name: "a header that cannot be read",
    content: sheetOf(row(4, "Email", "<c><f>A9</f></c>") + row(5, "a@example.org", "x")),
    problem: {
      code: "column-missing",
      where: 'u.xlsx, sheet "Users", row 4',
      message:
        "The header of column 2 cannot be read, so it is unknown what the column means. The cell holds a formula whose result is not in the file. Open the file in Excel, let it calculate, and save it.",
      remedy: "Write the header as text.",
    },
  },
];

describe("what cannot be used is refused, in words", () => {
  test.each(CSV)("CSV: $name", async ({ file = "u.csv", content, table, problem }) => {
    expect(await problemsOf(read(file, content, table))).toEqual([problem]);
  });
  test.each(XLSX)("workbook: $name", async ({ content, table, problem }) => {
    expect(await problemsOf(read("u.xlsx", content, table))).toEqual([problem]);
  });
});

test("everything that is wrong with both tables comes at once", async () => {
  const files = { "a.csv": "Name;Name\n", "b.xlsx": "PK" };
  const problems = await problemsOf(
    readTables(files, { personal: { file: "a.csv" }, functional: { file: "b.xlsx" } }),
  );
  expect(problems.map(({ code, where }) => [code, where])).toEqual([
    ["column-missing", "a.csv, line 1"],
    ["column-duplicate", "a.csv, line 1"],
    ["spreadsheet-format", "b.xlsx"],
  ]);
});

test("one bad file of two tables is reported once", async () => {
  const tables = { personal: { file: "b.xlsx", sheet: "A" }, functional: { file: "b.xlsx", sheet: "B" } };
  expect(await problemsOf(readTables({ "b.xlsx": "PK" }, tables))).toEqual([format(DAMAGED, "b.xlsx")]);
});

const PIPE: Problem = {
  code: "file-unreadable",
  where: "a pipe",
  message: "This is a folder, a pipe or a device, not a file.",
  remedy: "Name a file.",
};

describe("files that cannot be read", () => {
  const problemsAt = (name: string) =>
    withFiles({ "a file": "" }, (directory) => {
      mkdirSync(join(directory, "a folder"));
      if (process.platform !== "win32") execFileSync("mkfifo", [join(directory, "a pipe")]);
      const personal = { path: join(directory, name), shownAs: name, map: {} };
      const readSecret = () => Promise.reject(new Error("no secret is read"));
      return problemsOf(
        createSource({ type: "spreadsheet", name: "hr", personal }, { readSecret, clock: CLOCK }).read(),
      );
    });
  const absent = { message: "There is no such file.", remedy: "Correct its name, or put the file there." };
  test.each<Problem>([
    { code: "file-not-found", where: "none.csv", ...absent },
    { code: "file-not-found", where: join("a file", "x.csv"), ...absent },
    {
      code: "file-unreadable",
      where: "a folder",
      message: "This is a folder, a pipe or a device, not a file.",
      remedy: "Name a file.",
    },
    ...(process.platform === "win32" ? [] : [PIPE]),
  ])("$where", async (problem) => {
    expect(await problemsAt(problem.where ?? "")).toEqual([problem]);
  });
});
