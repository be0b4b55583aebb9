import type { Kind } from "../account/kind.ts";
import type { State } from "../plan/state.ts";
import { dueDeletions } from "./facts.ts";
import { daysBetween, type WhyHeldBack } from "./held-back.ts";
import type { ActionCounts, RunCommand, SourceName, Undelivered } from "./memory.ts";
import type { DueDeletion } from "./run.ts";

/** A removal that the state knows to be held back. `because`: null where an older zivsync remembered it. */
export type HeldBackAccount = {
  readonly kind: Kind;
  readonly address: string;
  readonly because: WhyHeldBack | null;
  readonly since: string;
  readonly days: number;
};

/** The answers for an administrator or a monitor, from the state alone. Ages are in seconds, days in calendar days (UTC). */
export type Status = {
  readonly organization: string;
  readonly at: string;
  /** null: no run has ended in good order yet, as far as the state knows. */
  readonly success: { readonly at: string; readonly command: RunCommand; readonly ageSeconds: number } | null;
  readonly waiting: {
    readonly digest: string;
    readonly since: string;
    readonly days: number;
    readonly changes: ActionCounts;
  } | null;
  /** The longest first. */
  readonly heldBack: readonly HeldBackAccount[];
  readonly incomplete: readonly (SourceName & { readonly since: string; readonly days: number })[];
  readonly due: readonly DueDeletion[];
  /** Suspended personal accounts of which the state does not know since when: an older zivsync suspended them. */
  readonly undated: number;
  readonly undelivered: readonly Undelivered[];
};

export type StatusInput = {
  readonly organization: string;
  readonly deletedAfterDays?: number | undefined;
  readonly at: string;
};

/** The status by the state as it is now. Pure. */
export function buildStatus(state: State, { organization, deletedAfterDays, at }: StatusInput): Status {
  const { accounts, runs = {} } = state;
  const { success, waiting, incomplete = [], undelivered = [] } = runs;
  const heldBack = accounts.flatMap(({ kind, address, heldBackSince: since, heldBackBecause }) =>
    since === undefined
      ? []
      : [{ kind, address, because: heldBackBecause ?? null, since, days: daysBetween(since, at) }],
  );
  const undated = accounts.filter(
    ({ kind, suspended, suspendedAt }) =>
      kind === "personal" && suspended !== undefined && suspendedAt === undefined,
  );
  return {
    organization,
    at,
    success:
      success === undefined
        ? null
        : { ...success, ageSeconds: Math.round((Date.parse(at) - Date.parse(success.at)) / 1000) },
    waiting: waiting === undefined ? null : { ...waiting, days: daysBetween(waiting.since, at) },
    heldBack: heldBack.sort((a, b) => Date.parse(a.since) - Date.parse(b.since)),
    incomplete: incomplete.map((source) => ({ ...source, days: daysBetween(source.since, at) })),
    due: dueDeletions(accounts, deletedAfterDays, at),
    undated: deletedAfterDays === undefined ? 0 : undated.length,
    undelivered,
  };
}
