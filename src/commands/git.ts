import { dirname } from "node:path";
import type { Plan } from "../model/plan.ts";
import { GitFailure, openGitRepository } from "../records/git-repository.ts";

/** The commit, branch and cleanliness of the checkout that holds the configuration; null outside one, or without Git. */
export async function readGit(directory: string): Promise<Plan["configuration"]["git"]> {
  const repository = openGitRepository(directory);
  const git = async (...words: string[]) => (await repository.run(words)).trim();
  try {
    const commit = await git("rev-parse", "--verify", "HEAD");
    const branch = await git("rev-parse", "--abbrev-ref", "HEAD");
    const dirty = (await git("status", "--porcelain", "--", ".")) !== "";
    const author = dirty ? git("config", "user.email").catch(() => "") : git("log", "-1", "--format=%ae");
    return { commit, branch, dirty, author: await author };
  } catch {
    return null;
  }
}

/** Does a path lie in a work tree of Git that does not ignore it? Also false where there is no Git to ask. */
export async function isOpenToGit(path: string): Promise<boolean> {
  try {
    await openGitRepository(dirname(path)).run(["check-ignore", "--", path]);
    return false;
  } catch (error) {
    // It fails without a word where the path is not ignored, and says so where there is no work tree.
    return error instanceof GitFailure && /ended with code 1$/.test(error.output.trim());
  }
}
