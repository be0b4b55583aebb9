import type { Kind } from "./account.ts";
import type { SecretRef } from "./secret.ts";

/** The fields of a record that a `map:` can name a column or attribute for. */
export const RECORD_FIELDS = [
  "email",
  "fullName",
  "aliases",
  "delegates",
  "accountKey",
  "active",
  "division",
  "phone",
  "id",
] as const;
export type RecordField = (typeof RECORD_FIELDS)[number];

/** A file that configuration names: where it is, and how messages name it (relative to the configuration folder). */
export type NamedFile = { readonly path: string; readonly shownAs: string };

/** One table of a spreadsheet source. Without `sheet`, the first sheet of a workbook. */
export type SpreadsheetTable = NamedFile & {
  readonly sheet?: string;
  readonly map: Readonly<Partial<Record<RecordField, string>>>;
};

export type SpreadsheetConfig = {
  readonly type: "spreadsheet";
  readonly name: string;
  readonly personal?: SpreadsheetTable;
  readonly functional?: SpreadsheetTable;
};

/** One account of a `kind: Accounts` file, with its place (`accounts/exceptions.yaml:12:5`). */
export type DeclaredAccount = {
  readonly kind: Kind;
  readonly where: string;
  readonly email: string;
  readonly id?: string;
  readonly fullName?: string;
  readonly aliases?: readonly string[];
  readonly delegates?: readonly string[];
  readonly active?: boolean;
  readonly division?: string;
  readonly phone?: string;
  readonly accountKey?: SecretRef;
};

export type DeclaredConfig = {
  readonly type: "declared";
  readonly name: string;
  readonly accounts: readonly DeclaredAccount[];
};

export type SourceConfig = SpreadsheetConfig | DeclaredConfig;
