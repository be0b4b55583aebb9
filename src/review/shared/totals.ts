import { ACTIONS } from "../../model/plan/change.ts";
import type { PlanSummary } from "../../model/plan/plan.ts";

/** `1 request`, `11 requests`. */
export function countOf(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** How many accounts a plan changes. */
export function changesIn(summary: PlanSummary): number {
  return ACTIONS.reduce((sum, action) => sum + summary[action], 0);
}
