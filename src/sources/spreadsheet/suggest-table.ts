import type { SpreadsheetTable } from "../../model/source-config/source-config.ts";
import { type Problem, ZivsyncError } from "../../model/values/errors.ts";
import { type FoundTable, findTables } from "./find-tables.ts";
import { isEmailMissing } from "./table/columns.ts";

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
