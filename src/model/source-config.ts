import type { Kind, RecordField } from "./account.ts";
import type { ExchangeOnlineConfig, ExchangeOnPremisesConfig } from "./exchange-config.ts";
import type { SecretRef } from "./secret.ts";

/** The fields of a record that a `filter:` can look at. Never the account key: its values would stand in the configuration. */
export const FILTER_FIELDS = [
  "email",
  "fullName",
  "aliases",
  "delegates",
  "division",
  "phone",
  "id",
  "active",
  "kind",
] as const;
export type FilterField = (typeof FILTER_FIELDS)[number];

/** Members of any of these groups, at any depth: addresses, in directories DNs too. */
export type MemberCondition = {
  readonly memberOf: readonly string[];
  readonly exclude: boolean;
  /** Its place: `profiles/staff.yaml:9:11`. */
  readonly where: string;
};

/** `values` are patterns in which `*` stands for any run of characters; an empty one fits a field without a value. */
export type FieldCondition = {
  readonly field: FilterField;
  readonly values: readonly string[];
  readonly exclude: boolean;
  readonly where: string;
};

/** The same of a name of the source's own: a column, an attribute, a property. */
export type OwnCondition = {
  readonly own: string;
  readonly values: readonly string[];
  readonly exclude: boolean;
  readonly where: string;
};

export type RecordCondition = FieldCondition | OwnCondition | MemberCondition;

/** A record is taken when every condition holds; with `exclude`, when what it says is not so. */
export type RecordFilter = readonly RecordCondition[];

/** The filter of each kind of record. A kind without one is taken whole. */
export type KindFilters = Readonly<Partial<Record<Kind, RecordFilter>>>;

/** A file that configuration names: where it is, and how messages name it (relative to the configuration folder). */
export type NamedFile = { readonly path: string; readonly shownAs: string };

/** One table of a spreadsheet source. Without `sheet`, the first sheet of a workbook. */
export type SpreadsheetTable = NamedFile & {
  readonly sheet?: string;
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
  readonly filters?: KindFilters;
};

/** How the bytes of an attribute become text; `guid` takes the mixed-endian bytes of Active Directory. */
export type AttributeEncoding = "text" | "guid" | "base64" | "hex";
export type MappedAttribute = { readonly attribute: string; readonly encoding: AttributeEncoding };
export type AttributeMap = Readonly<Partial<Record<RecordField, MappedAttribute>>>;

export type SearchScope = "subtree" | "oneLevel" | "base";

/** Which entries of a directory are the accounts of one kind. */
export type DirectoryTable = {
  /** Without one, the naming contexts that the directory names itself. */
  readonly baseDns: readonly string[];
  readonly scope: SearchScope;
  /** RFC 4515; entries must match it beside the type's own filter. */
  readonly filter?: string;
  /** DNs or addresses of groups; entries must be in one of them, at any depth. Without one, all are taken. */
  readonly memberOf: readonly string[];
  /** Conditions beside these two. */
  readonly conditions?: RecordFilter;
  readonly map: AttributeMap;
};

/** Disabled users that stand for shared mailboxes; `filter` narrows them, `map` adds to that of the table. */
export type DisabledUsersTable = {
  readonly filter?: string;
  readonly conditions?: RecordFilter;
  readonly map: AttributeMap;
};

/** How zivsync proves to a directory who it is. */
export type DirectoryBind =
  | { readonly type: "simple"; readonly user: string; readonly password: SecretRef }
  | {
      readonly type: "certificate";
      readonly certificate: NamedFile;
      readonly key: SecretRef;
      readonly passphrase?: SecretRef;
    };

/** A directory that is read over LDAP. `active-directory` and `ldap` differ in their defaults only. */
export type DirectoryConfig = {
  readonly type: "active-directory" | "ldap";
  readonly name: string;
  /** The place of the source in its profile: `profiles/staff.yaml:12:5`. */
  readonly where: string;
  /** Tried in this order; at least one. `ldaps://host[:port]`, or `ldap://` with StartTLS or on loopback. */
  readonly urls: readonly string[];
  readonly startTls: boolean;
  /** Absent: anonymous. */
  readonly bind?: DirectoryBind;
  /** Certificates (PEM) that are trusted instead of those that Node brings along. */
  readonly ca?: NamedFile;
  readonly pageSize: number;
  /** Milliseconds: until a connection stands, and between two answers of the server. */
  readonly timeouts: { readonly connectMs: number; readonly answerMs: number };
  readonly primary: "mail" | "proxyAddresses";
  readonly personal?: DirectoryTable;
  readonly functional?: DirectoryTable & { readonly disabledUsers?: DisabledUsersTable };
};

export type SourceConfig =
  | SpreadsheetConfig
  | DeclaredConfig
  | DirectoryConfig
  | ExchangeOnlineConfig
  | ExchangeOnPremisesConfig;
