import type { RecordField } from "../../model/account/account.ts";
import type { NamedFile } from "../../model/source-config/named-file.ts";
import type { SpreadsheetTable } from "../../model/source-config/source-config.ts";
import { type Problem, ZivsyncError } from "../../model/values/errors.ts";
import { type FoundHeaders, findHeaders, isEmailMissing } from "./table/columns.ts";
import { guessColumns } from "./table/guess-columns.ts";
import { lastHeaderRow, withHeadersFromAbove } from "./table/merged-rows.ts";
import { readSourceFile } from "./table/source-file.ts";
import { findRow, isEmpty, type Row, type Table } from "./table/table.ts";
import { openTableFile } from "./table-file.ts";

/** A sheet that people see, or the one table of a text; `headers` is absent where no column of addresses was found. */
export type FoundTable = {
  readonly sheet?: string;
  /** The number of the header row, where it is not the first row that holds anything. */
  readonly headerRow?: number;
  readonly headers?: FoundHeaders;
  /** The columns, guessed: where no table of the file has headers that the source finds by itself. */
  readonly map?: Readonly<Partial<Record<RecordField, string>>>;
};

/** Looks at every table of a file for those that list accounts. Throws InputError for a file that cannot be read. */
export async function findTables(file: NamedFile): Promise<readonly FoundTable[]> {
  const tables = await openTableFile(await readSourceFile(file));
  const look = async (find: (table: Table) => Omit<FoundTable, "sheet">) => {
    const found: FoundTable[] = [];
    for (const sheet of tables.sheets) found.push({ sheet, ...find(await tables.read({ sheet })) });
    return tables.sheets.length > 0 ? found : [find(await tables.read())];
  };
  const found = await look(headersOf);
  return found.some(({ headers }) => headers !== undefined) ? found : look(guessedOf);
}

function guessedOf(table: Table): Omit<FoundTable, "sheet"> {
  const guessed = guessColumns(table);
  if (guessed === undefined) return {};
  const { row, map } = guessed;
  return { headers: { delegates: map.delegates !== undefined }, map, ...headerRowOf(table, row) };
}

function headersOf(table: Table): Omit<FoundTable, "sheet"> {
  const first = findRow(table.rows, (row) => !isEmpty(row));
  const found = first && findHeaders(table, first);
  if (first === undefined || found === undefined) return {};
  const last = lastHeaderRow(found.row, table);
  const row = last === undefined ? found.row : withHeadersFromAbove(last, table);
  const headers = last === undefined ? found.headers : (findHeaders(table, row)?.headers ?? found.headers);
  return { headers, ...headerRowOf(table, row) };
}

/** Named where it is not the first row that holds anything, which the source takes by itself. */
function headerRowOf({ rows }: Table, { number }: Row): Pick<FoundTable, "headerRow"> {
  return findRow(rows, (row) => !isEmpty(row))?.number === number ? {} : { headerRow: number };
}

/**
 * Problems of a table without a column of addresses, with the remedy that fits its file: the sheet, or the header row and column
 * with other names, where addresses are. Other problems, and those of a file without addresses, stay as they are.
 */
export async function withSuggestedTable(
  problems: readonly Problem[],
  table: SpreadsheetTable,
): Promise<readonly Problem[]> {
  if (!problems.some(isEmailMissing)) return problems;
  const found = await findTables(table).catch((error: unknown) => {
    if (error instanceof ZivsyncError) return [];
    throw error;
  });
  const remedy = suggest(found, table);
  return remedy === undefined
    ? problems
    : problems.map((one) => (isEmailMissing(one) ? { ...one, remedy } : one));
}

function suggest(found: readonly FoundTable[], { sheet, headerRow }: SpreadsheetTable): string | undefined {
  const own = found.find((one) => sheet === undefined || one.sheet === sheet);
  const email = own?.map?.email;
  if (email !== undefined && own?.headerRow !== undefined && headerRow === undefined)
    return `Row ${own.headerRow} seems to be the header row, and ${JSON.stringify(email)} its column of addresses: add \`headerRow: ${own.headerRow}\` and \`map: { email: ${JSON.stringify(email)} }\` to the table in the profile.`;
  if (own?.headers !== undefined || sheet !== undefined) return undefined;
  const sheets = found.flatMap((one) =>
    one.headers === undefined || one.sheet === undefined ? [] : [one.sheet],
  );
  if (sheets.length === 0) return undefined;
  return `This is the first sheet. Name the one with the accounts: \`sheet: …\`. A column of addresses is in ${sheets.map((name) => JSON.stringify(name)).join(", ")}.`;
}
