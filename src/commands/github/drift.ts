import { loadConfiguration } from "../../config/load.ts";
import { setOutputs, writeSummary } from "../../github/run-report.ts";
import { renderDriftSummary } from "../../review/markdown/drift-issue.ts";
import { parseAcceptances } from "../shared/acceptances.ts";
import type { CommandIo, ExitCode } from "../shared/io.ts";
import { decide, readAll } from "../shared/read-and-decide.ts";
import { type HandOverOptions, handOver } from "../shared/write-plan.ts";
import { issueMarker, settleIssue } from "./comment/issue.ts";
import { planOutputs, readRun, reportingTrouble } from "./run.ts";

export type GitHubDriftOptions = HandOverOptions & { readonly accept?: readonly string[] };

/**
 * `zivsync github drift`: plans, and keeps one issue for the organisation open for as long as there is something to do, or a
 * source is incomplete, or a removal is held back.
 */
export async function githubDrift(options: GitHubDriftOptions, io: CommandIo): Promise<ExitCode> {
  const run = await readRun(options, io);
  return reportingTrouble(run, io, async () => {
    const accepted = parseAcceptances(options.accept ?? []);
    const configuration = await loadConfiguration(options.directory);
    const api = run.openApi();
    const read = await readAll(configuration, configuration.profiles, io);
    const { decided } = decide(configuration, read, { accepted });
    const plan = await handOver(decided, configuration, read.keys, options, io);
    const { folder, runUrl, context } = run;
    const { organization } = read.keys;
    const fields = { organization, digest: plan.digest, head: context.sha, run: context.runId };
    const page = { marker: issueMarker(fields, read.keys), folder, runUrl };
    await writeSummary(renderDriftSummary(plan, page));
    const issue = await settleIssue(plan, page, { api, keys: read.keys }, io);
    await setOutputs({ ...planOutputs(plan), issue: String(issue ?? "") });
    return plan.applicable ? 0 : 3;
  });
}
