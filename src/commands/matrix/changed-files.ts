import { realpath } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import type { Configuration } from "../../config/organization/configuration.ts";
import { KINDS } from "../../model/account/kind.ts";
import type { SourceConfig } from "../../model/source-config/source-config.ts";
import { InputError } from "../../model/values/errors.ts";
import { GitFailure, openGitRepository } from "../../storage/git/repository.ts";

/**
 * Absolute paths of the files that differ from where the present branch left another one: committed, not yet committed, and
 * new. Throws InputError when Git cannot tell.
 */
export async function readChangedFiles(since: string): Promise<readonly string[]> {
  const repository = openGitRepository(process.cwd());
  try {
    const root = (await repository.run(["rev-parse", "--show-toplevel"])).trimEnd();
    const commit = await repository.run(["rev-parse", "--verify", "--end-of-options", `${since}^{commit}`]);
    const base = await repository.run(["merge-base", commit.trim(), "HEAD"]);
    // Paths of `diff` are relative to the top, those of `ls-files` to the present folder.
    const changed = await openGitRepository(root).run([
      "diff",
      "--name-only",
      "--no-renames",
      "--no-ext-diff",
      "--no-textconv",
      "--ignore-submodules=dirty",
      "-z",
      base.trim(),
    ]);
    const added = await openGitRepository(root).run(["ls-files", "--others", "--exclude-standard", "-z"]);
    return `${changed}${added}`.split("\0").flatMap((path) => (path === "" ? [] : [resolve(root, path)]));
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    throw new InputError({
      code: "usage",
      where: "--changed-since",
      message: `Git cannot compare this checkout with ${JSON.stringify(since)}, so it is unknown which folders have changed.`,
      remedy:
        "Name a commit, branch or tag that `git log` shows here. In a workflow, `fetch-depth: 0` of actions/checkout brings the whole history.",
    });
  }
}

/** Whether a file has changed in a configuration's folder, or elsewhere among the files that its sources read. */
export async function isConcerned(
  { directory, profiles }: Configuration,
  changed: readonly string[],
): Promise<boolean> {
  const folder = await realpath(directory);
  const files = await Promise.all(
    profiles.flatMap(({ sources }) => sources.flatMap((source) => filesOf(source, directory))).map(realPath),
  );
  return changed.some((path) => path.startsWith(`${folder}${sep}`) || files.includes(path));
}

/** Absolute paths of the files in which a source's records stand. */
export function filesOf(source: SourceConfig, directory: string): readonly string[] {
  if (source.type === "spreadsheet") return KINDS.flatMap((kind) => source[kind]?.path ?? []);
  if (source.type === "records") return source.input.type === "file" ? [source.input.file.path] : [];
  if (source.type !== "declared") return [];
  const places = source.accounts.map(({ where }) => where.replace(/:\d+:\d+$/, ""));
  return [...new Set(places)].map((place) => resolve(directory, place));
}

/** A file that was removed has no real path of its own; its folder has. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const folder = await realpath(dirname(path)).catch(() => dirname(path));
    return join(folder, path.slice(dirname(path).length + 1));
  }
}
