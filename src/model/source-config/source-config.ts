import type { RecordField } from "../account/account.ts";
import type { TextField } from "../account/fields.ts";
import type { Kind } from "../account/kind.ts";
import type { SecretRef } from "../values/secret.ts";
import type { DirectoryConfig } from "./directory.ts";
import type { EntraIdConfig } from "./entra.ts";
import type { ExchangeOnlineConfig, ExchangeOnPremisesConfig } from "./exchange.ts";
import type { KindFilters, RecordFilter } from "./filter.ts";
import type { NamedFile } from "./named-file.ts";
import type { RecordsConfig } from "./records.ts";

/** One table of a spreadsheet source. Without `sheet`, the first sheet of a workbook. */
export type SpreadsheetTable = NamedFile & {
  readonly sheet?: string;
  /** The number of the header row as Excel shows it, or its line in CSV. Without it, the first row that holds anything. */
  readonly headerRow?: number;
  readonly map: Readonly<Partial<Record<RecordField, string>>>;
  readonly filter?: RecordFilter;
};

export type SpreadsheetConfig = {
  readonly type: "spreadsheet";
  readonly name: string;
  readonly personal?: SpreadsheetTable;
  readonly functional?: SpreadsheetTable;
};

/** One account of a `kind: Accounts` file, with its place (`accounts/exceptions.yaml:12:5`). */
export type DeclaredAccount = { readonly [F in TextField]?: string } & {
  readonly kind: Kind;
  readonly where: string;
  readonly email: string;
  readonly id?: string;
  readonly aliases?: readonly string[];
  readonly delegates?: readonly string[];
  readonly active?: boolean;
  readonly accountKey?: SecretRef;
};

export type DeclaredConfig = {
  readonly type: "declared";
  readonly name: string;
  readonly accounts: readonly DeclaredAccount[];
  readonly filters?: KindFilters;
};

export type SourceConfig =
  | SpreadsheetConfig
  | DeclaredConfig
  | DirectoryConfig
  | EntraIdConfig
  | ExchangeOnlineConfig
  | ExchangeOnPremisesConfig
  | RecordsConfig;
