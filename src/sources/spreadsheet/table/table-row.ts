import { isInDoubt, type RecordProblem, type SourceRecord } from "../../../model/account/account.ts";
import type { Finding } from "../../../model/plan/finding.ts";
import type { FilterField } from "../../../model/source-config/filter.ts";
import type { AccountGroups } from "../../records/account-groups.ts";
import { recordValues } from "../../records/filter.ts";
import type { Known, Sieve } from "../../records/filtering.ts";
import { HOLDS_BACK } from "../../records/findings.ts";
import type { Column } from "./columns.ts";
import type { FilterColumns } from "./filter-columns.ts";
import { type RowContext, readOwn, readRow, withoutText } from "./row-record.ts";
import { isEmpty, placeOf, type Row, type Table } from "./table.ts";

/** The input for reading the rows of a table. */
export type TableLayout = {
  readonly table: Table;
  readonly header: Row;
  readonly context: RowContext;
  /** The columns that fields and filters look at. */
  readonly looked: readonly Column[];
  readonly own: FilterColumns;
  readonly sieve: Sieve;
  readonly groups: AccountGroups | undefined;
};

/** The record that a row gives, if any, and why the table is not whole because of it. */
export type TableRow = { readonly record?: SourceRecord; readonly findings: readonly Finding[] };

const REMEDY = "Correct the row, or exclude it with `filter` if it is not an account, such as a total.";
const NOTHING: TableRow = { findings: [] };

/**
 * Reads one row, and lets the filter judge it. A row that names nobody, neither by address nor by id, is a finding. `isCutOff`: the
 * file ends in it, before its last cell.
 */
export function readTableRow(row: Row, layout: TableLayout, isCutOff: boolean): TableRow {
  const { table, context, sieve } = layout;
  const place = placeOf(table, row);
  const ofWidth = table.fixedWidth ? checkWidth(row, layout.header, layout.looked) : undefined;
  const wrongWidth = ofWidth ?? (isCutOff ? CUT_OFF : undefined);
  const { record, withoutAddress } = readRow(row, place, context, wrongWidth ? [wrongWidth] : []);
  const known = wrongWidth ? SHIFTED : knownOf(row, record, layout);
  const where = { source: context.source, place, kind: context.kind };
  const findings: Finding[] = [];
  if (wrongWidth) {
    const summary = `${wrongWidth.message} ${HOLDS_BACK}`;
    findings.push({ code: "source-incomplete", severity: "error", summary, where });
  }
  if (withoutAddress === undefined) return taken(sieve.sift(record, known), findings);
  const { id, email } = context.columns;
  const isNamed = !wrongWidth && record.id !== undefined && id?.index !== email?.index;
  if (!isNamed) {
    if (sieve.leavesOut(record, known)) return { findings };
    const summary = `The row cannot be matched to an account. ${withoutAddress} ${HOLDS_BACK} ${REMEDY}`;
    findings.push({ code: "record-without-address", severity: "error", summary, where });
    if (wrongWidth || !isInDoubt(record, "id")) return { findings };
  }
  const sifted = sieve.sift(record, known);
  return taken(sifted && withoutText(sifted), findings);
}

/** Of most rows there is nothing to say, and there are many. */
function taken(record: SourceRecord | undefined, findings: readonly Finding[]): TableRow {
  if (record !== undefined) return { record, findings };
  return findings.length === 0 ? NOTHING : { findings };
}

/** Of a row whose cells may be in the wrong columns, nothing is known. */
const SHIFTED: Known = {
  own: () => "unreadable",
  isMember: () => "unreadable",
  attributesOf: () => "unreadable",
};

function knownOf(row: Row, record: SourceRecord, { context, own, groups }: TableLayout): Known {
  const { columns } = context;
  const attributesOf = (field: FilterField) => (field === "kind" ? [] : [columns[field]?.header ?? ""]);
  return {
    own: (name) => {
      const column = own.get(name);
      if (typeof column === "string") return recordValues(record, column, attributesOf(column));
      return column === undefined ? [] : readOwn(row.cells[column.index]);
    },
    isMember: (condition) => groups?.isMember(condition, record) ?? "unreadable",
    attributesOf,
  };
}

const CUT_OFF: RecordProblem = {
  attribute: "the whole row",
  message:
    "The file ends within this row, so it may have been cut off, and rows after this one may be missing.",
};

/**
 * The reason why the cells of a row may be in the wrong columns, by the width of the header row; undefined when they are not in doubt. The
 * problem names no field: where a delimiter is lost, every cell after it is that of another column.
 */
function checkWidth(row: Row, header: Row, used: readonly Column[]): RecordProblem | undefined {
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
