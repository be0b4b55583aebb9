import { describe, expect, test } from "vitest";
import { decodeWindows1252 } from "../../src/sources/spreadsheet/csv/csv-text.ts";
import { plainRecords, problemsOf, read, readTables } from "./reading.ts";

/* Letters beyond ASCII: what Windows-1252 means by its bytes, and files that are in another encoding. */

/** Bytes 0x80 to 0x9F by the index of the WHATWG Encoding Standard. The five without a letter are control characters. */
const UPPER = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

test("every byte of Windows-1252", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const ascii = String.fromCharCode(...bytes.subarray(0, 128));
  const latin = String.fromCharCode(...bytes.subarray(160));
  expect(UPPER.length).toBe(32);
  expect(decodeWindows1252(bytes)).toBe(ascii + UPPER + latin);
});

const LETTERS = [...UPPER].flatMap((letter, at) =>
  /\p{Cc}/u.test(letter) ? [] : [[letter, 0x80 + at] as const],
);

test.each(LETTERS)("a name with %s", async (letter, byte) => {
  const content = Buffer.from(
    `Email;Full name\na@example.org;\xc9 ${String.fromCharCode(byte)} x\n`,
    "latin1",
  );
  const reading = await read("u.csv", content);
  expect(plainRecords(reading)).toEqual([{ email: "a@example.org", fullName: `É ${letter} x` }]);
  expect([reading.findings, reading.complete]).toEqual([[], true]);
});

/** A file whose bytes are named: what stands between angle brackets is hexadecimal. */
function bytesOf(text: string): Uint8Array {
  const latin = text.replace(/<([0-9a-f]{2})>/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(latin, "latin1");
}

describe("Windows-1252 as people write it is read", () => {
  test.each([
    ["O<92>Neill", "O’Neill"],
    ["Jansen<96>de Vries", "Jansen–de Vries"],
    ["Bakker <96> <80> 5", "Bakker – € 5"],
    ["in <91>t Veld", "in ‘t Veld"],
    ["van<91>t Hof", "van‘t Hof"],
    ["<93>Jan<94> Vos", "“Jan” Vos"],
    ["Sa<92>id", "Sa’id"],
    ["<8e>ivkovi<e6>", "Živkoviæ"],
    ["BRA<8a>I<8a>", "BRAŠIŠ"],
    ["<8a>imon Ma<9a>ek, Zo<eb>", "Šimon Mašek, Zoë"],
    ["Jo<9e>e Ren<e9>", "Jože René"],
    ["Jan<85>", "Jan…"],
    ["Acme<99> desk", "Acme™ desk"],
  ])("%s", async (written, fullName) => {
    const reading = await read("u.csv", bytesOf(`Email;Full name\na@example.org;${written}\n`));
    expect(plainRecords(reading)).toEqual([{ email: "a@example.org", fullName }]);
    expect(reading.findings).toEqual([]);
  });
});

const DOUBTFUL =
  "The file does not seem to be in Windows-1252, so it is not certain which letter this cell means. Save the file as CSV in UTF-8.";
const FINDING =
  "Letters of this file do not seem to be in Windows-1252: it may be in a Macintosh or DOS encoding. Cells with letters beyond a to z are not used, and the fields that they belong to stay as they are in Zivver. Save the file as CSV in UTF-8.";

describe("a file of a Macintosh or of DOS is reported, and its letters are not used", () => {
  test.each([
    ["é at the end", "Ren<8e> Bos"],
    ["é", "Andr<8e>a"],
    ["á", "N<87>poles"],
    ["ü after a capital", "M<9f>ller"],
    ["ä", "K<8a>the"],
    ["ö", "K<9a>hler"],
    ["ñ", "Mu<96>oz"],
    ["ë", "Dani<91>lle"],
    ["ï", "A<95>sha"],
    ["ê", "Ang<90>le"],
    ["è", "H<8f>l<8f>ne"],
    ["ç", "Fran<8d>oise"],
    ["ù", "F<9d>"],
    ["Å", "<81>se"],
    ["é of DOS", "Ren<82>e"],
    ["ü of DOS", "M<81>ller"],
    ["ö of DOS", "K<94>hler"],
    ["a capital É", "ANDR<83> BOS"],
    ["é, with an apostrophe of a Macintosh", "Ren<8e> O<d5>Neill"],
  ])("%s", async (_, written) => {
    const reading = await read(
      "u.csv",
      bytesOf(`Email;Full name\nz@example.org;Zed\na@example.org;${written}\n`),
    );
    expect(plainRecords(reading)).toEqual([
      { email: "z@example.org", fullName: "Zed" },
      { email: "a@example.org" },
    ]);
    expect(reading.records.map(({ problems }) => problems)).toEqual([
      [],
      [{ attribute: "Full name", message: DOUBTFUL, field: "fullName" }],
    ]);
    expect(reading.findings).toEqual([
      {
        code: "encoding-doubtful",
        severity: "error",
        summary: FINDING,
        where: { source: "hr", place: "u.csv, line 3", kind: "personal" },
      },
    ]);
    expect(reading.complete).toBe(true);
  });

  test("whatever field a letter belongs to is in doubt, and no filter decides by it", async () => {
    const where = "profiles/staff.yaml:7:9";
    const filter = [{ own: "Dept", values: ["Care"], exclude: false, where }];
    const content = bytesOf(
      "Email;Full name;Dept;Division;Id\na@example.org;Ren<8e>;Care;/Caf<8e>;1\nb@example.org;B;Caf<8e>;/x;<8e>2\n<8e>@example.org;C;Care;;3\n",
    );
    const reading = await read("u.csv", content, { filter });
    expect(plainRecords(reading)).toEqual([
      { email: "a@example.org", id: "1" },
      { email: "b@example.org", fullName: "B", division: "/x" },
      { id: "3", fullName: "C" },
    ]);
    expect(
      reading.records.map(({ problems }) => problems.map(({ field, attribute }) => field ?? attribute)),
    ).toEqual([["fullName", "division"], ["id", "Dept"], ["email"]]);
    expect(reading.findings.map(({ code }) => code)).toEqual(["encoding-doubtful"]);
  });

  test("a row that is named by such letters alone makes the source incomplete", async () => {
    const reading = await read(
      "u.csv",
      bytesOf("Email;Full name\na@example.org;A\n<8e>@example.org;Ren<8e>\n"),
    );
    expect(plainRecords(reading)).toEqual([{ email: "a@example.org", fullName: "A" }]);
    expect(reading.complete).toBe(false);
    expect(reading.findings.map(({ code }) => code)).toEqual(["encoding-doubtful", "record-without-address"]);
  });

  test("letters in the header row are no reason to refuse the file", async () => {
    const reading = await read("u.csv", bytesOf("Email;Pr<8e>nom;Full name\na@example.org;x;A\n"));
    expect(plainRecords(reading)).toEqual([{ email: "a@example.org", fullName: "A" }]);
    expect(reading.findings.map(({ code, where }) => [code, where.place])).toEqual([
      ["encoding-doubtful", "u.csv, line 1"],
    ]);
  });

  test("where other names are in Windows-1252, an odd sign in a text says nothing", async () => {
    const reading = await read(
      "u.csv",
      bytesOf("Email;Full name;Note\na@example.org;Jos<e9>;a<95>b\nb@example.org;Zo<eb>;c<88>d\n"),
    );
    expect(plainRecords(reading).map(({ fullName }) => fullName)).toEqual(["José", "Zoë"]);
    expect(reading.findings).toEqual([]);
  });

  test("a byte without a letter is reported, whatever stands beside it", async () => {
    const reading = await read(
      "u.csv",
      bytesOf("Email;Full name\na@example.org;Jos<e9>\nb@example.org;x<81>\n"),
    );
    expect(reading.records.map(({ problems }) => problems.length)).toEqual([1, 1]);
    expect(reading.findings.map(({ code, where }) => [code, where.place])).toEqual([
      ["encoding-doubtful", "u.csv, line 3"],
    ]);
  });

  test("a cell too many is noticed, whatever it holds, and a space of its own is nothing", async () => {
    const reading = await read(
      "u.csv",
      bytesOf("Email;Full name\na@example.org;Bos;Ren<8e>e\nb@example.org;<a0>\n"),
    );
    expect(reading.findings.map(({ code }) => code)).toEqual(["encoding-doubtful", "source-incomplete"]);
    expect(
      reading.records.map(({ problems }) => problems.map(({ field, attribute }) => [field, attribute])),
    ).toEqual([[[undefined, "the whole row"]], []]);
  });

  test("both tables of one file say it", async () => {
    const content = bytesOf("Email;Full name\na@example.org;Ren<8e>\n");
    const reading = await readTables(
      { "u.csv": content },
      { personal: { file: "u.csv" }, functional: { file: "u.csv" } },
    );
    expect(reading.findings.map(({ code, where }) => [code, where.kind])).toEqual([
      ["encoding-doubtful", "personal"],
      ["encoding-doubtful", "functional"],
    ]);
  });
});

test("UTF-8 in which a letter was lost before is no reason to doubt the file", async () => {
  const reading = await read("u.csv", "Email;Full name\na@example.org;Ren\ufffd\n");
  expect(reading.findings).toEqual([]);
  expect(reading.records[0]?.problems.map(({ field }) => field)).toEqual(["fullName"]);
});

describe("UTF-16", () => {
  const text = "Email;Full name\r\na@example.org;Zoë ’ € 名\r\n";
  test.each([
    ["little end first", Buffer.from(`\ufeff${text}`, "utf16le")],
    ["big end first", Buffer.from(`\ufeff${text}`, "utf16le").swap16()],
  ])("with a byte order mark, %s, is read", async (_, content) => {
    expect(plainRecords(await read("u.csv", content))).toEqual([
      { email: "a@example.org", fullName: "Zoë ’ € 名" },
    ]);
  });

  const remedy = "Save it as CSV in UTF-8.";
  const WITHOUT_MARK = "The file seems to be UTF-16 text without a byte order mark.";
  test.each([
    ["little end first", Buffer.from("Email;Full name\na@example.org;A\n", "utf16le"), WITHOUT_MARK],
    ["big end first", Buffer.from("Email;Full name\na@example.org;A\n", "utf16le").swap16(), WITHOUT_MARK],
    [
      "with letters beyond ASCII",
      Buffer.from("Email;Full name\na@example.org;Zoë\n", "utf16le"),
      WITHOUT_MARK,
    ],
    ["UTF-32", Buffer.from([0xff, 0xfe, 0, 0, 0x45, 0, 0, 0]), "The file holds characters that no text has."],
  ])("without a byte order mark, %s, is refused in words", async (_, content, message) => {
    const problems = await problemsOf(read("u.csv", content));
    expect(problems.map(({ code, message, remedy }) => ({ code, message, remedy }))).toEqual([
      { code: "csv-encoding", message, remedy },
    ]);
  });
});
