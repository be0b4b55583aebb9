import { describe, expect, test } from "vitest";
import { plainRecords, problemsOf, read } from "./reading.ts";
import { row, sheetOf, sheetXml, workbookOf } from "./workbooks.ts";

/* Files as people and programs really make them, and what must not come of them. */

const AGAIN = "Format the column as text, and enter the value again.";

describe("a title above the header row is refused, and the header row is named", () => {
  const remedy = (place: string) =>
    `${place} seems to be the header row: add \`headerRow: ${place.replace(/\D/g, "")}\` to the table in the profile, or remove what is above it.`;
  const message = 'There is no column "Email", and without it rows cannot be matched to accounts.';

  test.each([
    ["a line of its own", "Staff list 2024\n\nE-mail;Name\na@example.org;A\n", "Line 3"],
    ["filled up with delimiters", "Staff;\nEmail;Name\na@example.org;A\n", "Line 2"],
  ])("CSV: %s", async (_, content, place) => {
    expect(await problemsOf(read("u.csv", content))).toEqual([
      { code: "column-missing", where: "u.csv, line 1", message, remedy: remedy(place) },
    ]);
  });

  test("a workbook: a title over merged cells", async () => {
    const rows = row(1, "Staff list 2024") + row(3, "Email", "Name") + row(4, "a@example.org", "A");
    expect(await problemsOf(read("u.xlsx", merged(rows, "A1:B1")))).toEqual([
      { code: "column-missing", where: 'u.xlsx, sheet "Users", row 1', message, remedy: remedy("Row 3") },
    ]);
  });

  test("under the header that `map` names", async () => {
    const content = "Staff\nWerkmail;Email\na@example.org;b@example.org\n";
    const problems = await problemsOf(read("u.csv", content, { map: { email: "werk-mail" } }));
    expect(problems.map(({ remedy }) => remedy)).toEqual([remedy("Line 2")]);
  });
});

describe("a table without a usual header of addresses is shown where they are", () => {
  const PEOPLE = row(1, "Staff list") + row(3, "Persnr", "E-mailadres") + row(4, "1", "a@example.org");
  const advice = async (reading: Promise<unknown>) =>
    (await problemsOf(reading as ReturnType<typeof read>)).map(({ where, remedy }) => ({ where, remedy }));

  test("below a title, under another name", async () => {
    expect(await advice(read("u.xlsx", sheetOf(PEOPLE)))).toEqual([
      {
        where: 'u.xlsx, sheet "Users", row 1',
        remedy:
          'Row 3 seems to be the header row, and "E-mailadres" its column of addresses: add `headerRow: 3` and `map: { email: "E-mailadres" }` to the table in the profile.',
      },
    ]);
  });

  test("on another sheet", async () => {
    const sheets = [
      { name: "Read me", rows: row(1, "Questions") + row(2, "How to use it") },
      { name: "Boxes", rows: row(1, "Email", "Name") + row(2, "desk@example.org", "Desk") },
      { name: "Staff", rows: row(1, "Email", "Name") + row(2, "a@example.org", "A") },
    ];
    expect(await advice(read("u.xlsx", workbookOf({ sheets })))).toEqual([
      {
        where: 'u.xlsx, sheet "Read me", row 1',
        remedy:
          'This is the first sheet. Name the one with the accounts: `sheet: …`. A column of addresses is in "Boxes", "Staff".',
      },
    ]);
  });

  test("nowhere: the columns that are there are listed, as before", async () => {
    expect(await advice(read("u.csv", "Naam,Afdeling\nA,Zorg\n"))).toEqual([
      {
        where: "u.csv, line 1",
        remedy:
          'The columns are "Naam", "Afdeling". Name the one that holds the addresses: `map: { email: … }`.',
      },
    ]);
  });
});

describe("`headerRow` names the header row", () => {
  const whom = async (reading: ReturnType<typeof read>) => {
    const { records, complete, findings } = await reading;
    return {
      people: records.map(({ email, fullName }) => `${email?.value} ${fullName?.value}`),
      complete,
      findings,
    };
  };
  const ANN = { people: ["a@example.org A"], complete: true, findings: [] };

  test("in CSV, below a title without a delimiter", async () => {
    const content = "Staff, as of today\n\nE-mail;Name\na@example.org;A\n";
    expect(await whom(read("u.csv", content, { headerRow: 3 }))).toEqual(ANN);
  });

  test("in a workbook, below a title over merged cells", async () => {
    const rows = row(1, "Staff list") + row(3, "Email", "Name") + row(4, "a@example.org", "A");
    expect(await whom(read("u.xlsx", merged(rows, "A1:B1"), { headerRow: 3 }))).toEqual(ANN);
  });

  test("in a workbook, whose headers are merged down to it beside a group of two", async () => {
    const rows =
      row(1, "Email", "Person", "") + row(2, "", "Name", "Phone") + row(3, "a@example.org", "A", "");
    const content = merged(rows, "A1:A2", "B1:C1");
    expect(await problemsOf(read("u.xlsx", content))).toEqual([
      {
        code: "column-missing",
        where: 'u.xlsx, sheet "Users", row 1',
        message:
          "The header takes rows 1 to 2: cells of it are merged downwards, and zivsync reads one header row.",
        remedy: "Add `headerRow: 2`, the last of them: headers that are merged down to it count.",
      },
    ]);
    expect(await whom(read("u.xlsx", content, { headerRow: 2 }))).toEqual(ANN);
  });

  test.each([
    ["u.csv", "Email\n\na@example.org\n", "u.csv, line 2", "line"],
    ["u.xlsx", sheetOf(row(1, "Email") + row(3, "a@example.org")), 'u.xlsx, sheet "Users", row 2', "row"],
  ])("and it has to hold something: %s", async (file, content, where, counts) => {
    expect(await problemsOf(read(file, content, { headerRow: 2 }))).toEqual([
      {
        code: "column-missing",
        where,
        message: `\`headerRow\` names this ${counts}, and nothing is in it.`,
        remedy: `Correct \`headerRow\`: the first ${counts} that holds anything is 1.`,
      },
    ]);
  });

  test("cells merged in the rows below stay unreadable", async () => {
    const rows =
      row(1, "Staff") + row(2, "Email", "Name") + row(3, "a@example.org", "A") + row(4, "b@example.org", "");
    const { records } = await read("u.xlsx", merged(rows, "B3:B4"), { headerRow: 2 });
    expect(records[1]?.problems).toMatchObject([{ attribute: "Name", field: "fullName" }]);
  });
});

function merged(rows: string, ...areas: readonly string[]): Uint8Array {
  const cells = areas.map((area) => `<mergeCell ref="${area}"/>`).join("");
  const xml = sheetXml(rows).replace("</sheetData>", `</sheetData><mergeCells>${cells}</mergeCells>`);
  return sheetOf("", { parts: { "xl/worksheets/sheet1.xml": xml } });
}

describe("cells that are merged with others say nothing of their own", () => {
  const MERGED =
    "The cell is merged with another one, so it is not certain that its value is meant here. Undo the merge, and enter a value in each cell.";
  const HEADER = row(1, "Email", "Aliases", "Active");
  const ANN = row(2, "a@example.org", "x@example.com", "no");

  test("down a column", async () => {
    const { records, complete } = await read(
      "u.xlsx",
      merged(HEADER + ANN + row(3, "b@example.org", "", ""), "B2:B3", "C2:C3"),
    );
    expect(records[0]?.problems).toEqual([]);
    expect([records[1]?.aliases, records[1]?.active, complete]).toEqual([undefined, undefined, true]);
    expect(records[1]?.problems).toEqual([
      { attribute: "Aliases", message: MERGED, field: "aliases" },
      { attribute: "Active", message: MERGED, field: "active" },
    ]);
  });

  test("across a row, also where the cells after it are not in the file", async () => {
    const { records } = await read(
      "u.xlsx",
      merged(HEADER + row(2, "a@example.org", "x@example.com"), "B2:C2"),
    );
    expect(records[0]?.problems).toEqual([{ attribute: "Active", message: MERGED, field: "active" }]);
    expect(records[0]?.aliases?.value).toEqual(["x@example.com"]);
  });

  test("an address that is merged down belongs to its first row", async () => {
    const rows = HEADER + ANN + row(3, "", "y@example.com");
    const { records, complete, findings } = await read("u.xlsx", merged(rows, "A2:A3"));
    expect(records.length).toBe(1);
    expect([complete, findings.map(({ summary }) => summary)]).toEqual([
      false,
      [
        `The row cannot be matched to an account. Its address (column "Email") cannot be read. ${MERGED} Nothing is removed because of this source. Correct the row, or exclude it with \`filter\` if it is not an account, such as a total.`,
      ],
    ]);
  });

  test.each([
    ["a header over two columns", HEADER + ANN, "C1:D1"],
    [
      "a header over two rows",
      `${HEADER}${row(2, "", "", "")}${row(3, "a@example.org", "x@example.com", "no")}`,
      "A1:A2",
    ],
    ["a person over two rows, in all columns", HEADER + ANN + row(3, "", "", ""), "A2:A3"],
    ["a whole sheet below the table", HEADER + ANN, "A5:XFD1048576"],
    ["columns that are not read", HEADER + row(2, "a@example.org", "x@example.com", "no", "note"), "D2:F2"],
  ])("and nothing is lost by %s", async (_, rows, area) => {
    const { records, complete, findings } = await read("u.xlsx", merged(rows, area));
    expect(records.map(({ problems }) => problems)).toEqual([[]]);
    expect([complete, findings]).toEqual([true, []]);
  });
});

describe("words that programs write for what they do not have", () => {
  const error = (name: string) => `The cell holds the error ${name}.`;
  const NULL =
    "The cell holds a word that programs write for an empty value. Export an empty cell in its place.";
  const FORMULA = `The cell holds a formula as text. ${AGAIN}`;
  test.each([
    ["#N/A", error("#N/A")],
    ["#REF!", error("#REF!")],
    ["#DIV/0!", error("#DIV/0!")],
    ["#NAME?", error("#NAME?")],
    ["#N/B", error("#N/B")],
    ["#VERW!", error("#VERW!")],
    ["########", error("########")],
    ["NULL", NULL],
    ["(null)", NULL],
    ["\\N", NULL],
    ['"=""0012"""', FORMULA],
  ])("%s", async (cell, message) => {
    const header = "Email;Full name;Aliases;Delegates;Active;Division;Phone;Account key;Id";
    const content = `${header}\na@example.org${`;${cell}`.repeat(8)}\n`;
    const { records, complete } = await read("u.csv", content);
    expect(plainRecords({ records } as Awaited<ReturnType<typeof read>>)).toEqual([
      { email: "a@example.org" },
    ]);
    expect(records[0]?.problems.map(({ field, message }) => [field, message])).toEqual(
      ["id", "fullName", "aliases", "delegates", "active", "division", "phone", "accountKey"].map((field) => [
        field,
        message,
      ]),
    );
    expect(complete).toBe(true);
  });

  test.each(["Null", "Nulle", "#1 desk", "# 4", "N/A desk", "=", "NULL and void"])(
    "%s is a name",
    async (name) => {
      const reading = await read("u.csv", `Email;Name\na@example.org;${name}\n`);
      expect(plainRecords(reading)).toEqual([{ email: "a@example.org", fullName: name }]);
    },
  );

  test("a filter does not leave out whom an error hides", async () => {
    const filter = [{ own: "Dept", values: ["Care"], exclude: false, where: "profiles/staff.yaml:7:9" }];
    const reading = await read(
      "u.csv",
      "Email;Dept\na@example.org;#N/A\nb@example.org;Cure\nc@example.org;Care\n",
      { filter },
    );
    expect(plainRecords(reading).map(({ email }) => email)).toEqual(["a@example.org", "c@example.org"]);
    expect(reading.records[0]?.problems.map(({ attribute, field }) => [attribute, field])).toEqual([
      ["Dept", undefined],
    ]);
  });
});

describe("an apostrophe that programs put before a value, so that it is not taken for a formula", () => {
  const MARKED =
    "The cell begins with an apostrophe, as programs write before text that looks like a formula. Export the value without it.";

  test.each([
    ["in text", "u.csv", "Email;Id;Account key\na@example.org;'-12;'+Zm9v\n"],
    [
      "in a workbook",
      "u.xlsx",
      sheetOf(row(1, "Email", "Id", "Account key") + row(2, "a@example.org", "'@12", "'=k")),
    ],
  ])("holds an id and an account key: %s", async (_, file, content) => {
    const [record] = (await read(file, content)).records;
    expect([record?.id, record?.accountKey]).toEqual([undefined, undefined]);
    expect(record?.problems).toEqual([
      { attribute: "Id", message: MARKED, field: "id" },
      { attribute: "Account key", message: MARKED, field: "accountKey" },
    ]);
  });

  test("is not a part of a phone number, and may be one of a name", async () => {
    const reading = await read("u.csv", "Email;Name;Phone\na@example.org;'t Hart;'+31 20 1234567\n");
    expect(plainRecords(reading)).toEqual([
      { email: "a@example.org", fullName: "'t Hart", phone: "+31 20 1234567" },
    ]);
    expect(reading.records[0]?.problems).toEqual([]);
  });
});

test("an invisible character does not hide a column", async () => {
  const reading = await read("u.csv", "\ufeff\ufeffE\u00admail;Act\u200bive\u200e\na@example.org;no\n");
  expect(plainRecords(reading)).toEqual([{ email: "a@example.org", active: false }]);
});

test("an id in the column of addresses does not name a row whose address is none", async () => {
  const reading = await read("u.csv", "Email;Name\nn/a;A\nb@example.org;B\n", { map: { id: "Email" } });
  expect(plainRecords(reading)).toEqual([{ email: "b@example.org", fullName: "B", id: "b@example.org" }]);
  expect([reading.complete, reading.findings.map(({ code }) => code)]).toEqual([
    false,
    ["record-without-address"],
  ]);
});

test("letters of UTF-8 that a program took for others hold the name", async () => {
  const { records } = await read(
    "u.csv",
    "Email;Name\na@example.org;RenÃ©\nb@example.org;DaniÃ«lle\nc@example.org;IRMÃ É\n",
  );
  const message =
    "A program has read letters of this name in the wrong encoding, so that Ã comes before a sign. Write the name again.";
  expect(records.map(({ problems }) => problems)).toEqual([
    [{ attribute: "Name", message, field: "fullName" }],
    [{ attribute: "Name", message, field: "fullName" }],
    [],
  ]);
});

describe("nothing goes unnoticed", () => {
  test.each([
    [
      "two exports one after the other",
      "\ufeffEmail;Name\na@example.org;A\n\ufeffEmail;Name\nb@example.org;B\n",
      2,
    ],
    ["a line of totals", "Email;Name\na@example.org;A\nTotal: 1;\n", 1],
    ["what a database adds", "Email;Name\na@example.org;A\n\n(1 rows affected)\n", 1],
    ["a line of dashes", "Email;Name\n-----;----\na@example.org;A\n", 1],
    ["two addresses in one cell", "Email;Name\na@example.org;A\nb@example.org, c@example.org;B\n", 1],
  ])("%s", async (_, content, records) => {
    const reading = await read("u.csv", content);
    expect([reading.records.length, reading.complete]).toEqual([records, false]);
  });

  test.each([
    ["a mark before quotes", '\ufeff"Email";"Name"\r\n"a@example.org";"A"\r\n'],
    ["a mark before the delimiter's line", "\ufeffsep=;\r\nEmail;Name\r\na@example.org;A\r\n"],
    ["line breaks of two returns", "Email;Name\r\r\na@example.org;A\r\r\n"],
    ["one header twice, where nothing is read from it", "Email;Name;Room;Room\na@example.org;A;1;2\n"],
    ["a column without a header", "Email;Name;\na@example.org;A;x\n"],
    [
      "line breaks in quotes, in a column that is not read",
      'Email;Name;Note\na@example.org;A;"x\n;;\n\ny"\n',
    ],
  ])("and nothing is in doubt after %s", async (_, content) => {
    const reading = await read("u.csv", content);
    expect(plainRecords(reading)).toEqual([{ email: "a@example.org", fullName: "A" }]);
    expect([reading.complete, reading.findings]).toEqual([true, []]);
  });

  test("a renamed column is not spoken of", async () => {
    const { speaks, records } = await read("u.csv", "Email;Status;Alias list\na@example.org;no;x\n");
    expect(speaks).toEqual({ personal: ["email"] });
    expect([records[0]?.active, records[0]?.aliases]).toEqual([undefined, undefined]);
  });
});
