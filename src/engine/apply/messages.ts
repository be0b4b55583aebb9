import type { LiveAccount } from "../../model/account/account.ts";
import type { Change } from "../../model/plan/change.ts";
import type { ZivsyncError } from "../../model/values/errors.ts";

/** `Jane Doe (j.doe@example.org)`: the account as it is, else as the plan knows it. */
export function nameOf(change: Change, account: LiveAccount | undefined): string {
  const address = account?.address ?? change.address;
  const planned = change.fields.find(({ field }) => field === "fullName");
  const name = account?.fullName ?? planned?.before ?? planned?.after;
  return typeof name === "string" && name !== "" && name !== address ? `${name} (${address})` : address;
}

/** A message about delegates whose account is gone. */
export function leftOut(names: readonly string[]): string {
  return `Gone from Zivver, and so left out of the delegates: ${names.join(", ")}. Check whether they still need access.`;
}

/** The remedy where Zivver does not let a primary address be changed. */
export const RENAME_BY_HAND =
  "If Zivver does not let primary addresses be changed over its API, change it in Zivver's web application; the next plans leave it as it is.";

export function inWords(error: ZivsyncError): string {
  return error.problems.map(({ message, remedy }) => (remedy ? `${message} ${remedy}` : message)).join(" ");
}
