import type { Kind } from "../account/kind.ts";
import type { Action } from "../plan/change.ts";
import type { OutcomeState } from "../plan/outcome.ts";
import type { GuardResult } from "../plan/plan.ts";
import type { Problem } from "../values/errors.ts";
import { daysBetween, type HeldRemoval } from "./held-back.ts";
import {
  type ActionCounts,
  RUN_EVENTS,
  type RunCommand,
  type RunEvent,
  type RunOutcome,
  type SourceName,
} from "./memory.ts";

/** Changes that wait for people. `since`: since when something has waited without a break, as a date and time. */
export type Waiting = {
  /** Of the plan that waits. */
  readonly digest: string;
  readonly since: string;
  readonly changes: ActionCounts;
  /** The reason why they wait: sentences of zivsync's own, without names of people. */
  readonly reasons: readonly string[];
};

/** A removal that is held back. `days`: calendar days in UTC; 0 where this run is the first to hold it. */
export type HeldAccount = Omit<HeldRemoval, "days"> & {
  readonly kind: Kind;
  readonly address: string;
  readonly fullName: string;
  readonly days: number;
};

/** A change that was not carried out, or of which that is not known. */
export type Unapplied = {
  readonly action: Action;
  readonly kind: Kind;
  readonly address: string;
  readonly state: Exclude<OutcomeState, "applied" | "already">;
  readonly detail: string;
};

/** A suspended account that Zivver deletes. `dueAt`: a date and time; in the past where Zivver should have deleted it. */
export type DueDeletion = {
  readonly zivverId: string;
  readonly address: string;
  readonly suspendedAt: string;
  readonly dueAt: string;
};

/** The course of one run of a command: plain data, from which messages, the state's record and `status` are made. */
export type Run = {
  readonly command: RunCommand;
  /** The organisation for people: its first claimed domain. */
  readonly organization: string;
  /** The time when it ended. */
  readonly at: string;
  readonly outcome: RunOutcome;
  /** Of the plan it carried out; absent where there was none. */
  readonly digest?: string;
  readonly applied: ActionCounts;
  readonly unapplied: readonly Unapplied[];
  /** null: nothing waits. Undefined: the run does not know (`apply` carries out one plan). */
  readonly waiting?: Waiting | null;
  readonly heldBack: readonly HeldAccount[];
  /** The guards that refused. */
  readonly guards: readonly GuardResult[];
  /** The error that ended the run before it was done. */
  readonly problems: readonly Problem[];
  /** Undefined where no source was read. `since`: since when that is so, as a date and time, where it is known. */
  readonly incomplete?: readonly (SourceName & { readonly since?: string })[];
  /** The profiles whose sources were read, where they were. */
  readonly profiles?: readonly string[];
  /** Within the next 14 days, and those that are overdue. */
  readonly due: readonly DueDeletion[];
  /** Where to look: the address of a workflow run, or files; one a line. */
  readonly look: readonly string[];
};

/** The outcome that an exit code says. */
export function outcomeOf(exitCode: 0 | 1 | 2 | 3 | 4): RunOutcome {
  return OUTCOMES[exitCode];
}

const OUTCOMES = ["done", "failed", "pending", "refused", "partial"] as const;

/** A run that ended in good order, whatever it left to people: what a heartbeat and `status --max-age` call a success. */
export function isSuccess({ outcome }: Pick<Run, "outcome">): boolean {
  return outcome === "done" || outcome === "pending";
}

const DAY = 86_400_000;

/**
 * The events of a run, each worth one message. `alertAfterMs`: how long a removal is held back, or a source incomplete, before that
 * is an event.
 */
export function eventsOf(run: Run, alertAfterMs: number): readonly RunEvent[] {
  return RUN_EVENTS.filter((event) => {
    if (event === "waiting") return run.waiting !== undefined && run.waiting !== null;
    if (event === "held-back")
      return [...run.heldBack, ...(run.incomplete ?? [])].some((one) => isHeldFor(one, run.at, alertAfterMs));
    return run.outcome === event;
  });
}

/** By the clock or by the calendar: a nightly run that starts a second earlier than the first one counts the same days. */
function isHeldFor({ since }: { readonly since?: string }, at: string, alertAfterMs: number): boolean {
  if (since === undefined) return alertAfterMs <= 0;
  const elapsed = Date.parse(at) - Date.parse(since);
  return Math.max(elapsed, daysBetween(since, at) * DAY) >= alertAfterMs;
}
