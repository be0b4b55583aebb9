import { realpath } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { Configuration } from "../../config/organization/configuration.ts";
import { succeeds } from "../../file-bytes.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { State } from "../../model/plan/state.ts";
import { formerFolders } from "../../storage/git/former-folders.ts";
import { type GitRepository, openGitRepository } from "../../storage/git/repository.ts";
import { isBelowRepository } from "../../storage/git/reviewed-branch.ts";
import { filesOf } from "../matrix/changed-files.ts";
import { isInside } from "../shared/base-paths.ts";

/** The place of the configuration, and what is remembered of it; without a state, nothing. */
export type AuthorsPlace = Pick<Configuration, "directory" | "profiles"> & {
  readonly state: State | undefined;
};

/** The people whose approval does not count, by mail address or login in small letters, and why; or why they cannot be known. */
export type Authors = { readonly reasons: ReadonlyMap<string, string> } | { readonly unknown: string };

/**
 * Everybody who wrote or committed what is not applied yet: of all commits that touch the configuration, or a file that its
 * sources read, since the commit that was last applied in full; where that commit is not known, of the whole history. Who
 * made the plan is one of them. Co-authors are authors. Addresses count as they are in the commits and by `.mailmap`.
 */
export async function readAuthors(plan: Plan, place: AuthorsPlace): Promise<Authors> {
  const { git } = plan.configuration;
  const reasons = new Map<string, string>();
  for (const name of git?.planner ?? []) reasons.set(name.toLowerCase(), "made the plan");
  if (git?.author) reasons.set(git.author.toLowerCase(), "wrote the configuration");
  const repository = openGitRepository(place.directory);
  const head = await findHead(repository, place.directory);
  if (head === "none" && git === null) return { reasons };
  if (head !== "there") return { unknown: "Git has no history of the configuration here" };
  if ((await repository.run(["rev-parse", "--is-shallow-repository"])).trim() === "true")
    return {
      unknown: "the clone is shallow. `git fetch --unshallow` or `fetch-depth: 0` brings the whole history",
    };
  const since = await lastApplied(repository, place.state);
  const deed = "wrote or committed a change of the configuration that";
  const reason =
    "commit" in since ? `${deed} was not applied yet` : `${deed} may not be applied yet (${since.why})`;
  for (const address of await addressesIn(repository, place, since)) reasons.set(address, reason);
  return { reasons };
}

type Since = { readonly commit: string } | { readonly why: string };

async function lastApplied(repository: GitRepository, state: State | undefined): Promise<Since> {
  const commit = state?.applied.findLast((plan) => plan.commit !== undefined)?.commit;
  if (commit === undefined)
    return { why: "the state names no commit that was applied in full, so the whole history counts" };
  const words = ["merge-base", "--is-ancestor", commit, "HEAD"];
  const isBefore = await succeeds(repository.run(words));
  return isBefore
    ? { commit }
    : { why: "the history does not hold the commit that was applied last, so all of it counts" };
}

/** In small letters, from the commits of a whole clone. */
async function addressesIn(
  repository: GitRepository,
  place: AuthorsPlace,
  since: Since,
): Promise<ReadonlySet<string>> {
  const paths = await pathsOf(repository, place);
  const range = ["HEAD", ...("commit" in since ? [`^${since.commit}`] : []), "--", ...paths];
  // Without this, a branch that brought nothing new by the time it was merged would be left out with its authors.
  const list = ["--literal-pathspecs", "rev-list", "--full-history"];
  // As the bytes stand: a commit may claim an encoding in which its addresses would read otherwise.
  const raw = await repository.run([...list, "--header", "--encoding=none", ...range]);
  const mapped = await repository.run([...list, "--format=%aE%n%cE", "--encoding=UTF-8", ...range]);
  const lines = mapped.split("\n").filter((line) => !/^commit [0-9a-f]+$/.test(line));
  const found = [...raw.split("\0").flatMap(peopleIn), ...lines];
  return new Set(found.flatMap((address) => address.trim().toLowerCase() || []));
}

/** Of a commit as Git keeps it: its author, committer and co-authors. */
function peopleIn(commit: string): readonly string[] {
  const end = commit.indexOf("\n\n");
  const head = end === -1 ? commit : commit.slice(0, end);
  const people = [...head.matchAll(/^(?:author|committer) .*<([^>\n]*)>/gm)].map(
    ([, address = ""]) => address,
  );
  return [...people, ...coAuthors(end === -1 ? [] : commit.slice(end).split("\n"))];
}

/** A squash merge puts these anywhere in a message, not only at its end. */
function coAuthors(message: readonly string[]): readonly string[] {
  return message.flatMap((line) => /^\s*co-authored-by:[^<]*<([^>]+)>/i.exec(line)?.[1] ?? []);
}

/** The folder, also where it was before, and what its sources read elsewhere in the repository; of accounts in files, the folders of these. */
async function pathsOf(
  repository: GitRepository,
  { directory, profiles }: AuthorsPlace,
): Promise<readonly string[]> {
  const root = await realpath((await repository.run(["rev-parse", "--show-toplevel"])).trimEnd());
  const folder = await realpath(directory);
  const paths = profiles.flatMap(({ sources }) =>
    sources.flatMap((source) => {
      const files = filesOf(source, directory);
      return source.type === "declared" ? files.map((file) => dirname(file)) : files;
    }),
  );
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => path)));
  const former = (await formerPlaces(repository, root, folder)).map((path) => join(root, path));
  return [folder, ...former, ...new Set(real)].filter((path) => isInside(root, path));
}

/** The places of a configuration folder before it was moved, named from the root. */
export function formerPlaces(
  repository: GitRepository,
  root: string,
  folder: string,
): Promise<readonly string[]> {
  return formerFolders(repository, root, relative(root, folder).split(sep).join("/"), "organization.yaml");
}

/** Whether there is a commit. `none`: no repository, or one without commits; `unknown`: Git does not answer for the one there is. */
async function findHead(repository: GitRepository, directory: string): Promise<"there" | "none" | "unknown"> {
  const answers = async (...words: string[]) => succeeds(repository.run(words));
  if (await answers("rev-parse", "--verify", "--quiet", "HEAD^{commit}")) return "there";
  if (await answers("rev-parse", "--git-dir")) return "none";
  // A repository of another user, or a machine without Git.
  return (await isBelowRepository(await realpath(directory))) ? "unknown" : "none";
}

/** Whether the principals of an approver's key mean one of these. Each may be a pattern, with `*` and `?`. */
export function reasonAgainst(
  principals: readonly string[],
  reasons: ReadonlyMap<string, string>,
): string | undefined {
  for (const [address, reason] of reasons)
    if (principals.some((pattern) => fits(address, pattern.toLowerCase()))) return reason;
  return undefined;
}

function fits(address: string, pattern: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === address;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "su").test(address);
}
