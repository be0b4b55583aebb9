import type { DesiredAccount, LiveAccount } from "../model/account.ts";
import type { Address } from "../model/address.ts";
import type { Finding } from "../model/plan.ts";
import type { OrganizationPolicy, ProfilePolicy } from "../model/policy.ts";
import { contradictions } from "./claims.ts";
import type { Candidate } from "./desired.ts";
import { type Found, findLive } from "./find-live.ts";
import { keepInside } from "./inside.ts";
import type { Links } from "./links.ts";
import type { LiveIndex } from "./live-index.ts";
import { isProtected } from "./territory.ts";

/** A desired account and the live one it is; `renamed` when they have different primary addresses. */
export type Pair = {
  readonly desired: DesiredAccount;
  readonly live: LiveAccount;
  readonly renamed: boolean;
};

export type Matching = {
  readonly pairs: readonly Pair[];
  /** Desired, active, and not in Zivver. */
  readonly creates: readonly DesiredAccount[];
  /** Managed live accounts that no source gives. */
  readonly missing: readonly { readonly live: LiveAccount; readonly profile: string }[];
  /** Profiles with a record that no live account matches and that was not read whole: it may be any of the missing ones. */
  readonly doubtful: ReadonlySet<string>;
  readonly findings: readonly Finding[];
};

/**
 * Desired ↔ live: by link, by address, by rename: a live account whose primary address is now an alias of a desired account
 * that has no live one yet, and of nobody else, is that account under its old name. Kinds are never converted, and only
 * accounts that the candidate's own profile manages are matched.
 */
export function matchAccounts(
  organization: OrganizationPolicy,
  profiles: readonly ProfilePolicy[],
  planned: ReadonlySet<string>,
  candidates: readonly Candidate[],
  live: LiveIndex,
  links: Links,
): Matching {
  const policies = new Map(profiles.map((profile) => [profile.name, profile]));
  const { inside, movedOut, findings: outsideFindings } = keepInside(candidates, policies, live, links);
  const findings: Finding[] = [...outsideFindings];
  const against = contradictions(inside);
  const wanted = once(() => new Set(inside.map((candidate) => candidate.account.address)));
  const claims = once(() => countAliases(inside));
  const pairs: Pair[] = [];
  const creates: DesiredAccount[] = [];
  const spoken = new Set<string>([...live.untouchable, ...movedOut.map(({ zivverId }) => zivverId)]);
  const doubtful = new Set<string>();
  for (const candidate of inside) {
    const { account } = candidate;
    const found = findLive(candidate, { live, links, wanted, claims });
    for (const one of found.accounts) spoken.add(one.zivverId);
    for (const one of found.bystanders ?? []) spoken.add(one.zivverId);
    const holds = [
      ...candidate.holds,
      ...(against.get(candidate) ?? []),
      ...found.holds,
      ...protectedRename(organization, account, found),
    ];
    findings.push(...candidate.notes, ...found.notes, ...holds);
    for (const one of contested(candidate, holds, live, claims)) spoken.add(one.zivverId);
    if (found.accounts.length === 0 && couldBeAnybody(candidate)) doubtful.add(account.profile);
    const [only] = found.accounts;
    if (holds.length > 0 || (only && live.untouchable.has(only.zivverId))) continue;
    if (only) pairs.push({ desired: account, live: only, renamed: only.address !== account.address });
    else if (account.active) creates.push(account);
  }
  const missing = live.all.flatMap((account) => {
    if (spoken.has(account.zivverId)) return [];
    const profile = live.owner.get(account.zivverId);
    return profile !== undefined && planned.has(profile) ? [{ live: account, profile }] : [];
  });
  return { pairs, creates, missing, doubtful, findings };
}

/** What takes a Map of everybody to answer is made when first asked for. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function countAliases(candidates: readonly Candidate[]): ReadonlyMap<Address, number> {
  const counts = new Map<Address, number>();
  for (const { account } of candidates) {
    for (const alias of account.aliases?.value ?? []) counts.set(alias, (counts.get(alias) ?? 0) + 1);
  }
  return counts;
}

/** Live accounts that a record names as a former address, but not so that one can tell whose they are: they are not missing. */
function contested(
  { account }: Candidate,
  holds: readonly Finding[],
  live: LiveIndex,
  claims: () => ReadonlyMap<Address, number>,
): readonly LiveAccount[] {
  return (account.aliases?.value ?? []).flatMap((alias) => {
    const named = live.byPrimary.get(alias);
    return named && (holds.length > 0 || (claims().get(alias) ?? 0) > 1) ? [named] : [];
  });
}

/** A record without readable aliases may be any account under a former address. */
function couldBeAnybody({ account, holds }: Candidate): boolean {
  return account.aliases === undefined && holds.some(({ code }) => code === "record-unreadable");
}

function protectedRename(
  organization: OrganizationPolicy,
  account: DesiredAccount,
  found: Found,
): readonly Finding[] {
  const [live] = found.accounts;
  if (!live || !account.active || live.address === account.address || found.holds.length > 0) return [];
  if (!isProtected(organization.protected, live)) return [];
  return [
    {
      code: "account-protected",
      severity: "warning",
      summary: `The account would be renamed to ${account.address}, but organization.yaml protects it. It is left as it is.`,
      where: { profile: account.profile, kind: live.kind, address: live.address },
    },
  ];
}
