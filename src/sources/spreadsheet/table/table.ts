import { shortened } from "../../../model/values/text.ts";
/** A number as plain decimal text. `altered`: its format shows characters that look like a part of the number. */
export type NumberCell = { readonly type: "number"; readonly text: string; readonly altered: boolean };

/** A date as `yyyy-mm-dd`. No field of a record is one, but a filter can look at it. */
export type DateCell = { readonly type: "date"; readonly text: string };

/** A cell whose value is not in the file; `message` says why and never holds anything of the cell but an error's name. */
export type UnreadableCell = { readonly type: "unreadable"; readonly message: string };

export type Cell = string | NumberCell | DateCell | UnreadableCell;

/** Excel ends a row here. */
export const MOST_COLUMNS = 16_384;

/** Excel ends a cell here; a text without end, shared by many cells, would take gigabytes. */
export const MOST_CHARACTERS = 32_767;

/** A row with its number in the file. Cells that are not there are holes. */
export type Row = { readonly number: number; readonly cells: readonly Cell[] };

/** Cells that people see as one. Only the first, at the top and left, has a value. */
export type MergedArea = {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
};

/** The cells of a sheet or of CSV text. */
export type Table = {
  /** The way messages name the table: `accounts.xlsx, sheet "Users"`. */
  readonly shownAs: string;
  /** The unit that a row's number counts. */
  readonly counts: "row" | "line";
  /** Text alone: a row with another number of cells than the header row was cut off or shifted. */
  readonly fixedWidth: boolean;
  /** The number of the row from which on it is not certain which letters beyond ASCII are meant; absent when it is. */
  readonly doubtfulFrom?: number;
  /** The number of the last row of text that ends without a line break: a file that was cut off ends so. */
  readonly openRow?: number;
  /** In order; they can be gone through more than once. */
  readonly rows: Iterable<Row>;
  /** Merged cells of a sheet; absent in text, which has none. */
  readonly merged?: readonly MergedArea[];
};

/** The place of a row, for people: `users.csv, line 12`. */
export function placeOf(table: Pick<Table, "shownAs" | "counts">, row: Row): string {
  return `${table.shownAs}, ${table.counts} ${row.number}`;
}

/** The text of a cell without white space around it; empty for what cannot be read. */
export function textOf(cell: Cell | undefined): string {
  if (cell === undefined) return "";
  if (typeof cell === "string") return cell.trim();
  return cell.type === "unreadable" ? "" : cell.text;
}

/** The first row, among the first `most`, for which `is` holds; undefined where there is none. */
export function findRow(
  rows: Iterable<Row>,
  is: (row: Row) => boolean,
  most = Number.POSITIVE_INFINITY,
): Row | undefined {
  let looked = 0;
  for (const row of rows) {
    if (is(row)) return row;
    looked += 1;
    if (looked >= most) return undefined;
  }
  return undefined;
}

/** The rows below another one; they can be gone through more than once. */
export function rowsBelow(rows: Iterable<Row>, { number }: Row): Iterable<Row> {
  return {
    *[Symbol.iterator]() {
      for (const row of rows) if (row.number > number) yield row;
    },
  };
}

/** Whether the row is empty. A cell that cannot be read is not empty. */
export function isEmpty(row: Row): boolean {
  return !row.cells.some((cell) => (typeof cell === "string" ? cell.trim() !== "" : true));
}

const LONGEST_QUOTE = 60;

/** Text of the file as messages quote it: on one line, its first 60 characters. */
export function quoted(text: string): string {
  return `"${shortened(text.replace(/\s+/g, " ").trim(), LONGEST_QUOTE)}"`;
}

/** The table of a file that is asked for. Without a name, the first sheet that people see. */
export type WantedTable = { readonly sheet?: string; readonly headerRow?: number };

/** A file that holds tables. Throws InputError. */
export type TableFile = {
  read(wanted?: WantedTable): Promise<Table>;
  /** The names of the sheets that people see, in their order; none in text. */
  readonly sheets: readonly string[];
};
