import type { LiveAccount } from "../../model/account/account.ts";
import {
  comparableText,
  type FieldName,
  type FieldValue,
  isSameText,
  textRow,
} from "../../model/account/fields.ts";
import type { Address } from "../../model/values/address.ts";
import { compareText } from "../../model/values/text.ts";

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

/**
 * A field of a live account as it is remembered. Delegates are ids wherever `holderOf` knows one, so that a colleague's
 * rename is not a change of the accounts that she may open.
 */
export function appliedValue(
  account: LiveAccount,
  field: FieldName,
  holderOf: (address: Address) => string | undefined,
): FieldValue {
  switch (field) {
    case "delegates":
      return account.kind === "functional"
        ? [...account.members].sort(compareText)
        : account.delegates.map((address) => holderOf(address) ?? address).sort(compareText);
    case "accountKey":
      return null;
    case "address":
    case "active":
    case "aliases":
      return account[field];
    default:
      return comparableText(field, account[field]);
  }
}
