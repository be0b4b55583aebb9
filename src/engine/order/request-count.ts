import type { Kind } from "../../model/account/kind.ts";
import type { Action } from "../../model/plan/change.ts";

/** The facts on which the number of requests of a change depends. */
type Costing = {
  readonly action: Action;
  readonly kind: Kind;
  readonly fields: readonly unknown[];
  readonly release?: unknown;
};

/** Two readings of two lists. */
const READINGS = 4;

/** Requests that apply needs for changes when nothing goes wrong, its readings included. Pure. */
export function countRequests(changes: readonly Costing[]): number {
  return changes.length === 0 ? 0 : READINGS + changes.reduce((sum, one) => sum + requestsOf(one), 0);
}

/** One request a change; one more to give addresses up first, or to empty a group that changes otherwise as well. */
function requestsOf({ action, kind, fields, release }: Costing): number {
  const emptiesAndMore = action === "suspend" && kind === "functional" && fields.length > 1;
  return 1 + (release ? 1 : 0) + (emptiesAndMore ? 1 : 0);
}
