import type { Causes } from "../../model/plan/causes.ts";
import { isRemoval } from "../../model/plan/change.ts";
import { isInPlace, type Outcome } from "../../model/plan/outcome.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { Problem } from "../../model/values/errors.ts";
import type { PlannedChange } from "../shared/change.ts";
import { MARKDOWN } from "../shared/medium.ts";
import { countOf } from "../shared/totals.ts";
import { groupOutcomes, groupTitle, type OutcomeGroup, outcomeTotals } from "../text/outcomes.ts";
import { actionCounts, changeSection, nameSection, takeRemovals } from "./changes.ts";
import { countBytes, each, Room, type Section } from "./fit.ts";
import { linkToRun, type PlanPage, problemProse, titleOf } from "./pull-request.ts";
import { attentionPart } from "./sections.ts";

/** Where a result is shown. */
export type ResultPage = Pick<PlanPage, "marker" | "folder" | "runUrl" | "maxBytes">;

/** The result of apply. `finished` is false where the same plan can go on. */
export type Done = { readonly outcomes: readonly Outcome[]; readonly finished: boolean };

/** The result of a plan, for the comment and the summary: changes that are not in place by name and reason, then the others. */
export function renderApplied(plan: Plan, { outcomes, finished }: Done, page: ResultPage): string {
  const byChange = new Map(outcomes.map((outcome) => [outcome.change, outcome]));
  const isDone = ({ id }: PlannedChange) => isInPlace(byChange.get(id)?.state);
  const inPlace = plan.changes.filter(isDone);
  const left = plan.changes.filter((change) => !isDone(change));
  const verdict =
    left.length === 0
      ? `Applied: ${countOf(inPlace.length, "change is", "changes are")} in place`
      : `Applied in part: ${countOf(left.length, "change is", "changes are")} not in place`;
  const head = `${titleOf(page)}\n### ${verdict}\n\n${outcomeTotals(plan, outcomes)}\n\n`;
  const foot = [
    finished ? "" : "Not everything is settled: plan again, and see what is left.\n\n",
    `- Digest: ${MARKDOWN.name(plan.digest)}\n`,
    `- The journal is among the artefacts of ${linkToRun(page.runUrl)}.\n`,
  ].join("");
  const room = new Room(page.maxBytes - countBytes(head) - countBytes(foot), countBytes);
  const open = room.take(leftSection(left, byChange), room.left * 0.7);
  const removals = room.take(
    nameSection(`Suspended and deleted (${inPlace.filter(isRemoval).length})`, inPlace.filter(isRemoval)),
  );
  const others = inPlace.filter((change) => !isRemoval(change));
  const list = { changes: others, profiles: plan.configuration.profiles.length > 1 };
  return head + open + removals + room.take(changeSection(`Other changes (${others.length})`, list)) + foot;
}

type Entry = { readonly text: string; readonly change?: PlannedChange };

/** One change with its reason; several with one reason: the reason once, then whom it is about. */
function groupEntries(group: OutcomeGroup): readonly Entry[] {
  const { state, detail, first, changes } = group;
  const reason = detail === "" ? "" : `: ${MARKDOWN.prose(detail)}`;
  if (changes.length === 1) {
    const text = `- **${state}**: ${first.action} ${MARKDOWN.address(first.address)}${reason}\n`;
    return [{ text, change: first }];
  }
  return [
    { text: `- **${state}**: ${groupTitle(group)}${reason}\n` },
    ...changes.map((change) => ({ text: `  - ${MARKDOWN.address(change.address)}\n`, change })),
  ];
}

function leftSection(left: Plan["changes"], byChange: ReadonlyMap<string, Outcome>): Section | undefined {
  if (left.length === 0) return undefined;
  const entries = groupOutcomes(left, byChange).flatMap(groupEntries);
  return {
    open: `**Not in place (${left.length})**\n\n`,
    ...each(entries, ({ text }) => text),
    more: (from) => {
      const rest = entries.slice(from).flatMap(({ change }) => change ?? []);
      return `- … and ${rest.length} more: ${actionCounts(rest)}\n`;
    },
    close: "\n",
  };
}

/** Nothing was left to do, as far as is known. */
export function renderNothingLeft(plan: Plan, page: ResultPage): string {
  const foot = `It was planned again in ${linkToRun(page.runUrl)}.\n`;
  return `${titleOf(page)}\n### Nothing is left to apply\n\n${attentionPart(plan)}The live accounts are as the plan would have made them. ${foot}`;
}

/** The plan that was made again, and how it differs from the one that was approved. */
export type Differing = { readonly plan: Plan; readonly difference: Causes };

/** The reason why nothing was applied. With `differing`, also what the plan has become since it was approved. */
export function renderNotApplied(
  problems: readonly Problem[],
  differing: Differing | undefined,
  page: ResultPage,
): string {
  const reasons = problems.slice(0, REASONS).map(({ message, remedy }) => {
    const next = remedy === undefined ? "" : ` ${problemProse(remedy)}`;
    return `> ${problemProse(message)}${next}\n`;
  });
  const head = `${titleOf(page)}\n### Not applied\n\n> [!CAUTION]\n${reasons.join(">\n")}\n`;
  const foot = `- This was decided in ${linkToRun(page.runUrl)}.\n`;
  const room = new Room(page.maxBytes - countBytes(head) - countBytes(foot), countBytes);
  return head + (differing === undefined ? "" : differencePart(differing, room)) + foot;
}

const REASONS = 5;

/** Changes planned now that were not approved, then approved ones that are no longer planned. */
function differencePart({ plan, difference }: Differing, room: Room): string {
  const { known, caused, pending, prevented } = difference;
  const digest = `- Digest of the new plan: ${MARKDOWN.name(plan.digest)}\n`;
  if (!known) return `${digest}- The approved plan is not at hand, so the difference cannot be shown.\n`;
  const lines = [
    `- Planned now, and not approved: ${actionCounts(caused) || "nothing"}\n`,
    `- Approved, and no longer planned: ${actionCounts(prevented) || "nothing"}\n`,
    `- In both: ${actionCounts(pending) || "nothing"}\n`,
    caused.length + prevented.length > 0
      ? ""
      : "- The changes are the same; what differs is the organisation, or what was accepted of the guards.\n",
    digest,
  ].join("");
  const profiles = plan.configuration.profiles.length > 1;
  const left = room.left - countBytes(lines) - 1;
  const inside = new Room(left, countBytes);
  const removed = { changes: caused, profiles, deletedAfterDays: plan.deletedAfterDays };
  const removals = takeRemovals(inside, removed, left * 0.8);
  const others = caused.filter((change) => !isRemoval(change));
  const fresh = inside.take(
    changeSection(`Planned now, and not approved (${actionCounts(others)})`, { changes: others, profiles }),
    inside.left * 0.7,
  );
  const gone = inside.take(
    nameSection(`Approved, and no longer planned (${actionCounts(prevented)})`, prevented),
  );
  return `${lines}\n${removals}${fresh}${gone}`;
}
