import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { RecordStream } from "../../src/sources/json-lines/stream.ts";
import { plain } from "../sources/reading.ts";
import { blocksOf } from "./pages.ts";

/** The programs in Python of docs/sources.md, run on an export and a database as they describe them. */

const STAFF = `Number;Mail;First name;Last name;Left on;Department
1042;j.doe@example.org;Jane;Doe;;Care
0007;k.roe@example.org;Kim;Roé;2026-11-01;Cure
`;
const DATABASE = `
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.executescript("""
CREATE TABLE staff (number INTEGER, mail TEXT, name TEXT, left_on TEXT);
CREATE TABLE alias (number INTEGER, mail TEXT);
INSERT INTO staff VALUES (1042, 'j.doe@example.org', 'Jane Doe', NULL), (7, 'k.roe@example.org', 'Kim Roé', '2026-11-01');
INSERT INTO alias VALUES (1042, 'jane@example.org'), (1042, 'jd@example.org');
""")
`;

const [fromCsv = "", fromSql = ""] = blocksOf("docs/sources.md")
  .filter(({ language }) => language === "python")
  .map(({ text }) => text);

function runIn(prepare: (folder: string) => void, script: string) {
  const folder = mkdtempSync(join(tmpdir(), "zivsync-hr-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  prepare(folder);
  const written = execFileSync("python3", ["-c", script.replaceAll("/srv/hr", folder)]);
  const stream = new RecordStream("hr", (line) => `line ${line}`);
  stream.push(written);
  const { records, wrong, incomplete, speaks } = stream.close();
  return {
    records: records.map(({ record, own }) => ({ ...plain(record), department: own("department") })),
    doubts: records.flatMap(({ record }) => record.problems),
    wrong,
    incomplete,
    speaks,
  };
}

it("an export of an HR system becomes records", () => {
  const given = runIn((folder) => writeFileSync(join(folder, "staff.csv"), STAFF), fromCsv);
  expect(given).toEqual({
    records: [
      { email: "j.doe@example.org", id: "1042", fullName: "Jane Doe", active: true, department: ["Care"] },
      { email: "k.roe@example.org", id: "0007", fullName: "Kim Roé", active: false, department: ["Cure"] },
    ],
    doubts: [],
    wrong: [],
    incomplete: [],
    speaks: { personal: ["email", "fullName", "active", "id"] },
  });
});

it("a database becomes records", () => {
  const make = (folder: string) => execFileSync("python3", ["-c", DATABASE, join(folder, "hr.db")]);
  const { records, ...rest } = runIn(make, fromSql);
  expect(records).toEqual([
    { email: "k.roe@example.org", id: "7", fullName: "Kim Roé", active: false, aliases: [], department: [] },
    {
      email: "j.doe@example.org",
      id: "1042",
      fullName: "Jane Doe",
      active: true,
      aliases: ["jane@example.org", "jd@example.org"],
      department: [],
    },
  ]);
  expect(rest).toEqual({
    doubts: [],
    wrong: [],
    incomplete: [],
    speaks: { personal: ["email", "fullName", "aliases", "active", "id"] },
  });
});
