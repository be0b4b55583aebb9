import { truncateSync } from "node:fs";
import { join } from "node:path";
import { strToU8, type Zippable, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { InputError, type Problem } from "../../src/model/values/errors.ts";
import { readCsv } from "../../src/sources/spreadsheet/csv/csv.ts";
import { LARGEST_BYTES, readSourceFile } from "../../src/sources/spreadsheet/table/source-file.ts";
import { MOST_COLUMNS } from "../../src/sources/spreadsheet/table/table.ts";
import { MOST_ROWS, readSheet } from "../../src/sources/spreadsheet/xlsx/sheet.ts";
import { DEEPEST_XML, OversizedWorkbook, scanXml } from "../../src/sources/spreadsheet/xlsx/xml.ts";
import { MOST_PARTS, openArchive } from "../../src/sources/spreadsheet/xlsx/zip.ts";
import { problemsOf, withFiles } from "./reading.ts";

/** LARGEST_UNPACKED and LARGEST_BYTES are too much for a quick test: it gives a smaller one. */
const SMALL = 1_000;

describe("a table", () => {
  test("is a file of so many bytes (LARGEST_BYTES), and no more", async () => {
    await withFiles({ "u.csv": "x".repeat(SMALL) }, async (folder) => {
      const file = { path: join(folder, "u.csv"), shownAs: "u.csv" };
      expect((await readSourceFile(file, SMALL)).bytes).toHaveLength(SMALL);
      const tooLarge: Problem = {
        code: "spreadsheet-too-large",
        where: "u.csv",
        message: "The file is larger than 200 MB, and so is not a list of accounts.",
        remedy: "Export only the columns and rows of the accounts.",
      };
      await expect(readSourceFile(file, SMALL - 1)).rejects.toEqual(new InputError([tooLarge]));
      truncateSync(file.path, LARGEST_BYTES + 1);
      await expect(readSourceFile(file)).rejects.toMatchObject({ problems: [tooLarge] });
    });
  });

  test.each([
    ["plain", "a"],
    ["quoted", '"a"'],
  ])("of CSV has rows of so many cells, and no more: %s", async (_, cell) => {
    const csv = (cells: number) => ({
      bytes: Buffer.from(`Email;Name\n${Array(cells).fill(cell).join(";")}\n`),
      shownAs: "u.csv",
    });
    const [, row] = [...readCsv(csv(MOST_COLUMNS)).rows];
    expect(row?.cells).toHaveLength(MOST_COLUMNS);
    expect(await problemsOf((async () => readCsv(csv(MOST_COLUMNS + 1)) as never)())).toEqual([
      {
        code: "csv-syntax",
        where: "u.csv:2",
        message: "The row has more than 16,384 cells, the most that Excel takes.",
        remedy: "Export only the columns of the accounts.",
      },
    ]);
  });
});

describe("a sheet", () => {
  const context = { sharedStrings: [], formats: undefined, from1904: false };
  const sheet = (row: string) =>
    readSheet(`<worksheet><sheetData>${row}</sheetData></worksheet>`, context).rows;
  const NOT_ROWS = "The rows of the sheet are not in order.";
  const NOT_CELLS = "The cells of the sheet are not in order.";

  test("ends at the row where Excel ends it", () => {
    const at = (row: number) => sheet(`<row r="${row}"><c t="str"><v>a</v></c></row>`);
    expect(at(MOST_ROWS)[0]?.number).toBe(MOST_ROWS);
    expect(() => at(MOST_ROWS + 1)).toThrow(NOT_ROWS);
  });

  test("ends at the column where Excel ends it", () => {
    const at = (column: string) => sheet(`<row r="1"><c r="${column}1" t="str"><v>a</v></c></row>`);
    expect(at("XFD")[0]?.cells).toHaveLength(MOST_COLUMNS);
    expect(() => at("XFE")).toThrow(NOT_CELLS);
  });
});

describe("an archive", () => {
  test("unpacks to so many bytes (LARGEST_UNPACKED), and no more", () => {
    const zip = zipSync({ a: new Uint8Array(SMALL / 2), b: new Uint8Array(SMALL / 2) });
    expect(openArchive(zip, SMALL).read("a")).toHaveLength(SMALL / 2);
    expect(() => openArchive(zip, SMALL - 1)).toThrow(OversizedWorkbook);
  });

  test("has so many parts, and no more", () => {
    const zip = (parts: number) => {
      const files: Zippable = {};
      for (let at = 0; at < parts; at += 1) files[`p${at}`] = [strToU8(""), { level: 0 }];
      return zipSync(files);
    };
    expect(openArchive(zip(MOST_PARTS)).has(`p${MOST_PARTS - 1}`)).toBe(true);
    expect(() => openArchive(zip(MOST_PARTS + 1))).toThrow(OversizedWorkbook);
  });

  test("has parts of so many elements inside of each other, and no more", () => {
    const xml = (depth: number) => `${"<a>".repeat(depth)}${"</a>".repeat(depth)}`;
    let opened = 0;
    const count = {
      open: () => {
        opened += 1;
      },
    };
    scanXml(xml(DEEPEST_XML), count);
    expect(opened).toBe(DEEPEST_XML);
    expect(() => scanXml(xml(DEEPEST_XML + 1), {})).toThrow(
      "A part of the workbook is damaged or ends too early.",
    );
  });
});
