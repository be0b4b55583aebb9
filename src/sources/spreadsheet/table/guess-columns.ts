import { RECORD_FIELDS, type RecordField } from "../../../model/account/account.ts";
import { parseAddress } from "../../../model/values/address.ts";
import { columnsNamed, DEFAULT_HEADERS } from "./columns.ts";
import { withHeadersFromAbove } from "./merged-rows.ts";
import { isEmpty, type Row, type Table, textOf } from "./table.ts";

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
