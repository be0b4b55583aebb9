import { displayWidth, truncate } from "./display-width.ts";
import { neutralCsv, neutralText } from "./neutral.ts";

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
  const natural = columns.map(({ title }) => displayWidth(title));
  for (const row of rows) {
    for (const at of columns.keys()) {
      natural[at] = Math.max(natural[at] ?? 0, displayWidth(neutralText(row[at] ?? "")));
    }
  }
  const widths = fitWidths(columns, natural, width - GAP * (columns.length - 1));
  const titles = columns.map(({ title }) => title);
  yield `${renderRow(titles, columns, widths)}\n`;
  const rule = widths.map((size) => "-".repeat(size));
  yield `${renderRow(rule, columns, widths)}\n`;
  for (const row of rows) {
    const cells = columns.map((_, at) => neutralText(row[at] ?? ""));
    yield `${renderRow(cells, columns, widths)}\n`;
  }
}

/** Rows as CSV (RFC 4180: CRLF, quotes doubled), safe to open in a spreadsheet program. */
export function renderCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

function csvCell(text: string): string {
  const cell = neutralCsv(text);
  return /[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell;
}

function renderRow(row: readonly string[], columns: readonly Column[], widths: readonly number[]): string {
  const cells = columns.map(({ align }, at) => {
    const width = widths[at] ?? 0;
    const cell = truncate(row[at] ?? "", width);
    const pad = " ".repeat(Math.max(0, width - displayWidth(cell)));
    return align === "right" ? pad + cell : cell + pad;
  });
  return cells.join(" ".repeat(GAP)).trimEnd();
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
