import { CsvError, parse } from "csv-parse/sync";
import { InputError, type Problem } from "../errors.ts";
import { readRows } from "./csv-rows.ts";
import { decodeCsv, findDelimiter } from "./csv-text.ts";
import type { SourceFile } from "./source-file.ts";
import type { Row, Table } from "./table.ts";

/** The rows of a CSV file, each with the line it starts in. Throws InputError with `csv-encoding` or `csv-syntax`. */
export function readCsv(file: Pick<SourceFile, "bytes" | "shownAs">): Table {
  const csv = findDelimiter(decodeCsv(file));
  const rows = readRows(csv) ?? parseRows(csv, file.shownAs);
  return { shownAs: file.shownAs, counts: "line", fixedWidth: true, rows };
}

/** The same rows, by a parser that also says what is wrong with a text, and takes ten times as long. */
export function parseRows({ delimiter, text }: ReturnType<typeof findDelimiter>, shownAs: string): Row[] {
  const rows: Row[] = [];
  let nextLine = 1;
  try {
    parse(text, {
      delimiter,
      record_delimiter: "\n",
      relax_column_count: true,
      skip_empty_lines: false,
      on_record: (cells: readonly string[], { lines }) => {
        rows.push({ number: nextLine, cells });
        nextLine = lines + 1;
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new InputError([syntaxProblem(error, shownAs, nextLine)]);
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
  message: "Text follows a closing quote, so nobody can tell where the cell ends.",
  remedy: 'Write "" for a quote that belongs to the text.',
};
const QUOTE_INSIDE: Broken = {
  message:
    "A quote stands inside a cell that does not start with one, so nobody can tell where the cell ends.",
  remedy: 'Put the whole cell in quotes, and write "" for a quote that belongs to the text.',
};

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
