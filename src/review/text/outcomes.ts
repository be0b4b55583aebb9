import { isRemoval } from "../../model/plan/change.ts";
import { isInPlace, type Outcome, type OutcomeState } from "../../model/plan/outcome.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { PlannedChange } from "../shared/change.ts";
import { createTerminal } from "../shared/medium.ts";
import { neutralText } from "../shared/neutral.ts";
import { countOf } from "../shared/totals.ts";
import { groupOutcomes, groupTitle, type OutcomeGroup } from "./outcome-groups.ts";
import { createPaint, type Paint } from "./terminal/color.ts";

const STATES: readonly OutcomeState[] = ["applied", "already", "conflict", "failed", "blocked", "unknown"];
const REASON = 2_000;
const PER_GROUP = 20;

/**
 * The outcome of apply: a count for each state that occurs, then the changes that are not in place, with their reasons and in the
 * order of the plan. A change without an outcome was not tried.
 */
export function renderOutcomes(
  plan: Plan,
  outcomes: readonly Outcome[],
  { color }: { readonly color: boolean },
): string {
  const paint = createPaint(color);
  const byChange = new Map(outcomes.map((outcome) => [outcome.change, outcome]));
  const lines = [outcomeTotals(plan, outcomes)];
  const isDone = ({ id }: PlannedChange) => isInPlace(byChange.get(id)?.state);
  const left = plan.changes.filter((change) => !isDone(change));
  if (left.length > 0) {
    lines.push(
      "",
      `${countOf(left.length, "change is", "changes are")} not in place:`,
      ...groupOutcomes(left, byChange).flatMap((group) => groupLines(group, paint)),
    );
  }
  const noted = plan.changes.filter((change) => isDone(change) && byChange.get(change.id)?.detail !== "");
  if (noted.length > 0) {
    lines.push(
      "",
      "In place, with something to check:",
      ...groupOutcomes(noted, byChange).flatMap((group) => groupLines(group, paint)),
    );
  }
  return `${lines.join("\n")}\n`;
}

/** One change with its reason; several with one reason: the reason once, then whom it is about. */
function groupLines(group: OutcomeGroup, paint: Paint): readonly string[] {
  const { state, detail, first, changes } = group;
  const { address } = createTerminal(paint);
  const isSingle = changes.length === 1;
  const what = isSingle ? `${first.action} ${first.kind} ${address(first.address)}` : groupTitle(group);
  const color = state === "failed" || state === "conflict" ? paint.red : paint.yellow;
  const head = [
    `  ${color(`${state}: ${what}`)}`,
    ...(detail === "" ? [] : [`      ${neutralText(detail, REASON)}`]),
  ];
  if (isSingle) return head;
  // A removal that is not in place is a leaver who can still log in: each is named.
  const shown = isRemoval(first) ? changes : changes.slice(0, PER_GROUP);
  const rest = changes.length - shown.length;
  return [
    ...head,
    ...shown.map((change) => `        ${address(change.address)}`),
    ...(rest > 0 ? [`        … and ${rest} more; \`zivsync show\` with \`-f html\` lists them all`] : []),
  ];
}

/** `Applied 11, failed 1, not tried 2.` */
export function outcomeTotals(plan: Plan, outcomes: readonly Outcome[]): string {
  const tried = new Set(outcomes.map(({ change }) => change));
  const untried = plan.changes.filter(({ id }) => !tried.has(id)).length;
  const counts = STATES.map((state) => ({
    state,
    count: outcomes.filter((outcome) => outcome.state === state).length,
  }))
    .filter(({ state, count }) => count > 0 || state === "applied")
    .map(({ state, count }) => `${state} ${count}`);
  const totals = [...counts, ...(untried > 0 ? [`not tried ${untried}`] : [])].join(", ");
  return `${totals.charAt(0).toUpperCase()}${totals.slice(1)}.`;
}
