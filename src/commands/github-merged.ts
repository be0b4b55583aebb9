import type { GitHubApi, PullRequest } from "../github/api.ts";
import type { Marker } from "../records/comment-marker.ts";
import type { SealKeys } from "../records/seal.ts";
import { findComment, type OwnComment } from "./sticky-comment.ts";

/** A merged pull request that brought a commit, and what our comment on it said. */
export type Reviewed = {
  readonly pullRequest: PullRequest;
  readonly comment: OwnComment;
  readonly marker: Marker;
};

/** The merged pull requests of a commit that have a comment of ours with a seal of ours, latest first. */
export async function reviewedBefore(
  api: GitHubApi,
  sha: string,
  keys: SealKeys,
): Promise<readonly Reviewed[]> {
  const found: Reviewed[] = [];
  for (const pullRequest of await api.pullRequestsOf(sha)) {
    if (!pullRequest.merged) continue;
    const comment = await findComment(api, pullRequest.number, keys);
    if (comment?.marker !== undefined) found.push({ pullRequest, comment, marker: comment.marker });
  }
  return found.sort((a, b) => b.pullRequest.number - a.pullRequest.number);
}
