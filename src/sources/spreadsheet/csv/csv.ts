import { CsvError, parse } from "csv-parse/sync";
import { InputError, type Problem } from "../../../model/values/errors.ts";
import type { SourceFile } from "../table/source-file.ts";
import { MOST_COLUMNS, type Row, type Table } from "../table/table.ts";
import { decodeCsv, findDelimiter } from "./csv-text.ts";

/** No cell holds it: `decodeCsv` refuses a text that does. */
const BETWEEN_CELLS = "\u0000";

/**
 * The rows of a CSV file, each with the line it starts in. `headerRow`: the line whose delimiters count, where it is known. Throws
 * InputError with `csv-encoding` or `csv-syntax`.
 */
export function readCsv(file: Pick<SourceFile, "bytes" | "shownAs">, headerRow = 1): Table {
  const { text: whole, doubtfulFrom } = decodeCsv(file);
  const { delimiter, text } = findDelimiter(whole, headerRow);
  const lines = text.includes('"') ? parseRows(text, delimiter, file.shownAs) : splitRows(text, delimiter);
  const wide = lines.find((line) => line.text.length >= MOST_COLUMNS && cellsOf(line).length > MOST_COLUMNS);
  if (wide !== undefined) throw new InputError(tooWide(`${file.shownAs}:${wide.number}`));
  const openRow = text.endsWith("\n") ? undefined : lines.at(-1)?.number;
  return {
    shownAs: file.shownAs,
    counts: "line",
    fixedWidth: true,
    rows: rowsOf(lines),
    ...(doubtfulFrom === undefined ? {} : { doubtfulFrom }),
    ...(openRow === undefined ? {} : { openRow }),
  };
}

/** The text of a row, and what stands between its cells. */
export type RowText = { readonly number: number; readonly text: string; readonly between: string };

/** One row at a time: all cells of a million rows take several times the memory of their text. */
export function rowsOf(lines: readonly RowText[]): Iterable<Row> {
  return {
    *[Symbol.iterator]() {
      for (const line of lines) yield { number: line.number, cells: cellsOf(line) };
    },
  };
}

function cellsOf({ text, between }: RowText): readonly string[] {
  return text.split(between);
}

/** The rows of a text without a quote: every line is one. The parser gives the same, and takes several times as long. */
export function splitRows(text: string, delimiter: string): readonly RowText[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line, at) => ({ number: at + 1, text: line, between: delimiter }));
}

export function parseRows(text: string, delimiter: string, shownAs: string): readonly RowText[] {
  const rows: RowText[] = [];
  let nextLine = 1;
  try {
    parse(text, {
      delimiter,
      record_delimiter: "\n",
      relax_column_count: true,
      skip_empty_lines: false,
      on_record: (cells: readonly string[], { lines }) => {
        rows.push({ number: nextLine, text: cells.join(BETWEEN_CELLS), between: BETWEEN_CELLS });
        nextLine = lines + 1;
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new InputError(syntaxProblem(error, shownAs, nextLine));
  }
  return rows;
}

type Broken = { readonly message: string; readonly remedy: string };

const NOT_CLOSED: Broken = {
  message:
    "A quote is opened in the row that starts here and never closed, so the rest of the file is one cell.",
  remedy: 'Close it, or write "" for a quote that belongs to the text.',
};
const TEXT_AFTER: Broken = {
  message: "Text follows a closing quote, so it is unclear where the cell ends.",
  remedy: 'Write "" for a quote that belongs to the text.',
};
const QUOTE_INSIDE: Broken = {
  message: "A quote is inside a cell that does not start with one, so it is unclear where the cell ends.",
  remedy: 'Put the whole cell in quotes, and write "" for a quote that belongs to the text.',
};

function tooWide(where: string): Problem {
  return {
    code: "csv-syntax",
    where,
    message: `The row has more than ${MOST_COLUMNS.toLocaleString("en")} cells, the most that Excel takes.`,
    remedy: "Export only the columns of the accounts.",
  };
}

/** The parser's own message quotes the cell, which may hold an account key, so it is not used. */
function syntaxProblem(error: CsvError, shownAs: string, rowStart: number): Problem {
  if (error.code === "CSV_QUOTE_NOT_CLOSED") {
    return { code: "csv-syntax", where: `${shownAs}:${rowStart}`, ...NOT_CLOSED };
  }
  const { lines } = error;
  const line = typeof lines === "number" ? lines : rowStart;
  const broken = error.code === "CSV_INVALID_CLOSING_QUOTE" ? TEXT_AFTER : QUOTE_INSIDE;
  return { code: "csv-syntax", where: `${shownAs}:${line}`, ...broken };
}
