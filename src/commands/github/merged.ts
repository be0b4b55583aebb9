import type { GitHubApi, PullRequest } from "../../github/api/api.ts";
import type { SealKeys } from "../../storage/plan/seal.ts";
import { isUsed, readShown, type ShownComment } from "./comment/sticky-comment.ts";

/** A merged pull request that brought a commit, and what our comment on it shows; `isUsed`: that was applied in full already. */
export type Reviewed = ShownComment & { readonly pullRequest: PullRequest; readonly isUsed: boolean };

/** The merged pull requests of a commit that have a comment of ours with a seal of ours, latest first. */
export async function reviewedBefore(
  api: GitHubApi,
  sha: string,
  keys: SealKeys,
): Promise<readonly Reviewed[]> {
  const found: Reviewed[] = [];
  for (const pullRequest of await api.pullRequestsOf(sha)) {
    if (pullRequest.mergedAt === undefined) continue;
    const shown = await readShown(api, pullRequest.number, keys);
    if (shown === undefined) continue;
    found.push({
      pullRequest,
      ...shown,
      isUsed: await isUsed(api, pullRequest.number, shown.marker.digest, keys),
    });
  }
  return found.sort((a, b) => b.pullRequest.number - a.pullRequest.number);
}

/** The reason why a merge does not say that the plan in the comment is wanted; undefined where it does. Pure. */
export function mergeDoubt({ pullRequest, showing, isUsed }: Reviewed): string | undefined {
  const { number, mergedAt = "" } = pullRequest;
  if (isUsed)
    return `The plan of pull request #${number} was applied already, and a merge is for one apply. The same changes are due again, so Zivver was changed since.`;
  if ("doubt" in showing) return `The comment of pull request #${number} approves nothing: ${showing.doubt}.`;
  if (mergedAt > showing.since) return undefined;
  return `The comment of pull request #${number} shows this plan since ${showing.since}, and it was merged at ${mergedAt}: not later, so the merge was not for this plan.`;
}
