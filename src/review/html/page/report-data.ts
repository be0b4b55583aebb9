/*
 * What the page's script works on. Every distinct text stands once, in `texts`, already neutral (src/review/shared/neutral.ts); all
 * else are numbers: positions in `texts`, where 0 is the empty text, or in the lists below.
 */

export const ACTION_ORDER = ["suspend", "delete", "create", "update", "reactivate"] as const;
export const KIND_ORDER = ["personal", "functional"] as const;
export const STATE_ORDER = [
  "applied",
  "already",
  "conflict",
  "failed",
  "blocked",
  "unknown",
  "not tried",
] as const;
export const CHANGED_IN_ORDER = ["source", "zivver", "both"] as const;

/** `before` of a field whose `after` is both in one: `Ward [-2-]{+3+}`. */
export const DIFFERENCE_IN_ONE = -1;

/**
 * `changedIn`: position in CHANGED_IN_ORDER and 1, 0 for none. `before` and `after` are lists together: what goes, and
 * what comes.
 */
export type ReportField = readonly [
  label: number,
  place: number,
  attribute: number,
  changedIn: number,
  before: number | readonly number[],
  after: number | readonly number[],
];

/** `state`: position in STATE_ORDER and 1, 0 where there is no journal. */
export type ReportChange = readonly [
  action: number,
  kind: number,
  address: number,
  fullName: number,
  profile: number,
  domain: number,
  id: number,
  state: number,
  detail: number,
  fields: readonly ReportField[],
];

export type ReportData = {
  readonly texts: readonly string[];
  /** Suspensions and deletions first, else in the order of the plan. */
  readonly changes: readonly ReportChange[];
  /** The label of the field of which the access picture is made. */
  readonly delegates: number;
  /** The words for each of CHANGED_IN_ORDER. */
  readonly marks: readonly number[];
  /** null where it no longer matters: the plan has been applied. */
  readonly expiresAt: string | null;
};
