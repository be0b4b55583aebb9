/** The result of a change. `unknown`: sent, and only the next reading settles it. */
export type OutcomeState = "applied" | "already" | "conflict" | "failed" | "blocked" | "unknown";

/** Whether a change is as planned in Zivver, by this apply or before it. A change without a state was not tried. */
export function isInPlace(state: OutcomeState | "not tried" | undefined): state is "applied" | "already" {
  return state === "applied" || state === "already";
}

export type Outcome = {
  readonly change: string;
  readonly state: OutcomeState;
  /** For people: why, and what to do. Empty for `applied` and `already`. */
  readonly detail: string;
  /** A fact that the next plans must know of it: Zivver lets the primary address not be changed. */
  readonly code?: "rename-not-possible";
};
