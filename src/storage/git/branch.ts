import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { type LeaseRecord, parseLeaseCommit, renderLease } from "../lock/lease-record.ts";
import {
  fetchTrouble,
  foreignBranch,
  localTrouble,
  pushTrouble,
  uncertainPush,
  unknownRemote,
} from "./errors.ts";
import { GitFailure, type GitRepository } from "./repository.ts";

/** A branch that holds one file and nothing else, in a repository or at its remote. */
export type GitBranch = {
  readonly folder: string;
  readonly repository: GitRepository;
  readonly name: string;
  readonly file: string;
  /** Undefined: the branch of this repository alone counts. */
  readonly remote: string | undefined;
  /** Options that give commits a name where Git knows none. */
  readonly identity: readonly string[];
  /** A shallow clone, as on CI machines, stays shallow; a whole one gets the branch's history, to restore from. */
  readonly shallow: boolean;
};

/**
 * The content of the branch now. A lease is one commit on top of the state's history, with the same files; `base` is the commit below
 * it, or `commit` itself without a lease. One that is over (`over`) is not a lease any more, and the next one takes its place.
 * `text` reads the file; undefined where a lease was taken before the first state.
 */
export type Tip = {
  readonly commit: string;
  readonly lease: LeaseRecord | undefined;
  readonly over: boolean;
  readonly base: string | undefined;
  text(): Promise<string | undefined>;
};

const FETCHES = 10;

/**
 * The branch at the remote that is asked for, or else at `origin` where there is one; in the repository alone when the name
 * is empty. Throws InputError.
 */
export async function openBranch(
  repository: GitRepository,
  folder: string,
  place: { readonly name: string; readonly file: string; readonly asked: string | undefined },
): Promise<GitBranch> {
  const { name, file, asked = "origin" } = place;
  const remotes = (await local(repository, folder, ["remote"])).split("\n");
  const remote = asked !== "" && remotes.includes(asked) ? asked : undefined;
  if (remote === undefined && place.asked) throw unknownRemote(place.asked, folder);
  const shallow = (await local(repository, folder, ["rev-parse", "--is-shallow-repository"])).trim();
  const identity = await nameless(repository);
  return { folder, repository, name, file, remote, identity, shallow: shallow === "true" };
}

/** Undefined while there is no such branch. Throws InputError, RemoteError, or RefusedError where it is not a state's. */
export async function readTip(branch: GitBranch): Promise<Tip | undefined> {
  const { repository, folder, name, remote, file } = branch;
  for (let tries = 1; ; tries++) {
    const commit = await findCommit(branch);
    if (commit === undefined) return undefined;
    const entries = await listFiles(branch, commit);
    if (entries !== undefined) {
      const tip = tipOf(commit, await local(repository, folder, ["cat-file", "commit", commit]));
      const [first = "", ...more] = entries;
      if ((tip.lease !== undefined || tip.over) && first === "")
        return { ...tip, text: async () => undefined };
      const blob = /^100644 blob ([0-9a-f]+)\t(.*)$/.exec(first);
      if (blob?.[1] === undefined || blob[2] !== file || more.length > 0) throw foreignBranch(name, remote);
      const words = ["cat-file", "blob", blob[1]];
      return { ...tip, text: () => local(repository, folder, words) };
    }
    await fetchBranch(branch, commit, tries >= FETCHES);
    if (tries > 1) await setTimeout(Math.random() * 20 * tries);
  }
}

function tipOf(commit: string, content: string): Omit<Tip, "text"> {
  const { lease, parent } = parseLeaseCommit(content);
  if (lease === undefined) return { commit, lease, over: false, base: commit };
  const over = lease.over === true;
  return { commit, lease: over ? undefined : lease, over, base: parent };
}

async function findCommit({ repository, folder, name, remote }: GitBranch): Promise<string | undefined> {
  const ref = `refs/heads/${name}`;
  const listed =
    remote === undefined
      ? await local(repository, folder, ["for-each-ref", "--format=%(objectname)\t%(refname)", ref])
      : await repository.run(["ls-remote", remote, ref]).catch((error: unknown) => {
          throw failed(error, (failure) => fetchTrouble(failure, name, remote));
        });
  // Both list longer names as well that end or begin with this one.
  return listed
    .split("\n")
    .find((line) => line.endsWith(`\t${ref}`))
    ?.split("\t")[0];
}

/** Undefined when the commit is not here yet. */
async function listFiles(branch: GitBranch, commit: string): Promise<readonly string[] | undefined> {
  const listed = branch.repository.run(["ls-tree", "--full-tree", commit]);
  const text =
    branch.remote === undefined
      ? await listed.catch((error: unknown) => {
          throw failed(error, (failure) => localTrouble(failure, branch.folder));
        })
      : await listed.catch(() => undefined);
  return text?.split("\n").filter((line) => line !== "");
}

async function fetchBranch(
  { repository, name, remote = "", shallow }: GitBranch,
  commit: string,
  last: boolean,
): Promise<void> {
  // The state's last commit, and the lease on top of it.
  const depth = shallow ? ["--depth=2"] : [];
  const refs = `+refs/heads/${name}:refs/remotes/${remote}/${name}`;
  const how = ["--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", ...depth];
  try {
    await repository.run(["fetch", ...how, remote, refs]);
  } catch (error) {
    // Another fetch in this clone may hold the lock of a ref while what is needed has come all the same.
    const there = await repository.run(["cat-file", "-t", commit]).catch(() => undefined);
    if (there !== undefined) return;
    const lock =
      error instanceof GitFailure && /\.lock|cannot lock ref|couldn't find remote ref/.test(error.output);
    if (last || !lock) throw failed(error, (failure) => fetchTrouble(failure, name, remote));
  }
}

/**
 * Puts one commit on top of the state that was read, and the lease that was there on top of it; false when somebody else was
 * quicker. Neither the work tree nor the index nor the present branch is touched. Throws InputError or RemoteError.
 */
export async function writeTip(
  branch: GitBranch,
  text: string,
  message: string,
  on: Tip | undefined,
): Promise<boolean> {
  const commit = await makeCommit(branch, text, message, on?.lease === undefined ? on?.commit : on.base);
  const top = on?.lease === undefined ? commit : await makeLeaseCommit(branch, on.lease, commit);
  return moveTip(branch, top, on?.commit);
}

/** The operations of a lease on its branch. Both writes give false when somebody else was quicker. */
export type LeaseTips = {
  read(): Promise<Tip | undefined>;
  /** Puts a lease in the place of the one that was read, if any. */
  write(lease: LeaseRecord, on: Tip | undefined): Promise<boolean>;
  /** Takes the lease that was read off the branch, which ends where only the lease was there. */
  remove(on: Tip): Promise<boolean>;
};

export function leaseTips(branch: GitBranch): LeaseTips {
  return {
    read: () => readTip(branch),
    write: async (lease, on) => moveTip(branch, await makeLeaseCommit(branch, lease, on?.base), on?.commit),
    remove: (on) => moveTip(branch, on.base, on.commit),
  };
}

/** Moves the branch from one commit to another, or to none. */
async function moveTip(
  branch: GitBranch,
  commit: string | undefined,
  on: string | undefined,
): Promise<boolean> {
  try {
    await branch.repository.run(wordsOfMove(branch, commit, on));
    return true;
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    return isWritten(branch, commit, on, error);
  }
}

function wordsOfMove(
  { name, remote }: GitBranch,
  commit: string | undefined,
  on: string | undefined,
): readonly string[] {
  const ref = `refs/heads/${name}`;
  if (remote !== undefined) {
    return [
      ...["push", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no"],
      ...[`--force-with-lease=${ref}:${on ?? ""}`, remote, `${commit ?? ""}:${ref}`],
    ];
  }
  if (commit === undefined) return ["update-ref", "-d", ref, ...(on === undefined ? [] : [on])];
  return ["update-ref", ref, commit, on ?? "0".repeat(commit.length)];
}

/** The result of a failed write is read from the branch itself, not from the wording of an error. */
async function isWritten(
  branch: GitBranch,
  commit: string | undefined,
  on: string | undefined,
  failure: GitFailure,
): Promise<boolean> {
  const { name, remote, folder } = branch;
  const now = await findCommit(branch).catch((error: unknown) => {
    throw remote === undefined ? error : uncertainPush(failure, name, remote);
  });
  if (now === commit) return true;
  if (now !== on || LOCKED.test(failure.output)) return false;
  throw remote === undefined ? localTrouble(failure, folder) : pushTrouble(failure, name, remote);
}

/** Somebody else's write was under way at that very moment, and came to nothing later or is about to be seen. */
const LOCKED =
  /cannot lock ref|unable to create .*\.lock|failed to update ref|incorrect old value|stale info/i;

async function makeCommit(
  branch: GitBranch,
  text: string,
  message: string,
  on: string | undefined,
): Promise<string> {
  const git = gitIn(branch);
  const blob = await git(["hash-object", "-w", "--stdin"], text);
  const tree = await git(["mktree"], `100644 blob ${blob}\t${branch.file}\n`);
  const parent = on === undefined ? [] : ["-p", on];
  // Two equal writes in one second would be one and the same commit, and each would take the other's for its own.
  const unique = `${message}\n\nWrite: ${randomUUID()}\n`;
  return git([...branch.identity, "commit-tree", tree, ...parent], unique);
}

/** A lease is in the message alone: the files are those of the state below it, and a reader sees nothing else. */
async function makeLeaseCommit(
  branch: GitBranch,
  lease: LeaseRecord,
  base: string | undefined,
): Promise<string> {
  const git = gitIn(branch);
  // An empty line is an empty tree; input of no bytes at all would leave Git waiting for some.
  const tree =
    base === undefined
      ? await git(["mktree", "--batch"], "\n")
      : await git(["rev-parse", "--verify", `${base}^{tree}`]);
  const parent = base === undefined ? [] : ["-p", base];
  const message = `${renderLease(lease)}Write: ${randomUUID()}\n`;
  return git([...branch.identity, "commit-tree", tree, ...parent], message);
}

/** A machine may have no name for its commits. The environment's names go before these. */
async function nameless(repository: GitRepository): Promise<readonly string[]> {
  const words = ["config", "--name-only", "--get-regexp", "^user\\.(name|email)$"];
  const known = (await repository.run(words).catch(() => "")).split("\n");
  return [
    ...(known.includes("user.name") ? [] : ["-c", "user.name=zivsync"]),
    ...(known.includes("user.email") ? [] : ["-c", "user.email=zivsync@example.org"]),
  ];
}

function gitIn({ repository, folder }: GitBranch) {
  return async (words: readonly string[], input?: string) =>
    (await local(repository, folder, words, input)).trim();
}

async function local(
  repository: GitRepository,
  folder: string,
  words: readonly string[],
  input?: string,
): Promise<string> {
  try {
    return await repository.run(words, input);
  } catch (error) {
    throw failed(error, (failure) => localTrouble(failure, folder));
  }
}

function failed(error: unknown, describe: (failure: GitFailure) => Error): unknown {
  return error instanceof GitFailure ? describe(error) : error;
}
