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

/** The result of one `zivsync sync`, as plain data: for `--json`, and for notifications. */
export type SyncResult = {
  /** When it began, as a date and time. */
  readonly at: string;
  readonly dryRun: boolean;
  /** 0: nothing left; 2: something waits or is held back; 3: refused by a guard; 4: applied in part. */
  readonly exitCode: 0 | 2 | 3 | 4;
  readonly routine: {
    readonly file: string;
    readonly digest: string;
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
  readonly failures: readonly (SyncSubject & { readonly state: OutcomeState; readonly detail: string })[];
  readonly waiting: {
    readonly file: string;
    readonly digest: string;
    readonly changes: readonly (SyncSubject & Wait)[];
    /** Addresses whose change is left out until what it needs is carried out. */
    readonly leftOut: readonly string[];
  };
  /** Why nothing at all is covered, for people; null where changes are judged one by one. */
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
