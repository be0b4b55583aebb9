import type { LiveAccount } from "../../model/account/account.ts";
import type { Outcome } from "../../model/plan/outcome.ts";
import type { Clock, Journal, Target } from "../../model/ports.ts";
import type { Address } from "../../model/values/address.ts";
import type { Secret } from "../../model/values/secret.ts";

export type ApplyResult = {
  /** In the order of the plan. */
  readonly outcomes: readonly Outcome[];
  /** True when the same plan can be applied again to go on: interrupted, or something is still unknown. */
  readonly unfinished: boolean;
  /** The live accounts as last read, corrected by every answer since. */
  readonly accounts: readonly LiveAccount[];
  /** Change → Zivver id, of those that were carried out and whose account is there. */
  readonly done: ReadonlyMap<string, string>;
  /** The account keys that were sent, by Zivver id. */
  readonly keys: ReadonlyMap<string, Secret>;
};

export type ApplyPorts = {
  readonly target: Target;
  readonly journal: Journal;
  readonly clock: Clock;
  /** Called after every change that is settled. */
  readonly onProgress?: (settled: number, of: number) => void;
  /** Set `requested` to stop: what is under way is finished, nothing new is begun. */
  readonly stop?: { readonly requested: boolean };
  /** Gives the password that a new personal account begins with; it is safely kept when the promise resolves. */
  readonly temporaryPassword?: (address: Address) => Promise<Secret>;
  /** Requests under way at once. */
  readonly width?: number;
  /** How long Zivver may take to show a write, in milliseconds; DEFAULT_SETTLE_MS when left out. */
  readonly settleMs?: number;
};
