import { countAttention } from "../../model/plan/attention.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { SyncResult } from "../../model/sync-result.ts";
import { MARKDOWN } from "../shared/medium.ts";
import { neutralMarkdown, neutralText } from "../shared/neutral.ts";
import { changesIn, countOf } from "../shared/totals.ts";
import { syncLines } from "../standing/sync-lines.ts";
import { waitLines } from "../standing/waits.ts";
import {
  COMMENT_BYTES,
  linkToRun,
  type PlanPage,
  renderPlanPage,
  SUMMARY_BYTES,
  titleOf,
} from "./pull-request.ts";

/** Where the issue stands. */
export type DriftPage = Pick<PlanPage, "marker" | "folder" | "runUrl">;

/** GitHub takes 256 characters in a title; this leaves room for the words around it, and for what says how much is cut. */
const TITLE = 150;

const DUE =
  "**To settle this**, apply a plan: with the next pull request to the configuration, whose comment shows these changes as pending anyway, or by `zivsync plan` and `zivsync apply`. Where they are not what you want, change the configuration. This issue is updated with every run, and closed once nothing differs.\n";
const WAITS =
  "**To settle this**, approve and apply the waiting plan of the run: what standing approval covers was applied without it. Where these changes are not what you want, change the sources or the configuration. This issue is updated with every run, and closed once nothing differs.\n";
const NOTHING_DUE =
  "**To settle this**, correct what is named at the top: until then leavers may stay active, and newcomers may be missing. This issue is updated with every run, and closed once nothing differs, everything could be read and nothing is held back.\n";

/** Titles are plain text to GitHub. */
export function driftTitle(plan: Plan, folder: string): string {
  const count = changesIn(plan.summary);
  const due = countOf(count, "change is due", "changes are due");
  const what = count === 0 ? `no changes, but ${doubtsOf(plan)}` : due;
  return `zivsync: ${what}${plan.applicable ? "" : ", and refused by the guards"} in ${neutralText(folder, TITLE)}`;
}

/** The reason why it is not certain that nothing is due. */
function doubtsOf(plan: Plan): string {
  const { incomplete, heldBack } = countAttention(plan);
  const doubts = [
    ...(incomplete > 0 ? [countOf(incomplete, "source is incomplete", "sources are incomplete")] : []),
    ...(heldBack > 0 ? ["removals are held back"] : []),
  ];
  return doubts.length === 0 ? "accounts are left as they are" : doubts.join(" and ");
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
  const ending = plan.changes.length === 0 ? NOTHING_DUE : `${waitsPart(plan)}${plan.waits ? WAITS : DUE}`;
  return renderPlanPage(plan, { ...page, base, kept: false, ending, maxBytes });
}

/** The reason why the changes of a waiting part wait; empty of any other plan. */
function waitsPart(plan: Plan): string {
  const lines = waitLines(plan, MARKDOWN);
  return lines.length === 0 ? "" : `**Why they wait**\n\n${lines.map((line) => `- ${line}\n`).join("")}\n`;
}

/** The text of the issue once nothing differs any more. */
export function renderNoDrift(page: DriftPage): string {
  const found = `This was found in ${linkToRun(page.runUrl)}.`;
  return `${titleOf(page)}\n### No drift\n\nThe live accounts are as the sources say. ${found}\n`;
}

const LONGEST = 500;

/** A sync as the summary of its run: what was applied and what was not, in a line each, then the plan that waits. */
export function renderSyncSummary(result: SyncResult, waiting: Plan, page: DriftPage): string {
  const lines = syncLines(result).map((line) => `- ${neutralMarkdown(line, LONGEST)}\n`);
  return `### zivsync sync\n\n${lines.join("")}\n${renderDriftSummary(waiting, page)}`;
}
