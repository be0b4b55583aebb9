import { parseReference } from "../cells/cell-reference.ts";
import { type Cell, isEmpty, type Row } from "../table/table.ts";
import { MalformedWorkbook } from "./errors.ts";

/** Cells that people see as one. Only the first, at the top and left, has a value. */
export type MergedArea = {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
};

const MERGED: Cell = {
  type: "unreadable",
  message:
    "The cell is merged with another one, so it is not certain that its value is meant here. Undo the merge, and enter a value in each cell.",
};

/** `A2:A3` (ECMA-376 part 1, 18.3.1.54). Throws MalformedWorkbook. */
export function parseArea(text: string): MergedArea {
  const [from, to = from] = text.split(":").map(parseReference);
  if (from === undefined || to === undefined || from.row > to.row || from.column > to.column)
    throw new MalformedWorkbook("The merged cells of the sheet are not in order.");
  return { top: from.row, left: from.column, bottom: to.row, right: to.column };
}

/**
 * The rows with the cells that a merge hides as unreadable: in the file they are empty, which would say "none". Merges that
 * begin in the header row or above it, and rows that hold nothing else, stay as they are.
 */
export function hideMerged(rows: readonly Row[], areas: readonly MergedArea[]): readonly Row[] {
  const header = rows.find((row) => !isEmpty(row));
  if (header === undefined) return rows;
  const width = header.cells.length;
  const waiting = areas
    .filter(({ top, left }) => top > header.number && left < width)
    .sort((one, other) => other.top - one.top);
  if (waiting.length === 0) return rows;
  let open: MergedArea[] = [];
  return rows.map((row) => {
    for (let next = waiting.at(-1); next && next.top <= row.number; next = waiting.at(-1)) {
      open.push(next);
      waiting.pop();
    }
    open = open.filter(({ bottom }) => bottom >= row.number);
    return open.length === 0 || isEmpty(row) ? row : { ...row, cells: hidden(row, open, width) };
  });
}

function hidden(row: Row, areas: readonly MergedArea[], width: number): readonly Cell[] {
  const cells = row.cells.slice();
  for (const { top, left, right } of areas) {
    const first = top === row.number ? left + 1 : left;
    for (let column = first; column <= right && column < width; column++) cells[column] = MERGED;
  }
  return cells;
}
