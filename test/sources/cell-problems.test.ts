import { describe, expect, test } from "vitest";
import { plainRecords, read } from "./reading.ts";
import { row, sheetOf } from "./workbooks.ts";

/* What is in doubt about a row: one field where one cell cannot be read, the whole row where its cells may be shifted. */

const ERROR = '<c t="e"><v>#N/A</v></c>';
const HEADERS = {
  Email: "email",
  Id: "id",
  "Full name": "fullName",
  Aliases: "aliases",
  Delegates: "delegates",
  Active: "active",
  Division: "division",
  Phone: "phone",
  "Account key": "accountKey",
} as const;

describe("a cell that cannot be read is a problem of its field alone", () => {
  test.each(Object.entries(HEADERS))("%s", async (header, field) => {
    const cells = Object.keys(HEADERS).map((name) => {
      if (name === header) return ERROR;
      return (
        { email: "a@example.org", id: "7", active: "no" }[HEADERS[name as keyof typeof HEADERS] as "id"] ?? ""
      );
    });
    const rows = row(1, ...Object.keys(HEADERS)) + row(2, ...cells);
    const { records, complete } = await read("u.xlsx", sheetOf(rows));
    expect(records.map(({ problems }) => problems)).toEqual([
      [{ attribute: header, message: "The cell holds the error #N/A.", field }],
    ]);
    expect(complete).toBe(true);
  });

  test("one cell of two fields is a problem of both", async () => {
    const map = { id: "Number", accountKey: "Number" };
    const rows = row(1, "Email", "Number") + row(2, "a@example.org", ERROR);
    const { records } = await read("u.xlsx", sheetOf(rows), { map });
    expect(records[0]?.problems.map(({ attribute, field }) => [attribute, field])).toEqual([
      ["Number", "id"],
      ["Number", "accountKey"],
    ]);
  });
});

describe("a row of another width than the header row is in doubt as a whole", () => {
  test.each([
    [
      "cut off",
      "b@example.org;B;yes\n",
      "Account key",
      "The row ends before this column, so it may have been cut off.",
    ],
    [
      "one cell too many",
      "b@example.org;Doe; Jane;yes;1\n",
      "the whole row",
      "The row has more cells than the header row, so its values may be in the wrong columns.",
    ],
  ])("%s", async (_, line, attribute, message) => {
    const reading = await read("u.csv", `Email;Full name;Active;Account key\na@example.org;A;yes;1\n${line}`);
    expect(reading.records[1]?.problems[0]).toEqual({ attribute, message });
    expect(reading.findings.map(({ code }) => code)).toEqual(["source-incomplete"]);
    expect(reading.complete).toBe(false);
  });
});

describe("a row without a usable address, but with an id", () => {
  const findings = async (content: string) => {
    const reading = await read("u.csv", content);
    return [reading.complete, reading.findings.map(({ code }) => code)];
  };

  test("an empty address is not said", async () => {
    const reading = await read("u.csv", "Email;Id;Full name\n;7;A\nb@example.org;8;B\n");
    expect(plainRecords(reading)).toEqual([
      { id: "7", fullName: "A" },
      { email: "b@example.org", id: "8", fullName: "B" },
    ]);
    expect(reading.records[0]?.problems).toEqual([]);
    expect([reading.complete, reading.findings]).toEqual([true, []]);
  });

  test("what is not an address is a problem of the field, and is not given", async () => {
    const reading = await read("u.csv", "Email;Id\nn/a;7\n");
    expect(plainRecords(reading)).toEqual([{ id: "7" }]);
    expect(reading.records[0]?.problems).toEqual([
      { attribute: "Email", message: "The cell holds no e-mail address.", field: "email" },
    ]);
    expect(reading.complete).toBe(true);
  });

  test("an id that cannot be read is given as a problem, and the source is incomplete", async () => {
    const reading = await read("u.csv", "Email;Id\n;1.23457E+15\nb@example.org;8\n");
    expect(reading.records.map(({ problems }) => problems.map(({ field }) => field))).toEqual([["id"], []]);
    expect(reading.complete).toBe(false);
    expect(reading.findings.map(({ code, summary }) => [code, summary])).toEqual([
      [
        "record-without-address",
        'The row cannot be matched to an account. Its column "Email" is empty. Nothing is removed because of this source. Correct the row, or exclude it with `filter` if it is not an account, such as a total.',
      ],
    ]);
  });

  test("with neither, the source is incomplete", async () => {
    expect(await findings("Email;Id\n;\nb@example.org;8\n")).toEqual([true, []]);
    expect(await findings("Email;Id;Full name\n;;A\nb@example.org;8;B\n")).toEqual([
      false,
      ["record-without-address"],
    ]);
  });

  test("the id of a row that may be shifted counts for nothing", async () => {
    const reading = await read("u.csv", "Full name;Email;Id\nDoe, Jane;x;7\nDoe; Jane;b@example.org;8\n");
    expect(plainRecords(reading)).toEqual([{ fullName: "Doe, Jane", id: "7" }]);
    expect(reading.findings.map(({ code }) => code)).toEqual(["source-incomplete", "record-without-address"]);
  });

  test("that its filter leaves out stays left out", async () => {
    const where = "profiles/staff.yaml:7:9";
    const filter = [{ own: "Dept", values: ["Care"], exclude: false, where }];
    const reading = await read(
      "u.csv",
      "Email;Id;Dept\n;7;Cure\nn/a;8;Care\n;9;care\na@example.org;1;Care\n",
      { filter },
    );
    expect(plainRecords(reading)).toEqual([{ id: "8" }, { id: "9" }, { email: "a@example.org", id: "1" }]);
    expect([reading.complete, reading.leftOut]).toEqual([true, 1]);
  });

  test("an exclusion by what is in place of the address counts", async () => {
    const where = "profiles/staff.yaml:7:9";
    const filter = [{ field: "email" as const, values: ["", "n/a"], exclude: true, where }];
    const reading = await read("u.csv", "Email;Id\n;7\nn/a;8\na@example.org;1\n", { filter });
    expect(plainRecords(reading)).toEqual([{ email: "a@example.org", id: "1" }]);
  });
});
