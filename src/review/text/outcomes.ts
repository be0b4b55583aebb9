import { isRemoval } from "../../model/plan/change.ts";
import { isInPlace, type Outcome, type OutcomeState } from "../../model/plan/outcome.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { PlannedChange } from "../shared/change.ts";
import { createTerminal } from "../shared/medium.ts";
import { neutralText } from "../shared/neutral.ts";
import { countOf } from "../shared/totals.ts";
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
