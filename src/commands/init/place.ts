import { resolve } from "node:path";
import { openGitRepository } from "../../storage/git/repository.ts";

/** The place where `zivsync init` writes: the top of the present repository, or the present folder where there is none. */
export type RepositoryPlace = {
  readonly root: string;
  readonly isRepository: boolean;
  readonly defaultBranch: string;
  /** Domain of the address that the person commits with. */
  readonly domain?: string;
};

/** Asks Git what it knows of the present folder; without Git, it is a folder like any other. */
export async function readRepositoryPlace(): Promise<RepositoryPlace> {
  const repository = openGitRepository(process.cwd());
  const ask = async (...words: string[]): Promise<string | undefined> => {
    const answer = await repository.run(words).catch(() => "");
    return answer.trim() === "" ? undefined : answer.trim();
  };
  const root = await ask("rev-parse", "--show-toplevel");
  const domain = (await ask("config", "user.email"))?.split("@").at(-1);
  return {
    root: resolve(root ?? "."),
    isRepository: root !== undefined,
    defaultBranch: root === undefined ? "main" : await readDefaultBranch(ask),
    ...(domain === undefined ? {} : { domain }),
  };
}

type Ask = (...words: string[]) => Promise<string | undefined>;

/** The default branch by the remote, else a branch that usually is the default one, else the present one. */
async function readDefaultBranch(ask: Ask): Promise<string> {
  const remote = await ask("symbolic-ref", "--short", "refs/remotes/origin/HEAD");
  if (remote?.startsWith("origin/")) return remote.slice("origin/".length);
  for (const branch of ["main", "master"])
    if (await ask("rev-parse", "--verify", "--quiet", `refs/heads/${branch}`)) return branch;
  return (await ask("symbolic-ref", "--short", "HEAD")) ?? "main";
}
