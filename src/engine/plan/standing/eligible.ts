import type { LiveAccount } from "../../../model/account/account.ts";
import type { Change } from "../../../model/plan/change.ts";
import type { StandingCounts, StandingPolicy, WaitReason } from "../../../model/plan/standing.ts";
import type { AccountMemory } from "../../../model/plan/state.ts";
import { isProtectedAddress } from "../../live/ownership.ts";
import type { Memory } from "../../readings/links.ts";
import { classify, fieldOf, ownAddresses } from "./classify.ts";

/** Facts beside the changes themselves, none of them from a plan file. */
export type Eligibility = {
  readonly policy: StandingPolicy;
  /** The protected addresses and patterns of the organisation. */
  readonly protectedPatterns: readonly string[];
  readonly memory: Memory;
  /** The live account of a Zivver id; left out where no reading is at hand. */
  readonly accountOf?: (zivverId: string) => LiveAccount | undefined;
};

export type Judged = { readonly counts: StandingCounts } | WaitReason;

/** The type that each change counts as, or why standing approval does not cover it, one by one and in pairs. Pure. */
export function judgeChanges(
  changes: readonly Change[],
  eligibility: Eligibility,
): ReadonlyMap<string, Judged> {
  const moving = movingAddresses(changes);
  const known = new Map(
    eligibility.memory.state.accounts.map((account) => [account.zivverId, account] as const),
  );
  return new Map(
    changes.map((change) => {
      const account = "zivverId" in change ? known.get(change.zivverId) : undefined;
      return [change.id, reasonAgainst(change, account, moving, eligibility) ?? classify(change)];
    }),
  );
}

function reasonAgainst(
  change: Change,
  account: AccountMemory | undefined,
  moving: ReadonlySet<string>,
  { policy, protectedPatterns, memory, accountOf }: Eligibility,
): WaitReason | undefined {
  const { all, takes, gives } = ownAddresses(change);
  const live = "zivverId" in change ? accountOf?.(change.zivverId) : undefined;
  const answersTo = live === undefined ? all : [...all, live.address, ...live.aliases];
  if (answersTo.some((address) => isProtectedAddress(protectedPatterns, address)))
    return { because: "protected" };
  if (policy.profiles !== undefined && !policy.profiles.includes(change.profile))
    return { because: "profile" };
  const isReleasing = "release" in change && change.release !== undefined;
  if (isReleasing || [...takes, ...gives].some((address) => moving.has(address)))
    return { because: "address-moves" };
  if (change.action === "create" || change.action === "delete") return undefined;
  if (fieldOf(change, "address") !== undefined && account?.link === undefined)
    return { because: "address-change" };
  // Zivver takes aliases, delegates and key together: a key that goes along must be the one that is known.
  const key = "accountKey" in change ? change.accountKey : undefined;
  const isOther =
    key !== undefined && account?.accountKey?.digest !== memory.names.accountKey(change.zivverId, key);
  return isOther ? { because: "account-key" } : undefined;
}

/** Addresses that one change gives up and another takes. */
function movingAddresses(changes: readonly Change[]): ReadonlySet<string> {
  const given = new Set(changes.flatMap((change) => ownAddresses(change).gives));
  return new Set(changes.flatMap((change) => ownAddresses(change).takes.filter((one) => given.has(one))));
}
