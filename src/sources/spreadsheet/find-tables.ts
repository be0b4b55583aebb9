import type { NamedFile } from "../../model/source-config/named-file.ts";
import { type FoundHeaders, findHeaders } from "./table/columns.ts";
import { lastHeaderRow, withHeadersFromAbove } from "./table/merged-rows.ts";
import { readSourceFile } from "./table/source-file.ts";
import { findRow, isEmpty, type Table } from "./table/table.ts";
import { openTableFile } from "./table-file.ts";

/** A sheet that people see, or the one table of a text; `headers` is absent where no row names a column of addresses. */
export type FoundTable = {
  readonly sheet?: string;
  /** The number of the header row, where it is not the first row that holds anything. */
  readonly headerRow?: number;
  readonly headers?: FoundHeaders;
};

/** Looks at every table of a file for those that list accounts. Throws InputError for a file that cannot be read. */
export async function findTables(file: NamedFile): Promise<readonly FoundTable[]> {
  const tables = await openTableFile(await readSourceFile(file));
  const found: FoundTable[] = [];
  for (const sheet of tables.sheets) found.push({ sheet, ...headersOf(await tables.read({ sheet })) });
  return tables.sheets.length > 0 ? found : [headersOf(await tables.read())];
}

function headersOf(table: Table): Omit<FoundTable, "sheet"> {
  const first = findRow(table.rows, (row) => !isEmpty(row));
  const found = first && findHeaders(table, first);
  if (first === undefined || found === undefined) return {};
  const last = lastHeaderRow(found.row, table);
  const row = last === undefined ? found.row : withHeadersFromAbove(last, table);
  const headers = last === undefined ? found.headers : (findHeaders(table, row)?.headers ?? found.headers);
  return { headers, ...(row.number === first.number ? {} : { headerRow: row.number }) };
}
