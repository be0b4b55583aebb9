import type { Given, RecordField, RecordProblem, SourceRecord } from "../../../model/account/account.ts";
import { isTextField, plainTexts, textRow } from "../../../model/account/fields.ts";
import type { Kind } from "../../../model/account/kind.ts";
import { parseAddress } from "../../../model/values/address.ts";
import { present } from "../../../model/values/present.ts";
import { Secret } from "../../../model/values/secret.ts";
import type { FieldValues } from "../../records/filter.ts";
import { Unclear } from "../../records/findings.ts";
import { whyUnclearKey, whyUnclearName } from "../../records/name-text.ts";
import type { Columns } from "./columns.ts";
import { type Cell, MOST_CHARACTERS, quoted, type Row, textOf } from "./table.ts";

/** The input for records: the table's kind and columns, the source's name. */
export type RowContext = { readonly source: string; readonly kind: Kind; readonly columns: Columns };

/** The record of a row; `withoutAddress`: why its address cannot be used. */
export type RowReading = { readonly record: SourceRecord; readonly withoutAddress?: string };

const YES = new Set(["yes", "y", "true", "1", "ja", "j", "waar"]);
const NO = new Set(["no", "n", "false", "0", "nee", "onwaar"]);

/**
 * The record of a row, and whether it has an address. `rowProblems` are those of the row as a whole. What is written in place
 * of an address is given, for filters to look at; `withoutText` takes it out.
 */
export function readRow(
  row: Row,
  where: string,
  context: RowContext,
  rowProblems: readonly RecordProblem[],
): RowReading {
  const record = readFields(row, where, context, rowProblems);
  const withoutAddress = whyNoAddress(row, context.columns);
  return { record, ...(withoutAddress === undefined ? {} : { withoutAddress }) };
}

/**
 * The content of a row. No value of a cell ever is in a message: in a shifted row any cell may hold an account key.
 */
function readFields(
  { cells }: Row,
  where: string,
  { source, kind, columns }: RowContext,
  rowProblems: readonly RecordProblem[],
): SourceRecord {
  const problems: RecordProblem[] = [...rowProblems];
  /** The value that `read` makes of the field's cell: nothing when it is empty, or cannot be read. */
  const give = <T>(
    field: RecordField,
    read: (text: string) => T | undefined | Unclear,
  ): Given<T> | undefined => {
    const column = columns[field];
    if (column === undefined) return undefined;
    const cell = cells[column.index];
    const unclear = whyUnclear(cell, field);
    const value = unclear === undefined ? read(textOf(cell)) : new Unclear(unclear);
    if (value === undefined) return undefined;
    if (!(value instanceof Unclear)) return { value, origin: { source, where, attribute: column.header } };
    problems.push({ attribute: column.header, message: value.message, field });
    return undefined;
  };
  const fields = present({
    email: give("email", readText),
    id: give("id", readPlain),
    fullName: give("fullName", readName),
    aliases: give("aliases", readList),
    delegates: give("delegates", readList),
    active: give("active", readActive),
    ...plainTexts((field) => give(field, isOfDigits(field) ? readNumber : readPlain)),
    accountKey: give("accountKey", readKey),
  });
  return { kind, where, supplement: false, ...fields, problems };
}

/** The record without the text that its address cell holds, which is not an address: a problem of that field. */
export function withoutText(record: SourceRecord): SourceRecord {
  const { email, ...rest } = record;
  if (email === undefined) return record;
  const attribute = email.origin.attribute;
  const problem: RecordProblem = { attribute, message: "The cell holds no e-mail address.", field: "email" };
  return { ...rest, problems: [...record.problems, problem] };
}

/** The text of a cell that is not a field, for a filter; what may not be what people see is not readable. */
export function readOwn(cell: Cell | undefined): FieldValues {
  const text = textOf(cell);
  if (typeof cell === "string") return isErrorText(text) ? "unreadable" : [text];
  const isClear = cell === undefined || cell.type === "date" || (cell.type === "number" && !cell.altered);
  return isClear ? [text] : "unreadable";
}

function readText(text: string): string | undefined {
  return text === "" ? undefined : text;
}

function readName(text: string): string | undefined | Unclear {
  const unclear = whyUnclearName(text);
  return unclear === undefined ? readText(text) : new Unclear(unclear);
}

/** In what Zivver compares or keeps as it is, a control character is a mistake. */
function readPlain(text: string): string | undefined | Unclear {
  return /[^\P{Cc}\t\n\r\u0085]/u.test(text)
    ? new Unclear("The cell holds control characters.")
    : readText(text);
}

/** A phone number: of these no apostrophe is a part. */
function readNumber(text: string): string | undefined | Unclear {
  return readPlain(text.replace(MARKED, ""));
}

function readKey(text: string): Secret | undefined | Unclear {
  const unclear = whyUnclearKey(text);
  const plain = unclear === undefined ? readPlain(text) : new Unclear(unclear);
  return typeof plain === "string" ? new Secret(plain) : plain;
}

/** An empty cell says that there are none. */
function readList(text: string): readonly string[] {
  return text
    .split(/[;,\r\n\u0085\u2028\u2029]/)
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function readActive(text: string): boolean | undefined | Unclear {
  const word = text.toLowerCase();
  if (YES.has(word)) return true;
  if (NO.has(word)) return false;
  return word === "" ? undefined : new Unclear("The cell says neither yes nor no.");
}

function whyNoAddress(row: Row, { email }: Columns): string | undefined {
  if (email === undefined) return "The table has no column of addresses.";
  const cell = row.cells[email.index];
  if (typeof cell === "object" && cell.type === "unreadable")
    return `Its address (column ${quoted(email.header)}) cannot be read. ${cell.message}`;
  const text = textOf(cell);
  if (text === "") return `Its column ${quoted(email.header)} is empty.`;
  return parseAddress(text) === undefined
    ? `Its column ${quoted(email.header)} holds no e-mail address.`
    : undefined;
}

/** Excel keeps 15 digits of a number; what came after them is lost. */
const KEPT_DIGITS = 15;

const AGAIN = "Format the column as text, and enter the value again.";
const SHORTENED_CELL =
  "The cell is a number that a spreadsheet has shortened, so its digits are lost. Format the column as text there, enter the value again, and export again.";
const DATE_CELL = `The cell is a date, and a spreadsheet makes dates of what was typed. ${AGAIN}`;

const CUT_CELL = `The list has ${MOST_CHARACTERS.toLocaleString("en")} characters, as many as a cell of Excel takes, so its end may have been cut off.`;

/** Programs that write a longer list into a cell of Excel drop its end without a word. */
function isPerhapsCut({ length }: string, field: RecordField): boolean {
  return length === MOST_CHARACTERS && (field === "aliases" || field === "delegates");
}

/** The words of databases for nothing. In a list they would be an address, and in a name a name. */
const NOTHING = new Set(["NULL", "(null)", "\\N"]);
/** The beginnings of errors, words for nothing, formulas and what would look like one. */
const SUSPICIOUS = "#N(\\='";
/** OWASP, "CSV injection": so programs write what begins with one of these signs. */
const MARKED = /^'(?=[=+\-@])/;
const MARKED_CELL =
  "The cell begins with an apostrophe, as programs write before text that looks like a formula. Export the value without it.";
const NOTHING_CELL =
  "The cell holds a word that programs write for an empty value. Export an empty cell in its place.";

/**
 * The texts that programs write (CSV) for a number of many digits: `1.23457E+15`, with a comma in some countries, `1.23457E11`
 * where the program is Java.
 */
const SHORTENED = /^-?\d(?:(?:[.,]\d+)?E[+-]\d{2,}|[.,]\d+E\d{1,3})$/i;

/** The reason why a cell may not hold what was entered for this field, or undefined. The sentences hold nothing of the cell. */
function whyUnclear(cell: Cell | undefined, field: RecordField): string | undefined {
  if (cell === undefined) return undefined;
  if (typeof cell === "string")
    return isPerhapsCut(cell, field) ? CUT_CELL : whyUnclearText(cell.trim(), field);
  if (cell.type === "unreadable") return cell.message;
  if (cell.type === "date") return DATE_CELL;
  if (!isOfDigits(field)) return undefined;
  const digits = cell.text.replace(/\D/g, "").length;
  if (digits > KEPT_DIGITS || (field === "accountKey" && digits === KEPT_DIGITS)) {
    return `The cell is a number of so many digits that the spreadsheet may have lost some. ${AGAIN}`;
  }
  return cell.altered
    ? `The cell is a number that its format shows with other characters than it has. ${AGAIN}`
    : undefined;
}

function whyUnclearText(text: string, field: RecordField): string | undefined {
  // There are millions of cells, and hardly any begins like one of these.
  if (text !== "" && SUSPICIOUS.includes(text.charAt(0))) {
    if (isErrorText(text)) return `The cell holds the error ${text}.`;
    if (NOTHING.has(text)) return NOTHING_CELL;
    if (/^="[^"]*"$/.test(text)) return `The cell holds a formula as text. ${AGAIN}`;
    if (MARKED.test(text) && (field === "id" || field === "accountKey")) return MARKED_CELL;
  }
  if (isOfDigits(field) && SHORTENED.test(text)) return SHORTENED_CELL;
  return field === "id" && isDate(text) ? DATE_CELL : undefined;
}

/** Errors of spreadsheets in any language, as they come into text: `#N/A`, `#NV`, `#REF!`, `#DEEL/0!`, `#####`. */
function isErrorText(text: string): boolean {
  return text.startsWith("#") && /^#(?:N\/[A-Z]|NV|#+|[\p{Lu}/0]{2,15}[!?])$/u.test(text);
}

/** Fields that only look like numbers: every digit counts, zeros in front too. */
function isOfDigits(field: RecordField): boolean {
  if (field === "id" || field === "accountKey") return true;
  return isTextField(field) && textRow(field).isOfDigits === true;
}

/** A day of some year as spreadsheets write it into text: `3-1-2024`, `1/3/2024`, `2024-01-03`, with a time or not. */
function isDate(text: string): boolean {
  const [, date = ""] = /^(\d+([-/.])\d+\2\d+)(?: \d{1,2}:\d\d(?::\d\d)?)?$/.exec(text) ?? [];
  const parts = date.split(/\D/);
  if (parts[2]?.length === 4) parts.reverse();
  if (parts.length !== 3 || parts[0]?.length !== 4) return false;
  const [first, second] = [Number(parts[1]), Number(parts[2])];
  const isShort = parts.slice(1).every((part) => part.length <= 2);
  return (
    isShort && Math.min(first, second) >= 1 && Math.min(first, second) <= 12 && Math.max(first, second) <= 31
  );
}
