export type FieldName =
  | "address"
  | "fullName"
  | "active"
  | "aliases"
  | "delegates"
  | "division"
  | "phone"
  | "accountKey";

/** null: the account, or the value, is not there. Lists are sorted. Of an account key there is a keyed digest at most. */
export type FieldValue = string | boolean | readonly string[] | null;
