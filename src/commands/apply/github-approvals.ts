import { realpath } from "node:fs/promises";
import type { CommitPeople, GitHubApi, PullRequest, Role, WorkflowRun } from "../../github/api/api.ts";
import type { ApproverCount, ReviewedPullRequest } from "../../github/approvals.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { ApprovalPolicy } from "../../model/plan/policy.ts";
import { InputError, ZivsyncError } from "../../model/values/errors.ts";
import { readResultMarker } from "../../storage/approvals/comment-marker.ts";
import { repositoryRoot } from "../../storage/git/commit-tree.ts";
import { GitFailure, openGitRepository } from "../../storage/git/repository.ts";
import type { SealKeys } from "../../storage/plan/seal.ts";
import { isBot, isUsed, readShown } from "../github/comment/sticky-comment.ts";
import { folderOf } from "../github/run.ts";
import { readGit } from "../shared/git.ts";
import type { CommandIo } from "../shared/io.ts";
import { formerPlaces } from "./configuration-authors.ts";

export type GitHubPolicy = ApprovalPolicy & { readonly github: { readonly environment: string } };

/** The place of the configuration, and how the plan came before those who approve. */
export type ApprovalPlace = {
  readonly directory: string;
  readonly keys: SealKeys;
  /** Whether this run showed the plan before the gate of its environment; absent where the plan file itself was handed on. */
  readonly shownInRun?: boolean;
};

/**
 * The people who approved a plan on GitHub, asked of GitHub's API for the run that this is: people, and why others do not count.
 * Where there is no run, no token, or another run, nobody counts. Throws RemoteError when GitHub does not answer.
 */
export async function readGitHubApprovals(
  plan: Plan,
  policy: GitHubPolicy,
  { directory, keys, shownInRun = true }: ApprovalPlace,
  io: CommandIo,
): Promise<ApproverCount> {
  const { foreignRun } = await import("../../github/approvals.ts");
  const opened = await open(io);
  if (typeof opened === "string") return { counting: [], others: [opened] };
  const { api, context } = opened;
  const run = await api.run(context.runId);
  const foreign = foreignRun(run, {
    repository: `${context.repository.owner}/${context.repository.name}`,
    runId: context.runId,
    checkedOut: (await readGit(directory))?.commit,
    planned: plan.configuration.git?.commit,
  });
  if (foreign !== undefined) return { counting: [], others: [foreign] };
  const folders = [folderOf(directory, io), ...(await formerFoldersOf(directory))];
  return countOnGitHub(api, run, { plan, policy, keys, folders, shownInRun });
}

type Asked = {
  readonly plan: Pick<Plan, "digest">;
  readonly policy: GitHubPolicy;
  readonly keys: SealKeys;
  /** Of the configuration, as the repository names it, and where that was before it was moved. */
  readonly folders: readonly string[];
  readonly shownInRun: boolean;
};

/** The same, asked of the API for a run that is the plan's own. */
export async function countOnGitHub(
  api: GitHubApi,
  run: WorkflowRun,
  { plan, policy, keys, folders, shownInRun }: Asked,
): Promise<ApproverCount> {
  const { countApprovers } = await import("../../github/approvals.ts");
  const merged = (await api.pullRequestsOf(run.sha)).filter(({ mergedAt }) => mergedAt !== undefined);
  const pullRequests: ReviewedPullRequest[] = [];
  for (const pullRequest of merged) pullRequests.push(await readReviewed(pullRequest, api, keys));
  const changes = await readChanges(run.sha, folders, api, keys);
  const own = await api.commit(run.sha);
  const commits = await api.withCoAuthors([own, ...changes.filter(({ sha }) => sha !== run.sha)]);
  return countApprovers({
    digest: plan.digest,
    environment: policy.github.environment,
    selfApproval: policy.selfApproval,
    run,
    approvals: await api.environmentApprovals(run.id),
    pullRequests,
    shownInRun,
    commit: commits.find(({ sha }) => sha === run.sha) ?? own,
    isCommitOpen: changes.some(({ sha }) => sha === run.sha),
    changes: commits.filter(({ sha }) => sha !== run.sha),
    roles: await readRoles(pullRequests, api),
  });
}

/** The API and the run, or why there is neither. */
async function open(io: CommandIo) {
  const { readContext, readToken } = await import("../../github/context.ts");
  try {
    const context = await readContext(io.environment);
    const token = readToken(io.environment);
    const { createGitHubApi } = await import("../../github/api/client.ts");
    const { version, clock, environment } = io;
    const api = createGitHubApi({ context, token, version, clock, environment, onProgress: io.progress });
    return { api, context };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const [first] = error.problems;
    return `GitHub was not asked: ${(first?.message ?? "").replace(/\.$/, "")}`;
  }
}

async function readReviewed(
  pullRequest: PullRequest,
  api: GitHubApi,
  keys: SealKeys,
): Promise<ReviewedPullRequest> {
  const { number } = pullRequest;
  const found = await readShown(api, number, keys);
  const commits = await api.withCoAuthors(await api.pullRequestCommits(number));
  if (found === undefined) return { pullRequest, commits, reviews: [] };
  const { digest, head, shown } = found.marker;
  return {
    pullRequest,
    shown: { digest, head, by: shown?.by ?? [], showing: found.showing },
    commits,
    reviews: await api.reviews(number),
    isUsed: await isUsed(api, number, digest, keys),
  };
}

/** So many pages of a hundred comments are searched for the last result. */
const PAGES = 10;

/** The commits that changed the configuration since a plan of it was last carried out in full; all of them where none was. */
async function readChanges(
  sha: string,
  folders: readonly string[],
  api: GitHubApi,
  keys: SealKeys,
): Promise<readonly CommitPeople[]> {
  const applied = await lastApplied(api, keys);
  const changes = new Map<string, CommitPeople>();
  for (const folder of folders) {
    const path = folder.startsWith("..") ? "." : folder;
    const before = applied === undefined ? [] : await api.commitsUpTo(applied, path);
    const known = new Set(before.map((commit) => commit.sha));
    for (const commit of await api.commitsUpTo(sha, path))
      if (!known.has(commit.sha)) changes.set(commit.sha, commit);
  }
  return [...changes.values()];
}

async function formerFoldersOf(directory: string): Promise<readonly string[]> {
  try {
    const repository = openGitRepository(directory);
    return await formerPlaces(repository, await repositoryRoot(repository), await realpath(directory));
  } catch (error) {
    if (error instanceof GitFailure || error instanceof ZivsyncError) return [];
    throw error;
  }
}

/** The commit that the latest sealed result names. An older one only makes more people authors. */
async function lastApplied(api: GitHubApi, keys: SealKeys): Promise<string | undefined> {
  for (let page = 1; page <= PAGES; page += 1) {
    const comments = await api.latestComments(page);
    for (const { author, body, issue } of comments) {
      const applied = isBot(author) ? readResultMarker(body, issue, keys)?.applied : undefined;
      if (applied !== undefined) return applied;
    }
    if (comments.length === 0) return undefined;
  }
  return undefined;
}

/** Anybody may approve a pull request of a public repository; it counts for those who may write. */
async function readRoles(
  pullRequests: readonly ReviewedPullRequest[],
  api: GitHubApi,
): Promise<ReadonlyMap<string, Role>> {
  const approving = pullRequests.flatMap(({ reviews }) =>
    reviews.filter(({ state, author }) => state === "approved" && !/\[bot\]$|^ghost$/.test(author)),
  );
  const roles = new Map<string, Role>();
  for (const { author } of approving) if (!roles.has(author)) roles.set(author, await api.roleOf(author));
  return roles;
}
