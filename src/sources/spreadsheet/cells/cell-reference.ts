/** A place in a sheet; columns count from 0, rows from 1 as people see them. */
export type CellReference = { readonly row: number; readonly column: number };

/** `B7` → row 7, column 1 (ECMA-376 part 1, 18.18.62); undefined for anything else. */
export function parseReference(text: string): CellReference | undefined {
  const [, letters = "", digits] = /^([A-Z]{1,3})(\d{1,7})$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  let column = -1;
  for (const letter of letters) column = (column + 1) * 26 + letter.charCodeAt(0) - 65;
  return { row: Number(digits), column };
}
