import type { Outcome } from "../../model/plan/outcome.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { PlannedChange } from "../shared/change.ts";

/** Changes that ended in the same way for the same reason. `state` is `not tried` for a change without an outcome. */
export type OutcomeGroup = {
  readonly state: Outcome["state"] | "not tried";
  readonly detail: string;
  readonly first: PlannedChange;
  readonly changes: readonly PlannedChange[];
};

/** Groups changes by state, action, kind and reason, in the order of the plan: what is said of many is said once. Pure. */
export function groupOutcomes(
  changes: Plan["changes"],
  byChange: ReadonlyMap<string, Outcome>,
): readonly OutcomeGroup[] {
  const groups = new Map<string, OutcomeGroup & { readonly changes: PlannedChange[] }>();
  for (const change of changes) {
    const { state = "not tried", detail = "" } = byChange.get(change.id) ?? {};
    const key = JSON.stringify([state, change.action, change.kind, detail]);
    const group = groups.get(key);
    if (group) group.changes.push(change);
    else groups.set(key, { state, detail, first: change, changes: [change] });
  }
  return [...groups.values()];
}

/** `suspend 357 personal accounts`. */
export function groupTitle({ first, changes }: OutcomeGroup): string {
  return `${first.action} ${changes.length} ${first.kind} accounts`;
}
