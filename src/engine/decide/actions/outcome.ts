import type { LiveAccount } from "../../../model/account/account.ts";
import type { Finding } from "../../../model/plan/finding.ts";
import type { WhyHeldBack } from "../../../model/run/held-back.ts";
import type { Intent } from "./action.ts";

/** The decision about one account. */
export type Outcome = {
  readonly intent?: Intent;
  readonly findings?: readonly Finding[];
  /** Its removal is due and held back. */
  readonly heldBack?: { readonly live: LiveAccount; readonly why: WhyHeldBack };
};

export const NOTHING: Outcome = {};
