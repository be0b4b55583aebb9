import type { ApprovalPolicy } from "../config/configuration.ts";
import { InputError } from "../errors.ts";
import type { GitHubApi, PullRequest, Role } from "../github/api.ts";
import type { ApproverCount, ReviewedPullRequest } from "../github/approvals.ts";
import type { Plan } from "../model/plan.ts";
import { type Marker, readMarker } from "../records/comment-marker.ts";
import type { SealKeys } from "../records/seal.ts";
import { readGit } from "./git.ts";
import type { CommandIo } from "./io.ts";

export type GitHubPolicy = ApprovalPolicy & { readonly github: { readonly environment: string } };

/**
 * Who approved a plan on GitHub, asked of GitHub's API for the run that this is: people, and why others do not count.
 * Where there is no run, no token, or another run, nobody counts. Throws RemoteError when GitHub does not answer.
 */
export async function readGitHubApprovals(
  plan: Plan,
  policy: GitHubPolicy,
  { directory, keys }: { readonly directory: string; readonly keys: SealKeys },
  io: CommandIo,
): Promise<ApproverCount> {
  const { countApprovers, foreignRun } = await import("../github/approvals.ts");
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
  const merged = (await api.pullRequestsOf(run.sha)).filter((pullRequest) => pullRequest.merged);
  const pullRequests: ReviewedPullRequest[] = [];
  for (const pullRequest of merged) pullRequests.push(await readReviewed(pullRequest, api, keys));
  const commitAuthor = await api.commitAuthor(run.sha);
  return countApprovers({
    digest: plan.digest,
    environment: policy.github.environment,
    selfApproval: policy.selfApproval,
    run,
    approvals: await api.environmentApprovals(run.id),
    pullRequests,
    ...(commitAuthor === undefined ? {} : { commitAuthor }),
    roles: await readRoles(pullRequests, api),
  });
}

/** The API and the run, or why there is neither. */
async function open(io: CommandIo) {
  const { readContext, readToken } = await import("../github/context-reader.ts");
  try {
    const context = await readContext(io.environment);
    const token = readToken(io.environment);
    const { createGitHubApi } = await import("../github/client.ts");
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
  const marker = newestMarker(await api.comments(number), number, keys);
  const authors = await api.pullRequestAuthors(number);
  return {
    pullRequest,
    ...(marker === undefined ? {} : { marker }),
    authors,
    reviews: marker === undefined ? [] : await api.reviews(number),
  };
}

/** An older marker, copied from the history of the comment into another one, is never the newest: runs are numbered upwards. */
function newestMarker(
  comments: readonly { readonly body: string }[],
  pullRequest: number,
  keys: SealKeys,
): Marker | undefined {
  const markers = comments.flatMap(({ body }) => readMarker(body, pullRequest, keys) ?? []);
  return markers.sort((a, b) => b.run - a.run)[0];
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
