import { InputError, type Problem } from "../../../model/values/errors.ts";
import { lastHeaderRow, withHeadersFromAbove } from "./merged-rows.ts";
import { findRow, isEmpty, placeOf, type Row, type Table } from "./table.ts";

/**
 * The header row: the one with this number, else the first row that holds anything; undefined for a table without rows. Throws
 * InputError `column-missing` when it is empty, or when a header of several rows leaves open which is meant.
 */
export function findHeader(table: Table, headerRow: number | undefined): Row | undefined {
  if (headerRow !== undefined) {
    const named = findRow(table.rows, ({ number }) => number === headerRow) ?? {
      number: headerRow,
      cells: [],
    };
    const header = withHeadersFromAbove(named, table);
    if (isEmpty(header)) throw new InputError([emptyHeader(table, header)]);
    return header;
  }
  const header = findRow(table.rows, (row) => !isEmpty(row));
  const last = header && lastHeaderRow(header, table);
  if (header !== undefined && last !== undefined) throw new InputError([severalRows(table, header, last)]);
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
