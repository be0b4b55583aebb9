import { RECORD_FIELDS, type RecordField, type SourceRecord } from "../../model/account/account.ts";
import type { Kind } from "../../model/account/kind.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { SpreadsheetTable } from "../../model/source-config/source-config.ts";
import { InputError, type Problem } from "../../model/values/errors.ts";
import type { AccountGroups } from "../records/account-groups.ts";
import { Sieve } from "../records/filtering.ts";
import { counted } from "../records/findings.ts";
import { type Column, findColumns } from "./table/columns.ts";
import { findFilterColumns } from "./table/filter-columns.ts";
import { hideMerged, lastHeaderRow, withHeadersFromAbove } from "./table/merged-rows.ts";
import {
  type Cell,
  findRow,
  isEmpty,
  placeOf,
  type Row,
  rowsBelow,
  type Table,
  textOf,
} from "./table/table.ts";
import { readTableRow, type TableLayout } from "./table/table-row.ts";

export type TableRecords = {
  readonly records: readonly SourceRecord[];
  readonly findings: readonly Finding[];
  /** Whether every row identifies its account. */
  readonly isWhole: boolean;
  /** The fields that have a column. */
  readonly fields: readonly RecordField[];
};

type Given = Pick<SpreadsheetTable, "map" | "filter" | "headerRow"> & {
  readonly source: string;
  readonly kind: Kind;
  readonly sieve?: Sieve;
  readonly groups?: AccountGroups;
};

/** The records of a table that its filter takes. Throws InputError when columns are wrong. */
export function readTable(table: Table, given: Given): TableRecords {
  const header = findHeader(table, given.headerRow);
  if (header === undefined) return { records: [], findings: [], isWhole: true, fields: [] };
  const layout = findLayout(table, header, given);
  const records: SourceRecord[] = [];
  const findings: Finding[] = [];
  const isDoubtful = table.doubtfulFrom !== undefined;
  const width = widthOf(header);
  let isRagged = false;
  const delegates = new DelegatesColumn(given, layout.context.columns.delegates);
  const below = rowsBelow(table.rows, header);
  for (const asRead of hideMerged(below, header, table.merged ?? [])) {
    const row = isDoubtful ? withoutDoubtfulLetters(asRead) : asRead;
    if (isEmpty(row)) continue;
    const endsEarly = row.cells.length < width;
    const read = readTableRow(row, layout, endsEarly && !isRagged && row.number === table.openRow);
    isRagged ||= endsEarly;
    delegates.meet(row);
    for (const finding of read.findings) findings.push(finding);
    if (read.record !== undefined) records.push(read.record);
  }
  const doubts = doubtfulFindings(table, { source: given.source, kind: given.kind });
  const isWhole = findings.length === 0;
  const fields = RECORD_FIELDS.filter((field) => layout.context.columns[field]);
  const read = { records, findings: [...doubts, ...findings], isWhole, fields };
  return delegates.isSilent ? withoutDelegates(read, table, given) : read;
}

/**
 * Whether the column of delegates holds anything. One functional account may have none; where none of several has any, most likely
 * the export lost them, and it would empty every account.
 */
class DelegatesColumn {
  readonly #column: Column | undefined;
  #rows = 0;
  #isFilled = false;

  constructor({ kind }: Pick<Given, "kind">, column: Column | undefined) {
    this.#column = kind === "functional" ? column : undefined;
  }

  meet({ cells }: Row): void {
    if (this.#column === undefined) return;
    const cell = cells[this.#column.index];
    this.#rows += 1;
    this.#isFilled ||= typeof cell === "string" ? cell.trim() !== "" : cell !== undefined;
  }

  get isSilent(): boolean {
    return this.#rows > 1 && !this.#isFilled;
  }
}

/** What a table says whose column of delegates says nothing: as if it had none. */
function withoutDelegates(
  { records, findings, fields, isWhole }: TableRecords,
  { shownAs: place }: Table,
  { source, kind }: Given,
): TableRecords {
  const summary = `The column of delegates is empty in every row, as after an export that failed, so it says nothing: the delegates of ${counted(records.length, "functional account", "functional accounts")} stay as they are. Fill it in, or remove the column.`;
  const where = { source, kind, place };
  return {
    records: records.map(({ delegates: _, ...record }) => record),
    findings: [...findings, { code: "delegates-incomplete", severity: "warning", summary, where }],
    isWhole,
    fields: fields.filter((field) => field !== "delegates"),
  };
}

/** Without the empty cells behind the last header, which no row needs to have. */
function widthOf({ cells }: Row): number {
  return cells.findLastIndex((cell) => textOf(cell) !== "") + 1;
}

function findLayout(table: Table, header: Row, given: Given): TableLayout {
  const { source, kind, map, filter = [], sieve = new Sieve(source), groups } = given;
  const { columns, problems: ofFields } = findColumns(table, header, map);
  const { own, problems: ofFilter } = findFilterColumns(table, header, columns, filter);
  const problems = [...ofFields, ...ofFilter];
  if (problems.length > 0) throw new InputError(problems);
  const used = RECORD_FIELDS.flatMap((field) => columns[field] ?? []);
  const looked = [...used, ...[...own.values()].flatMap((one) => (typeof one === "object" ? [one] : []))];
  const context = { source, kind, columns };
  return { table, header, context, looked, own, sieve, groups };
}

const UNCERTAIN: Cell = {
  type: "unreadable",
  message:
    "The file does not seem to be in Windows-1252, so it is not certain which letter this cell means. Save the file as CSV in UTF-8.",
};

/** A row of a file whose letters beyond ASCII are in doubt, with the cells that hold any as unreadable. */
function withoutDoubtfulLetters({ number, cells }: Row): Row {
  const isAscii = (text: string) => /^[\u0000-\u007f]*$/.test(text.trim());
  return {
    number,
    cells: cells.map((cell) => (typeof cell !== "string" || isAscii(cell) ? cell : UNCERTAIN)),
  };
}

/** Reports a table whose letters are in doubt, and the line where that begins. */
function doubtfulFindings(table: Table, where: Omit<Finding["where"], "place">): readonly Finding[] {
  if (table.doubtfulFrom === undefined) return [];
  const place = placeOf(table, { number: table.doubtfulFrom, cells: [] });
  const summary =
    "Letters of this file do not seem to be in Windows-1252: it may be in a Macintosh or DOS encoding. Cells with letters beyond a to z are not used, and the fields that they belong to stay as they are in Zivver. Save the file as CSV in UTF-8.";
  return [{ code: "encoding-doubtful", severity: "error", summary, where: { ...where, place } }];
}

/**
 * The header row: the one with this number, else the first row that holds anything; undefined for a table without rows. Throws
 * InputError `column-missing` when it is empty, or when a header of several rows leaves open which is meant.
 */
function findHeader(table: Table, headerRow: number | undefined): Row | undefined {
  if (headerRow !== undefined) {
    const named = findRow(table.rows, ({ number }) => number === headerRow) ?? {
      number: headerRow,
      cells: [],
    };
    const header = withHeadersFromAbove(named, table);
    if (isEmpty(header)) throw new InputError(emptyHeader(table, header));
    return header;
  }
  const header = findRow(table.rows, (row) => !isEmpty(row));
  const last = header && lastHeaderRow(header, table);
  if (header !== undefined && last !== undefined) throw new InputError(severalRows(table, header, last));
  return header;
}

function emptyHeader(table: Table, header: Row): Problem {
  const first = findRow(table.rows, (row) => !isEmpty(row));
  return {
    code: "column-missing",
    where: placeOf(table, header),
    message: `\`headerRow\` names this ${table.counts}, and nothing is in it.`,
    remedy:
      first === undefined
        ? "The table is empty: export it again."
        : `Correct \`headerRow\`: the first ${table.counts} that holds anything is ${first.number}.`,
  };
}

function severalRows(table: Table, header: Row, last: Row): Problem {
  return {
    code: "column-missing",
    where: placeOf(table, header),
    message: `The header takes rows ${header.number} to ${last.number}: cells of it are merged downwards, and zivsync reads one header row.`,
    remedy: `Add \`headerRow: ${last.number}\`, the last of them: headers that are merged down to it count.`,
  };
}
