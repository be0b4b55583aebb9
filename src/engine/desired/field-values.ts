import type { LiveAccount } from "../../model/account/account.ts";
import { type FieldName, type FieldValue, isSameText, textRow } from "../../model/account/fields.ts";

/** Whether a live account has this value in a field. Delegates are not compared here: who they are takes more than the account. */
export function hasValue(
  account: LiveAccount,
  field: Exclude<FieldName, "delegates">,
  value: FieldValue,
): boolean {
  switch (field) {
    case "address":
    case "active":
      return account[field] === value;
    case "aliases":
      return sameSet(account.aliases, listOf(value));
    case "accountKey":
      return true;
    default:
      return isSameText(field, account[field], typeof value === "string" ? value : textRow(field).none);
  }
}

export function listOf(value: FieldValue): readonly string[] {
  return Array.isArray(value) ? value : [];
}

export function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((item, index) => item === b[index]));
}

export function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const left = new Set(a);
  const right = new Set(b);
  return left.size === right.size && [...left].every((item) => right.has(item));
}
