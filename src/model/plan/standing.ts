import type { Address } from "../values/address.ts";
import type { GuardName } from "./default-guards.ts";

/*
 * Standing approval: an approval given in advance, in the configuration, for changes that are routine by type and by number.
 * The numbers hold for any stretch of time as long as the window, so the state keeps a ledger of what standing approval let
 * through and when.
 */

/**
 * The types of changes that standing approval counts. The order says which type is counted first where a change is of several: what an account
 * becomes before what is changed of it.
 */
export const STANDING_TYPES = [
  "create",
  "reactivate",
  "suspend",
  "rename",
  "addDelegate",
  "removeDelegate",
  "update",
] as const satisfies readonly (GuardName | "removeDelegate")[];

export type StandingType = (typeof STANDING_TYPES)[number];

/** A type that is absent counts 0. */
export type StandingCounts = Readonly<Partial<Record<StandingType, number>>>;

/** `approval.standing` of organization.yaml. */
export type StandingPolicy = {
  readonly windowMs: number;
  /** How many of each type the window allows; a type that is absent always waits. */
  readonly numbers: StandingCounts;
  /** The profiles whose accounts it covers. Absent: all. */
  readonly profiles?: readonly string[];
};

/** No window is longer, so that the ledger drops no entry that a policy of tomorrow may count. */
export const LONGEST_WINDOW_MS = 31 * 86_400_000;

/** One entry of the ledger: what standing approval let through for one plan. */
export type StandingUse = {
  /** Seal of the plan file. */
  readonly seal: string;
  /** The time, as a date and time; never earlier than the entry before it, whatever a clock says. */
  readonly at: string;
  readonly counts: StandingCounts;
};

/** The approval of a plan that no person gave, as it is recorded in the plan and its journal. It permits nothing by itself. */
export type StandingApproval = {
  readonly type: "standing";
  /** Digest of the policy. */
  readonly policy: string;
  /** The numbers used within the window before this plan, and with it. */
  readonly before: StandingCounts;
  readonly after: StandingCounts;
};

/** An address that goes from one account to another. */
export type AddressMove = {
  readonly address: Address;
  /** The primary addresses of the two accounts. */
  readonly from: Address;
  readonly to: Address;
  /** The time when an earlier apply took it from the first, as a date and time; absent where this plan does. */
  readonly at?: string;
};

/** The reason why a change waits for people. */
export type WaitReason =
  /** Reasons of the plan as a whole. */
  | {
      readonly because:
        | "not-configured"
        | "refused"
        | "first-plan"
        | "accepted-guard"
        | "not-reviewed"
        | "clock";
    }
  /** Never by standing approval. */
  | {
      readonly because: "deletion" | "account-key" | "protected" | "address-change" | "unknown-type";
    }
  /** Also where the other account gave the address up some nights before. */
  | { readonly because: "address-moves"; readonly move?: AddressMove }
  /** Its profile is not covered. */
  | { readonly because: "profile" }
  /** More of its type than the window allows: `count` could go in this plan, `used` went before within the window. */
  | {
      readonly because: "number";
      readonly type: StandingType;
      readonly count: number;
      readonly used: number;
      readonly number: number;
    }
  /** It needs another change that waits, or removes an account whose name that change gives access. */
  | { readonly because: "needs" | "same-name"; readonly change: string };

/** A change of a plan that waits. */
export type Wait = WaitReason & { readonly id: string };

/** Sums two counts; types that come to 0 are left out. Pure. */
export function addCounts(a: StandingCounts, b: StandingCounts): StandingCounts {
  const sum = STANDING_TYPES.map((type) => [type, (a[type] ?? 0) + (b[type] ?? 0)] as const);
  return Object.fromEntries(sum.filter(([, count]) => count > 0));
}
