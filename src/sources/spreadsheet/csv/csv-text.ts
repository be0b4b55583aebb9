import { InputError } from "../../../model/values/errors.ts";
import type { SourceFile } from "../table/source-file.ts";

/** No text has it; a file that does is another sort of file. Other control characters are matters of their row. */
const NUL = "\u0000";

/** With this character DOS ended a text, and `copy` of Windows still does. */
const END_OF_TEXT = /\u001a$/;

/** The text of a file, with `\n` for every line break. */
export type CsvText = {
  readonly text: string;
  /** The line where its letters begin to look like those of an encoding that zivsync does not read. */
  readonly doubtfulFrom?: number;
};

/**
 * The text of a CSV file: UTF-8, UTF-16 with a byte order mark, else Windows-1252, which Excel writes. What is none of them, or
 * a mixture, is refused (`csv-encoding`): a wrong guess would write garbled names.
 */
export function decodeCsv({ bytes, shownAs }: Pick<SourceFile, "bytes" | "shownAs">): CsvText {
  const fail: Fail = (message, where = shownAs) => {
    throw new InputError({ code: "csv-encoding", where, message, remedy: "Save it as CSV in UTF-8." });
  };
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-16be";
  if (wide === "utf-16le" || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    const text =
      decode(wide, bytes) ?? fail("The file starts as UTF-16 text and is none: it is damaged or cut off.");
    return { text: plainText(text, fail, shownAs) };
  }
  if (isWideWithoutMark(bytes)) fail("The file seems to be UTF-16 text without a byte order mark.");
  const text = decode("utf-8", bytes);
  if (text !== undefined) return { text: plainText(text, fail, shownAs) };
  if (bytes.includes(0)) return fail("The file is not text that zivsync knows, or it is damaged.");
  const lenient = new TextDecoder("utf-8").decode(bytes);
  if (/[^\u0000-\u007f\ufffd]/.test(lenient)) {
    return fail(
      "Some of the file is UTF-8 and some is not, so some letters are ambiguous.",
      `${shownAs}:${lineAt(lenient, lenient.indexOf("\ufffd"))}`,
    );
  }
  return ofWindows(plainText(decodeWindows1252(bytes), fail, shownAs));
}

function ofWindows(text: string): CsvText {
  const foreign = findForeignLetter(text);
  return foreign === undefined ? { text } : { text, doubtfulFrom: lineAt(text, foreign) };
}

/** Every other byte of the beginning is zero: so looks UTF-16 of letters that are mostly those of English. */
function isWideWithoutMark(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 8);
  const zeros = [0, 1].map((odd) => start.every((byte, at) => (at % 2 === odd) === (byte === 0)));
  return start.length === 8 && zeros.includes(true);
}

function decode(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

type Fail = (message: string, where?: string) => never;

function plainText(text: string, fail: Fail, shownAs: string): string {
  const lines = text.replace(END_OF_TEXT, "").replace(/\r\n?/g, "\n");
  const nul = lines.indexOf(NUL);
  if (nul < 0) return lines;
  return fail("The file holds characters that no text has.", `${shownAs}:${lineAt(lines, nul)}`);
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < index; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}

/** In order of preference where several stand equally often in the header row. */
const DELIMITERS = [";", "\t", ","] as const;

/** Where the first line that holds anything begins, counted from this line on. */
function headerStart(text: string, headerRow: number): number {
  let start = 0;
  for (let line = 1; line < headerRow; line += 1) {
    const end = text.indexOf("\n", start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  const found = text.slice(start).search(/\S/);
  return found < 0 ? text.length : start + found;
}

/** Excel's own first line `sep=;` says what parts the cells; else what stands most often in the header row, quotes aside. */
export function findDelimiter(
  text: string,
  headerRow: number,
): { readonly delimiter: string; readonly text: string } {
  const said = /^"?sep=([,;\t|])"?(?=\n|$)/i.exec(text);
  // The line stays, emptied, so that lines are counted as an editor counts them.
  if (said?.[1] !== undefined) return { delimiter: said[1], text: text.slice(said[0].length) };
  const counts = new Map<string, number>();
  let inQuotes = false;
  for (let at = headerStart(text, headerRow); at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') inQuotes = !inQuotes;
    else if (character === "\n" && !inQuotes) break;
    else if (!inQuotes) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  const count = (delimiter: string) => counts.get(delimiter) ?? 0;
  const most = Math.max(...DELIMITERS.map(count));
  return { delimiter: DELIMITERS.find((delimiter) => most > 0 && count(delimiter) === most) ?? ",", text };
}

/**
 * Bytes 0x80 to 0x9F of Windows-1252, by the index of the WHATWG Encoding Standard; the five that have no letter (0x81, 0x8D,
 * 0x8F, 0x90, 0x9D) are control characters there. Node 20's own TextDecoder gives control characters for all of them.
 */
const FROM_80 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

/** The text that bytes in Windows-1252 are. Every byte is a character, so this cannot fail. */
export function decodeWindows1252(bytes: Uint8Array): string {
  const latin = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return latin.replace(/[\u0080-\u009f]/g, (control) => FROM_80.charAt(control.charCodeAt(0) - 0x80));
}

/** The bytes without a letter in Windows-1252. */
const NO_LETTER = /[\u0081\u008d\u008f\u0090\u009d]/;

/**
 * Signs where a letter is expected: `RenŽ`, `MŸller`, `Dani‘lle`, `Mu–oz`, as é, ü, ë and ñ of a Macintosh look in
 * Windows-1252, and `K”hler`, as ö of DOS looks. The apostrophes of `‘s` and `‘t` and the dashes of double names are none.
 */
const MISPLACED = [
  "(?<=[a-z])[ŠŒŽŸ]",
  "(?<=[A-Z])[ŠŒŽŸ](?=[a-z])",
  "(?<=[A-Za-z])ƒ|ƒ(?=[A-Za-z])",
  "(?<=[A-Za-z])[‚„†‡ˆ‰‹“”•˜™š›](?=[a-z])",
  "(?<=[aeio])‘(?=[a-qru-z])",
  "(?<=[aeiou])–(?=[aeiou])",
].join("|");

/** Letters where they are expected in Windows-1252, and which are signs or capitals in the other encodings. */
const IN_PLACE = [
  "(?<=[a-z])[ß-öø-ÿ]",
  "(?<=[A-Z])[ß-öø-ÿ](?=[a-z])",
  "(?<=[A-Z])[À-ÉË-ÏÑÖØ-Þ](?=[A-Z])",
  "(?<![A-Za-z\\u0080-\\uffff])[À-ÉË-ÏÑÖØ-ÞŠ](?=[a-z])",
].join("|");

/** So many times as often must misplaced signs come as letters in their place. */
const CLEARLY = 10;

/**
 * Where a text, decoded as Windows-1252, shows that it is in another encoding; undefined when it does not. This is a guess,
 * and made to be reported only: the text is not decoded in any other way.
 */
function findForeignLetter(text: string): number | undefined {
  const certain = text.search(NO_LETTER);
  if (certain >= 0) return certain;
  const first = text.search(new RegExp(MISPLACED));
  if (first < 0) return undefined;
  return countOf(text, MISPLACED) >= CLEARLY * countOf(text, IN_PLACE) ? first : undefined;
}

function countOf(text: string, pattern: string): number {
  return text.match(new RegExp(pattern, "g"))?.length ?? 0;
}
