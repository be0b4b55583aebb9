import type { Plan } from "../model/plan.ts";
import { neutralText } from "./neutral.ts";
import { COMMENT_BYTES, linkTo, type PlanPage, renderPlanPage, titleOf } from "./pull-request.ts";
import { changesIn, countOf } from "./totals.ts";

/** Where the issue stands. */
export type DriftPage = Pick<PlanPage, "marker" | "folder" | "runUrl">;

const TITLE = 200;

const ENDING =
  "**To settle this**, run the workflow that applies by hand: it plans again and asks for approval. Where the plan is not what you want, change the configuration by a pull request. This issue is updated with every run, and closed once nothing differs.\n";

/** Titles are plain text to GitHub. */
export function driftTitle(plan: Plan, folder: string): string {
  const count = changesIn(plan.summary);
  const what = plan.applicable
    ? count === 0
      ? "in doubt"
      : countOf(count, "change is due", "changes are due")
    : `${countOf(count, "change is due", "changes are due")}, and refused by the guards`;
  return `zivsync: ${what} in ${neutralText(folder, TITLE)}`;
}

/** The issue that says what the organisation lacks, in at most 65,536 bytes. `marker` is its first line. */
export function renderDriftIssue(plan: Plan, page: DriftPage): string {
  return renderPlanPage(plan, { ...page, base: { state: "none" }, ending: ENDING, maxBytes: COMMENT_BYTES });
}

/** What the issue says once nothing differs any more. */
export function renderNoDrift(page: DriftPage): string {
  const found = `This was found in ${linkTo("this run", page.runUrl)}.`;
  return `${titleOf(page)}\n### No drift\n\nThe live accounts are as the sources say. ${found}\n`;
}
