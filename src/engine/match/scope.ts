import type { DesiredAccount, LiveAccount } from "../../model/account/account.ts";
import type { Kind } from "../../model/account/kind.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { ProfilePolicy } from "../../model/plan/policy.ts";
import type { Address } from "../../model/values/address.ts";
import { addTo } from "../../model/values/multimap.ts";
import { firstOf } from "../../model/values/text.ts";
import type { Candidate } from "../desired/desired.ts";
import { isSameName } from "../desired/full-names.ts";
import type { LiveIndex } from "../live/live-index.ts";
import { manages, policyOf } from "../live/ownership.ts";
import { about, type Found, named } from "./match-result.ts";

/**
 * The candidates that lie outside what their profiles manage, and those whose account another profile renames to their address
 * in the same plan, as when a person moves to a domain of another profile. The next plan finds the account there, and it is
 * never created twice.
 */
export function outsideScope(
  found: ReadonlyMap<Candidate, Found>,
  policies: ReadonlyMap<string, ProfilePolicy>,
  live: LiveIndex,
): ReadonlySet<Candidate> {
  const outside = new Set<Candidate>();
  for (const [one, its] of found) if (!isInScope(one, its, policies, live)) outside.add(one);
  for (const one of moving(found, outside)) outside.add(one);
  return outside;
}

/** Whether a candidate's profile manages its account: the live one, or else the one that would be created. */
function isInScope(
  { account }: Candidate,
  found: Found,
  policies: ReadonlyMap<string, ProfilePolicy>,
  live: LiveIndex,
): boolean {
  const policy = policyOf(policies, account.profile);
  const existing = found.live ?? live.byPrimary.get(account.address);
  if (found.live !== undefined || existing?.kind === account.kind)
    return existing !== undefined && isOwn(existing, policy, live);
  return managesDesired(policy, account);
}

/** The candidates in scope that are to be another's account in the same plan. */
function moving(found: ReadonlyMap<Candidate, Found>, outside: ReadonlySet<Candidate>): readonly Candidate[] {
  const renamed = new Map<Address, Candidate>();
  for (const [one, { live }] of found) {
    if (live !== undefined && live.address !== one.account.address && !outside.has(one))
      renamed.set(one.account.address, one);
  }
  if (renamed.size === 0) return [];
  return [...found].flatMap(([one, { live, holds }]) => {
    const other = renamed.get(one.account.address)?.account;
    const isNew = live === undefined && holds.length === 0;
    return isNew && other !== undefined && isSamePerson(one.account, other) ? [one] : [];
  });
}

function isSamePerson(one: DesiredAccount, other: DesiredAccount): boolean {
  const names = [one.fullName?.value, other.fullName?.value] as const;
  const areSame = names[0] !== undefined && names[1] !== undefined && isSameName(names[0], names[1]);
  return one.kind === other.kind && areSame;
}

function isOwn(existing: LiveAccount, { name }: ProfilePolicy, live: LiveIndex): boolean {
  return live.owner.get(existing.zivverId) === name || live.untouchable.has(existing.zivverId);
}

function managesDesired(policy: ProfilePolicy, account: DesiredAccount): boolean {
  return manages(policy.manages, {
    kind: account.kind,
    address: account.address,
    fullName: account.fullName?.value ?? "",
    division: account.division?.value ?? "/",
  });
}

/** Candidates outside what their profile manages: one finding a profile. */
export function outOfScope(candidates: readonly Candidate[]): readonly Finding[] {
  const byProfile = new Map<string, string[]>();
  for (const { account } of candidates) addTo(byProfile, account.profile, account.address);
  return [...byProfile].map(([profile, addresses]) => {
    const one = addresses.length === 1;
    return {
      code: "record-not-managed",
      severity: "info",
      summary: `${addresses.length} ${one ? "account of the sources lies" : "accounts of the sources lie"} outside what the profile manages, and ${one ? "is" : "are"} left alone: ${shortened(addresses)}.`,
      where: { profile },
    };
  });
}

/**
 * Active accounts that a record of another profile names, while the profile that manages them has no record of them: they are not missing,
 * so nobody suspends them, and nobody updates them either. `isRead`: the records of a profile for a kind are all there.
 */
export function withoutOwnRecord(
  candidates: readonly Candidate[],
  accountsOf: (candidate: Candidate) => readonly LiveAccount[],
  paired: ReadonlySet<LiveAccount>,
  live: LiveIndex,
  isRead: (profile: string, kind: Kind) => boolean,
): readonly Finding[] {
  return candidates.flatMap((candidate) => {
    const { account } = candidate;
    return accountsOf(candidate).flatMap((one) => {
      const owner = live.owner.get(one.zivverId);
      if (!one.active || owner === undefined || owner === account.profile || paired.has(one)) return [];
      if (account.active && !isRead(owner, one.kind)) return [];
      const summary = account.active
        ? `The record is of ${named(one)}, whose account the profile ${owner} manages, and no source of ${owner} gives it. The account stays as it is, and nothing of this record reaches it. Give the record to the profile ${owner}, or change what the two profiles manage.`
        : `The record says that the account of ${named(one)} is disabled, but the profile does not manage that account, and no source of the profile ${owner} gives it. It stays active. Give the record to the profile that manages the account, or suspend the account in Zivver.`;
      return [about(account, "record-not-managed", "warning", summary)];
    });
  });
}

/** At most ten addresses, and how many more there are. */
export function shortened(addresses: readonly string[]): string {
  return firstOf(addresses, 10);
}
