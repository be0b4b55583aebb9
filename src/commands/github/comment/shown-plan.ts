import type { Comment, Edit } from "../../../github/api/api.ts";
import { type ShownForm, visibleHash } from "../../../storage/approvals/comment-marker.ts";

/** Since when a comment shows its plan unchanged, by GitHub's clock; or why it shows nothing that can be approved. */
export type Showing = { readonly since: string } | { readonly doubt: string };

/**
 * Whether people still see what zivsync wrote, and since when. The text must be the sealed one, and nobody but the comment's
 * own author may have edited it since: an edit that was taken back showed people something else for a while. Where GitHub
 * keeps no edits, the last update counts as the beginning. Pure.
 */
export function judgeShowing(
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
