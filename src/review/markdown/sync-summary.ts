import type { Plan } from "../../model/plan/plan.ts";
import type { SyncResult } from "../../model/sync-result.ts";
import { neutralMarkdown } from "../shared/neutral.ts";
import { syncLines } from "../standing/sync-lines.ts";
import { type DriftPage, renderDriftSummary } from "./drift-issue.ts";

const LONGEST = 500;

/** A sync as the summary of its run: what was applied and what was not, in a line each, then the plan that waits. */
export function renderSyncSummary(result: SyncResult, waiting: Plan, page: DriftPage): string {
  const lines = syncLines(result).map((line) => `- ${neutralMarkdown(line, LONGEST)}\n`);
  return `### zivsync sync\n\n${lines.join("")}\n${renderDriftSummary(waiting, page)}`;
}
