import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../../src/model/plan.ts";
import { type Simulator, startSimulator, worldFromSeed } from "../../src/zivver/simulator/index.ts";
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
    err: [],
  },
  {
    name: "a workbook that is no zip archive",
    files: excel(USERS_CSV),
    words: ["plan"],
    err: [],
  },
  {
    name: "a workbook that was cut off",
    files: excel(workbook({ Users: ROWS }).subarray(0, 900)),
    words: ["plan"],
    err: [],
  },
  {
    name: "a workbook with a damaged byte",
    files: excel(
      workbook({ Users: ROWS }).map((byte, at, all) => (at === all.indexOf(0x3c, 1000) ? byte ^ 1 : byte)),
    ),
    words: ["records"],
    err: [],
  },
  {
    name: "a workbook of Excel 2003",
    files: excel(Buffer.from("d0cf11e0a1b11ae1".padEnd(1024, "0"), "hex")),
    words: ["plan"],
    err: [],
  },
  {
    name: "a zip archive that is no workbook",
    files: excel(Buffer.from("504b0506".padEnd(44, "0"), "hex")),
    words: ["plan"],
    err: [],
  },
  {
    name: "a workbook that would unpack to gigabytes",
    files: excel(declaredHuge(workbook({ Users: ROWS }))),
    words: ["plan"],
    err: [],
  },
  {
    name: "a sheet that is not there",
    files: excel(workbook({ Users: ROWS, Notes: [["nothing"]] }), "../users.xlsx, sheet: Staff"),
    words: ["plan"],
    err: [],
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
    err: [],
  },
  {
    name: "a column that `map` names and that is not there",
    files: excel(workbook({ Users: ROWS }), "../users.xlsx, map: { fullName: Display name }"),
    words: ["plan"],
    err: [],
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
    err: [],
  },
  {
    name: "no header row, and account keys in the first one",
    files: excel(workbook({ Users: ROWS.slice(1) })),
    words: ["records"],
    err: [],
  },
  {
    name: "a quote in CSV that is never closed",
    files: { "desired-state/users.csv": USERS_CSV.replace("Bert Vos", '"Bert Vos') },
    words: ["plan"],
    err: [],
  },
  {
    name: "NUL bytes in CSV",
    files: { "desired-state/users.csv": USERS_CSV.replace("Bert Vos", "Bert\u0000Vos") },
    words: ["plan"],
    err: [],
  },
  {
    name: "CSV without the column of addresses",
    files: { "desired-state/users.csv": USERS_CSV.replace("Email", "User") },
    words: ["plan"],
    err: [],
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
    err: [],
  },
  {
    name: "a web page saved as CSV",
    files: { "desired-state/users.csv": "<!DOCTYPE html>\n<html><title>Sign in</title></html>\n" },
    words: ["plan"],
    err: [],
  },
  {
    name: "a sheet named for CSV",
    files: { [PROFILE]: PROFILE_YAML.replace("../users.csv", "../users.csv, sheet: Staff") },
    words: ["plan"],
    err: [],
  },
  {
    name: "trouble in both tables",
    files: {
      "desired-state/users.csv": USERS_CSV.replace("Email", "User"),
      "desired-state/shared.csv": "Email,Email\ndesk@example.org,\n",
    },
    words: ["records"],
    err: [],
  },
  {
    name: "an account key whose variable is not set",
    files: declared("{ env: ANNA_KEY }"),
    words: ["plan"],
    err: [],
  },
  {
    name: "an account key whose file is not there",
    files: declared("{ file: anna.key }"),
    words: ["records"],
    err: [],
  },
  {
    name: "an API key whose variable is not set",
    files: organization("ZIVVER_API_KEY", "ZIVVER_KEY"),
    words: ["plan"],
    err: [],
  },
  {
    name: "an API key that is empty",
    environment: { ZIVVER_API_KEY: "" },
    words: ["plan"],
    err: [],
  },
  {
    name: "an API key with a line end",
    environment: { ZIVVER_API_KEY: `${API_KEY}\n` },
    words: ["accounts"],
    err: [],
  },
  {
    name: "an API key with a line end in its middle",
    environment: { ZIVVER_API_KEY: `${API_KEY}\n${API_KEY}` },
    words: ["plan"],
    err: [],
  },
  {
    name: "an API key in a file that is not there",
    files: organization("{ env: ZIVVER_API_KEY }", "{ file: ../api.key }"),
    words: ["plan"],
    err: [],
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
    changes: [],
    findings: [],
  },
  {
    name: "a formula without a result, where the address belongs",
    files: excel(workbook({ Users: [...ROWS, ["<c><f>A1</f></c>", "Claire Dam", `${ACCOUNT_KEY}claire`]] })),
    changes: [],
    findings: [],
  },
  {
    name: "an error where the name belongs",
    files: excel(
      workbook({
        Users: [...ROWS, ["claire@example.org", '<c t="e"><v>#N/A</v></c>', `${ACCOUNT_KEY}claire`]],
      }),
    ),
    changes: [],
    findings: [],
  },
  {
    name: "a last row that was cut off",
    files: { "desired-state/users.csv": USERS_CSV.slice(0, -`,${ACCOUNT_KEY}claire\n`.length) },
    changes: [],
    findings: [],
  },
  {
    name: "a row with one cell too many",
    files: { "desired-state/users.csv": USERS_CSV.replace("Claire Dam", "Dam,Claire") },
    changes: [],
    findings: [],
  },
  {
    name: "a row without an address",
    files: { "desired-state/users.csv": `${USERS_CSV}somebody,Some Body,${ACCOUNT_KEY}some\n` },
    changes: [],
    findings: [],
  },
  {
    name: "an empty file",
    files: { "desired-state/users.csv": "" },
    changes: [],
    findings: [],
  },
  {
    name: "a header row and nothing else",
    files: { "desired-state/users.csv": `${HEADER.join(",")}\n` },
    changes: [],
    findings: [],
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
        ({ code, where, summary }) => `${code} ${where.place ?? where.address ?? where.source}: ${summary}`,
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
