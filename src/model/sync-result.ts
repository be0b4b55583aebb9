import type { Kind } from "./account/kind.ts";
import type { Action } from "./plan/change.ts";
import type { OutcomeState } from "./plan/outcome.ts";
import type { GuardResult } from "./plan/plan.ts";
import type { StandingCounts, Wait } from "./plan/standing.ts";

/** An account as people know it. */
export type SyncSubject = {
  readonly kind: Kind;
  readonly action: Action;
  readonly address: string;
  readonly profile: string;
};

/** A change that is not in place. */
export type SyncFailure = SyncSubject & { readonly state: OutcomeState; readonly detail: string };

/** The outcome of the routine plan of a sync that was interrupted. */
export type EarlierResult = {
  readonly file: string;
  readonly digest: string;
  readonly changes: number;
  /** False where the sync has to be run again, and where the plan was given up: what is left of it is planned again. */
  readonly finished: boolean;
  /** The changes of it that were applied, by type, also before the interruption; of a plan that was given up, what its journal shows as sent. */
  readonly applied: StandingCounts;
  /** Empty where the plan was given up. */
  readonly outcomes: Readonly<Partial<Record<OutcomeState, number>>>;
  readonly failures: readonly SyncFailure[];
  readonly journal: string;
};

/** The result of one `zivsync sync`, as plain data: for `--json`, and for those who are notified. */
export type SyncResult = {
  /** The time when it began, as a date and time. */
  readonly at: string;
  readonly dryRun: boolean;
  /** 0: nothing left; 2: something waits or is held back; 3: refused by a guard; 4: applied in part. */
  readonly exitCode: 0 | 2 | 3 | 4;
  /** The routine plan of a sync that was interrupted, which this one goes on with first; null where there was none. */
  readonly earlier: EarlierResult | null;
  /** Without a digest, and empty, where `earlier` is still not finished: nothing was planned then. The same holds for `waiting`. */
  readonly routine: {
    readonly file: string;
    readonly digest: string | null;
    readonly changes: number;
    /** The types that its changes count as. */
    readonly counts: StandingCounts;
    /** The results of the changes; empty where nothing was applied. */
    readonly outcomes: Readonly<Partial<Record<OutcomeState, number>>>;
    /** Null where nothing was applied. */
    readonly journal: string | null;
  };
  /** The applied changes, by type. */
  readonly applied: StandingCounts;
  readonly failures: readonly SyncFailure[];
  readonly waiting: {
    readonly file: string;
    readonly digest: string | null;
    readonly changes: readonly (SyncSubject & Wait)[];
    /** Addresses whose change is left out until what it needs is carried out. */
    readonly leftOut: readonly string[];
  };
  /** The reason why nothing at all is covered, for people; null where changes are judged one by one. */
  readonly nothingCovered: string | null;
  /** Null without `approval.standing`. */
  readonly standing: {
    readonly windowMs: number;
    readonly numbers: StandingCounts;
    /** Used within the window, before and after. */
    readonly before: StandingCounts;
    readonly after: StandingCounts;
  } | null;
  /** Removals that are held back, with the days as the review counts them. */
  readonly heldBack: readonly {
    readonly address: string;
    readonly profile: string;
    readonly summary: string;
  }[];
  /** Sources that could not be read in full, as `profile/source`. */
  readonly incomplete: readonly string[];
  /** Guards that refuse the whole plan. */
  readonly refused: readonly GuardResult[];
};
