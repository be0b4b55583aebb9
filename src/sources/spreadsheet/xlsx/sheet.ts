import { type Cell, type MergedArea, MOST_COLUMNS, type Row } from "../table/table.ts";
import { readCell, type SheetContext } from "./sheet-cell.ts";
import { MalformedWorkbook, parseAttributes, scanXml, type XmlHandler } from "./xml.ts";

export const MOST_ROWS = 1_048_576;

/** The rows of a sheet that hold cells, in order, and its merged cells (ECMA-376 part 1, 18.3.1). Throws MalformedWorkbook. */
export function readSheet(
  xml: string,
  context: SheetContext,
): { readonly rows: readonly Row[]; readonly merged: readonly MergedArea[] } {
  const rows: Row[] = [];
  const merged: MergedArea[] = [];
  const inTable = scanRows(rows, context);
  let found = false;
  let inside = false;
  scanXml(xml, {
    open(name, attributes) {
      if (inside) inTable.open(name, attributes);
      else if (name === "sheetData") found = inside = true;
      else if (name === "mergeCell") merged.push(parseArea(parseAttributes(attributes).get("ref") ?? ""));
    },
    text(text) {
      if (inside) inTable.text(text);
    },
    close(name) {
      if (name === "sheetData") inside = false;
      else if (inside) inTable.close(name);
    },
  });
  if (!found) throw new MalformedWorkbook("The sheet holds no table of cells.");
  return { rows, merged };
}

/** Adds the rows to the list as they end. */
function scanRows(rows: Row[], context: SheetContext): Required<XmlHandler> {
  const inCell = scanCell();
  let number = 0;
  let cells: Cell[] = [];
  let column = -1;
  return {
    open(name, attributes) {
      if (name === "row") {
        number = nextRow(parseAttributes(attributes).get("r"), number);
        cells = [];
        column = -1;
      } else if (name === "c") {
        const values = parseAttributes(attributes);
        column = nextColumn(values.get("r"), column, number);
        inCell.start(values);
      } else inCell.open(name);
    },
    text: inCell.text,
    close(name) {
      if (name === "row") rows.push({ number, cells });
      else if (name === "c") {
        const cell = readCell(inCell.written(), context);
        if (cell !== "") cells[column] = cell;
      } else inCell.close(name);
    },
  };
}

/** Gathers what one cell after the other holds. Rich text is put together, its reading aids (`rPh`) are left out. */
function scanCell() {
  let attributes: ReadonlyMap<string, string> = new Map();
  let formula = false;
  let value: string | undefined;
  let inline: string | undefined;
  let reading: "value" | "inline" | undefined;
  let aid = false;
  return {
    start(values: ReadonlyMap<string, string>) {
      attributes = values;
      formula = aid = false;
      value = inline = reading = undefined;
    },
    open(name: string) {
      if (name === "f") formula = true;
      else if (name === "rPh") aid = true;
      else if (name === "v") {
        value ??= "";
        reading = "value";
      } else if (name === "t" && !aid) reading = "inline";
    },
    text(text: string) {
      if (reading === "value") value += text;
      else if (reading === "inline") inline = (inline ?? "") + text;
    },
    close(name: string) {
      if (name === "v" || name === "t") reading = undefined;
      else if (name === "rPh") aid = false;
    },
    written: () => ({
      type: attributes.get("t") ?? "n",
      style: attributes.get("s") ?? "0",
      formula,
      value,
      inline,
    }),
  };
}

function nextRow(written: string | undefined, last: number): number {
  const number = written === undefined ? last + 1 : Number(written);
  if (Number.isInteger(number) && number > last && number <= MOST_ROWS) return number;
  throw new MalformedWorkbook("The rows of the sheet are not in order.");
}

/** A cell may leave out where it stands, and then follows the one before. */
function nextColumn(reference: string | undefined, last: number, row: number): number {
  let column = last + 1;
  if (reference !== undefined) {
    const at = parseReference(reference);
    column = at?.row === row ? at.column : -1;
  }
  if (column > last && column < MOST_COLUMNS) return column;
  throw new MalformedWorkbook("The cells of the sheet are not in order.");
}

/** `A2:A3` (ECMA-376 part 1, 18.3.1.54). Throws MalformedWorkbook. */
function parseArea(text: string): MergedArea {
  const [from, to = from] = text.split(":").map(parseReference);
  if (from === undefined || to === undefined || from.row > to.row || from.column > to.column)
    throw new MalformedWorkbook("The merged cells of the sheet are not in order.");
  return { top: from.row, left: from.column, bottom: to.row, right: to.column };
}

/** A place in a sheet; columns count from 0, rows from 1 as people see them. */
type CellReference = { readonly row: number; readonly column: number };

/** `B7` → row 7, column 1 (ECMA-376 part 1, 18.18.62); undefined for anything else. */
function parseReference(text: string): CellReference | undefined {
  const [, letters = "", digits] = /^([A-Z]{1,3})(\d{1,7})$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  let column = -1;
  for (const letter of letters) column = (column + 1) * 26 + letter.charCodeAt(0) - 65;
  return { row: Number(digits), column };
}
