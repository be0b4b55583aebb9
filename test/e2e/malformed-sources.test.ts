import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import { type Simulator, startSimulator, worldFromSeed } from "../../src/simulator/index.ts";
import { row, workbookOf } from "../sources/workbooks.ts";
import { ACCOUNT_KEY, API_KEY, organizationYaml, PROFILE_YAML, workplace } from "../support/cli.ts";
import {
  declaredHuge,
  type Malformed,
  refused,
  runMalformed,
  SEED,
  text,
  USERS_CSV,
} from "../support/malformed.ts";

/* Sources and secrets that cannot be used, and rows that cannot. Zivver is there all the time, and must stay as it is. */

type Rows = readonly (readonly string[])[];

const PROFILE = "desired-state/profiles/all.yaml";
const ORGANIZATION = "desired-state/organization.yaml";
const HEADER = ["Email", "Full name", "Account key"];
const ROWS: Rows = [
  HEADER,
  ["anna@example.org", "Anna Bos", `${ACCOUNT_KEY}anna`],
  ["bert@example.org", "Bert Vos", `${ACCOUNT_KEY}bert`],
];

function workbook(sheets: Readonly<Record<string, Rows>>): Uint8Array {
  const written = Object.entries(sheets).map(([name, rows]) => ({
    name,
    rows: rows.map((cells, index) => row(index + 1, ...cells)).join(""),
  }));
  return workbookOf({ sheets: written });
}

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ apiKey: API_KEY, world: worldFromSeed(SEED), rateLimit: null });
});
afterAll(() => simulator.close());

/** One bit of the sheet's packed rows is turned over. */
function damaged(zip: Uint8Array): Uint8Array {
  const bytes = Buffer.from(zip);
  const name = "xl/worksheets/sheet1.xml";
  const at = bytes.indexOf(name) + name.length + 100;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

const excel = (content: Uint8Array | string, table = "../users.xlsx") => ({
  [PROFILE]: PROFILE_YAML.replace("{ file: ../users.csv }", `{ file: ${table} }`),
  "desired-state/users.xlsx": content,
});
const organization = (from: string, to: string) => ({
  [ORGANIZATION]: organizationYaml("http://127.0.0.1:9/api/scim/v2").replace(from, to),
});
const declared = (accountKey: string) => ({
  [PROFILE]: `${PROFILE_YAML}  - { name: extra, type: declared, files: ../accounts/*.yaml }\n`,
  "desired-state/accounts/extra.yaml": `apiVersion: zivsync/v1\nkind: Accounts\npersonal:\n  - { email: anna@example.org, accountKey: ${accountKey} }\n`,
});

const CASES: readonly Malformed[] = [
  {
    name: "a file that is not there",
    files: { "desired-state/users.csv": null, "desired-state/shared.csv": null },
    words: ["plan"],
    err: [
      "error[file-not-found] users.csv",
      "  There is no such file.",
      "  Correct its name, or put the file there.",
      "",
      "error[file-not-found] shared.csv",
      "  There is no such file.",
      "  Correct its name, or put the file there.",
      "",
      "2 problems.",
    ],
  },
  {
    name: "a workbook that is not a zip archive",
    files: excel(USERS_CSV),
    words: ["plan"],
    err: [
      "error[spreadsheet-format] users.xlsx",
      "  The file is named like a workbook and is none.",
      "  Save it as Excel Workbook (.xlsx), or give it the name it should have.",
    ],
  },
  {
    name: "a workbook that was cut off",
    files: excel(workbook({ Users: ROWS }).subarray(0, 900)),
    words: ["plan"],
    err: [
      "error[spreadsheet-format] users.xlsx",
      "  The file is a damaged or incomplete archive, so it cannot be read in full.",
      "  Export it again, or open it in Excel and save it as Excel Workbook (.xlsx).",
    ],
  },
  {
    name: "a workbook with a damaged byte",
    files: excel(damaged(workbook({ Users: ROWS }))),
    words: ["records"],
    err: [
      'error[spreadsheet-format] users.xlsx, sheet "Users"',
      "  The file is a damaged or incomplete archive, so it cannot be read in full.",
      "  Export it again, or open it in Excel and save it as Excel Workbook (.xlsx).",
    ],
  },
  {
    name: "a workbook of Excel 2003",
    files: excel(Buffer.from("d0cf11e0a1b11ae1".padEnd(1024, "0"), "hex")),
    words: ["plan"],
    err: [
      "error[spreadsheet-format] users.xlsx",
      "  This is a workbook with a password, or one of Excel 2003 or older.",
      "  Save it without a password, as Excel Workbook (.xlsx).",
    ],
  },
  {
    name: "a zip archive that is not a workbook",
    files: excel(Buffer.from("504b0506".padEnd(44, "0"), "hex")),
    words: ["plan"],
    err: [
      "error[spreadsheet-format] users.xlsx",
      "  The file is an archive without an Excel workbook (.xlsx) in it.",
      "  Export it again, or open it in Excel and save it as Excel Workbook (.xlsx).",
    ],
  },
  {
    name: "a workbook that would unpack to gigabytes",
    files: excel(declaredHuge(workbook({ Users: ROWS }))),
    words: ["plan"],
    err: [
      "error[spreadsheet-too-large] users.xlsx",
      "  Unpacked, the workbook would be larger than 200 MB, and so is not a list of accounts.",
      "  Export only the columns and rows of the accounts.",
    ],
  },
  {
    name: "a sheet that is not there",
    files: excel(workbook({ Users: ROWS, Notes: [["nothing"]] }), "../users.xlsx, sheet: Staff"),
    words: ["plan"],
    err: [
      "error[sheet-missing] users.xlsx",
      '  There is no sheet "Staff".',
      '  The sheets are "Users", "Notes". Correct `sheet: …`.',
    ],
  },
  {
    name: "a workbook without the column of addresses",
    files: excel(
      workbook({
        Users: [
          ["Address", "Full name"],
          ["anna@example.org", "Anna Bos"],
        ],
      }),
    ),
    words: ["plan"],
    err: [
      'error[column-missing] users.xlsx, sheet "Users", row 1',
      '  There is no column "Email", and without it rows cannot be matched to accounts.',
      '  The columns are "Address", "Full name". Name the one that holds the addresses: `map: { email: … }`.',
    ],
  },
  {
    name: "a column that `map` names and that is not there",
    files: excel(workbook({ Users: ROWS }), "../users.xlsx, map: { fullName: Display name }"),
    words: ["plan"],
    err: [
      'error[column-missing] users.xlsx, sheet "Users", row 1',
      '  There is no column "Display name", and the configuration reads `fullName` from it.',
      '  The columns are "Email", "Full name", "Account key". Correct `map: { fullName: … }` or the header.',
    ],
  },
  {
    name: "a column twice",
    files: excel(
      workbook({
        Users: [
          ["Email", "Full name", "E-mail", "full_name"],
          ["a@example.org", "A", "b@example.org", "B"],
        ],
      }),
    ),
    words: ["plan"],
    err: [
      'error[column-duplicate] users.xlsx, sheet "Users", row 1',
      '  More than one column means `email`: "Email" (column 1), "E-mail" (column 3). They may contradict each other.',
      "  Rename all but one, or name the right one: `map: { email: … }`.",
      "",
      'error[column-duplicate] users.xlsx, sheet "Users", row 1',
      '  More than one column means `fullName`: "Full name" (column 2), "full_name" (column 4). They may contradict each other.',
      "  Rename all but one, or name the right one: `map: { fullName: … }`.",
      "",
      "2 problems.",
    ],
  },
  {
    name: "no header row, and account keys in the first one",
    files: excel(workbook({ Users: ROWS.slice(1) })),
    words: ["records"],
    err: [
      'error[column-missing] users.xlsx, sheet "Users", row 1',
      '  There is no column "Email", and without it rows cannot be matched to accounts.',
      "  An e-mail address is in this row, so the file seems to have no header row: add one. Name the one that holds the addresses: `map: { email: … }`.",
    ],
  },
  {
    name: "a quote in CSV that is never closed",
    files: { "desired-state/users.csv": USERS_CSV.replace("Bert Vos", '"Bert Vos') },
    words: ["plan"],
    err: [
      "error[csv-syntax] users.csv:3",
      "  A quote is opened in the row that starts here and never closed, so the rest of the file is one cell.",
      '  Close it, or write "" for a quote that belongs to the text.',
    ],
  },
  {
    name: "NUL bytes in CSV",
    files: { "desired-state/users.csv": USERS_CSV.replace("Bert Vos", "Bert\u0000Vos") },
    words: ["plan"],
    err: [
      "error[csv-encoding] users.csv:3",
      "  The file holds characters that no text has.",
      "  Save it as CSV in UTF-8.",
    ],
  },
  {
    name: "CSV without the column of addresses",
    files: { "desired-state/users.csv": USERS_CSV.replace("Email", "User") },
    words: ["plan"],
    err: [
      "error[column-missing] users.csv, line 1",
      '  There is no column "Email", and without it rows cannot be matched to accounts.',
      '  The columns are "User", "Full name", "Account key". Name the one that holds the addresses: `map: { email: … }`.',
    ],
  },
  {
    name: "CSV partly in UTF-8 and partly in Windows-1252",
    files: {
      "desired-state/users.csv": Buffer.concat([
        Buffer.from(USERS_CSV.replace("Anna Bos", "Ann\u00e9 Bos")),
        Buffer.from("d\u00e9@example.org,D\u00e9,\n", "latin1"),
      ]),
    },
    words: ["plan"],
    err: [
      "error[csv-encoding] users.csv:5",
      "  Some of the file is UTF-8 and some is not, so some letters are ambiguous.",
      "  Save it as CSV in UTF-8.",
    ],
  },
  {
    name: "a web page saved as CSV",
    files: { "desired-state/users.csv": "<!DOCTYPE html>\n<html><title>Sign in</title></html>\n" },
    words: ["plan"],
    err: [
      "error[spreadsheet-format] users.csv",
      "  This is a web page or another XML file, not a table.",
      "  Export it as Excel Workbook (.xlsx) or as CSV.",
    ],
  },
  {
    name: "a sheet named for CSV",
    files: { [PROFILE]: PROFILE_YAML.replace("../users.csv", "../users.csv, sheet: Staff") },
    words: ["plan"],
    err: [
      "error[sheet-missing] users.csv",
      "  The configuration names a sheet, and this file is CSV text, which has none.",
      "  Leave `sheet` out, or name a workbook.",
    ],
  },
  {
    name: "trouble in both tables",
    files: {
      "desired-state/users.csv": USERS_CSV.replace("Email", "User"),
      "desired-state/shared.csv": "Email,Email\ndesk@example.org,\n",
    },
    words: ["records"],
    err: [
      "error[column-missing] users.csv, line 1",
      '  There is no column "Email", and without it rows cannot be matched to accounts.',
      '  The columns are "User", "Full name", "Account key". Name the one that holds the addresses: `map: { email: … }`.',
      "",
      "error[column-duplicate] shared.csv, line 1",
      '  More than one column means `email`: "Email" (column 1), "Email" (column 2). They may contradict each other.',
      "  Rename all but one, or name the right one: `map: { email: … }`.",
      "",
      "2 problems.",
    ],
  },
  {
    name: "an account key whose variable is not set",
    files: declared("{ env: ANNA_KEY }"),
    words: ["plan"],
    err: [
      "error[secret-missing] accounts/extra.yaml:4:5",
      "  The environment variable ANNA_KEY is not set, and a secret is read from it.",
      "  Set it, and run zivsync again.",
    ],
  },
  {
    name: "an account key whose file is not there",
    files: declared("{ file: anna.key }"),
    words: ["records"],
    err: [
      "error[secret-missing] accounts/extra.yaml:4:5",
      "  The file <folder>/desired-state/accounts/anna.key is not there, and a secret is read from it.",
      "  Make it, or name another file.",
    ],
  },
  {
    name: "an API key whose variable is not set",
    files: organization("ZIVVER_API_KEY", "ZIVVER_KEY"),
    words: ["plan"],
    err: [
      "error[secret-missing] organization.yaml:5:11",
      "  The environment variable ZIVVER_KEY is not set, and a secret is read from it.",
      "  Set it, and run zivsync again.",
    ],
  },
  {
    name: "an API key that is empty",
    environment: { ZIVVER_API_KEY: "" },
    words: ["plan"],
    err: [
      "error[secret-empty] organization.yaml:5:11",
      "  The environment variable ZIVVER_API_KEY is empty, and a secret is read from it.",
      "  Put the value there.",
    ],
  },
  {
    name: "an API key with a line end",
    environment: { ZIVVER_API_KEY: `${API_KEY}\n` },
    words: ["accounts"],
    err: [
      "error[secret-white-space] organization.yaml:5:11",
      "  The environment variable ZIVVER_API_KEY begins or ends with white space. A secret that was pasted often carries a space, and is refused with it.",
      "  Copy it again, without what is around it.",
    ],
  },
  {
    name: "an API key with a line end in its middle",
    environment: { ZIVVER_API_KEY: `${API_KEY}\n${API_KEY}` },
    words: ["plan"],
    err: [
      "error[secret-white-space] organization.yaml:5:11",
      "  The environment variable ZIVVER_API_KEY holds a line break or a character that cannot be seen, and no secret does.",
      "  Copy it again, as one line.",
    ],
  },
  {
    name: "an API key in a file that is not there",
    files: organization("{ env: ZIVVER_API_KEY }", "{ file: ../api.key }"),
    words: ["plan"],
    err: [
      "error[secret-missing] organization.yaml:5:11",
      "  The file <folder>/api.key is not there, and a secret is read from it.",
      "  Make it, or name another file.",
    ],
  },
];

describe("sources and secrets that cannot be used", () => {
  test.each(CASES)("$name", async (one) => {
    const before = simulator.world.writes;
    expect(await runMalformed(await workplace(), one, simulator.url)).toEqual(refused(one));
    expect(simulator.world.writes).toBe(before);
  });
});

type Row = {
  readonly name: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Action and address of each change, in the order of the plan. */
  readonly changes: readonly string[];
  readonly findings: readonly string[];
};

/** claire is created and zoe suspended when every row can be read. */
const ROW_CASES: readonly Row[] = [
  {
    name: "nothing wrong",
    files: {},
    changes: ["create claire@example.org", "suspend zoe@example.org"],
    findings: [],
  },
  {
    name: "a formula without a result, where the address belongs",
    files: excel(workbook({ Users: [...ROWS, ["<c><f>A1</f></c>", "Claire Dam", `${ACCOUNT_KEY}claire`]] })),
    changes: [],
    findings: [
      'record-without-address users.xlsx, sheet "Users", row 4: The row cannot be matched to an account. Its address (column "Email") cannot be read. The cell holds a formula whose result is not in the file. Open the file in Excel, let it calculate, and save it. Nothing is removed because of this source. Correct the row, or exclude it with `filter` if it is not an account, such as a total.',
      "removal-held-back Zoe Roos <zoe@example.org>: The account would be suspended, but not all that the sources of the profile give could be read.",
    ],
  },
  {
    name: "an error where the name belongs",
    files: excel(
      workbook({
        Users: [...ROWS, ["claire@example.org", '<c t="e"><v>#N/A</v></c>', `${ACCOUNT_KEY}claire`]],
      }),
    ),
    changes: ["suspend zoe@example.org"],
    findings: [
      'record-unreadable users.xlsx, sheet "Users", row 4: Full name: The cell holds the error #N/A. Until it is corrected, this field is left as it is.',
    ],
  },
  {
    name: "a last row that was cut off",
    files: { "desired-state/users.csv": USERS_CSV.slice(0, -`,${ACCOUNT_KEY}claire\n`.length) },
    changes: [],
    findings: [
      "account-key-missing users.csv, line 4: No source gives an account key, and without it the person cannot log in by single sign-on. The account is not created without one; its key in Zivver is left as it is.",
      "record-unreadable users.csv, line 4: Account key: The row ends before this column, so it may have been cut off. The account is left as it is.",
      "source-incomplete users.csv, line 4: The row ends before this column, so it may have been cut off. Nothing is removed because of this source.",
      "removal-held-back Zoe Roos <zoe@example.org>: The account would be suspended, but not all that the sources of the profile give could be read.",
    ],
  },
  {
    name: "a row with one cell too many",
    files: { "desired-state/users.csv": USERS_CSV.replace("Claire Dam", "Dam,Claire") },
    changes: [],
    findings: [
      "record-unreadable users.csv, line 4: the whole row: The row has more cells than the header row, so its values may be in the wrong columns. The account is left as it is.",
      "source-incomplete users.csv, line 4: The row has more cells than the header row, so its values may be in the wrong columns. Nothing is removed because of this source.",
      "removal-held-back Zoe Roos <zoe@example.org>: The account would be suspended, but not all that the sources of the profile give could be read.",
    ],
  },
  {
    name: "a row without an address",
    files: { "desired-state/users.csv": `${USERS_CSV}somebody,Some Body,${ACCOUNT_KEY}some\n` },
    changes: ["create claire@example.org"],
    findings: [
      'record-without-address users.csv, line 5: The row cannot be matched to an account. Its column "Email" holds no e-mail address. Nothing is removed because of this source. Correct the row, or exclude it with `filter` if it is not an account, such as a total.',
      "removal-held-back Zoe Roos <zoe@example.org>: The account would be suspended, but not all that the sources of the profile give could be read.",
    ],
  },
  {
    name: "an empty file",
    files: { "desired-state/users.csv": "" },
    changes: [],
    findings: [
      "delegate-unknown shared.csv, line 2: For anna@example.org no account is known: no record claims the address, or its record is held, disabled, out of scope or not planned. It is not added to the delegates, and nobody who may be meant is taken out. Not named, and in it still: anna@example.org.",
      "removal-held-back Anna Bos <anna@example.org>: The account would be suspended, but the sources of the profile show no personal account at all, which looks the same as a list that may not be read.",
      "removal-held-back Bert Vos <bert@example.org>: The account would be suspended, but the sources of the profile show no personal account at all, which looks the same as a list that may not be read.",
      "removal-held-back Zoe Roos <zoe@example.org>: The account would be suspended, but the sources of the profile show no personal account at all, which looks the same as a list that may not be read.",
      "source-empty users.csv: The table of personal accounts gives no record, so no personal account is removed because of this source.",
    ],
  },
  {
    name: "a header row and nothing else",
    files: { "desired-state/users.csv": `${HEADER.join(",")}\n` },
    changes: [],
    findings: [
      "delegate-unknown shared.csv, line 2: For anna@example.org no account is known: no record claims the address, or its record is held, disabled, out of scope or not planned. It is not added to the delegates, and nobody who may be meant is taken out. Not named, and in it still: anna@example.org.",
      "removal-held-back Anna Bos <anna@example.org>: The account would be suspended, but the sources of the profile show no personal account at all, which looks the same as a list that may not be read.",
      "removal-held-back Bert Vos <bert@example.org>: The account would be suspended, but the sources of the profile show no personal account at all, which looks the same as a list that may not be read.",
      "removal-held-back Zoe Roos <zoe@example.org>: The account would be suspended, but the sources of the profile show no personal account at all, which looks the same as a list that may not be read.",
      "source-empty users.csv: The table of personal accounts gives no record, so no personal account is removed because of this source.",
    ],
  },
];

describe("rows that cannot be used become findings, and nothing is removed", () => {
  test.each(ROW_CASES)("$name", async ({ files, changes, findings }) => {
    const place = await workplace();
    const run = await runMalformed(place, { name: "", files, words: ["plan"], err: [] }, simulator.url);
    const plan: Plan = JSON.parse(await place.read("plan.json"));
    expect({
      code: run.code,
      err: run.err,
      written: run.written,
      changes: plan.changes.map(({ action, address }) => `${action} ${address}`),
      findings: plan.findings.map(
        ({ code, where, summary }) =>
          `${code} ${where.fullName ? `${where.fullName} <${where.address}>` : (where.place ?? where.profile)}: ${summary}`,
      ),
    }).toEqual({
      code: 0,
      err: text(["The plan was written to plan.json."]),
      written: ["plan.json"],
      changes,
      findings,
    });
    expect(simulator.world.writes).toBe(0);
  });
});
