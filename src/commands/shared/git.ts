import { dirname } from "node:path";
import type { Plan } from "../../model/plan/plan.ts";
import { compareText } from "../../model/values/text.ts";
import { GitFailure, openGitRepository } from "../../storage/git/repository.ts";

/**
 * The commit, branch and cleanliness of the checkout that holds the configuration, and who asks; null outside one, or without
 * Git.
 */
export async function readGit(
  directory: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Plan["configuration"]["git"]> {
  const repository = openGitRepository(directory);
  const git = async (...words: string[]) => (await repository.run(words)).trim();
  try {
    const commit = await git("rev-parse", "--verify", "HEAD");
    const branch = await git("rev-parse", "--abbrev-ref", "HEAD");
    const dirty = (await git("status", "--porcelain", "--ignore-submodules=dirty", "--", ".")) !== "";
    const user = await git("config", "user.email").catch(() => "");
    const author = dirty ? user : await git("log", "-1", "--format=%ae");
    return { commit, branch, dirty, author, planner: plannerOf(user, environment) };
  } catch {
    return null;
  }
}

/** Every name of who asks for a plan: addresses of Git, and in a workflow the logins of who started it. */
function plannerOf(user: string, environment: NodeJS.ProcessEnv): readonly string[] {
  const { GIT_AUTHOR_EMAIL, GIT_COMMITTER_EMAIL, GITHUB_ACTOR, GITHUB_TRIGGERING_ACTOR } = environment;
  const names = [user, GIT_AUTHOR_EMAIL, GIT_COMMITTER_EMAIL, GITHUB_ACTOR, GITHUB_TRIGGERING_ACTOR];
  return [...new Set(names.flatMap((name) => (name ? [name] : [])))].sort(compareText);
}

/** Whether a path lies in a work tree of Git that does not ignore it. Also false where there is no Git to ask. */
export async function isOpenToGit(path: string): Promise<boolean> {
  try {
    await openGitRepository(dirname(path)).run(["check-ignore", "--", path]);
    return false;
  } catch (error) {
    // It fails without a word where the path is not ignored, and says so where there is no work tree.
    return error instanceof GitFailure && /ended with code 1$/.test(error.output.trim());
  }
}
