import type { Finding } from "../../../model/plan/finding.ts";
import { type Cell, placeOf, type Row, type Table } from "../table/table.ts";

const UNCERTAIN: Cell = {
  type: "unreadable",
  message:
    "The file does not seem to be in Windows-1252, so it is not certain which letter this cell means. Save the file as CSV in UTF-8.",
};

/** A row of a file whose letters beyond ASCII are in doubt, with the cells that hold any as unreadable. */
export function withoutDoubtfulLetters({ number, cells }: Row): Row {
  const isAscii = (text: string) => /^[\u0000-\u007f]*$/.test(text.trim());
  return {
    number,
    cells: cells.map((cell) => (typeof cell !== "string" || isAscii(cell) ? cell : UNCERTAIN)),
  };
}

/** Reports a table whose letters are in doubt, and the line where that begins. */
export function doubtfulFindings(table: Table, where: Omit<Finding["where"], "place">): readonly Finding[] {
  if (table.doubtfulFrom === undefined) return [];
  const place = placeOf(table, { number: table.doubtfulFrom, cells: [] });
  const summary =
    "Letters of this file do not seem to be in Windows-1252: it may be in a Macintosh or DOS encoding. Cells with letters beyond a to z are not used, and the fields that they belong to stay as they are in Zivver. Save the file as CSV in UTF-8.";
  return [{ code: "encoding-doubtful", severity: "error", summary, where: { ...where, place } }];
}
