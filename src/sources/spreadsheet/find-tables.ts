import { RECORD_FIELDS, type RecordField } from "../../model/account/account.ts";
import type { NamedFile } from "../../model/source-config/named-file.ts";
import type { SpreadsheetTable } from "../../model/source-config/source-config.ts";
import { parseAddress } from "../../model/values/address.ts";
import { type Problem, ZivsyncError } from "../../model/values/errors.ts";
import {
  columnsNamed,
  DEFAULT_HEADERS,
  type FoundHeaders,
  findHeaders,
  isEmailMissing,
} from "./table/columns.ts";
import { lastHeaderRow, withHeadersFromAbove } from "./table/merged-rows.ts";
import { readSourceFile } from "./table/source-file.ts";
import { findRow, isEmpty, type Row, type Table, textOf } from "./table/table.ts";
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

/** The header row of a table, and the header of each column that seems to hold a field. */
export type GuessedColumns = {
  readonly row: Row;
  readonly map: { readonly email: string } & Readonly<Partial<Record<RecordField, string>>>;
};

/** Further headers, in Dutch and German. The source itself reads none of them without `map`: that would change what a table says. */
const FOREIGN_HEADERS: Readonly<Partial<Record<RecordField, readonly string[]>>> = {
  fullName: ["Naam", "Volledige naam", "Weergavenaam", "Anzeigename"],
  aliases: ["Aliassen", "Aliasse"],
  delegates: ["Gemachtigden", "Leden", "Mitglieder", "Stellvertreter"],
  accountKey: ["Accountsleutel"],
  active: ["Actief", "Aktiv"],
  division: ["Afdeling", "Divisie", "Abteilung"],
  phone: ["Telefoon", "Telefoonnummer", "Mobiel", "Telefon", "Mobil"],
  id: ["Personeelsnummer", "Personeelsnr", "Personalnummer"],
};
/** So many rows that hold something are looked at. */
const MOST_ROWS = 40;

/**
 * Guesses the columns of a table whose headers are not the usual ones, for a person to check: the column of addresses by what is in
 * it, the others by their headers. Undefined where no column has an address in at least half of its rows, below a header.
 */
export function guessColumns(table: Table): GuessedColumns | undefined {
  const rows = firstRows(table);
  const first = rows.findIndex((row) => addressColumns(row).length > 0);
  const above = rows[first - 1];
  if (above === undefined) return undefined;
  const row = withHeadersFromAbove(above, table);
  const below = rows.slice(first);
  const found = addressColumns(below[0]).find(
    (column) => 2 * below.filter((one) => addressColumns(one).includes(column)).length >= below.length,
  );
  const email = found === undefined ? undefined : ownHeader(row, textOf(row.cells[found]));
  // A row of one cell is a title or a sentence.
  if (email === undefined || row.cells.filter((cell) => textOf(cell) !== "").length < 2) return undefined;
  const others = RECORD_FIELDS.flatMap((field) => {
    const names = [...DEFAULT_HEADERS[field], ...(FOREIGN_HEADERS[field] ?? [])];
    const header = field === "email" ? undefined : usualHeader(row, names);
    return header === undefined || header === email ? [] : [[field, header] as const];
  });
  return { row, map: { email, ...Object.fromEntries(others) } };
}

function firstRows({ rows }: Table): readonly Row[] {
  const found: Row[] = [];
  for (const row of rows) {
    if (!isEmpty(row)) found.push(row);
    if (found.length === MOST_ROWS) break;
  }
  return found;
}

function addressColumns(row: Row | undefined): readonly number[] {
  const columns: number[] = [];
  row?.cells.forEach((cell, column) => {
    if (parseAddress(textOf(cell)) !== undefined) columns.push(column);
  });
  return columns;
}

/** The header as the row has it, where no other column of it has the same. */
function ownHeader(row: Row, name: string): string | undefined {
  const [column, ...others] = name === "" ? [] : columnsNamed(row, name);
  return others.length > 0 ? undefined : column?.header;
}

function usualHeader(row: Row, names: readonly string[]): string | undefined {
  const found = names.flatMap((name) => ownHeader(row, name) ?? []);
  const different = [...new Set(found)];
  return different.length === 1 ? different[0] : undefined;
}
