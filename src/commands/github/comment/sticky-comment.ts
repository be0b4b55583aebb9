import type { Comment, Edit, GitHubApi, PullRequest } from "../../../github/api/api.ts";
import {
  type Marker,
  markedOrganization,
  type ResultMarker,
  readMarker,
  readResultMarker,
  resultOrganization,
  type ShownForm,
  visibleHash,
} from "../../../storage/approvals/comment-marker.ts";
import type { SealKeys } from "../../../storage/plan/seal.ts";

/** A comment with a marker of ours on its first line, and what can be believed of it. */
type Marked<T> = {
  readonly comment: Comment;
  /** Undefined where its seal is not ours: it may be updated, and nothing in it is believed. */
  readonly marker: T | undefined;
};

/** The one comment of an organisation on a pull request that shows the plan. */
export type OwnComment = Marked<Marker>;

/** The same with a seal that is ours, and whether people see what it was sealed for. */
export type ShownComment = {
  readonly comment: Comment;
  readonly marker: Marker;
  readonly showing: Showing;
};

/**
 * Our comment on a pull request: of the sealed ones that of the latest run, since an older one may be a copy; then the
 * earliest. Only what a bot wrote counts: a person's comment with our marker is a copy, or a forgery.
 */
export async function findComment(
  api: GitHubApi,
  pullRequest: number,
  keys: SealKeys,
): Promise<OwnComment | undefined> {
  const ours = (await api.comments(pullRequest))
    .filter(({ author, body }) => isBot(author) && markedOrganization(body) === keys.organization)
    .map((comment) => ({ comment, marker: readMarker(comment.body, pullRequest, keys) }))
    .sort((a, b) => (b.marker?.run ?? 0) - (a.marker?.run ?? 0) || a.comment.id - b.comment.id);
  return ours[0];
}

/** The text of our comment that people see; undefined where there is none with a seal of ours. */
export async function readShown(
  api: GitHubApi,
  pullRequest: number,
  keys: SealKeys,
): Promise<ShownComment | undefined> {
  const found = await findComment(api, pullRequest, keys);
  return found === undefined ? undefined : showingOf(api, found);
}

/** Asks for the edits of a comment with a seal of ours; undefined where it has none. */
export async function showingOf(
  api: GitHubApi,
  { comment, marker }: OwnComment,
): Promise<ShownComment | undefined> {
  if (marker === undefined) return undefined;
  return { comment, marker, showing: judgeShowing(comment, marker.shown, await api.edits(comment)) };
}

/** The comment with the result of applies, which leaves the plan above it as people saw it. */
export async function findResult(
  api: GitHubApi,
  pullRequest: number,
  keys: SealKeys,
): Promise<Marked<ResultMarker> | undefined> {
  const ours = (await api.comments(pullRequest))
    .filter(({ author, body }) => isBot(author) && resultOrganization(body) === keys.organization)
    .map((comment) => ({ comment, marker: readResultMarker(comment.body, pullRequest, keys) }));
  return ours.find(({ marker }) => marker !== undefined) ?? ours[0];
}

/** Whether a plan was applied in full for a pull request: what people said of it there is used then. */
export async function isUsed(
  api: GitHubApi,
  pullRequest: number,
  digest: string,
  keys: SealKeys,
): Promise<boolean> {
  return (await findResult(api, pullRequest, keys))?.marker?.used === digest;
}

/** Logins of bots end like this, whatever they are called; no person's can. */
export function isBot(login: string): boolean {
  return login.endsWith("[bot]");
}

/** Writes the comment again, or for the first time; gives its id. */
export async function putComment(
  api: GitHubApi,
  pullRequest: number,
  found: { readonly comment: Comment } | undefined,
  body: string,
): Promise<number> {
  if (found === undefined) return (await api.createComment(pullRequest, body)).id;
  if (found.comment.body !== body) await api.updateComment(found.comment.id, body);
  return found.comment.id;
}

/** Since when a comment shows its plan unchanged, by GitHub's clock; or why it shows nothing that can be approved. */
type Showing = { readonly since: string } | { readonly doubt: string };

/**
 * Whether people still see what zivsync wrote, and since when. The text must be the sealed one, and nobody but the comment's
 * own author may have edited it since: an edit that was taken back showed people something else for a while. Where GitHub
 * keeps no edits, the last update counts as the beginning. Pure.
 */
function judgeShowing(
  comment: Comment,
  shown: ShownForm | undefined,
  edits: readonly Edit[] | undefined,
): Showing {
  if (shown === undefined) return { doubt: "it shows no plan" };
  if (visibleHash(comment.body) !== shown.body)
    return { doubt: "its text is not the one that zivsync wrote there" };
  const since = (edits === undefined ? undefined : shown.since) ?? comment.updatedAt;
  // The seal says since when; a comment that is younger is a copy.
  if (since < comment.createdAt) return { doubt: "it is a copy of an older comment" };
  const foreign = (edits ?? []).find(({ editor, at }) => editor !== comment.author && at >= since);
  return foreign === undefined ? { since } : { doubt: `${foreign.editor} edited it at ${foreign.at}` };
}

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
