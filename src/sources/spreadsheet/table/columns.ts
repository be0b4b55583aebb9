import { RECORD_FIELDS, type RecordField } from "../../../model/account/account.ts";
import type { SpreadsheetTable } from "../../../model/source-config/source-config.ts";
import type { Problem } from "../../../model/values/errors.ts";
import { addTo } from "../../../model/values/multimap.ts";
import { type Cell, findRow, placeOf, quoted, type Row, rowsBelow, type Table, textOf } from "./table.ts";

/** A column that is read: where it stands, and its header as written. */
export type Column = { readonly index: number; readonly header: string };
export type Columns = Readonly<Partial<Record<RecordField, Column>>>;

/** The headers that a field is found by when no `map:` names its column; the first is the one that messages name. */
export const DEFAULT_HEADERS: Readonly<Record<RecordField, readonly [string, ...string[]]>> = {
  email: ["Email", "Email address", "Mail"],
  fullName: ["Full name", "Name", "Display name"],
  aliases: ["Aliases", "Alias"],
  delegates: ["Delegates", "Delegate", "Members"],
  accountKey: ["Account key", "Zivver account key", "SSO account key"],
  active: ["Active", "Enabled"],
  division: ["Division"],
  phone: ["Phone", "Phone number"],
  id: ["Id"],
};

const MOST_SHOWN = 30;
/** So many rows below the first one are looked at for a header row. */
const FARTHEST = 20;

/**
 * Finds the columns of the fields by the header row; case, spaces, hyphens, underscores and invisible characters do not
 * count. One column may serve several fields, as `map: { accountKey: Email }` wants it; several columns for one field are a
 * problem.
 */
export function findColumns(
  table: Table,
  header: Row,
  map: SpreadsheetTable["map"],
): { readonly columns: Columns; readonly problems: readonly Problem[] } {
  const where = placeOf(table, header);
  const problems: Problem[] = [...unreadableHeaders(header, where)];
  const columns: Partial<Record<RecordField, Column>> = {};
  const byName = groupHeaders(header);
  const present = describeHeaders(header);
  for (const field of RECORD_FIELDS) {
    const mapped = map[field];
    const found = namesOf(field, map).flatMap((name) => byName.get(name) ?? []);
    const [first, ...others] = found;
    if (first !== undefined) columns[field] = first;
    if (others.length > 0) problems.push(twice(field, found, where));
    else if (first === undefined && mapped !== undefined)
      problems.push(mappedMissing(field, mapped, present, where));
    else if (first === undefined && field === "email") problems.push(emailMissing(present, where));
  }
  if (columns.email !== undefined) return { columns, problems };
  const below = findHeaderBelow(table, header, namesOf("email", map));
  return {
    columns,
    problems: below === undefined ? problems : problems.map((one) => moved(one, table.counts, below)),
  };
}

function namesOf(field: RecordField, map: SpreadsheetTable["map"]): readonly string[] {
  const mapped = map[field];
  return [...new Set((mapped === undefined ? DEFAULT_HEADERS[field] : [mapped]).map(simplify))];
}

/** A title over the table is taken for the header row, and what parts the cells of text was looked for in it. */
function findHeaderBelow(table: Table, header: Row, names: readonly string[]): number | undefined {
  return findRow(
    rowsBelow(table.rows, header),
    ({ cells }) => cells.some((cell) => headersIn(cell).some((one) => names.includes(one))),
    FARTHEST,
  )?.number;
}

/** The columns of the first row with a column of addresses. */
export type FoundHeaders = { readonly delegates: boolean };

/** The header row by its usual names, at or below this row; undefined where none of the first rows has a column of addresses. */
export function findHeaders(
  table: Table,
  first: Row,
): { readonly row: Row; readonly headers: FoundHeaders } | undefined {
  const names = namesOf("email", {});
  const hasName = ({ cells }: Row) =>
    cells.some((cell) => headersIn(cell).some((header) => names.includes(header)));
  const row = hasName(first) ? first : findRow(rowsBelow(table.rows, first), hasName, FARTHEST);
  if (row === undefined) return undefined;
  const own = new Set(row.cells.flatMap(headersIn));
  return { row, headers: { delegates: namesOf("delegates", {}).some((name) => own.has(name)) } };
}

function headersIn(cell: Cell): readonly string[] {
  return textOf(cell)
    .split(/[;,\t]/)
    .map(simplify);
}

function moved(problem: Problem, counts: Table["counts"], below: number): Problem {
  if (problem.code !== "column-missing") return problem;
  const place = `${counts === "row" ? "Row" : "Line"} ${below}`;
  return {
    ...problem,
    remedy: `${place} seems to be the header row: add \`headerRow: ${below}\` to the table in the profile, or remove what is above it.`,
  };
}

/** The columns that are named so. */
export function columnsNamed(header: Row, name: string): readonly Column[] {
  return groupHeaders(header).get(simplify(name)) ?? [];
}

function simplify(header: string): string {
  return header
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s_\p{Pd}\p{Cf}]+/gu, "");
}

function groupHeaders(header: Row): ReadonlyMap<string, readonly Column[]> {
  const groups = new Map<string, Column[]>();
  header.cells.forEach((cell, index) => {
    const text = textOf(cell);
    const name = simplify(text);
    if (name !== "") addTo(groups, name, { index, header: text });
  });
  return groups;
}

/** The columns that there are, for a remedy. Without a header row the first person's row would be taken for it, and no key of theirs may be shown. */
export function describeHeaders(header: Row): string {
  const texts = header.cells.map(textOf).filter((text) => text !== "");
  if (texts.some((text) => text.includes("@"))) {
    return "An e-mail address is in this row, so the file seems to have no header row: add one.";
  }
  // Headers seldom hold three digits, and keys seldom fewer.
  const harmless = texts.filter((text) => text.replace(/\D/g, "").length < 3).slice(0, MOST_SHOWN);
  const more = texts.length - harmless.length;
  if (harmless.length === 0) return "Its header row names no column that can be shown.";
  return `The columns are ${harmless.map(quoted).join(", ")}${more > 0 ? ` and ${more} more` : ""}.`;
}

function* unreadableHeaders(header: Row, where: string): Generator<Problem> {
  for (const [index, cell] of header.cells.entries()) {
    if (typeof cell !== "object" || cell.type !== "unreadable") continue;
    yield {
      code: "column-missing",
      where,
      message: `The header of column ${index + 1} cannot be read, so it is unknown what the column means. ${cell.message}`,
      remedy: "Write the header as text.",
    };
  }
}

function twice(field: RecordField, found: readonly Column[], where: string): Problem {
  const names = found.map(({ header, index }) => `${quoted(header)} (column ${index + 1})`).join(", ");
  return {
    code: "column-duplicate",
    where,
    message: `More than one column means \`${field}\`: ${names}. They may contradict each other.`,
    remedy: `Rename all but one, or name the right one: \`map: { ${field}: … }\`.`,
  };
}

function mappedMissing(field: RecordField, name: string, present: string, where: string): Problem {
  return {
    code: "column-missing",
    where,
    message: `There is no column ${quoted(name)}, and the configuration reads \`${field}\` from it.`,
    remedy: `${present} Correct \`map: { ${field}: … }\` or the header.`,
  };
}

const EMAIL_MISSING = 'There is no column "Email", and without it rows cannot be matched to accounts.';

/** Whether a table has no column of addresses, and its configuration names none. */
export function isEmailMissing({ code, message }: Problem): boolean {
  return code === "column-missing" && message === EMAIL_MISSING;
}

function emailMissing(present: string, where: string): Problem {
  return {
    code: "column-missing",
    where,
    message: EMAIL_MISSING,
    remedy: `${present} Name the one that holds the addresses: \`map: { email: … }\`.`,
  };
}
