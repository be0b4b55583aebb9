import type { LiveAccount } from "../../model/account/account.ts";
import type { Kind } from "../../model/account/kind.ts";
import type { Condition, Manages, ProfilePolicy } from "../../model/plan/policy.ts";
import { type Address, domainOf, matchesPattern } from "../../model/values/address.ts";
import { InternalError } from "../../model/values/errors.ts";

/** The parts of an account that decide whose it is. */
export type Located = {
  readonly kind: Kind;
  readonly address: Address;
  readonly fullName: string;
  readonly division: string;
};

/** Whether an account is in a profile's scope: of its kinds, matching one of `include` (all, when empty) and none of `exclude`. */
export function manages(territory: Manages, account: Located): boolean {
  if (!territory.kinds.includes(account.kind)) return false;
  // Asked of every account: without conditions, nothing is made for asking.
  if (territory.exclude.length > 0 && territory.exclude.some((condition) => holds(condition, account)))
    return false;
  return territory.include.length === 0 || territory.include.some((condition) => holds(condition, account));
}

/** The policy of a profile that records or accounts belong to. Throws InternalError. */
export function policyOf(policies: ReadonlyMap<string, ProfilePolicy>, name: string): ProfilePolicy {
  const policy = policies.get(name);
  if (policy === undefined) throw new InternalError(`no profile is named ${name}`);
  return policy;
}

/** The profiles that own a live account: none (unmanaged), one, or several (a mistake). */
export function ownersOf(profiles: readonly ProfilePolicy[], account: LiveAccount): readonly ProfilePolicy[] {
  return profiles.filter((profile) => manages(profile.manages, account));
}

/** Whether the organisation protects this account, by any of its addresses, from suspension, deletion and renaming. */
export function isProtected(
  patterns: readonly string[],
  { address, aliases }: Pick<LiveAccount, "address" | "aliases">,
): boolean {
  return [address, ...aliases].some((one) => isProtectedAddress(patterns, one));
}

export function isProtectedAddress(patterns: readonly string[], address: Address): boolean {
  return patterns.some((pattern) => matchesPattern(pattern, address));
}

function holds(condition: Condition, account: Located): boolean {
  if (condition.address !== undefined && !matchesPattern(condition.address, account.address)) return false;
  if (condition.domain !== undefined && domainOf(account.address) !== condition.domain) return false;
  if (
    condition.fullName !== undefined &&
    !matchesPattern(condition.fullName, account.fullName.normalize("NFC").toLowerCase())
  )
    return false;
  return condition.divisionUnder === undefined || isUnder(account.division, condition.divisionUnder);
}

function isUnder(division: string, ancestor: string): boolean {
  const root = ancestor.replace(/\/+$/, "").toLowerCase();
  const path = division.toLowerCase();
  return root === "" || path === root || path.startsWith(`${root}/`);
}

export type Standing = { readonly standing: "managed" | "unmanaged" | "protected"; readonly rule: string };

/** Whether an account is managed, unmanaged or protected, and by which rule, in words. */
export function describeStanding(
  profiles: readonly ProfilePolicy[],
  protectedPatterns: readonly string[],
  account: LiveAccount,
): Standing {
  const owners = ownersOf(profiles, account);
  const [owner] = owners;
  if (owners.length > 1) {
    return {
      standing: "unmanaged",
      rule: `several profiles manage it: ${owners.map(({ name }) => name).join(", ")}`,
    };
  }
  if (owner === undefined) return { standing: "unmanaged", rule: whyNotManaged(profiles, account) };
  const pattern = protectedPatterns.find((one) => isProtected([one], account));
  const included = owner.manages.include.find((condition) => holds(condition, account));
  const rule = `${owner.name}: ${included ? `include ${describe(included)}` : `all ${account.kind} accounts`}`;
  return pattern === undefined
    ? { standing: "managed", rule }
    : { standing: "protected", rule: `protected: ${pattern}; ${rule}` };
}

function whyNotManaged(profiles: readonly ProfilePolicy[], account: LiveAccount): string {
  for (const { name, manages: territory } of profiles) {
    if (!territory.kinds.includes(account.kind)) continue;
    const excluded = territory.exclude.find((condition) => holds(condition, account));
    if (excluded) return `${name}: exclude ${describe(excluded)}`;
  }
  return "no profile includes it";
}

function describe(condition: Condition): string {
  return Object.entries(condition)
    .map(([key, value]) => `${key} ${value}`)
    .join(" and ");
}
