import type { LiveAccount } from "../../../model/account/account.ts";
import { accountKeyOf, type Change, releaseOf } from "../../../model/plan/change.ts";
import type { StandingCounts, StandingPolicy, WaitReason } from "../../../model/plan/standing.ts";
import type { AccountMemory } from "../../../model/plan/state.ts";
import { fieldOf, ownAddresses } from "../../diff/own-addresses.ts";
import { isProtectedAddress } from "../../live/ownership.ts";
import type { Memory } from "../../readings/links.ts";
import { classify } from "./classify.ts";
import { findMoves, type Move } from "./moves.ts";

/** Facts beside the changes themselves, none of them from a plan file. */
export type Eligibility = {
  readonly policy: StandingPolicy;
  /** The protected addresses and patterns of the organisation. */
  readonly protectedPatterns: readonly string[];
  readonly memory: Memory;
  /** The present moment, in milliseconds. */
  readonly now: number;
  /** The live account of a Zivver id; left out where no reading is at hand. */
  readonly accountOf?: (zivverId: string) => LiveAccount | undefined;
};

export type Judged = { readonly counts: StandingCounts } | WaitReason;

/** The type that each change counts as, or why standing approval does not cover it, one by one and in pairs. Pure. */
export function judgeChanges(
  changes: readonly Change[],
  eligibility: Eligibility,
): ReadonlyMap<string, Judged> {
  const moves = findMoves(changes, eligibility.memory.state.released ?? [], eligibility.now);
  const known = new Map(
    eligibility.memory.state.accounts.map((account) => [account.zivverId, account] as const),
  );
  return new Map(
    changes.map((change) => {
      const account = "zivverId" in change ? known.get(change.zivverId) : undefined;
      return [change.id, reasonAgainst(change, account, moves, eligibility) ?? classify(change)];
    }),
  );
}

function reasonAgainst(
  change: Change,
  account: AccountMemory | undefined,
  moves: ReadonlyMap<string, Move>,
  { policy, protectedPatterns, memory, accountOf }: Eligibility,
): WaitReason | undefined {
  const { all } = ownAddresses(change);
  const live = "zivverId" in change ? accountOf?.(change.zivverId) : undefined;
  const answersTo = live === undefined ? all : [...all, live.address, ...live.aliases];
  if (answersTo.some((address) => isProtectedAddress(protectedPatterns, address)))
    return { because: "protected" };
  if (policy.profiles !== undefined && !policy.profiles.includes(change.profile))
    return { because: "profile" };
  const move = moves.get(change.id);
  if (move !== undefined) return { because: "address-moves", move: move.shown };
  if (releaseOf(change) !== undefined) return { because: "address-moves" };
  if (change.action === "create" || change.action === "delete") return undefined;
  if (fieldOf(change, "address") !== undefined && account?.link === undefined)
    return { because: "address-change" };
  // Zivver takes aliases, delegates and key together: a key that goes along must be the one that is known.
  const key = accountKeyOf(change);
  const isOther =
    key !== undefined && account?.accountKey?.digest !== memory.names.accountKey(change.zivverId, key);
  return isOther ? { because: "account-key" } : undefined;
}
