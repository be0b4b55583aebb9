import { dirname, join } from "node:path/posix";
import type { GitRepository } from "./repository.ts";

/** A folder that was moved more often is looked for no further. */
const MOST_MOVES = 20;

/**
 * Where a folder was before it was moved, the last place first, as it was named from the root: the moves of one file that is always in
 * it. Only commands that look at no settings for showing changes. Throws GitFailure.
 */
export async function formerFolders(
  repository: GitRepository,
  root: string,
  folder: string,
  file: string,
): Promise<readonly string[]> {
  const found: string[] = [];
  let from = "HEAD";
  while (found.length < MOST_MOVES) {
    const path = join(found.at(-1) ?? folder, file);
    const list = ["--literal-pathspecs", "rev-list", "--full-history", "--topo-order"];
    const commits = await repository.run([...list, from, "--", `${root}/${path}`]);
    const first = commits.trim().split("\n").at(-1);
    if (first === undefined || first === "") break;
    const names = [
      "diff-tree",
      "-r",
      "-M",
      "-z",
      "--name-status",
      "--no-commit-id",
      "--diff-filter=R",
      first,
    ];
    const moves = (await repository.run(names)).split("\0");
    const to = moves.findIndex((name, at) => at % 3 === 2 && name === path);
    if (to === -1) break;
    found.push(dirname(moves[to - 1] ?? ""));
    from = `${first}^`;
  }
  return found;
}
