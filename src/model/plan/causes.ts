import type { Change, SealedKey } from "./change.ts";

/** A change of a plan file. */
type Planned = Change<SealedKey>;

/** The changes of a plan, by whether a change of the configuration brings them about. Each list keeps its plan's order. */
export type Causes = {
  /** False where nobody knows what would happen without it: then all of the plan is `pending`. */
  readonly known: boolean;
  /** Would not happen, or not in this form, without it. */
  readonly caused: readonly Planned[];
  /** Happens without it as well. */
  readonly pending: readonly Planned[];
  /** Would happen without it, and does not with it, or not in this form. */
  readonly prevented: readonly Planned[];
};
