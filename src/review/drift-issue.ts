import type { Plan } from "../model/plan.ts";
import { neutralText } from "./neutral.ts";
import {
  COMMENT_BYTES,
  linkTo,
  type PlanPage,
  renderPlanPage,
  SUMMARY_BYTES,
  titleOf,
} from "./pull-request.ts";
import { changesIn, countOf } from "./totals.ts";

/** Where the issue stands. */
export type DriftPage = Pick<PlanPage, "marker" | "folder" | "runUrl">;

/** GitHub takes 256 characters in a title; this leaves room for the words around it, and for what says how much is cut. */
const TITLE = 150;

const ENDING =
  "**To settle this**, apply a plan: with the next pull request to the configuration, whose comment shows these changes as pending anyway, or by `zivsync plan` and `zivsync apply`. Where they are not what you want, change the configuration. This issue is updated with every run, and closed once nothing differs.\n";

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
  return renderDriftPage(plan, page, COMMENT_BYTES);
}

/** The same as the summary of the run. */
export function renderDriftSummary(plan: Plan, page: DriftPage): string {
  return renderDriftPage(plan, { ...page, marker: "" }, SUMMARY_BYTES);
}

function renderDriftPage(plan: Plan, page: DriftPage, maxBytes: number): string {
  const base = { state: "none" } as const;
  return renderPlanPage(plan, { ...page, base, kept: false, ending: ENDING, maxBytes });
}

/** What the issue says once nothing differs any more. */
export function renderNoDrift(page: DriftPage): string {
  const found = `This was found in ${linkTo("this run", page.runUrl)}.`;
  return `${titleOf(page)}\n### No drift\n\nThe live accounts are as the sources say. ${found}\n`;
}
