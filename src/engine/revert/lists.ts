import type { LiveAccount } from "../../model/account/account.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { Address } from "../../model/values/address.ts";
import { compareText } from "../../model/values/text.ts";
import { isProtectedAddress } from "../live/ownership.ts";
import type { RevertContext } from "./fields.ts";
import { about, type Found, found } from "./findings.ts";
import { delegateDelta, deltaOf, type Start, undone } from "./journal.ts";

/**
 * The delegates of an account without what the plan did to them: who was added falls out, and who was removed comes back
 * where that account is still there. Later edits by others stay. Undefined: nothing goes back.
 */
export function formerDelegates(
  start: Start,
  account: LiveAccount,
  { live, journal, homeward }: RevertContext,
): Found<readonly Address[] | undefined> {
  const field = start.fields.find((one) => one.field === "delegates");
  if (field === undefined) return found(undefined);
  const delta = delegateDelta(field, journal);
  if (delta === undefined) {
    const summary = "The journal does not say which accounts the delegates are, so they stay as they are.";
    return found(undefined, about(start, "revert-impossible", "info", summary));
  }
  const listed =
    account.kind === "functional"
      ? account.members
      : account.delegates.map((address) => live.byAddress.get(address)?.zivverId ?? address);
  const back = delta.removed.filter((id) => live.byId.has(id));
  const lost = delta.removed.filter((id) => !live.byId.has(id) && !listed.includes(id));
  const next = undone(listed, { added: delta.added, removed: back });
  // Members that no listing shows have no name; they stay by themselves.
  const names = next?.flatMap((id) => {
    const name = homeward.get(id) ?? live.byId.get(id)?.address;
    return name ?? (account.kind === "personal" ? [id as Address] : []);
  });
  return lost.length === 0 ? found(names) : found(names, delegatesLost(start, lost.length));
}

function delegatesLost(start: Start, count: number): Finding {
  const delegate = start.kind === "functional" ? "member" : "delegate";
  const who = count === 1 ? `${delegate} is` : `${delegate}s are`;
  const summary = `${count} former ${who} in no list of Zivver and cannot be named, so they do not come back.`;
  return about(start, "revert-impossible", "info", summary);
}

/**
 * The aliases of an account without what the plan did to them, except for those that are protected: they are never taken away.
 * Undefined: nothing goes back.
 */
export function formerAliases(
  start: Start,
  account: LiveAccount,
  before: LiveAccount,
  { journal, protectedPatterns }: RevertContext,
): Found<readonly Address[] | undefined> {
  const field = start.fields.find((one) => one.field === "aliases");
  if (field === undefined) return found(undefined);
  const { added, removed } = deltaOf(before.aliases, Array.isArray(field.after) ? field.after : []);
  const isKept = (alias: string) => isProtectedAddress(protectedPatterns, alias as Address);
  const kept = added.filter((alias) => isKept(alias) && account.aliases.includes(alias as Address));
  // The first write of a swap may have taken away more than the change itself does.
  const back = journal.isParked(start) ? before.aliases : removed;
  const next = undone(account.aliases, { added: added.filter((alias) => !isKept(alias)), removed: back });
  const sorted = next && ([...next].sort(compareText) as Address[]);
  if (kept.length === 0) return found(sorted);
  const summary = `Aliases that the plan added stay, since organization.yaml protects them: ${kept.join(", ")}.`;
  return found(sorted, about(start, "account-protected", "info", summary));
}
