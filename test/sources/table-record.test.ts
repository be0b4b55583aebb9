import { expect, test } from "vitest";
import { copyRecord } from "../../src/sources/record-copy.ts";
import { type RowContext, readFields } from "../../src/sources/row-record.ts";
import { recordOf } from "../../src/sources/table-record.ts";

const FIELDS = [
  "email",
  "id",
  "fullName",
  "aliases",
  "delegates",
  "active",
  "division",
  "phone",
  "accountKey",
] as const;
const columns: RowContext["columns"] = Object.fromEntries(
  FIELDS.map((field, index) => [field, { index, header: `The ${field}` }]),
);
const table = { shownAs: "u.csv", counts: "line" } as const;
const context = { source: "hr", kind: "functional", columns, table } as const;
const rows = [
  { number: 2, cells: ["a@example.org", "7", "A", "b@example.org;", "", "no", "/x", "+31 20 1", "a-key"] },
  { number: 5, cells: ["c@example.org", "", "", "", "", "", "", "", ""] },
  { number: 6, cells: ["d@example.org"] },
];

test.each(rows)("says what its row says: line $number", (row) => {
  const record = recordOf(row, context);
  const expected = readFields(row, `u.csv, line ${row.number}`, context, []);
  expect(copyRecord(record)).toEqual(expected);
  expect(record.accountKey?.value.reveal()).toBe(expected.accountKey?.value.reveal());
  expect(JSON.stringify(record)).toBe(JSON.stringify(expected));
});

test("records that are looked at in turn say each what its own row says", () => {
  const records = [...rows, ...rows].map((row) => recordOf(row, context));
  const addresses = ["a@example.org", "c@example.org", "d@example.org"];
  for (const _ of FIELDS)
    expect(records.map(({ email }) => email?.value)).toEqual([...addresses, ...addresses]);
  expect(records.map(({ where }) => where).slice(0, 3)).toEqual([
    "u.csv, line 2",
    "u.csv, line 5",
    "u.csv, line 6",
  ]);
});
