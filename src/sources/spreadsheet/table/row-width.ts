import type { RecordProblem } from "../../../model/account/account.ts";
import type { Column } from "./columns.ts";
import { isEmpty, type Row } from "./table.ts";

/**
 * Why the cells of a row may be in the wrong columns, by the width of the header row; undefined when they are not in doubt. The
 * problem names no field: where a delimiter is lost, every cell after it is that of another column.
 */
export function checkWidth(row: Row, header: Row, used: readonly Column[]): RecordProblem | undefined {
  if (row.cells.length === header.cells.length) return undefined;
  const missing = used.find(({ index }) => index >= row.cells.length);
  if (missing !== undefined) {
    return {
      attribute: missing.header,
      message: "The row ends before this column, so it may have been cut off.",
    };
  }
  if (isEmpty({ number: row.number, cells: row.cells.slice(header.cells.length) })) return undefined;
  return {
    attribute: "the whole row",
    message: "The row has more cells than the header row, so its values may be in the wrong columns.",
  };
}
