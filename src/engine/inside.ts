import type { DesiredAccount, LiveAccount } from "../model/account.ts";
import type { Finding } from "../model/plan.ts";
import type { ProfilePolicy } from "../model/policy.ts";
import type { Candidate } from "./desired.ts";
import type { Links } from "./links.ts";
import type { LiveIndex } from "./live-index.ts";
import { manages } from "./territory.ts";

export type Inside = {
  readonly inside: readonly Candidate[];
  /** Live accounts of a profile whose records moved to an address that it does not manage: nobody touches them. */
  readonly movedOut: readonly LiveAccount[];
  readonly findings: readonly Finding[];
};

/** Drops the candidates that lie outside what their profile manages, and says how many. */
export function keepInside(
  candidates: readonly Candidate[],
  policies: ReadonlyMap<string, ProfilePolicy>,
  live: LiveIndex,
  links: Links,
): Inside {
  const inside: Candidate[] = [];
  const outside = new Map<string, string[]>();
  const movedOut: LiveAccount[] = [];
  const findings: Finding[] = [];
  for (const candidate of candidates) {
    const { account } = candidate;
    const policy = policies.get(account.profile);
    if (policy && isInside(account, policy, live)) {
      inside.push(candidate);
      continue;
    }
    const list = outside.get(account.profile);
    if (list) list.push(account.address);
    else outside.set(account.profile, [account.address]);
    for (const former of formerAccounts(account, live, links)) {
      movedOut.push(former);
      findings.push(moved(account, former));
    }
  }
  for (const [profile, addresses] of outside) findings.push(leftOut(profile, addresses));
  return { inside, movedOut, findings };
}

function isInside(account: DesiredAccount, policy: ProfilePolicy, live: LiveIndex): boolean {
  const existing = live.byPrimary.get(account.address);
  if (existing && existing.kind === account.kind) {
    return live.owner.get(existing.zivverId) === policy.name || live.untouchable.has(existing.zivverId);
  }
  return manages(policy.manages, {
    kind: account.kind,
    address: account.address,
    fullName: account.fullName?.value ?? "",
    division: account.division?.value ?? "/",
  });
}

/** Live accounts of the profile that the record is linked to, or names as former addresses: it speaks of them, under a new one. */
function formerAccounts(account: DesiredAccount, live: LiveIndex, links: Links): readonly LiveAccount[] {
  const linked = links.linked(account);
  if (linked.type === "live")
    return live.owner.get(linked.live.zivverId) === account.profile ? [linked.live] : [];
  return (account.aliases?.value ?? []).flatMap((alias) => {
    const former = live.byPrimary.get(alias);
    const owned = former && live.owner.get(former.zivverId) === account.profile;
    return owned && former.kind === account.kind && live.byPrimary.get(account.address) === undefined
      ? [former]
      : [];
  });
}

function moved(account: DesiredAccount, former: LiveAccount): Finding {
  return {
    code: "record-not-managed",
    severity: "warning",
    summary: `The sources give this account the new address ${account.address}, which the profile does not manage. It is left as it is; let the profile include the new address, or take the account out of it.`,
    where: {
      profile: account.profile,
      source: account.addressOrigin.source,
      place: account.addressOrigin.where,
      kind: former.kind,
      address: former.address,
    },
  };
}

function leftOut(profile: string, addresses: readonly string[]): Finding {
  const one = addresses.length === 1;
  return {
    code: "record-not-managed",
    severity: "info",
    summary: `${addresses.length} ${one ? "account of the sources lies" : "accounts of the sources lie"} outside what the profile manages, and ${one ? "is" : "are"} left alone: ${shortened(addresses)}.`,
    where: { profile },
  };
}

/** At most ten addresses, and how many more there are. */
export function shortened(addresses: readonly string[]): string {
  const shown = addresses.slice(0, 10).join(", ");
  return addresses.length > 10 ? `${shown} and ${addresses.length - 10} more` : shown;
}
