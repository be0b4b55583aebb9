import type { RecordField } from "../../../model/account/account.ts";
import { isTextField, textRow } from "../../../model/account/fields.ts";
import type { Cell } from "../table/table.ts";

/** Excel keeps 15 digits of a number; what came after them is lost. */
const KEPT_DIGITS = 15;

const AGAIN = "Format the column as text, and enter the value again.";
const SHORTENED_CELL =
  "The cell is a number that a spreadsheet has shortened, so its digits are lost. Format the column as text there, enter the value again, and export again.";
const DATE_CELL = `The cell is a date, and a spreadsheet makes dates of what was typed. ${AGAIN}`;

/** The words of databases for nothing. In a list they would be an address, and in a name a name. */
const NOTHING = new Set(["NULL", "(null)", "\\N"]);
/** The beginnings of errors, words for nothing and formulas. */
const SUSPICIOUS = "#N(\\=";
const NOTHING_CELL =
  "The cell holds a word that programs write for an empty value. Export an empty cell in its place.";

/**
 * The texts that programs write (CSV) for a number of many digits: `1.23457E+15`, with a comma in some countries, `1.23457E11`
 * where the program is Java.
 */
const SHORTENED = /^-?\d(?:(?:[.,]\d+)?E[+-]\d{2,}|[.,]\d+E\d{1,3})$/i;

/** The reason why a cell may not hold what was entered for this field, or undefined. The sentences hold nothing of the cell. */
export function whyUnclear(cell: Cell | undefined, field: RecordField): string | undefined {
  if (cell === undefined) return undefined;
  if (typeof cell === "string") return whyUnclearText(cell.trim(), field);
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
  }
  if (isOfDigits(field) && SHORTENED.test(text)) return SHORTENED_CELL;
  return field === "id" && isDate(text) ? DATE_CELL : undefined;
}

/** Errors of spreadsheets in any language, as they come into text: `#N/A`, `#NV`, `#REF!`, `#DEEL/0!`, `#####`. */
export function isErrorText(text: string): boolean {
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
