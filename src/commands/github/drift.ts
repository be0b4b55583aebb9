import { loadConfiguration } from "../../config/load.ts";
import type { GitHubApi, Issue } from "../../github/api/api.ts";
import { setOutputs, writeSummary } from "../../github/run-report.ts";
import { isUnsettled } from "../../model/plan/attention.ts";
import { ACTIONS } from "../../model/plan/change.ts";
import type { Plan } from "../../model/plan/plan.ts";
import {
  type DriftPage,
  driftTitle,
  renderDriftIssue,
  renderDriftSummary,
  renderNoDrift,
} from "../../review/markdown/drift-issue.ts";
import { markedOrganization, readMarker, renderMarker } from "../../storage/approvals/comment-marker.ts";
import type { SealKeys } from "../../storage/plan/seal.ts";
import { parseAcceptances } from "../shared/acceptances.ts";
import type { CommandIo, ExitCode } from "../shared/io.ts";
import { decide, readAll } from "../shared/read-and-decide.ts";
import { type HandOverOptions, handOver } from "../shared/write-plan.ts";
import { isBot } from "./comment/sticky-comment.ts";
import { attentionOutputs, readRun, reportingTrouble } from "./run.ts";

export type GitHubDriftOptions = HandOverOptions & { readonly accept?: readonly string[] };

const LABEL = "zivsync-drift";
/** Issues have no number before they are opened, so their markers are sealed for none. */
const NO_NUMBER = 0;

/**
 * `zivsync github drift`: plans, and keeps one issue for the organisation open for as long as there is something to do, or a
 * source is incomplete, or a removal is held back.
 */
export async function githubDrift(options: GitHubDriftOptions, io: CommandIo): Promise<ExitCode> {
  const run = await readRun(options, io);
  return reportingTrouble(run, async () => {
    const accepted = parseAcceptances(options.accept ?? []);
    const configuration = await loadConfiguration(options.directory);
    const api = run.openApi();
    const read = await readAll(configuration, configuration.profiles, io);
    const { decided } = decide(configuration, read, { accepted });
    const plan = await handOver(decided, configuration, read.keys, options, io);
    const { folder, runUrl, context } = run;
    const { organization } = read.keys;
    const fields = { organization, digest: plan.digest, head: context.sha, run: context.runId };
    const page = { marker: renderMarker(fields, NO_NUMBER, read.keys), folder, runUrl };
    await writeSummary(renderDriftSummary(plan, page));
    const issue = await settle(plan, await findIssue(api, read.keys), page, api, io);
    await setOutputs(outputsOf(plan, issue));
    return plan.applicable ? 0 : 3;
  });
}

/** Our issue: one that is open before one that is closed, and the earliest of several. */
async function findIssue(api: GitHubApi, keys: SealKeys): Promise<Issue | undefined> {
  const ours = (await api.issues(LABEL))
    .filter(({ author, body }) => isBot(author) && markedOrganization(body) === keys.organization)
    .sort(
      (a, b) =>
        Number(isOurs(b, keys)) - Number(isOurs(a, keys)) ||
        Number(b.open) - Number(a.open) ||
        a.number - b.number,
    );
  return ours[0];
}

function isOurs({ body }: Issue, keys: SealKeys): boolean {
  return readMarker(body, NO_NUMBER, keys) !== undefined;
}

/** Opens, updates, reopens or closes the issue; gives its number. */
async function settle(
  plan: Plan,
  issue: Issue | undefined,
  page: DriftPage,
  api: GitHubApi,
  io: CommandIo,
): Promise<number | undefined> {
  const state = stateOf(plan);
  if (state !== "drift" && issue?.open !== true) return undefined;
  if (state === "none" && issue !== undefined) {
    await api.updateIssue(issue.number, { body: renderNoDrift(page), open: false });
    io.note(`Closed the issue #${issue.number}: nothing differs any more.`);
    return issue.number;
  }
  const title = driftTitle(plan, page.folder);
  const body = renderDriftIssue(plan, page);
  if (issue === undefined) {
    const opened = await api.createIssue({ title, body, labels: [LABEL] });
    io.note(`Opened the issue #${opened.number}.`);
    return opened.number;
  }
  await api.updateIssue(issue.number, { title, body, ...(issue.open ? {} : { open: true }) });
  io.note(`${issue.open ? "Updated" : "Reopened"} the issue #${issue.number}.`);
  return issue.number;
}

/**
 * `drift`: something is due, or may be: a source is incomplete or a removal is held back. `doubt`: accounts are left as they
 * are, which opens no issue and closes none.
 */
function stateOf(plan: Plan): "drift" | "doubt" | "none" {
  if (plan.changes.length > 0 || !plan.applicable || isUnsettled(plan)) return "drift";
  return plan.findings.some(({ severity }) => severity === "error") ? "doubt" : "none";
}

function outputsOf(plan: Plan, issue: number | undefined): Record<string, string> {
  return {
    digest: plan.digest,
    changes: String(plan.changes.length),
    refused: String(!plan.applicable),
    ...attentionOutputs(plan),
    ...Object.fromEntries(ACTIONS.map((action) => [action, String(plan.summary[action])])),
    issue: String(issue ?? ""),
  };
}
