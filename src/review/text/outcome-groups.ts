import type { Outcome } from "../../model/plan/outcome.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { PlannedChange } from "../shared/change.ts";

/**
 * Changes that ended in the same way for the same reason. `state` is `not tried` for a change without an outcome. The reason of
 * several names no account of theirs, since they are listed below it.
 */
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
  type Growing = OutcomeGroup & { readonly common: string; readonly changes: PlannedChange[] };
  const groups = new Map<string, Growing>();
  for (const change of changes) {
    const { state = "not tried", detail = "" } = byChange.get(change.id) ?? {};
    const common = withoutName(detail, change.address);
    const key = JSON.stringify([state, change.action, change.kind, common]);
    const group = groups.get(key);
    if (group) group.changes.push(change);
    else groups.set(key, { state, detail, common, first: change, changes: [change] });
  }
  return [...groups.values()].map(({ common, ...group }) =>
    group.changes.length > 1 ? { ...group, detail: common } : group,
  );
}

const ADDRESS = /[^\s"'`<>(),;:]+@[^\s"'`<>(),;:]+/g;

/** A reason without the address of its own account, in which equal reasons would differ. Other addresses stay. */
function withoutName(detail: string, address: string): string {
  if (!detail.includes(address)) return detail;
  return detail.replaceAll(ADDRESS, (found) => {
    const bare = found.replace(/\.+$/, "");
    return bare === address ? `the account${found.slice(bare.length)}` : found;
  });
}

/** `suspend 357 personal accounts`. */
export function groupTitle({ first, changes }: OutcomeGroup): string {
  return `${first.action} ${changes.length} ${first.kind} accounts`;
}
