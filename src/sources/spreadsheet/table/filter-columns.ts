import { RECORD_FIELDS, type RecordField } from "../../../model/account/account.ts";
import type { FilterField, RecordFilter } from "../../../model/source-config/filter.ts";
import type { Problem } from "../../../model/values/errors.ts";
import { type Column, type Columns, columnsNamed, describeHeaders } from "./columns.ts";
import { placeOf, quoted, type Row, type Table } from "./table.ts";

/** Where the names of a filter lead: to a column, or to the field of records that the column is read for. */
export type FilterColumns = ReadonlyMap<string, Column | FilterField>;

/** Without these columns the field still says something. */
const NEED_NO_COLUMN: ReadonlySet<FilterField> = new Set(["email", "active", "kind"]);

/** Finds the columns that a filter looks at by the header row, as those of fields are found. */
export function findFilterColumns(
  table: Table,
  header: Row,
  columns: Columns,
  filter: RecordFilter,
): { readonly own: FilterColumns; readonly problems: readonly Problem[] } {
  const where = placeOf(table, header);
  const own = new Map<string, Column | FilterField>();
  const problems: Problem[] = [];
  for (const condition of filter) {
    if ("memberOf" in condition) continue;
    if ("field" in condition) {
      const { field } = condition;
      if (NEED_NO_COLUMN.has(field) || field === "kind" || columns[field] !== undefined) continue;
      problems.push(fieldMissing(field, condition.where, where, describeHeaders(header)));
      continue;
    }
    const found = columnsNamed(header, condition.own);
    const [first] = found;
    if (first === undefined) {
      problems.push(columnMissing(condition.own, condition.where, where, describeHeaders(header)));
    } else if (found.length > 1) problems.push(twice(condition.own, found, where));
    else {
      const field = RECORD_FIELDS.find((name) => columns[name]?.index === first.index);
      if (field === "accountKey") problems.push(ofKeys(condition.own, condition.where));
      else own.set(condition.own, field ?? first);
    }
  }
  return { own, problems };
}

function columnMissing(name: string, condition: string, where: string, present: string): Problem {
  return {
    code: "column-missing",
    where,
    message: `There is no column ${quoted(name)}, and the filter at ${condition} looks at it.`,
    remedy: `${present} Correct \`field:\` or the header.`,
  };
}

function fieldMissing(field: RecordField, condition: string, where: string, present: string): Problem {
  return {
    code: "column-missing",
    where,
    message: `There is no column for \`${field}\`, and the filter at ${condition} looks at it.`,
    remedy: `${present} Name the one that holds it: \`map: { ${field}: … }\`.`,
  };
}

function twice(name: string, found: readonly Column[], where: string): Problem {
  const names = found.map(({ header, index }) => `${quoted(header)} (column ${index + 1})`).join(", ");
  return {
    code: "column-duplicate",
    where,
    message: `The filter looks at ${quoted(name)}, and more than one column is named so: ${names}. They may contradict each other.`,
    remedy: "Rename all but one.",
  };
}

function ofKeys(name: string, where: string): Problem {
  return {
    code: "config-shape",
    where,
    message: `The column ${quoted(name)} holds account keys, and a filter cannot look at these: its values would be secrets that everybody who sees this file can read.`,
    remedy: "Filter by another column.",
  };
}
