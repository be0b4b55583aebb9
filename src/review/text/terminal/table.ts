import { neutralCsv, neutralText } from "../../shared/neutral.ts";
import { displayWidth, truncate } from "./display-width.ts";

export type Column = { readonly title: string; readonly align?: "left" | "right" };

const GAP = 2;
/** A column is not made narrower than this, or than its title. */
const NARROWEST = 8;

/**
 * A table in at most `width` columns where that is possible: the widest columns give way first, and what is cut off leaves
 * an ellipsis. Cells are neutralised here.
 */
export function renderTable(
  columns: readonly Column[],
  rows: Iterable<readonly string[]>,
  options: { readonly width: number },
): string {
  return [...renderTableLines(columns, rows, options)].join("");
}

/** The same, line by line. The rows are walked over twice: once for the widths, once for the lines. */
export function* renderTableLines(
  columns: readonly Column[],
  rows: Iterable<readonly string[]>,
  { width }: { readonly width: number },
): Generator<string> {
  const widths = fitWidths(columns, naturalWidths(columns, rows), width - GAP * (columns.length - 1));
  const gap = " ".repeat(GAP);
  const lineOf = (cells: readonly string[]) => `${cells.join(gap).trimEnd()}\n`;
  yield lineOf(columns.map(({ title, align }, at) => fitCell(title, align, widths[at] ?? 0)));
  yield lineOf(widths.map((size) => "-".repeat(size)));
  const shown = columns.map(({ align }, at) =>
    once((text) => fitCell(neutralText(text), align, widths[at] ?? 0)),
  );
  for (const row of rows) yield lineOf(shown.map((show, at) => show(row[at] ?? "")));
}

function naturalWidths(columns: readonly Column[], rows: Iterable<readonly string[]>): readonly number[] {
  const natural = columns.map(({ title }) => displayWidth(title));
  const measures = columns.map(() => once((text) => displayWidth(neutralText(text))));
  for (const row of rows) {
    for (const [at, measure] of measures.entries()) {
      const size = measure(row[at] ?? "");
      if (size > (natural[at] ?? 0)) natural[at] = size;
    }
  }
  return natural;
}

/** The same, worked out once while one text follows itself: many columns say the same in row after row. */
function once<T>(work: (text: string) => T): (text: string) => T {
  let last = "";
  let result = work(last);
  return (text) => {
    if (text !== last) {
      result = work(text);
      last = text;
    }
    return result;
  };
}

/** Rows as CSV (RFC 4180: CRLF, quotes doubled), safe to open in a spreadsheet program. */
export function renderCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

function csvCell(text: string): string {
  const cell = neutralCsv(text);
  return /[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell;
}

function fitCell(text: string, align: Column["align"], width: number): string {
  const size = displayWidth(text);
  const cell = size > width ? truncate(text, width) : text;
  const pad = " ".repeat(Math.max(0, width - (size > width ? displayWidth(cell) : size)));
  return align === "right" ? pad + cell : cell + pad;
}

/** Takes from the widest column what is too much, down to the next widest, until the row fits or nothing may give way. */
function fitWidths(columns: readonly Column[], natural: readonly number[], width: number): readonly number[] {
  const least = columns.map(({ title }, at) =>
    Math.min(natural[at] ?? 0, Math.max(NARROWEST, displayWidth(title))),
  );
  const widths = [...natural];
  for (;;) {
    const excess = widths.reduce((sum, size) => sum + size, 0) - width;
    const candidates = widths.map((size, at) => (size > (least[at] ?? 0) ? size : 0));
    const widest = Math.max(0, ...candidates);
    if (excess <= 0 || widest === 0) return widths;
    const at = candidates.indexOf(widest);
    const next = Math.max(0, ...candidates.filter((_, other) => other !== at));
    const step = Math.max(1, Math.min(excess, widest - next));
    widths[at] = Math.max(least[at] ?? 0, widest - step);
  }
}
