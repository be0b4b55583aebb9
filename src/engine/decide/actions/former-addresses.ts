import type { DesiredAccount } from "../../../model/account/account.ts";
import type { OrganizationPolicy, ProfilePolicy } from "../../../model/plan/policy.ts";
import { type Address, domainOf } from "../../../model/values/address.ts";
import type { Candidate } from "../../desired/desired.ts";
import { policyOf } from "../../live/ownership.ts";
import type { Pair } from "../../match/match.ts";
import type { Links } from "../../readings/links.ts";
import { isTemporary } from "./temporary-address.ts";

export type FormerInput = {
  readonly organization: OrganizationPolicy;
  readonly policies: ReadonlyMap<string, ProfilePolicy>;
  readonly links: Links;
  readonly candidates: readonly Candidate[];
};

/** The former primary addresses that an account keeps as aliases although no source gives them. */
export type FormerAddresses = (pair: Pair) => readonly Address[];

/**
 * People go on writing to the old address of somebody who was renamed, so the account keeps it: until somebody else wants
 * it, the profile says otherwise, or somebody takes it away in Zivver. It has to be remembered, for no source says it.
 */
export function formerAddresses({ organization, policies, links, candidates }: FormerInput): FormerAddresses {
  let claimants: ReturnType<typeof claimantsOf> | undefined;
  const outdated = outdatedOf(candidates);
  return ({ desired, live }) => {
    const { aliases } = policyOf(policies, desired.profile);
    const memory = links.memoryOf(live);
    if (memory === undefined || aliases.former === "drop") return [];
    const present = new Set([live.address, ...live.aliases]);
    const former = new Set([
      // Its address after the last apply, also if a revert or somebody in Zivver renamed it since; not one that it was given on the
      // way to another, when an apply ended in between.
      ...(isTemporary(memory.address, live.zivverId) ? [] : [memory.address]),
      ...(memory.former ?? []),
      ...(outdated.get(desired) ?? []),
    ]);
    former.delete(desired.address);
    if (former.size === 0) return [];
    const known = claimants ?? claimantsOf(candidates);
    claimants = known;
    return [...former].filter((address) => {
      const domain = domainOf(address);
      const isOurs = organization.claimedDomains.includes(domain) && !aliases.excludeDomains.includes(domain);
      const claimant = known.get(address);
      return isOurs && present.has(address) && (claimant === undefined || claimant === desired);
    });
  };
}

/** The former addresses that a source still gives: whoever reads that list writes to them. */
function outdatedOf(candidates: readonly Candidate[]): ReadonlyMap<DesiredAccount, readonly Address[]> {
  return new Map(
    candidates.flatMap(({ account, records }) => {
      const addresses = records.flatMap(({ outdated }) => outdated ?? []);
      return addresses.length === 0 ? [] : [[account, addresses] as const];
    }),
  );
}

/** The candidate that claims an address, as primary or alias; null where several do. */
function claimantsOf(candidates: readonly Candidate[]): ReadonlyMap<Address, DesiredAccount | null> {
  const claimants = new Map<Address, DesiredAccount | null>();
  for (const { account } of candidates) {
    for (const address of [account.address, ...(account.aliases?.value ?? [])]) {
      claimants.set(address, claimants.has(address) ? null : account);
    }
  }
  return claimants;
}
