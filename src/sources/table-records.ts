import { InputError } from "../errors.ts";
import type { Kind, RecordProblem, SourceRecord } from "../model/account.ts";
import type { Finding } from "../model/plan.ts";
import { RECORD_FIELDS, type SpreadsheetTable } from "../model/source-config.ts";
import { type Column, findColumns } from "./columns.ts";
import { readRow } from "./row-record.ts";
import { isEmpty, placeOf, type Row, type Table, textOf } from "./table.ts";

export type TableRecords = {
  readonly records: readonly SourceRecord[];
  readonly findings: readonly Finding[];
};

type Context = { readonly source: string; readonly kind: Kind; readonly map: SpreadsheetTable["map"] };

const HOLDS_BACK = "Nothing is removed on this source's word.";

/** The records of a table; each finding says why the table is not whole. Throws InputError when columns are wrong. */
export function readTable(table: Table, { source, kind, map }: Context): TableRecords {
  const [header, ...rows] = table.rows.filter((row) => !isEmpty(row));
  if (header === undefined) return { records: [], findings: [] };
  const { columns, problems } = findColumns(table, header, map);
  if (problems.length > 0) throw new InputError(problems);
  const used = RECORD_FIELDS.flatMap((field) => columns[field] ?? []);
  const records: SourceRecord[] = [];
  const findings: Finding[] = [];
  for (const row of rows) {
    const place = placeOf(table, row);
    const where = { source, place, kind };
    const wrongWidth = table.fixedWidth ? checkWidth(row, header, used) : undefined;
    const read = readRow(row, place, { source, kind, columns }, wrongWidth ? [wrongWidth] : []);
    if ("record" in read) records.push(read.record);
    if (wrongWidth) {
      const summary = `${wrongWidth.message} ${HOLDS_BACK}`;
      findings.push({ code: "source-incomplete", severity: "error", summary, where });
    }
    if ("withoutAddress" in read) {
      const summary = `Nobody can tell whose row this is. ${read.withoutAddress} ${HOLDS_BACK}`;
      findings.push({ code: "record-without-address", severity: "error", summary, where });
    }
  }
  return { records, findings };
}

function checkWidth(row: Row, header: Row, used: readonly Column[]): RecordProblem | undefined {
  if (row.cells.length === header.cells.length) return undefined;
  const missing = used.find(({ index }) => index >= row.cells.length);
  if (missing !== undefined) {
    return {
      attribute: missing.header,
      message: "The row ends before this column, so it may have been cut off.",
    };
  }
  const beyond = row.cells.slice(header.cells.length).some((cell) => textOf(cell) !== "");
  if (!beyond) return undefined;
  return {
    attribute: "the whole row",
    message: "The row has more cells than the header row, so its values may stand in the wrong columns.",
  };
}
