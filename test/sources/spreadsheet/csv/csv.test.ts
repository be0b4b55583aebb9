import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRows, rowsOf, splitRows } from "../../../../src/sources/spreadsheet/csv/csv.ts";
import { runs } from "../../../support/runs.ts";
import { plainRecords, read } from "../../reading.ts";

const JANE = { email: "j.doe@example.org", fullName: "Jané Doe" };

describe("what CSV text may look like", () => {
  const cases: readonly { readonly name: string; readonly content: string | Uint8Array }[] = [
    { name: "UTF-8", content: "Email,Full name\nj.doe@example.org,Jané Doe\n" },
    { name: "UTF-8 with a byte order mark", content: "\ufeffEmail,Full name\nj.doe@example.org,Jané Doe\n" },
    {
      name: "UTF-16, little end first",
      content: Buffer.from("\ufeffEmail\tFull name\r\nj.doe@example.org\tJané Doe\r\n", "utf16le"),
    },
    {
      name: "UTF-16, big end first",
      content: Buffer.from("\ufeffEmail\tFull name\nj.doe@example.org\tJané Doe", "utf16le").swap16(),
    },
    {
      name: "Windows-1252",
      content: Buffer.from("Email;Full name\r\nj.doe@example.org;Jané Doe\r\n", "latin1"),
    },
    { name: "line breaks of old Macs", content: "Email;Full name\rj.doe@example.org;Jané Doe\r" },
    { name: "mixed line breaks", content: "Email;Full name\r\n\nj.doe@example.org;Jané Doe\r" },
    { name: "quoted cells", content: '"Email";"Full name"\n"j.doe@example.org";"Jané Doe"\n' },
    { name: "no line break at the end", content: "Email;Full name\nj.doe@example.org;Jané Doe" },
    {
      name: "empty rows before, between and after",
      content: "\n;;\nEmail;Full name;\n;;\n \nj.doe@example.org;Jané Doe;\n;;\n",
    },
    {
      name: "a first line that names the delimiter",
      content: "sep=|\r\nEmail|Full name\r\nj.doe@example.org|Jané Doe\r\n",
    },
    {
      name: "commas within quotes in a header with semicolons",
      content: 'Email;Full name;"a,b,c,d"\nj.doe@example.org;Jané Doe;x',
    },
    {
      name: "as many commas as semicolons",
      content: "Email;Full name;Note (a,b,c)\nj.doe@example.org;Jané Doe;x",
    },
    { name: "a header row of two lines", content: 'Email;"Full\nname"\nj.doe@example.org;Jané Doe' },
    {
      name: "the name of a workbook that it is not needed for",
      content: "Email,Full name\nj.doe@example.org,Jané Doe\n",
    },
    {
      name: "white space around everything",
      content: "  Email ;\tFull name\u00a0\n j.doe@example.org ;  Jané Doe \n",
    },
    {
      name: "the mark that `copy a.csv+b.csv` of Windows puts at the end",
      content: "Email;Full name\r\nj.doe@example.org;Jané Doe\r\n\u001a",
    },
    { name: "unknown columns", content: "Room;Email;Full name\n12;j.doe@example.org;Jané Doe\n" },
  ];
  test.each(cases)("$name", async ({ content }) => {
    const reading = await read("users.csv", content);
    expect(plainRecords(reading)).toEqual([JANE]);
    expect([reading.complete, reading.findings]).toEqual([true, []]);
  });

  test("one column needs no delimiter", async () => {
    expect(plainRecords(await read("users.csv", "E-mail\na@example.org\nb@example.org"))).toEqual([
      { email: "a@example.org" },
      { email: "b@example.org" },
    ]);
  });
});

test("rows are named by the line they start in, line breaks within cells counted once", async () => {
  const lines = ["sep=;", "Email;Full name", 'a@example.org;"A', "", 'B"', "", "b@example.org;B"];
  const reading = await read("users.csv", lines.join("\r\n"));
  expect(reading.records.map(({ where }) => where)).toEqual(["users.csv, line 3", "users.csv, line 7"]);
  expect(reading.records[0]?.fullName?.value).toBe("A\n\nB");
});

test("every field, and where it comes from", async () => {
  const content = [
    "E-MAIL,display_name,alias,Members,ZivverAccountKey,Enabled,division,Phone-Number,ID",
    'J.Doe@Example.org,Jane Doe,"jd@example.org; jane@example.org,,",k@example.org,canary-7f3a,Nee,/care,+31 20 1,0042',
  ].join("\n");
  const { records } = await read("users.csv", content);
  const origin = (attribute: string) => ({ source: "hr", where: "users.csv, line 2", attribute });
  const [record] = records;
  expect(record?.accountKey?.value.reveal()).toBe("canary-7f3a");
  expect(JSON.parse(JSON.stringify(record))).toEqual({
    kind: "personal",
    where: "users.csv, line 2",
    supplement: false,
    email: { value: "J.Doe@Example.org", origin: origin("E-MAIL") },
    id: { value: "0042", origin: origin("ID") },
    fullName: { value: "Jane Doe", origin: origin("display_name") },
    aliases: { value: ["jd@example.org", "jane@example.org"], origin: origin("alias") },
    delegates: { value: ["k@example.org"], origin: origin("Members") },
    active: { value: false, origin: origin("Enabled") },
    division: { value: "/care", origin: origin("division") },
    phone: { value: "+31 20 1", origin: origin("Phone-Number") },
    accountKey: { value: "[secret]", origin: origin("ZivverAccountKey") },
    problems: [],
  });
});

test("an empty cell says `none` for lists and nothing for the other fields", async () => {
  const header = "Email;Full name;Aliases;Delegates;Account key;Active;Division;Phone;Id";
  const reading = await read("users.csv", `${header}\na@example.org;;;;;;;;\n`);
  expect(plainRecords(reading)).toEqual([{ email: "a@example.org", aliases: [], delegates: [] }]);
  expect(reading.records[0]?.problems).toEqual([]);
});

describe("a column is named by `map` for its field alone", () => {
  const cases = [
    {
      name: "another name",
      header: "Werkmail;Email;Name",
      map: { email: "werk-mail" },
      expected: { email: "1@example.org", fullName: "3@example.org" },
    },
    {
      name: "one column for two fields",
      header: "Email;x;Name",
      map: { accountKey: "EMAIL" },
      expected: { email: "1@example.org", accountKey: "1@example.org", fullName: "3@example.org" },
    },
    {
      name: "a field without its default",
      header: "Email;Id;Badge",
      map: { id: "Badge" },
      expected: { email: "1@example.org", id: "3@example.org" },
    },
  ];
  test.each(cases)("$name", async ({ header, map, expected }) => {
    const content = `${header}\n1@example.org;2@example.org;3@example.org\n`;
    expect(plainRecords(await read("users.csv", content, { map }))).toEqual([expected]);
  });
});

test("yes and no", async () => {
  const words = ["yes", "NO", "True", "false", "1", "0", "Ja", "nee", "y", "n", "WAAR", "onwaar", "", " "];
  const reading = await read(
    "u.csv",
    `Email;Active\n${words.map((word, at) => `u${at}@example.org;${word}`).join("\n")}`,
  );
  const expected = [
    true,
    false,
    true,
    false,
    true,
    false,
    true,
    false,
    true,
    false,
    true,
    false,
    undefined,
    undefined,
  ];
  expect(reading.records.map(({ active }) => active?.value)).toEqual(expected);
  expect(reading.records.flatMap(({ problems }) => problems)).toEqual([]);
});

test("a text without quotes has the rows that the parser finds in it", () => {
  const text = fc.string({ unit: fc.constantFrom(..."ab,;\t|\n\n é名\u{1f600}\ufeff"), maxLength: 30 });
  fc.assert(
    fc.property(text, fc.constantFrom(",", ";", "\t", "|"), (text, delimiter) => {
      const split = [...rowsOf(splitRows(text, delimiter))];
      expect(split).toEqual([...rowsOf(parseRows(text, delimiter, "u.csv"))]);
    }),
    { numRuns: runs(1000, 3000) },
  );
});

describe("numbers that a spreadsheet has shortened on the way to CSV", () => {
  const SHORTENED =
    "The cell is a number that a spreadsheet has shortened, so its digits are lost. Format the column as text there, enter the value again, and export again.";
  const FIELDS: Readonly<Record<string, string>> = { "Account key": "accountKey", Id: "id", Phone: "phone" };
  const cases: readonly { readonly header: string; readonly text: string; readonly problem?: string }[] = [
    { header: "Account key", text: "1.23457E+15", problem: SHORTENED },
    { header: "Account key", text: "1E+15", problem: SHORTENED },
    { header: "Id", text: " 1,23457E+15 ", problem: SHORTENED },
    { header: "Phone", text: "3.12013E+10", problem: SHORTENED },
    { header: "Id", text: "1.23457E+11", problem: SHORTENED },
    { header: "Id", text: "1,23E+05", problem: SHORTENED },
    { header: "Id", text: "1.23457e+11", problem: SHORTENED },
    { header: "Id", text: "1.23457E11", problem: SHORTENED },
    { header: "Id", text: "-1.5E-07", problem: SHORTENED },
    { header: "Id", text: "123457000000" },
    { header: "Id", text: "1E05" },
    { header: "Id", text: "A1.2E+05" },
    { header: "Account key", text: "12E15" },
    { header: "Account key", text: "5e+1f" },
    { header: "Full name", text: "1.23457E+15" },
    { header: "Division", text: "1E+15" },
  ];

  test.each(cases)("$text as $header", async ({ header, text, problem }) => {
    const name = header === "Full name" ? "" : ";Full name";
    const content = `Email;${header}${name}\nj.doe@example.org;"${text}"${name && ";Jane"}\n`;
    const reading = await read("users.csv", content);
    expect(reading.records[0]?.problems).toEqual(
      problem === undefined ? [] : [{ attribute: header, message: problem, field: FIELDS[header] }],
    );
  });
});

test.each([
  [
    "\u200bs3cret",
    "holds an invisible character, so it is perhaps not the one that single sign-on sends. Enter it again.",
  ],
  ["-", "has neither a letter nor a digit. Leave it out where there is none."],
  ["???", "has neither a letter nor a digit. Leave it out where there is none."],
  [" s3cret\u00a0", undefined],
  [" ", undefined],
])("the account key %j, which no review would show", async (key, why) => {
  const [record] = (await read("users.csv", `Email;Account key\na@example.org;${key}\n`)).records;
  const message = `The account key ${why}`;
  expect(record?.problems).toEqual(
    why === undefined ? [] : [{ attribute: "Account key", message, field: "accountKey" }],
  );
  expect(record?.accountKey?.value.reveal()).toBe(key.includes("s3cret") && !why ? "s3cret" : undefined);
});

describe("an id that a spreadsheet may have made a date of", () => {
  const DATE =
    "The cell is a date, and a spreadsheet makes dates of what was typed. Format the column as text, and enter the value again.";
  test.each([
    ["3-1-2024", DATE],
    ["03/01/2024", DATE],
    ["31.12.2024", DATE],
    ["12/31/2024", DATE],
    ["2024-01-03", DATE],
    ["2024-01-03 00:00:00", DATE],
    ["3-1-20245", undefined],
    ["45-67-2024", undefined],
    ["2024-0042", undefined],
    ["3-1", undefined],
    ["12-345-6789", undefined],
    ["20240103", undefined],
  ])("%s", async (text, message) => {
    const reading = await read("users.csv", `Email;Id\nj.doe@example.org;${text}\n`);
    expect(reading.records[0]?.problems).toEqual(
      message === undefined ? [] : [{ attribute: "Id", message, field: "id" }],
    );
    expect(reading.records[0]?.id?.value).toBe(message === undefined ? text : undefined);
  });
});
