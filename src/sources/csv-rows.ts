import type { Cell, Row } from "./table.ts";

/** What all rows of a text have in common. `delimiter` is one character. */
type CsvText = { readonly text: string; readonly delimiter: string };

/** The cells of a row, and where its line break stands, or the text ends. */
type Split = { readonly cells: readonly string[]; readonly to: number };

/** A row that is taken apart whenever it is looked at: the cells of a million rows take several times their text. */
class CsvRow implements Row {
  readonly number: number;
  readonly #csv: CsvText;
  readonly #from: number;
  readonly #to: number;

  constructor(number: number, csv: CsvText, from: number, to: number) {
    this.number = number;
    this.#csv = csv;
    this.#from = from;
    this.#to = to;
  }

  get cells(): readonly Cell[] {
    const { text, delimiter } = this.#csv;
    const row = text.slice(this.#from, this.#to);
    return row.includes('"') ? (splitQuoted(row, 0, delimiter)?.cells ?? []) : row.split(delimiter);
  }
}

/**
 * The rows of a text whose every quote stands where it may (RFC 4180, with `\n` for a line break), each with the line it
 * starts in; undefined for any other text.
 */
export function readRows(csv: CsvText): readonly Row[] | undefined {
  const { text, delimiter } = csv;
  const rows: Row[] = [];
  let quote = placeOf(text, '"', 0);
  let line = 1;
  for (let from = 0; from < text.length; ) {
    if (quote < from) quote = placeOf(text, '"', from);
    let to = placeOf(text, "\n", from);
    let lines = 1;
    if (quote < to) {
      const split = splitQuoted(text, from, delimiter);
      if (split === undefined) return undefined;
      to = split.to;
      lines = linesIn(text, from, to);
    }
    rows.push(new CsvRow(line, csv, from, to));
    line += lines;
    from = to + 1;
  }
  return rows;
}

/** Of the text's end where there is none. */
function placeOf(text: string, character: string, from: number): number {
  const at = text.indexOf(character, from);
  return at < 0 ? text.length : at;
}

function linesIn(text: string, from: number, to: number): number {
  let lines = 1;
  for (let at = placeOf(text, "\n", from); at < to; at = placeOf(text, "\n", at + 1)) lines += 1;
  return lines;
}

/** A row from its first character on, or undefined when a quote in it stands where none may. */
function splitQuoted(text: string, from: number, delimiter: string): Split | undefined {
  const cells: string[] = [];
  for (let at = from; ; at += 1) {
    const cell = text[at] === '"' ? quotedCell(text, at + 1) : plainCell(text, at, delimiter);
    if (cell === undefined) return undefined;
    cells.push(cell.value);
    at = cell.to;
    if (at >= text.length || text[at] === "\n") return { cells, to: at };
    if (text[at] !== delimiter) return undefined;
  }
}

type SplitCell = { readonly value: string; readonly to: number };

/** From the character after its first quote on. */
function quotedCell(text: string, from: number): SplitCell | undefined {
  let value = "";
  for (let start = from; ; ) {
    const quote = text.indexOf('"', start);
    if (quote < 0) return undefined;
    value += text.slice(start, quote);
    if (text[quote + 1] !== '"') return { value, to: quote + 1 };
    value += '"';
    start = quote + 2;
  }
}

function plainCell(text: string, from: number, delimiter: string): SplitCell | undefined {
  let to = from;
  for (; to < text.length; to++) {
    const character = text[to];
    if (character === '"') return undefined;
    if (character === delimiter || character === "\n") break;
  }
  return { value: text.slice(from, to), to };
}
