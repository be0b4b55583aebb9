import fc from "fast-check";
import { expect, test } from "vitest";
import { ZivsyncError } from "../../src/errors.ts";
import { parseRows } from "../../src/sources/csv.ts";
import { readRows } from "../../src/sources/csv-rows.ts";
import type { Row } from "../../src/sources/table.ts";

const delimiters = fc.constantFrom(",", ";", "\t", "|");

function parsed(csv: { readonly text: string; readonly delimiter: string }): readonly Row[] | undefined {
  try {
    return parseRows(csv, "u.csv");
  } catch (error) {
    if (error instanceof ZivsyncError) return undefined;
    throw error;
  }
}

const plain = (rows: readonly Row[] | undefined) => rows?.map(({ number, cells }) => ({ number, cells }));

test("any text has the rows that the parser finds in it, or is left to the parser", () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab,;\t|"""\n\n é名\u{1f600}\ufeff'), maxLength: 30 });
  let well = 0;
  let ill = 0;
  fc.assert(
    fc.property(text, delimiters, (text, delimiter) => {
      const expected = plain(parsed({ text, delimiter }));
      expect(plain(readRows({ text, delimiter }))).toEqual(expected);
      if (expected === undefined) ill += 1;
      else well += 1;
    }),
    { numRuns: 5000 },
  );
  expect(Math.min(well, ill)).toBeGreaterThan(500);
});

test("rows that are written are read, whatever their cells hold", () => {
  const cell = fc.string({ unit: fc.constantFrom(...'ab,;\t|"\n é名'), maxLength: 6 });
  const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 5 });
  fc.assert(
    fc.property(rows, delimiters, fc.boolean(), (rows, delimiter, always) => {
      const written = (value: string) =>
        always || /["\n]/.test(value) || value.includes(delimiter)
          ? `"${value.replaceAll('"', '""')}"`
          : value;
      const text = rows.map((cells) => `${cells.map(written).join(delimiter)}\n`).join("");
      expect(readRows({ text, delimiter })?.map(({ cells }) => cells)).toEqual(rows);
      expect(plain(parsed({ text, delimiter }))).toEqual(plain(readRows({ text, delimiter })));
    }),
    { numRuns: 1000 },
  );
});

test("a quote that is never closed costs one look at the text, not one for each row", () => {
  const text = `${'"a","b"\n'.repeat(200_000)}"never`;
  const start = performance.now();
  expect(readRows({ text, delimiter: "," })).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(5000);
});
