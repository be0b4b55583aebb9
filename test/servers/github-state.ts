/*
 * What a fake GitHub holds: one repository. Everything may be changed by a test at any time; builders fill in what it
 * leaves out.
 */

export type FakeReview = {
  author: string;
  /** As the REST API says it: APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED, PENDING. */
  state: string;
  commit: string;
  /** When it was submitted; the first time it is read where a test leaves it out, so later than all that was there. */
  at?: string;
};

export type FakePull = {
  number: number;
  title: string;
  author: string;
  head: { sha: string; ref: string; repository: string };
  base: { sha: string; ref: string };
  open: boolean;
  merged: boolean;
  /** When; as with reviews where it is left out. */
  mergedAt?: string;
  /** The commit on the base branch that the merge made. */
  mergeCommit: string | null;
  /** Of the branch, oldest first. */
  commits: FakeCommit[];
  reviews: FakeReview[];
};

/**
 * Logins; null where GitHub knows no account of the e-mail address, which is `email` then. The committer is GitHub itself
 * where it is left out, as for a merge in the browser.
 */
export type FakeCommit = {
  sha: string;
  author: string | null;
  committer?: string | null;
  email?: string;
  /** Logins, or addresses without an account, that its message names as co-authors. */
  coAuthors?: string[];
  /** The folders and files that it changes; all where it is left out. */
  paths?: string[];
};

/** `issue`: the number of the issue or pull request it stands under. */
export type FakeComment = {
  id: number;
  issue: number;
  body: string;
  author: string;
  createdAt?: string;
  updatedAt?: string;
  /** As GitHub keeps them once a comment was edited: what it was created with first. */
  edits?: { editor: string; at: string }[];
};

export type FakeIssue = {
  number: number;
  title: string;
  body: string | null;
  author: string;
  open: boolean;
  labels: string[];
};

export type FakeRun = {
  id: number;
  sha: string;
  event: string;
  actor: string;
  /** Who started this attempt. */
  triggeringActor: string;
  attempt: number;
  approvals: { author: string; environments: string[]; state: string }[];
};

/** One request as it came; `path` is without the base path of the API, `body` parsed. */
export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
  /** Which one it is of all, from 1. */
  readonly nth: number;
};

/** What happens instead of the answer. `carriedOut`: the request is carried out first, and its answer is lost. */
export type Fault = {
  readonly carriedOut?: boolean;
  readonly answer: "reset" | "silence" | Reply;
};

export type Reply = {
  readonly status: number;
  /** Text is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type GitHubState = {
  /** `owner/name`. */
  repository: string;
  /** The only token that is taken. */
  token: string;
  /** Whom the token stands for: the author of what is written. */
  self: string;
  /** What the token may do, as in a workflow's `permissions`. */
  permissions: Record<string, "read" | "write">;
  /** Logins without write access; everybody else has it. */
  roles: Record<string, "admin" | "write" | "read" | "none">;
  pulls: FakePull[];
  comments: FakeComment[];
  issues: FakeIssue[];
  runs: FakeRun[];
  /** Commits beside those of pull requests. */
  commits: FakeCommit[];
  /** Commits by the name of the one that comes after all of them; every commit of the state where there is none. */
  history: Record<string, FakeCommit[]>;
  /** Seconds that have passed; each event takes one. */
  seconds: number;
  /** Whether it answers what edits a comment had. */
  keepsEdits: boolean;
  /** Entries a page when nothing is asked for, and at most 100. */
  perPage: number;
};

/** The repository `hospital/zivver` with nothing in it, and a token that may do all that zivsync asks for. */
export function emptyState(): GitHubState {
  return {
    repository: "hospital/zivver",
    token: "canary-github-token",
    self: "github-actions[bot]",
    permissions: { contents: "read", "pull-requests": "write", issues: "write", actions: "read" },
    roles: {},
    pulls: [],
    comments: [],
    issues: [],
    runs: [],
    commits: [],
    history: {},
    seconds: 0,
    keepsEdits: true,
    perPage: 30,
  };
}

/** GitHub's clock, which goes on by a second with every event. */
export function tick(state: GitHubState): string {
  state.seconds += 1;
  return momentOf(state);
}

/** What the clock shows. */
export function momentOf({ seconds }: GitHubState): string {
  return `${new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** Somebody with write access changes a comment, whoever wrote it. */
export function editComment(state: GitHubState, comment: FakeComment, body: string, editor: string): void {
  comment.createdAt ??= tick(state);
  comment.edits ??= [{ editor: comment.author, at: comment.createdAt }];
  comment.body = body;
  comment.updatedAt = tick(state);
  comment.edits.push({ editor, at: comment.updatedAt });
}

/** An open pull request of one commit by `ann`, on a branch of the repository itself. */
export function fakePull(given: Partial<FakePull> & { readonly number: number }): FakePull {
  const author = given.author ?? "ann";
  const sha = given.head?.sha ?? "a".repeat(40);
  return {
    title: "Change",
    author,
    head: { sha, ref: "change", repository: "hospital/zivver" },
    base: { sha: "b".repeat(40), ref: "main" },
    open: !(given.merged ?? false),
    merged: false,
    mergeCommit: null,
    commits: [{ sha, author }],
    reviews: [],
    ...given,
  };
}

/** The first attempt of a run by `ann` after a push. */
export function fakeRun(given: Partial<FakeRun> & { readonly id: number; readonly sha: string }): FakeRun {
  const actor = given.actor ?? "ann";
  return { event: "push", actor, triggeringActor: actor, attempt: 1, approvals: [], ...given };
}
