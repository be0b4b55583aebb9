import type { Outcome, OutcomeState } from "../../model/plan/outcome.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { createTerminal } from "../shared/medium.ts";
import { neutralText } from "../shared/neutral.ts";
import { countOf } from "../shared/totals.ts";
import { createPaint } from "./terminal/color.ts";

const STATES: readonly OutcomeState[] = ["applied", "already", "conflict", "failed", "blocked", "unknown"];
const REASON = 2_000;

/**
 * What apply did: a count for each state that occurs, then every change that is not in place, with its reason and in the
 * order of the plan. A change without an outcome was not tried.
 */
export function renderOutcomes(
  plan: Plan,
  outcomes: readonly Outcome[],
  { color }: { readonly color: boolean },
): string {
  const paint = createPaint(color);
  const terminal = createTerminal(paint);
  const byChange = new Map(outcomes.map((outcome) => [outcome.change, outcome]));
  const lines = [outcomeTotals(plan, outcomes)];
  const left = plan.changes.flatMap((change) => {
    const outcome = byChange.get(change.id);
    if (outcome?.state === "applied" || outcome?.state === "already") return [];
    const title = `${outcome?.state ?? "not tried"}: ${change.action} ${change.kind} ${terminal.address(change.address)}`;
    const painted =
      outcome?.state === "failed" || outcome?.state === "conflict" ? paint.red(title) : paint.yellow(title);
    return [`  ${painted}`, ...(outcome?.detail ? [`      ${neutralText(outcome.detail, REASON)}`] : [])];
  });
  if (left.length > 0) {
    const count =
      plan.changes.length - outcomes.filter(({ state }) => state === "applied" || state === "already").length;
    lines.push("", `${countOf(count, "change is", "changes are")} not in place:`, ...left);
  }
  const notes = plan.changes.flatMap((change) => {
    const outcome = byChange.get(change.id);
    const isDone = outcome?.state === "applied" || outcome?.state === "already";
    if (!isDone || outcome.detail === "") return [];
    const title = `${outcome.state}: ${change.action} ${change.kind} ${terminal.address(change.address)}`;
    return [`  ${paint.yellow(title)}`, `      ${neutralText(outcome.detail, REASON)}`];
  });
  if (notes.length > 0) lines.push("", "In place, with something to check:", ...notes);
  return `${lines.join("\n")}\n`;
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
