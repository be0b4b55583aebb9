import { compareText, type LiveAccount } from "../../model/account/account.ts";
import type { Address } from "../../model/values/address.ts";
import { isProtectedAddress } from "../live/ownership.ts";
import type { RevertContext } from "./fields.ts";
import { about, type Findings } from "./findings.ts";
import { delegateDelta, deltaOf, type Start, undone } from "./journal.ts";

/**
 * The delegates of an account without what the plan did to them: who was added falls out, and who was removed comes back
 * where that account is still there. Whatever somebody else did since stays. Undefined: nothing goes back.
 */
export function formerDelegates(
  start: Start,
  account: LiveAccount,
  context: RevertContext,
): readonly Address[] | undefined {
  const field = start.fields.find((one) => one.field === "delegates");
  if (field === undefined) return undefined;
  const { live, journal, homeward, findings } = context;
  const delta = delegateDelta(field, journal);
  if (delta === undefined) {
    const summary = "The journal does not say which accounts the delegates are, so they stay as they are.";
    findings.push(about(start, "revert-impossible", "info", summary));
    return undefined;
  }
  const listed =
    account.kind === "functional"
      ? account.members
      : account.delegates.map((address) => live.byAddress.get(address)?.zivverId ?? address);
  const back = delta.removed.filter((id) => live.byId.has(id));
  const lost = delta.removed.filter((id) => !live.byId.has(id) && !listed.includes(id));
  if (lost.length > 0) reportLost(start, lost.length, findings);
  const next = undone(listed, { added: delta.added, removed: back });
  // Members that no listing shows have no name; they stay by themselves.
  return next?.flatMap((id) => {
    const name = homeward.get(id) ?? live.byId.get(id)?.address;
    return name ?? (account.kind === "personal" ? [id as Address] : []);
  });
}

function reportLost(start: Start, count: number, findings: Findings): void {
  const delegate = start.kind === "functional" ? "member" : "delegate";
  const who = count === 1 ? `${delegate} is` : `${delegate}s are`;
  const summary = `${count} former ${who} in no list of Zivver and cannot be named, so they do not come back.`;
  findings.push(about(start, "revert-impossible", "info", summary));
}

/**
 * The aliases of an account without what the plan did to them, but for those that are protected: they are never taken away.
 * Undefined: nothing goes back.
 */
export function formerAliases(
  start: Start,
  account: LiveAccount,
  before: LiveAccount,
  { journal, findings, protectedPatterns }: RevertContext,
): readonly Address[] | undefined {
  const field = start.fields.find((one) => one.field === "aliases");
  if (field === undefined) return undefined;
  const { added, removed } = deltaOf(before.aliases, Array.isArray(field.after) ? field.after : []);
  const isKept = (alias: string) => isProtectedAddress(protectedPatterns, alias as Address);
  const kept = added.filter((alias) => isKept(alias) && account.aliases.includes(alias as Address));
  if (kept.length > 0) {
    const summary = `Aliases that the plan added stay, since organization.yaml protects them: ${kept.join(", ")}.`;
    findings.push(about(start, "account-protected", "info", summary));
  }
  // The first write of a swap may have taken away more than the change itself does.
  const back = journal.isParked(start) ? before.aliases : removed;
  const next = undone(account.aliases, { added: added.filter((alias) => !isKept(alias)), removed: back });
  return next && ([...next].sort(compareText) as Address[]);
}
