import { setOutputs, writeSummary } from "../../github/run-report.ts";
import { renderSyncSummary } from "../../review/markdown/drift-issue.ts";
import type { CommandIo, ExitCode } from "../shared/io.ts";
import { type Synced, type SyncOptions, sync } from "../sync/sync.ts";
import { issueMarker, settleIssue } from "./comment/issue.ts";
import { type GitHubRun, planOutputs, readRun, reportingTrouble, SUMMARY, showDone } from "./run.ts";

/**
 * `zivsync github sync`: what `zivsync sync` does, shown in the summary of the run, in its outputs, and in the issue of the
 * organisation, which carries what waits and what is held back. A run in which something waits has not failed: 2 becomes 0.
 */
export async function githubSync(options: SyncOptions, io: CommandIo): Promise<ExitCode> {
  const run = await readRun(options, io);
  return reportingTrouble(run, io, async () => {
    const code = await sync(options, io, (synced) => report(synced, run, io));
    return code === 2 ? 0 : code;
  });
}

async function report(
  { result, waiting, isForPeople, keys }: Synced,
  run: GitHubRun,
  io: CommandIo,
): Promise<void> {
  const { folder, runUrl, context } = run;
  const { organization } = keys;
  const fields = { organization, digest: waiting.digest, head: context.sha, run: context.runId };
  const page = { marker: issueMarker(fields, keys), folder, runUrl };
  await showDone(SUMMARY, run, io, () => writeSummary(renderSyncSummary(result, waiting, page)));
  // Nothing is opened or closed by a run that only tried.
  const issue = result.dryRun
    ? undefined
    : await showDone("the issue of the organisation", run, io, () =>
        settleIssue(waiting, page, { api: run.openApi(), keys }, io),
      );
  await setOutputs({
    // Also the first plan of a state, even if it is empty; not a plan that its guards refuse, which nobody could approve.
    waits: String(isForPeople),
    ...planOutputs(waiting),
    applied: String(result.routine.outcomes.applied ?? 0),
    failed: String(result.failures.length),
    issue: String(issue ?? ""),
  });
}
