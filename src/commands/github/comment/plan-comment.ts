import type { GitHubApi, PullRequest, WorkflowContext } from "../../../github/api/api.ts";
import type { Plan } from "../../../model/plan/plan.ts";
import { countBytes } from "../../../review/markdown/fit.ts";
import { COMMENT_BYTES, type PlanPage, renderPlanPage } from "../../../review/markdown/pull-request.ts";
import { type Marker, renderMarker, visibleHash } from "../../../storage/approvals/comment-marker.ts";
import type { SealKeys } from "../../../storage/plan/seal.ts";
import { findComment, putComment, type ShownComment, showingOf } from "./sticky-comment.ts";

export type Addressee = {
  readonly api: GitHubApi;
  readonly pullRequest: PullRequest;
  readonly context: Pick<WorkflowContext, "runId" | "actor" | "triggeringActor">;
  readonly keys: SealKeys;
};

/**
 * Shows a plan in the comment of a pull request; gives the comment's id. Nothing is written where a later run has, nor once
 * the pull request is closed: what people approved stays as they saw it.
 */
export async function showPlan(
  plan: Plan,
  page: PlanPage,
  { api, pullRequest, context, keys }: Addressee,
  note: (text: string) => void,
): Promise<number | undefined> {
  const { number, headSha } = pullRequest;
  const found = await findComment(api, number, keys);
  if (!(await api.pullRequest(number)).open) {
    note(`Pull request #${number} is closed: its comment stays as it is.`);
    return found?.comment.id;
  }
  if (found?.marker !== undefined && found.marker.run > context.runId) {
    note("The comment is of a later run, and stays as it is.");
    return found.comment.id;
  }
  const before = found && (await showingOf(api, found));
  const by = [...(found?.marker?.shown?.by ?? []), context.actor, context.triggeringActor];
  const { organization } = keys;
  const stamp = { organization, digest: plan.digest, head: headSha, run: context.runId };
  const body = sealedBody(plan, page, { ...stamp, by: [...new Set(by)].sort() }, before, number, keys);
  return putComment(api, number, found, body);
}

type Stamp = Omit<Marker, "shown"> & { readonly by: readonly string[] };

/** The marker and the page. The time since when it is shown is kept for the same plan in the same form, and starts again otherwise. */
function sealedBody(
  plan: Plan,
  page: PlanPage,
  { by, ...stamp }: Stamp,
  before: ShownComment | undefined,
  pullRequest: number,
  keys: SealKeys,
): string {
  const sealed = (shown: Marker["shown"] & object) => renderMarker({ ...stamp, shown }, pullRequest, keys);
  const longest = sealed({ since: "2026-01-01T00:00:00Z", body: NO_HASH, form: NO_HASH, by });
  const space = { ...page, marker: "", maxBytes: COMMENT_BYTES - countBytes(longest) - 1 };
  const visible = renderPlanPage(plan, space);
  const form = visibleHash(renderPlanPage({ ...plan, ...NO_TIMES }, { ...space, runUrl: "" }));
  const since = sinceOf(before, stamp, form);
  return `${sealed({ since, body: visibleHash(visible), form, by })}\n${visible}`;
}

const NO_HASH = "0".repeat(64);
const NO_TIMES = { createdAt: "", expiresAt: "" };

function sinceOf(
  before: ShownComment | undefined,
  { digest, head }: Omit<Marker, "shown">,
  form: string,
): string | undefined {
  if (before === undefined || "doubt" in before.showing) return undefined;
  const { marker, showing } = before;
  const same = marker.digest === digest && marker.head === head && marker.shown?.form === form;
  return same ? showing.since : undefined;
}
