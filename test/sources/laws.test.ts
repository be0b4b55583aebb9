import fc from "fast-check";
import { expect, test } from "vitest";
import writeXlsxFile from "write-excel-file/node";
import { ZivsyncError } from "../../src/model/values/errors.ts";
import { openTableFile } from "../../src/sources/spreadsheet/table-file.ts";
import { readTable } from "../../src/sources/spreadsheet/table-records.ts";
import { runs } from "../support/runs.ts";
import { plain } from "./reading.ts";
import { row, sheetOf } from "./workbooks.ts";

/** As a source reads it, without the file system, so that thousands of files are quick. */
async function readBytes(name: string, bytes: Uint8Array) {
  const file = await openTableFile({ path: name, shownAs: name, bytes, sha256: "" });
  return readTable(await file.read(undefined), { source: "hr", kind: "personal", map: {} });
}

const HEADER = ["Email", "Full name", "Aliases", "Account key", "Active", "Id"];

const letters = fc.constantFrom(..."abcXYZ019 éßñ€;,\t\"'=<>&_-/@名\n");
const text = fc
  .string({ unit: letters, maxLength: 12 })
  .map((value) => value.trim())
  .filter((value) => !/_x[0-9a-f]{4}_/i.test(value) && !/^(?:="[^"]*"$|'[=+\-@])/.test(value));
const word = fc.string({ unit: fc.constantFrom(..."abc019"), minLength: 1, maxLength: 6 });
/** A key without a letter or a digit is held; 名 becomes a question mark where Windows-1252 cannot say it. */
const key = text.filter((value) => value === "" || /[a-z0-9éßñ]/i.test(value));
const person = fc.record({
  name: word,
  fullName: text,
  aliases: fc.array(word, { maxLength: 3 }),
  key,
  active: fc.constantFrom("yes", "no", ""),
  id: text,
});
type Person = typeof person extends fc.Arbitrary<infer T> ? T : never;

function cellsOf(one: Person): readonly string[] {
  const aliases = one.aliases.map((alias) => `${alias}@example.com`).join("; ");
  return [`${one.name}@example.org`, one.fullName, aliases, one.key, one.active, one.id];
}

function expected(one: Person) {
  return {
    email: `${one.name}@example.org`,
    ...(one.id === "" ? {} : { id: one.id }),
    ...(one.fullName === "" ? {} : { fullName: one.fullName }),
    aliases: one.aliases.map((alias) => `${alias}@example.com`),
    ...(one.active === "" ? {} : { active: one.active === "yes" }),
    ...(one.key === "" ? {} : { accountKey: one.key }),
  };
}

const people = fc.array(person, { maxLength: 6 });

const style = fc.record({
  delimiter: fc.constantFrom(",", ";", "\t"),
  lineBreak: fc.constantFrom("\n", "\r\n", "\r"),
  always: fc.boolean(),
  last: fc.boolean(),
  encoding: fc.constantFrom("utf8", "bom", "utf16le", "utf16be", "latin1"),
});
type Style = typeof style extends fc.Arbitrary<infer T> ? T : never;

function writeCsv(
  rows: readonly (readonly string[])[],
  { delimiter, lineBreak, always, last, encoding }: Style,
): Uint8Array {
  const quote = (value: string) =>
    always || /["\n]/.test(value) || value.includes(delimiter) ? `"${value.replaceAll('"', '""')}"` : value;
  const written = rows.map((cells) => cells.map(quote).join(delimiter)).join("\n") + (last ? "\n" : "");
  const whole = written.replaceAll("\n", lineBreak);
  if (encoding === "utf8") return Buffer.from(whole);
  if (encoding === "bom") return Buffer.from(`\ufeff${whole}`);
  if (encoding === "latin1") return Buffer.from(whole.replace(/[€名]/g, "?"), "latin1");
  const wide = Buffer.from(`\ufeff${whole}`, "utf16le");
  return encoding === "utf16le" ? wide : wide.swap16();
}

/** What Windows-1252 cannot say, a program that writes it replaces. */
function inEncoding(one: Person, { encoding }: Style): Person {
  const said = (value: string) => (encoding === "latin1" ? value.replace(/[€名]/g, "?") : value);
  return { ...one, fullName: said(one.fullName), key: said(one.key), id: said(one.id) };
}

test("any table written as CSV reads back the same", async () => {
  await fc.assert(
    fc.asyncProperty(people, style, async (list, how) => {
      const bytes = writeCsv([HEADER, ...list.map(cellsOf)], how);
      const { records, findings } = await readBytes("u.csv", bytes);
      expect(records.map(plain)).toEqual(list.map((one) => expected(inEncoding(one, how))));
      expect(findings).toEqual([]);
    }),
    { numRuns: runs(60, 1000) },
  );
});

test("any table written as a workbook by hand reads back the same", async () => {
  await fc.assert(
    fc.asyncProperty(people, async (list) => {
      const rows = [HEADER, ...list.map(cellsOf)].map((cells, at) => row(at * 2 + 1, ...cells.map(guard)));
      const { records, findings } = await readBytes("u.xlsx", sheetOf(rows.join("")));
      expect(records.map(plain)).toEqual(list.map(expected));
      expect(findings).toEqual([]);
    }),
    { numRuns: runs(100, 300) },
  );
});

/** The builder takes what starts with `<` for XML. */
function guard(value: string): string {
  return value.startsWith("<") ? ` ${value}` : value;
}

test("any table that a library writes as a workbook reads back the same", async () => {
  await fc.assert(
    fc.asyncProperty(people, async (list) => {
      const rows = [HEADER, ...list.map(cellsOf)].map((cells) =>
        cells.map((value) => (value === "" ? null : { value, type: String })),
      );
      const bytes = await (await writeXlsxFile(rows, { sheet: "Users" })).toBuffer();
      const { records, findings } = await readBytes("u.xlsx", bytes);
      expect(records.map(plain)).toEqual(list.map(expected));
      expect(findings).toEqual([]);
    }),
    { numRuns: runs(20, 60) },
  );
});

const CANARY = "Canary7f3a91";

const seeds: readonly (readonly [string, Uint8Array])[] = [
  [
    "u.csv",
    Buffer.from(
      `Email;Full name;Aliases;Account key;Active\na@example.org;"A; B";x@example.org;${CANARY};yes\nb@example.org;B;;"${CANARY}";no\n`,
    ),
  ],
  ["u.csv", Buffer.from(`\ufeffEmail\tAccount key\na@example.org\t${CANARY}\n`, "utf16le")],
  [
    "u.xlsx",
    sheetOf(
      row(1, "Email", "Account key", "Id", "Active") +
        row(2, "a@example.org", CANARY, '<c s="1"><v>12</v></c>', '<c t="b"><v>1</v></c>') +
        row(3, "b@example.org", CANARY, '<c t="s"><v>0</v></c>', '<c t="e"><v>#N/A</v></c>'),
      { strings: "<si><t>E1</t></si>", formats: ["0000"] },
    ),
  ],
];

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom("set", "cut", "drop", "repeat"),
  byte: fc.oneof(fc.constantFrom(0, 10, 13, 34, 44, 59, 60, 62, 255), fc.nat(255)),
  length: fc.integer({ min: 1, max: 20 }),
});

function mutate(
  bytes: Buffer,
  { at, kind, byte, length }: typeof mutation extends fc.Arbitrary<infer T> ? T : never,
): Buffer {
  const from = Math.floor(at * bytes.length);
  const [before, after] = [bytes.subarray(0, from), bytes.subarray(from)];
  if (kind === "cut") return Buffer.from(before);
  if (kind === "drop") return Buffer.concat([before, after.subarray(length)]);
  if (kind === "repeat") return Buffer.concat([before, after.subarray(0, length), after]);
  return Buffer.concat([before, Buffer.from([byte]), after.subarray(1)]);
}

/** No record is looked at: there the key is a Secret, and a name may hold it when a delimiter is lost. */
async function tellsKey(name: string, bytes: Uint8Array): Promise<boolean> {
  try {
    const { records, findings } = await readBytes(name, bytes);
    return JSON.stringify([findings, records.map(({ problems }) => problems)]).includes(CANARY);
  } catch (error) {
    if (!(error instanceof ZivsyncError)) throw error;
    return JSON.stringify(error.problems).includes(CANARY) || error.message.includes(CANARY);
  }
}

test("whatever the bytes: records or an error for people, and never an account key in what is said", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...seeds),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
      async ([name, bytes], mutations) => {
        expect(await tellsKey(name, mutations.reduce(mutate, Buffer.from(bytes)))).toBe(false);
      },
    ),
    { numRuns: runs(125, 4000) },
  );
});

/** An archive with right checksums, so that the mutations reach what reads the parts. */
test("whatever the XML of a sheet: records or an error for people", async () => {
  const xml = Buffer.from(
    row(1, "Email", "Account key") +
      row(2, "a@example.org", CANARY) +
      row(3, '<c t="e"><f>A1</f><v>#N/A</v></c>', CANARY),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) => {
      expect(await tellsKey("u.xlsx", sheetOf(mutations.reduce(mutate, xml).toString("latin1")))).toBe(false);
    }),
    { numRuns: runs(100, 1500) },
  );
});
