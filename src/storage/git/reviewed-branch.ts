import { access, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { succeeds } from "../../file-bytes.ts";
import type { GitRepository } from "./repository.ts";

/**
 * The branch whose content people have reviewed, as a full name of a reference. `none`: the folder is in no repository, or in one
 * without a commit.
 * `unknown`: there is one, and Git does not say which branch that is.
 */
export type ReviewedBranch = { readonly ref: string } | "none" | "unknown";

const USUAL = ["main", "master"];

/**
 * The default branch of the remote as this clone last saw it (`origin/HEAD`, else `main` or `master` there, else the only branch
 * there); of a repository without a remote, its own `init.defaultBranch`, `main` or `master`, else its only branch. Branches that
 * keep a state do not count. What a remote says now is for `git pull`.
 */
export async function findReviewedBranch(
  repository: GitRepository,
  folder: string,
  stateBranch?: string,
): Promise<ReviewedBranch> {
  const ask = (...words: string[]) =>
    repository.run(words).then(
      (text) => text.trim(),
      () => undefined,
    );
  if ((await ask("rev-parse", "--git-dir")) === undefined)
    return (await isBelowRepository(await realpath(folder))) ? "unknown" : "none";
  const remotes = (await ask("remote")) ?? "";
  const remote = remotes.split("\n").includes("origin") ? "origin" : remotes.split("\n")[0];
  const under = remote ? `refs/remotes/${remote}/` : "refs/heads/";
  const head = remote ? await ask("symbolic-ref", "--quiet", `${under}HEAD`) : undefined;
  if (head?.startsWith(under)) return { ref: head };
  const listed = (await ask("for-each-ref", "--format=%(refname)", "refs/heads/", "refs/remotes/")) ?? "";
  const isState = (ref: string) => stateBranch !== undefined && ref.endsWith(`/${stateBranch}`);
  const all = listed.split("\n").filter((ref) => ref !== "" && !isState(ref));
  if (all.length === 0) return "none";
  const branches = all.filter((ref) => ref.startsWith(under) && ref !== `${under}HEAD`);
  const initial = remote ? undefined : await ask("config", "init.defaultBranch");
  const usual = [initial, ...USUAL].map((name) => `${under}${name}`).find((ref) => branches.includes(ref));
  const [only, ...more] = branches;
  const ref = usual ?? (more.length === 0 ? only : undefined);
  return ref === undefined ? "unknown" : { ref };
}

/** Also where Git does not answer: a repository of another user, or a machine without Git. */
export async function isBelowRepository(folder: string): Promise<boolean> {
  const isHere = await succeeds(access(join(folder, ".git")));
  return isHere || (dirname(folder) !== folder && isBelowRepository(dirname(folder)));
}
