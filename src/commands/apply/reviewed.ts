import { lstat, readdir, realpath } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { loadConfiguration } from "../../config/load.ts";
import type { Configuration } from "../../config/organization/configuration.ts";
import { isRunOfDefaultBranch } from "../../github/context.ts";
import { ZivsyncError } from "../../model/values/errors.ts";
import { repositoryRoot, withCommitTree } from "../../storage/git/commit-tree.ts";
import { openGitRepository } from "../../storage/git/repository.ts";
import { findReviewedBranch, isBelowRepository } from "../../storage/git/reviewed-branch.ts";
import { moved } from "../shared/base-paths.ts";
import type { CommandIo } from "../shared/io.ts";

/**
 * The reason why the configuration that is checked out is not what people have reviewed: it must say what the default branch says, so
 * that nobody approves anything in advance on a branch that is not merged, or in a file that is not committed. Undefined where
 * it does, and where the folder is in no repository.
 */
export async function reasonNotReviewed(
  configuration: Configuration,
  io: CommandIo,
): Promise<string | undefined> {
  const { directory, state } = configuration;
  const repository = openGitRepository(directory, io.environment);
  const isDefault = await isRunOfDefaultBranch(io.environment);
  if (isDefault === false) return "this run is not of the repository's default branch";
  const found =
    isDefault === true
      ? { ref: "HEAD" }
      : await findReviewedBranch(repository, directory, state?.store === "git" ? state.branch : undefined);
  if (found === "none")
    return (await isLinkedFromRepository(resolve(directory)))
      ? "the configuration folder is a link that leads out of its repository"
      : undefined;
  if (found === "unknown")
    return "Git does not say which branch is reviewed. `git remote set-head origin --auto` asks the remote";
  const name =
    found.ref === "HEAD"
      ? "the commit that is checked out"
      : found.ref.replace(/^refs\/(remotes|heads)\//, "");
  try {
    const root = await repositoryRoot(repository);
    const folder = await realpath(directory);
    return await withCommitTree(repository, found.ref, async (tree) => {
      const place = moved(folder, root, tree.root);
      const link = await findLinkOut(place, tree.root);
      if (link !== undefined)
        return `${link.split(sep).join("/")} of ${name} is a link to what the repository does not keep`;
      const reviewed = await loadConfiguration(place);
      return reviewed.digest === configuration.digest
        ? undefined
        : `the configuration in this folder is not that of ${name}. Merge it, or pull`;
    });
  } catch (error) {
    if (!(error instanceof ZivsyncError)) throw error;
    return `the configuration of ${name} cannot be read: ${error.problems[0]?.message.replace(/\.$/, "")}`;
  }
}

/** Whether the folder, or one above it, is a link in a repository. Its target is in none, so nobody has reviewed the files there. */
async function isLinkedFromRepository(folder: string): Promise<boolean> {
  const above = dirname(folder);
  if (above === folder) return false;
  const isLink = (await lstat(folder)).isSymbolicLink();
  if (isLink && (await isBelowRepository(await realpath(above)))) return true;
  return isLinkedFromRepository(above);
}

/** A file of the organisation or of a profile that lies elsewhere, where nobody reviews what is in it; relative to the root. */
async function findLinkOut(folder: string, root: string): Promise<string | undefined> {
  const profiles = await readdir(join(folder, "profiles"), { recursive: true }).catch(() => []);
  const paths = ["organization.yaml", "profiles", ...profiles.map((path) => join("profiles", path))];
  for (const path of paths) {
    const real = await realpath(join(folder, path)).catch(() => undefined);
    if (real !== undefined && !real.startsWith(`${root}${sep}`)) return relative(root, join(folder, path));
  }
  return undefined;
}
