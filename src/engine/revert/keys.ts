import type { JournalEntry } from "../../model/ports.ts";
import type { Secret } from "../../model/values/secret.ts";
import { sharesGivenName } from "../desired/full-names.ts";
import type { Pair } from "../match/match.ts";
import { linkOf, type Memory } from "../readings/links.ts";

/**
 * The keys that a revert may send, by Zivver id: of the record that an account is linked to. Without a link, rows may have
 * been mixed up when the journal's plan was made, or be so now: then the record's name has to agree with the one that the
 * account had before that plan, and the plan must not have moved the account to another address. Pure.
 */
export function accountKeysOf(
  pairs: readonly Pair[],
  memory: Memory | undefined,
  entries: readonly JournalEntry[],
): ReadonlyMap<string, Secret> {
  const anchors = new Map(
    memory?.state.accounts.flatMap(({ zivverId, link }) => (link ? [[zivverId, link.anchor] as const] : [])),
  );
  const moved = new Set<string>();
  const names = new Map<string, string>();
  for (const entry of entries) {
    if (entry.type !== "start" || entry.before === null) continue;
    const { zivverId, fullName } = entry.before;
    if (!names.has(zivverId)) names.set(zivverId, fullName);
    if (entry.fields.some(({ field }) => field === "address")) moved.add(zivverId);
  }
  return new Map(
    pairs.flatMap(({ desired, live: { zivverId, fullName } }) => {
      const anchor = anchors.get(zivverId);
      const isLinked = anchor !== undefined && memory && linkOf(desired, memory.names)?.anchor === anchor;
      const name = desired.fullName?.value;
      const agrees = name === undefined || sharesGivenName(name, names.get(zivverId) ?? fullName);
      const isIts = isLinked || (anchor === undefined && !moved.has(zivverId) && agrees);
      return isIts && desired.accountKey ? [[zivverId, desired.accountKey.value] as const] : [];
    }),
  );
}
