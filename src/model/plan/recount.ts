import { countAttention } from "./attention.ts";
import { ACTIONS, type Action } from "./change.ts";
import type { Plan } from "./plan.ts";

/** The counts that a plan makes of itself, recounted: totals from its changes, attention from its findings, the guards' verdict. */
export function recount(plan: Plan): Plan {
  const count = (action: Action) => plan.changes.filter((change) => change.action === action).length;
  const totals = Object.fromEntries(ACTIONS.map((action) => [action, count(action)]));
  return {
    ...plan,
    summary: { ...plan.summary, ...totals },
    ...(plan.attention === undefined ? {} : { attention: countAttention(plan) }),
    applicable: plan.guards.every(({ verdict }) => verdict !== "refused"),
  };
}

/** Whether the totals and the verdict that people are shown are those of the changes and guards. Needs no key. Pure. */
export function isCountedRight(plan: Plan): boolean {
  const { summary, applicable } = recount(plan);
  return (
    applicable === plan.applicable && ACTIONS.every((action) => summary[action] === plan.summary[action])
  );
}
