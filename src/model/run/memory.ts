import type { Action } from "../plan/change.ts";

/** The commands whose runs are reported and remembered. */
export type RunCommand = "plan" | "apply" | "sync";

/** By exit code: 0 done · 2 pending (something waits, or is held back) · 3 refused · 4 partial · 1 failed. */
export type RunOutcome = "done" | "pending" | "refused" | "partial" | "failed";

/** The events of which a notification can inform. */
export type RunEvent = "waiting" | "refused" | "failed" | "partial" | "held-back";
export const RUN_EVENTS: readonly RunEvent[] = ["waiting", "refused", "failed", "partial", "held-back"];

/** How many changes of each action; an action without any may be left out. */
export type ActionCounts = Readonly<Partial<Record<Action, number>>>;

/** A source that could not be read in full. */
export type SourceName = { readonly profile: string; readonly name: string };

/** The runs as the state keeps them, so that `status` answers without a source and without Zivver. */
export type RunMemory = {
  /** The last run that ended in good order. */
  readonly success?: { readonly at: string; readonly command: RunCommand };
  /** The waiting changes; absent where there are none. */
  readonly waiting?: {
    readonly digest: string;
    readonly since: string;
    readonly changes: ActionCounts;
  };
  /** Sources that the last run could not read in full, and since when that is so. */
  readonly incomplete?: readonly (SourceName & { readonly since: string })[];
  /** The last notification that failed, of each channel to which none was delivered since. */
  readonly undelivered?: readonly Undelivered[];
};

/** `channel`: its place and type (`notify[0] mail`). `code`: an error code. Never a secret, nor an address of a web service. */
export type Undelivered = {
  readonly channel: string;
  readonly event: RunEvent | "heartbeat";
  readonly at: string;
  readonly code: string;
};
