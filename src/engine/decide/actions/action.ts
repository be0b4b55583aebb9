import type { DesiredAccount, LiveAccount, Origin } from "../../../model/account/account.ts";
import type { Finding } from "../../../model/plan/finding.ts";
import type { SuspendedBecause } from "../../../model/plan/state.ts";
import type { WhyHeldBack } from "../../../model/run/held-back.ts";
import type { Address } from "../../../model/values/address.ts";

/** The addresses an account will answer to when its change is done. */
export type Addresses = { readonly address: Address; readonly aliases: readonly Address[] };

/** The intended change of one account, before its delegates are known: those depend on which other intents survive. */
export type Intent =
  | { readonly type: "create"; readonly desired: DesiredAccount; readonly after: Addresses }
  | {
      readonly type: "change";
      readonly desired: DesiredAccount;
      readonly live: LiveAccount;
      readonly after: Addresses;
      readonly reactivates: boolean;
      /** False: only `active` changes, the profile does not update. */
      readonly updates: boolean;
      /** True: the sources may not have said all, so members and aliases are added and none is taken away. */
      readonly addsOnly: boolean;
    }
  | {
      readonly type: "remove";
      readonly action: "suspend" | "delete";
      /** Absent where a revert removes. */
      readonly because?: SuspendedBecause;
      readonly live: LiveAccount;
      readonly profile: string;
      readonly origin: Origin;
    };

/** The decision about one account. */
export type Outcome = {
  readonly intent?: Intent;
  readonly findings?: readonly Finding[];
  /** Its removal is due and held back. */
  readonly heldBack?: { readonly live: LiveAccount; readonly why: WhyHeldBack };
};

export const NOTHING: Outcome = {};
