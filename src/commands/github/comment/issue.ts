import type { GitHubApi, Issue } from "../../../github/api/api.ts";
import { isUnsettled } from "../../../model/plan/attention.ts";
import type { Plan } from "../../../model/plan/plan.ts";
import {
  type DriftPage,
  driftTitle,
  renderDriftIssue,
  renderNoDrift,
} from "../../../review/markdown/drift-issue.ts";
import { markedOrganization, readMarker, renderMarker } from "../../../storage/approvals/comment-marker.ts";
import type { SealKeys } from "../../../storage/plan/seal.ts";
import type { CommandIo } from "../../shared/io.ts";
import { isBot } from "./sticky-comment.ts";

/*
 * The one issue of an organisation: open for as long as there is something to do, or a source is incomplete, or a removal is
 * held back.
 */

const LABEL = "zivsync-drift";
/** Issues have no number before they are opened, so their markers are sealed for none. */
const NO_NUMBER = 0;

/** The first line of the issue, by which it is found again. */
export function issueMarker(fields: Parameters<typeof renderMarker>[0], keys: SealKeys): string {
  return renderMarker(fields, NO_NUMBER, keys);
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
export async function settleIssue(
  plan: Plan,
  page: DriftPage,
  { api, keys }: { readonly api: GitHubApi; readonly keys: SealKeys },
  io: CommandIo,
): Promise<number | undefined> {
  const issue = await findIssue(api, keys);
  const state = stateOf(plan);
  if (state !== "drift" && issue?.open !== true) return undefined;
  if (state === "none" && issue !== undefined) {
    await api.updateIssue(issue.number, { body: renderNoDrift(page), open: false });
    io.note(`Closed the issue #${issue.number}: nothing differs now.`);
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
