import { InputError } from "../errors.ts";
import type { Kind, RecordProblem, SourceRecord } from "../model/account.ts";
import { RECORD_FIELDS } from "../model/account.ts";
import type { Finding } from "../model/plan.ts";
import type { FilterField, SpreadsheetTable } from "../model/source-config.ts";
import type { AccountGroups } from "./account-groups.ts";
import { type Column, type Columns, findColumns } from "./columns.ts";
import { type FilterColumns, findFilterColumns } from "./filter-columns.ts";
import { recordValues } from "./record-filter.ts";
import { readOwn, readRow } from "./row-record.ts";
import { type Known, Sieve } from "./sieve.ts";
import { isEmpty, placeOf, type Row, type Table, textOf } from "./table.ts";
import { recordOf, type TableContext } from "./table-record.ts";

export type TableRecords = {
  readonly records: readonly SourceRecord[];
  readonly findings: readonly Finding[];
};

type Given = Pick<SpreadsheetTable, "map" | "filter"> & {
  readonly source: string;
  readonly kind: Kind;
  readonly sieve?: Sieve;
  readonly groups?: AccountGroups;
};

const HOLDS_BACK = "Nothing is removed on this source's word.";

/**
 * The records of a table that its filter takes; each finding says why the table is not whole. Throws InputError when
 * columns are wrong.
 */
export function readTable(table: Table, given: Given): TableRecords {
  const { source, kind, map, filter = [], sieve = new Sieve(source), groups } = given;
  const headerAt = table.rows.findIndex((row) => !isEmpty(row));
  const header = table.rows[headerAt];
  if (header === undefined) return { records: [], findings: [] };
  const { columns, problems: ofFields } = findColumns(table, header, map);
  const { own, problems: ofFilter } = findFilterColumns(table, header, columns, filter);
  const problems = [...ofFields, ...ofFilter];
  if (problems.length > 0) throw new InputError(problems);
  const used = RECORD_FIELDS.flatMap((field) => columns[field] ?? []);
  const looked = [...used, ...[...own.values()].flatMap((one) => (typeof one === "object" ? [one] : []))];
  const records: SourceRecord[] = [];
  const findings: Finding[] = [];
  const context = { source, kind, columns, table: { shownAs: table.shownAs, counts: table.counts } };
  for (const asRead of table.rows.slice(headerAt + 1)) {
    // A row of text takes itself apart whenever it is asked for its cells.
    const row: Row = { number: asRead.number, cells: asRead.cells };
    if (isEmpty(row)) continue;
    const place = placeOf(table, row);
    const where = { source, place, kind };
    const wrongWidth = table.fixedWidth ? checkWidth(row, header, looked) : undefined;
    const { record, withoutAddress } = readRow(row, place, context, wrongWidth ? [wrongWidth] : []);
    const known = wrongWidth ? SHIFTED : knownOf(row, record, { columns, own, groups });
    if (wrongWidth) {
      const summary = `${wrongWidth.message} ${HOLDS_BACK}`;
      findings.push({ code: "source-incomplete", severity: "error", summary, where });
    }
    if (withoutAddress === undefined) {
      const taken = sieve.sift(record, known);
      if (taken !== undefined) records.push(kept(taken, asRead, context));
    } else if (!sieve.leavesOut(record, known)) {
      const summary = `Nobody can tell whose row this is. ${withoutAddress} ${HOLDS_BACK}`;
      findings.push({ code: "record-without-address", severity: "error", summary, where });
    }
  }
  return { records, findings };
}

/** Nothing of most records need be kept but their rows. */
function kept(record: SourceRecord, row: Row, context: TableContext): SourceRecord {
  return record.problems.length > 0 ? record : recordOf(row, context);
}

type Columned = {
  readonly columns: Columns;
  readonly own: FilterColumns;
  readonly groups: AccountGroups | undefined;
};

/** Of a row whose cells may stand in the wrong columns, nothing is known. */
const SHIFTED: Known = {
  own: () => "unreadable",
  isMember: () => "unreadable",
  attributesOf: () => "unreadable",
};

function knownOf(row: Row, record: SourceRecord, { columns, own, groups }: Columned): Known {
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
