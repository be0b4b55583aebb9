/** A repository on GitHub, or on a GitHub Enterprise server. */
export type Repository = { readonly owner: string; readonly name: string };

export type Comment = {
  readonly id: number;
  /** Its id in GitHub's GraphQL API. */
  readonly node: string;
  readonly body: string;
  /** Login of who wrote it: `github-actions[bot]` with a workflow's token. */
  readonly author: string;
  /** By GitHub's clock, as all moments here: `2026-11-28T12:00:00Z`. */
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** A change of a comment's text, and whose. */
export type Edit = { readonly editor: string; readonly at: string };

export type PullRequest = {
  readonly number: number;
  readonly author: string;
  readonly headSha: string;
  readonly baseSha: string;
  readonly baseRef: string;
  readonly open: boolean;
  /** Undefined: not merged. */
  readonly mergedAt: string | undefined;
  /** True when its commits lie in another repository. */
  readonly fork: boolean;
};

/** The latest word of one reviewer. `commit`: the head that was reviewed. */
export type Review = {
  readonly author: string;
  readonly state: "approved" | "changes-requested" | "commented" | "dismissed";
  readonly commit: string;
  readonly submittedAt: string;
};

/** The authors of a commit: the accounts of its author and its committer, and the addresses that GitHub maps to no account. */
export type CommitPeople = {
  readonly sha: string;
  /** Its id in GitHub's GraphQL API, where its message names co-authors, who are not among these people yet. */
  readonly coAuthored?: string;
  readonly logins: readonly string[];
  readonly unknown: readonly string[];
};

/** A user who let a run go on into a protected environment. */
export type EnvironmentApproval = {
  readonly author: string;
  readonly environments: readonly string[];
  readonly state: "approved" | "rejected";
};

/** One run of a workflow. */
export type WorkflowRun = {
  readonly id: number;
  readonly sha: string;
  readonly event: string;
  /** The user who caused it, and the one who started this attempt. */
  readonly actors: readonly string[];
  /** From 1; more when somebody started it again. */
  readonly attempt: number;
  readonly repository: string;
};

/** The permission of a user in the repository; maintainers may write, triagers may read. */
export type Role = "admin" | "write" | "read" | "none";

export type Issue = {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly author: string;
  readonly open: boolean;
};

/**
 * Logins of bots end in `[bot]` everywhere here, whatever GitHub calls them. What zivsync asks of GitHub's REST API for one repository. Every call throws RemoteError with a `github-*` code; lists are
 * whole, whatever their pages.
 */
export interface GitHubApi {
  comments(issue: number): Promise<readonly Comment[]>;
  /** The edits of a comment; undefined where GitHub keeps none. */
  edits(comment: Comment): Promise<readonly Edit[] | undefined>;
  /** A page (from 1) of the comments of all pull requests and issues, the one that was updated last first. */
  latestComments(page: number): Promise<readonly (Comment & { readonly issue: number })[]>;
  createComment(issue: number, body: string): Promise<Comment>;
  updateComment(comment: number, body: string): Promise<void>;
  pullRequest(number: number): Promise<PullRequest>;
  /** The pull requests that brought a commit. */
  pullRequestsOf(sha: string): Promise<readonly PullRequest[]>;
  /** One a reviewer, the latest that says something. */
  reviews(pullRequest: number): Promise<readonly Review[]>;
  /** The authors of its commits. */
  pullRequestCommits(number: number): Promise<readonly CommitPeople[]>;
  commit(sha: string): Promise<CommitPeople>;
  /** The same commits with their co-authors among the people. A squash merge names those whose commits it joined only so. */
  withCoAuthors(commits: readonly CommitPeople[]): Promise<readonly CommitPeople[]>;
  /** A commit and all before it, as far as they touch a folder (`.`: all of them). */
  commitsUpTo(sha: string, folder: string): Promise<readonly CommitPeople[]>;
  roleOf(login: string): Promise<Role>;
  run(id: number): Promise<WorkflowRun>;
  environmentApprovals(run: number): Promise<readonly EnvironmentApproval[]>;
  /** Issues, no pull requests, with this label, open and closed. */
  issues(label: string): Promise<readonly Issue[]>;
  createIssue(issue: {
    readonly title: string;
    readonly body: string;
    readonly labels: readonly string[];
  }): Promise<Issue>;
  updateIssue(
    number: number,
    change: { readonly title?: string; readonly body?: string; readonly open?: boolean },
  ): Promise<void>;
}

/** The context of a workflow run, from the environment and the event that started it. */
export type WorkflowContext = {
  readonly repository: Repository;
  /** `https://api.github.com`, or a GitHub Enterprise server's. */
  readonly apiUrl: string;
  readonly serverUrl: string;
  readonly runId: number;
  readonly runAttempt: number;
  readonly sha: string;
  readonly ref: string;
  /** `pull_request`, `push`, `schedule`, `workflow_dispatch` … */
  readonly event: string;
  readonly actor: string;
  /** The user who started this attempt, if the runner gives it; else the one who caused the run. */
  readonly triggeringActor: string;
  /** Of a `pull_request` event. */
  readonly pullRequest?: PullRequest;
};
