import { RECORD_FIELDS, type RecordField } from "../account/account.ts";
import type { Kind } from "../account/kind.ts";

/** The fields of a record that a `filter:` can look at. Never the account key: its values would be in the configuration. */
export type FilterField = Exclude<RecordField, "accountKey"> | "kind";
export const FILTER_FIELDS: readonly FilterField[] = [
  ...RECORD_FIELDS.flatMap((field) => (field === "accountKey" ? [] : [field])),
  "kind",
];

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
