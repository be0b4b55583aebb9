import { expect, test } from "vitest";
import { read } from "./reading.ts";
import { row, sheetOf } from "./workbooks.ts";

const LONGEST = 32_767;
const MESSAGE = "The cell holds more than 32,767 characters, the most that Excel takes.";
const SHARED = '<c t="s"><v>0</v></c>';
const strings = (length: number) => ({ strings: `<si><t>${"x".repeat(length)}</t></si>` });

test.each([
  [
    "its own",
    (length: number) => sheetOf(row(1, "Email", "Division") + row(2, "a@example.org", "x".repeat(length))),
  ],
  [
    "shared",
    (length: number) =>
      sheetOf(row(1, "Email", "Division") + row(2, "a@example.org", SHARED), strings(length)),
  ],
])("a text of a cell is taken as far as Excel takes it: %s", async (_, workbook) => {
  const [fine] = (await read("u.xlsx", workbook(LONGEST))).records;
  expect([fine?.division?.value.length, fine?.problems]).toEqual([LONGEST, []]);
  const [more] = (await read("u.xlsx", workbook(LONGEST + 1))).records;
  expect([more?.division, more?.problems]).toEqual([
    undefined,
    [{ attribute: "Division", message: MESSAGE, field: "division" }],
  ]);
});

test.each(["Aliases", "Delegates"])(
  "a list that fills its cell may have been cut off: %s",
  async (header) => {
    const list = "a@example.org;".repeat(LONGEST / 14 + 1);
    const problems = async (file: string, content: string | Uint8Array) =>
      (await read(file, content)).records.flatMap((record) => record.problems);
    const inWorkbook = (length: number) =>
      sheetOf(row(1, "Email", header) + row(2, "a@example.org", list.slice(0, length)));
    const inText = (length: number) => `Email,${header}\na@example.org,${list.slice(0, length)}\n`;
    const message =
      "The list has 32,767 characters, as many as a cell of Excel takes, so its end may have been cut off.";
    const cut = [{ attribute: header, message, field: header.toLowerCase() }];
    expect(await problems("u.xlsx", inWorkbook(LONGEST))).toEqual(cut);
    expect(await problems("u.csv", inText(LONGEST))).toEqual(cut);
    expect(await problems("u.xlsx", inWorkbook(LONGEST - 1))).toEqual([]);
    expect(await problems("u.csv", inText(LONGEST + 1))).toEqual([]);
  },
);

test("a small file whose rows all share one text of megabytes takes no more memory than its rows", async () => {
  const rows = Array.from({ length: 2_000 }, (_, at) => row(at + 2, `a${at}@example.org`, SHARED, SHARED));
  const workbook = sheetOf(row(1, "Email", "Aliases", "Full name") + rows.join(""), {
    strings: `<si><t>${"a@example.org;".repeat(150_000)}</t></si>`,
  });
  expect(workbook.length).toBeLessThan(256 * 1024);
  const before = process.memoryUsage().heapUsed;
  const { records } = await read("u.xlsx", workbook);
  expect(records).toHaveLength(2_000);
  expect(records.map(({ problems }) => problems.length)).toEqual(Array.from({ length: 2_000 }, () => 2));
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1024 * 1024);
});
