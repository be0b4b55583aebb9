import { parseReference } from "../cells/cell-reference.ts";
import type { MergedArea } from "../table/table.ts";
import { MalformedWorkbook } from "./errors.ts";

/** `A2:A3` (ECMA-376 part 1, 18.3.1.54). Throws MalformedWorkbook. */
export function parseArea(text: string): MergedArea {
  const [from, to = from] = text.split(":").map(parseReference);
  if (from === undefined || to === undefined || from.row > to.row || from.column > to.column)
    throw new MalformedWorkbook("The merged cells of the sheet are not in order.");
  return { top: from.row, left: from.column, bottom: to.row, right: to.column };
}
