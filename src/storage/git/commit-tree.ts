import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { succeeds } from "../../file-bytes.ts";
import { InputError } from "../../model/values/errors.ts";
import { GitFailure, type GitRepository } from "./repository.ts";

/** The files of one commit, laid out in a folder that goes when they are used. */
export type CommitTree = {
  readonly root: string;
  /** A folder around `root` that nothing but a path leading out of the repository (`../../lists`) comes to. */
  readonly surroundings: string;
};

/** The folder in which a repository is checked out. Throws InputError where there is none. */
export async function repositoryRoot(repository: GitRepository): Promise<string> {
  try {
    return await realpath((await repository.run(["rev-parse", "--show-toplevel"])).trim());
  } catch (error) {
    throw unreadable("the checkout", error);
  }
}

/** The parents of the commit that is checked out, also where a shallow clone does not hold them. Throws InputError. */
export async function parentsOfHead(repository: GitRepository): Promise<readonly string[]> {
  try {
    const commit = await repository.run(["cat-file", "commit", "HEAD"]);
    const [head = ""] = commit.split("\n\n");
    return [...head.matchAll(/^parent ([0-9a-f]{40,64})$/gm)].map(([, sha = ""]) => sha);
  } catch (error) {
    throw unreadable("HEAD", error);
  }
}

/** Whether Git tracks this file of the checkout. */
export async function isTracked(repository: GitRepository, path: string): Promise<boolean> {
  return succeeds(repository.run(["ls-files", "--error-unmatch", "--", path]));
}

/**
 * Lays out the files of a commit, fetching it where the clone does not hold it, and removes them whatever happens. Throws
 * InputError when that cannot be done.
 */
export async function withCommitTree<T>(
  repository: GitRepository,
  name: string,
  use: (tree: CommitTree) => Promise<T>,
): Promise<T> {
  const commit = await findCommit(repository, name);
  const surroundings = await realpath(await mkdtemp(join(tmpdir(), "zivsync-base-")));
  const root = join(surroundings, ...DEPTH, "tree");
  try {
    await addWorktree(repository, root, commit, name);
    return await use({ root, surroundings });
  } finally {
    await rm(surroundings, { recursive: true, force: true });
    // Git's own record of a folder that is gone; leaving it behind harms nobody.
    await repository.run(["worktree", "prune"]).catch(() => "");
  }
}

/** A path of so many `..` from within the tree still ends in its surroundings. */
const DEPTH: readonly string[] = Array.from({ length: 20 }, () => "d");

async function addWorktree(
  repository: GitRepository,
  root: string,
  commit: string,
  name: string,
): Promise<void> {
  try {
    await repository.run(["worktree", "add", "--detach", "--force", root, commit]);
  } catch (error) {
    throw unreadable(name, error);
  }
}

/** No option, no range, no expression: the name of a branch or a commit. */
const NAME = /^[A-Za-z0-9][\w./-]*$/;

async function findCommit(repository: GitRepository, name: string): Promise<string> {
  if (!NAME.test(name) || name.includes("..")) {
    throw new InputError({
      code: "usage",
      where: "--base",
      message: "This is neither a commit nor the name of a branch.",
      remedy: "Give a commit, or a name such as origin/main.",
    });
  }
  const look = async (what: string) =>
    (await repository.run(["rev-parse", "--verify", "--quiet", `${what}^{commit}`])).trim();
  try {
    return await look(name);
  } catch {
    try {
      await repository.run(["fetch", "--quiet", "--no-tags", "--depth=1", "origin", name]);
      return await look("FETCH_HEAD");
    } catch (error) {
      throw unreadable(name, error);
    }
  }
}

function unreadable(where: string, error: unknown): InputError {
  if (!(error instanceof GitFailure)) throw error;
  const said = error.output.trim().split("\n").slice(-3).join(" ");
  return new InputError({
    code: "git-commit",
    where,
    message: `Git cannot read this commit: ${said}`,
    remedy:
      "Check out the repository with the commit of the base: actions/checkout with `fetch-depth: 2`, or 0.",
  });
}
