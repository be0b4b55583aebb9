import { type Cell, findRow, isEmpty, type MergedArea, type Row, rowsBelow, type Table } from "./table.ts";

const MERGED: Cell = {
  type: "unreadable",
  message:
    "The cell is merged with another one, so it is not certain that its value is meant here. Undo the merge, and enter a value in each cell.",
};

/**
 * The rows below the header row with the cells that a merge hides as unreadable: in the file they are empty, which would say
 * "none". Columns past the header row, and rows that hold nothing else, stay as they are.
 */
export function* hideMerged(rows: Iterable<Row>, header: Row, areas: readonly MergedArea[]): Generator<Row> {
  const width = header.cells.length;
  const waiting = areas
    .filter(({ top, left }) => top > header.number && left < width)
    .sort((one, other) => other.top - one.top);
  let open: MergedArea[] = [];
  for (const row of rows) {
    for (let next = waiting.at(-1); next && next.top <= row.number; next = waiting.at(-1)) {
      open.push(next);
      waiting.pop();
    }
    open = open.filter(({ bottom }) => bottom >= row.number);
    yield open.length === 0 || isEmpty(row) ? row : { ...row, cells: hidden(row, open, width) };
  }
}

function hidden(row: Row, areas: readonly MergedArea[], width: number): readonly Cell[] {
  const cells = row.cells.slice();
  for (const { top, left, right } of areas) {
    const first = top === row.number ? left + 1 : left;
    for (let column = first; column <= right && column < width; column++) cells[column] = MERGED;
  }
  return cells;
}

/** The header row with the headers of columns that are merged downwards from a row above it: they end in this row. */
export function withHeadersFromAbove(header: Row, { rows, merged = [] }: Table): Row {
  const above = merged.filter(
    ({ top, bottom, left, right }) => left === right && top < header.number && bottom >= header.number,
  );
  if (above.length === 0) return header;
  const cells = header.cells.slice();
  for (const { top, left } of above) {
    const cell = findRow(rows, ({ number }) => number === top)?.cells[left];
    if (cell !== undefined) cells[left] = cell;
  }
  return { ...header, cells };
}

/** The last row of a header that takes several: cells of it are merged downwards, beside others that hold more headers. */
export function lastHeaderRow(header: Row, { rows, merged = [] }: Table): Row | undefined {
  const bottom = Math.max(
    0,
    ...merged
      .filter(({ top, left }) => top === header.number && left < header.cells.length)
      .map((area) => area.bottom),
  );
  let last: Row | undefined;
  for (const row of rowsBelow(rows, header)) {
    if (row.number > bottom) break;
    if (!isEmpty(row)) last = row;
  }
  return last;
}
