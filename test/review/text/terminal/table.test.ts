import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { displayWidth, wrapText } from "../../../../src/review/text/terminal/display-width.ts";
import { renderCsv, renderTable } from "../../../../src/review/text/terminal/table.ts";
import { hostileText } from "../../../support/hostile-text.ts";

const COLUMNS = [{ title: "Address" }, { title: "Full name" }, { title: "Aliases", align: "right" as const }];

describe("renderTable", () => {
  test("a table that fits", () => {
    const rows = [
      ["j.doe@example.org", "Jane Doe", "2"],
      ["k@example.org", "張三", "12"],
      ["x@example.org", "tab\there"],
    ];
    expect(renderTable(COLUMNS, rows, { width: 80 })).toBe(
      [
        "Address            Full name     Aliases",
        "-----------------  ------------  -------",
        "j.doe@example.org  Jane Doe            2",
        "k@example.org      張三               12",
        "x@example.org      tab\\u{9}here",
        "",
      ].join("\n"),
    );
  });

  test("the widest column gives way", () => {
    const rows = [[`${"long.".repeat(8)}doe@example.org`, "Jane Doe", "2"]];
    expect(renderTable(COLUMNS, rows, { width: 40 })).toBe(
      [
        "Address               Full name  Aliases",
        "--------------------  ---------  -------",
        "long.long.long.long…  Jane Doe         2",
        "",
      ].join("\n"),
    );
  });

  test("no rows leave the titles", () => {
    expect(renderTable([{ title: "A" }, { title: "B" }], [], { width: 10 })).toBe("A  B\n-  -\n");
  });

  test("no line is wider than asked for, and each row is one line", () => {
    const rows = fc.array(fc.array(hostileText, { minLength: 3, maxLength: 3 }), { maxLength: 5 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 40, max: 160 }), (cells, width) => {
        const lines = renderTable(COLUMNS, cells, { width }).split("\n");
        expect(lines).toHaveLength(cells.length + 3);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe("renderCsv", () => {
  test("RFC 4180, formulas disarmed", () => {
    const rows = [
      ["Email", "Full name"],
      ["j.doe@example.org", 'Jane "JD", Doe'],
      ["=cmd", "two\nlines"],
    ];
    expect(renderCsv(rows)).toBe(
      'Email,Full name\r\nj.doe@example.org,"Jane ""JD"", Doe"\r\n\'=cmd,"two\nlines"\r\n',
    );
  });

  test("a reader gets back as many cells, none of them a formula", () => {
    const rows = fc.array(fc.array(hostileText, { minLength: 2, maxLength: 2 }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(rows, (cells) => {
        const read: string[][] = parse(renderCsv(cells), { record_delimiter: "\r\n" });
        expect(read.map((row) => row.length)).toEqual(cells.map((row) => row.length));
        for (const cell of read.flat()) expect(cell.trimStart()).not.toMatch(/^[=+\-@]/);
      }),
    );
  });
});

test("wrapText breaks at spaces only and keeps the words", () => {
  expect(wrapText("one two three", 9, 2)).toEqual(["  one two", "    three"]);
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z@.]{1,30}$/), { minLength: 1 }),
      fc.integer({ min: 1, max: 60 }),
      (words, width) => {
        const lines = wrapText(words.join(" "), width, 2);
        expect(lines.flatMap((line) => line.trim().split(" "))).toEqual(words);
      },
    ),
  );
});
