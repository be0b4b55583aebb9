import type { LiveAccount } from "../../model/account/account.ts";
import { comparableText, type FieldName, type FieldValue } from "../../model/account/fields.ts";
import type { Address } from "../../model/values/address.ts";
import { compareText } from "../../model/values/text.ts";

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
