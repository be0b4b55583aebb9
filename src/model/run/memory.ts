import type { ActionCounts, RunCommand, RunEvent, SourceName } from "./run.ts";

/** What the state keeps of runs, so that `status` answers without a source and without Zivver. */
export type RunMemory = {
  /** The last run that ended in good order. */
  readonly success?: { readonly at: string; readonly command: RunCommand };
  /** What waits; absent where nothing does. */
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
