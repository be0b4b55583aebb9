import type { LiveAccount } from "../../model/account/account.ts";
import type { Finding } from "../../model/plan/finding.ts";
import { addTo } from "../../model/values/multimap.ts";
import { firstOf } from "../../model/values/text.ts";
import type { LiveIndex } from "../live/live-index.ts";
import type { Matching } from "../match/match.ts";
import { named } from "../match/match-result.ts";
import type { Links } from "../readings/links.ts";

const MOST_NAMED = 10;

/**
 * Active accounts that zivsync managed, that no profile manages now, and that have no record: their profile was removed, or manages less.
 * Nobody suspends the leavers among them. One finding for each former profile.
 */
export function findLeftUnmanaged(live: LiveIndex, links: Links, matching: Matching): readonly Finding[] {
  const withRecord = accountsWithRecord(matching);
  const byProfile = new Map<string | undefined, LiveAccount[]>();
  for (const account of live.all) {
    const memory = links.memoryOf(account);
    const isManaged = live.owner.has(account.zivverId) || live.untouchable.has(account.zivverId);
    if (memory === undefined || isManaged || !account.active || withRecord.has(account)) continue;
    if (links.stateOf(account) === "unread") continue;
    addTo(byProfile, memory.link?.profile, account);
  }
  return [...byProfile].map(([profile, accounts]) => ({
    code: "account-unmanaged",
    severity: "warning",
    summary: summaryOf(profile, accounts),
    where: profile !== undefined && live.owned.has(profile) ? { profile } : {},
  }));
}

/** A record of an account that its profile does not manage has a finding of its own. */
function accountsWithRecord({ fates }: Matching): ReadonlySet<LiveAccount> {
  return new Set([...fates.values()].flatMap((fate) => (fate.type === "unknown" ? fate.accounts : [])));
}

function summaryOf(profile: string | undefined, accounts: readonly LiveAccount[]): string {
  const [are, them] =
    accounts.length === 1 ? ["1 active account", "it"] : [`${accounts.length} active accounts`, "them"];
  const by = profile === undefined ? "" : ` with the profile ${profile}`;
  return `zivsync managed ${are}${by}, and no profile manages ${them} now: ${firstOf(accounts.map(named), MOST_NAMED)}. No record of ${them} is read, so nobody suspends ${them} when people leave. Let a profile manage ${them}; or, if this is meant, run \`zivsync adopt --forget-unmanaged\`.`;
}
