/** A repository on GitHub, or on a GitHub Enterprise server. */
export type Repository = { readonly owner: string; readonly name: string };

export type Comment = {
  readonly id: number;
  readonly body: string;
  /** Login of who wrote it: `github-actions[bot]` with a workflow's token. */
  readonly author: string;
};

export type PullRequest = {
  readonly number: number;
  readonly author: string;
  readonly headSha: string;
  readonly baseSha: string;
  readonly baseRef: string;
  readonly merged: boolean;
  /** True when its commits lie in another repository. */
  readonly fork: boolean;
};

/** The latest word of one reviewer. `commit`: the head that was reviewed. */
export type Review = {
  readonly author: string;
  readonly state: "approved" | "changes-requested" | "commented" | "dismissed";
  readonly commit: string;
};

/** Who let a run go on into a protected environment. */
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
  /** Who caused it, and who started this attempt. */
  readonly actors: readonly string[];
  /** From 1; more when somebody started it again. */
  readonly attempt: number;
  readonly repository: string;
};

/** What a user may do in the repository; who may maintain it may write, who may triage reads. */
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
  createComment(issue: number, body: string): Promise<Comment>;
  updateComment(comment: number, body: string): Promise<void>;
  pullRequest(number: number): Promise<PullRequest>;
  /** The pull requests that brought a commit. */
  pullRequestsOf(sha: string): Promise<readonly PullRequest[]>;
  /** One a reviewer, the latest that says something. */
  reviews(pullRequest: number): Promise<readonly Review[]>;
  /** Who wrote its commits, once each; commits of nobody that GitHub knows are left out. */
  pullRequestAuthors(number: number): Promise<readonly string[]>;
  /** Who wrote a commit; undefined where GitHub knows no account of that e-mail address. */
  commitAuthor(sha: string): Promise<string | undefined>;
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
