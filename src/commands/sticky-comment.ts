import type { Comment, GitHubApi } from "../github/api.ts";
import { type Marker, markedOrganization, readMarker } from "../records/comment-marker.ts";
import type { SealKeys } from "../records/seal.ts";

/** The one comment of an organisation on a pull request, and what can be believed of it. */
export type OwnComment = {
  readonly comment: Comment;
  /** Undefined where its seal is not ours: it may be updated, and nothing in it is believed. */
  readonly marker: Marker | undefined;
};

/**
 * Our comment on a pull request, the earliest when there are several. Only what a bot wrote counts: a person's comment with
 * our marker is a copy, or a forgery.
 */
export async function findComment(
  api: GitHubApi,
  pullRequest: number,
  keys: SealKeys,
): Promise<OwnComment | undefined> {
  const comments = await api.comments(pullRequest);
  const ours = comments
    .filter(({ author, body }) => isBot(author) && markedOrganization(body) === keys.organization)
    .map((comment) => ({ comment, marker: readMarker(comment.body, pullRequest, keys) }))
    .sort((a, b) => a.comment.id - b.comment.id);
  return ours.find(({ marker }) => marker !== undefined) ?? ours[0];
}

/** Logins of bots end like this, whatever they are called; no person's can. */
export function isBot(login: string): boolean {
  return login.endsWith("[bot]");
}

/** Writes the comment anew, or for the first time; gives its id. */
export async function putComment(
  api: GitHubApi,
  pullRequest: number,
  found: OwnComment | undefined,
  body: string,
): Promise<number> {
  if (found === undefined) return (await api.createComment(pullRequest, body)).id;
  if (found.comment.body !== body) await api.updateComment(found.comment.id, body);
  return found.comment.id;
}
