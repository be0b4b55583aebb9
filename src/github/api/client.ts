import type { Clock } from "../../model/ports.ts";
import { RemoteError } from "../../model/values/errors.ts";
import type { Secret } from "../../model/values/secret.ts";
import type { CommitPeople, GitHubApi, Repository, WorkflowContext } from "./api.ts";
import type { Errand } from "./errors.ts";
import { createRequester, type Requester } from "./octokit.ts";
import {
  approvalOf,
  commentOf,
  commitPeopleOf,
  editsOf,
  isIssue,
  issueOf,
  issueOfComment,
  joinAuthors,
  latestReviews,
  pullRequestOf,
  runOf,
} from "./responses.ts";

export type GitHubApiOptions = {
  readonly context: Pick<WorkflowContext, "repository" | "apiUrl">;
  readonly token: Secret;
  readonly version: string;
  readonly clock: Clock;
  /** Where a proxy is named: HTTPS_PROXY, NO_PROXY. */
  readonly environment: NodeJS.ProcessEnv;
  readonly onProgress: (text: string) => void;
};

const REPOSITORY = "/repos/{owner}/{repo}";
const CREATE_TRIES = 3;
/** A comment that was just made may take a moment to be listed. */
const LOOK_AFTER_MS = 3_000;

/** The API of one repository; nothing is sent before the first call. Throws InputError `github-context` for a bad address. */
export function createGitHubApi(options: GitHubApiOptions): GitHubApi {
  const { context, clock } = options;
  return apiOver(createRequester({ ...options, apiUrl: context.apiUrl }), context.repository, clock);
}

/** The same over requests that somebody else sends. */
export function apiOver(requester: Requester, { owner, name }: Repository, clock: Clock): GitHubApi {
  const { ask, list } = requester;
  const here = { owner, repo: name };
  const comments: GitHubApi["comments"] = (issue) =>
    list(
      `GET ${REPOSITORY}/issues/{issue}/comments`,
      { ...here, issue },
      errand(`read the comments of #${issue}`, "pull-requests: read"),
      (answers) => answers.map(commentOf),
    );
  const issues: GitHubApi["issues"] = (label) =>
    list(
      `GET ${REPOSITORY}/issues`,
      { ...here, labels: label, state: "all" },
      errand(`read the issues with the label ${label}`, "issues: read"),
      (answers) => answers.filter(isIssue).map(issueOf),
    );
  const once = <T>(create: () => Promise<T>, look: () => Promise<T | undefined>) =>
    createOnce(create, look, clock);
  return {
    comments,
    issues,
    createComment: (issue, body) =>
      once(
        () =>
          ask(
            `POST ${REPOSITORY}/issues/{issue}/comments`,
            { ...here, issue, body },
            { ...errand(`write a comment on #${issue}`, "pull-requests: write"), creates: true },
            commentOf,
          ),
        async () => (await comments(issue)).find((comment) => isSameText(comment.body, body)),
      ),
    updateComment: (comment, body) =>
      ask(
        `PATCH ${REPOSITORY}/issues/comments/{comment}`,
        { ...here, comment, body },
        errand(`change comment ${comment}`, "pull-requests: write"),
        () => undefined,
      ),
    createIssue: ({ title, body, labels }) =>
      once(
        () =>
          ask(
            `POST ${REPOSITORY}/issues`,
            { ...here, title, body, labels },
            { ...errand("open an issue", "issues: write"), creates: true },
            issueOf,
          ),
        async () => {
          const known = await issues(labels[0] ?? "");
          return known.find((issue) => issue.open && issue.title === title && isSameText(issue.body, body));
        },
      ),
    updateIssue: (number, { open, ...change }) =>
      ask(
        `PATCH ${REPOSITORY}/issues/{number}`,
        { ...here, number, ...change, ...(open === undefined ? {} : { state: open ? "open" : "closed" }) },
        errand(`change issue #${number}`, "issues: write"),
        () => undefined,
      ),
    withCoAuthors: (commits) => withCoAuthors(commits, requester),
    ...readers(requester, here),
    ...commentReaders(requester, here),
  };
}

type CommentReaders = Pick<GitHubApi, "edits" | "latestComments">;
type Readers = Omit<
  GitHubApi,
  | "comments"
  | "issues"
  | "createComment"
  | "updateComment"
  | "createIssue"
  | "updateIssue"
  | "withCoAuthors"
  | keyof CommentReaders
>;

/** GitHub gives at most 100 edits at once; where there are more, they count as unknown. */
const EDITS = `query ($id: ID!) {
  node(id: $id) { ... on IssueComment { userContentEdits(first: 100) { totalCount nodes { editedAt editor { __typename login } } } } }
}`;

/** Queries that only GraphQL offers, and lists across all pull requests. */
function commentReaders({ ask, query }: Requester, here: object): CommentReaders {
  return {
    edits: ({ id, node }) =>
      query(EDITS, { id: node }, errand(`read the edits of comment ${id}`, "pull-requests: read"), (data) =>
        editsOf(data.at("node")),
      ),
    latestComments: (page) =>
      ask(
        `GET ${REPOSITORY}/issues/comments`,
        { ...here, sort: "updated", direction: "desc", per_page: 100, page },
        errand("read the latest comments", "pull-requests: read"),
        (answer) => answer.list().map((one) => ({ ...commentOf(one), issue: issueOfComment(one) })),
      ),
  };
}

const AUTHORS = `query ($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Commit { oid authors(first: 100) { totalCount nodes { email user { login } } } } }
}`;
/** GitHub takes this many ids in one query. */
const MOST_IDS = 100;

/** REST knows the author and the committer of a commit, and GraphQL also whom its message names. */
async function withCoAuthors(
  commits: readonly CommitPeople[],
  { query }: Requester,
): Promise<readonly CommitPeople[]> {
  const asked = commits.filter(({ coAuthored }) => coAuthored !== undefined);
  const found = new Map<string, CommitPeople>();
  for (let from = 0; from < asked.length; from += MOST_IDS) {
    const some = asked.slice(from, from + MOST_IDS);
    const ids = some.map(({ coAuthored }) => coAuthored);
    const what = errand("read the co-authors of commits", "contents: read");
    const joined = await query(AUTHORS, { ids }, what, (data) => joinAuthors(some, data.at("nodes")));
    for (const commit of joined) found.set(commit.sha, commit);
  }
  return commits.map((commit) => found.get(commit.sha) ?? commit);
}

/** Read-only requests: pull requests, commits, users, runs. */
function readers({ ask, list }: Requester, here: object): Readers {
  return {
    pullRequest: (number) =>
      ask(
        `GET ${REPOSITORY}/pulls/{number}`,
        { ...here, number },
        errand(`read pull request #${number}`, "pull-requests: read"),
        pullRequestOf,
      ),
    pullRequestsOf: (sha) =>
      list(
        `GET ${REPOSITORY}/commits/{sha}/pulls`,
        { ...here, sha },
        errand(`find the pull requests of commit ${sha}`, "contents: read, pull-requests: read"),
        (answers) => answers.map(pullRequestOf),
      ),
    pullRequestCommits: (number) =>
      list(
        `GET ${REPOSITORY}/pulls/{number}/commits`,
        { ...here, number },
        errand(`read the commits of pull request #${number}`, "pull-requests: read"),
        (answers) => answers.map(commitPeopleOf),
      ),
    reviews: (number) =>
      list(
        `GET ${REPOSITORY}/pulls/{number}/reviews`,
        { ...here, number },
        errand(`read the reviews of pull request #${number}`, "pull-requests: read"),
        latestReviews,
      ),
    commit: (sha) =>
      ask(
        `GET ${REPOSITORY}/commits/{sha}`,
        { ...here, sha },
        errand(`read commit ${sha}`, "contents: read"),
        commitPeopleOf,
      ),
    commitsUpTo: (sha, folder) =>
      list(
        `GET ${REPOSITORY}/commits`,
        { ...here, sha, ...(folder === "." ? {} : { path: folder }) },
        errand(`read the commits up to ${sha}`, "contents: read"),
        (answers) => answers.map(commitPeopleOf),
      ),
    roleOf: (login) =>
      ask(
        `GET ${REPOSITORY}/collaborators/{login}/permission`,
        { ...here, login },
        errand(`read what ${login} may do in the repository`, "contents: read"),
        (answer) => answer.at("permission").oneOf(["admin", "write", "read", "none"]),
      ),
    run: (id) =>
      ask(
        `GET ${REPOSITORY}/actions/runs/{id}`,
        { ...here, id },
        errand(`read run ${id}`, "actions: read"),
        runOf,
      ),
    environmentApprovals: (run) =>
      list(
        `GET ${REPOSITORY}/actions/runs/{run}/approvals`,
        { ...here, run },
        errand(`read who approved run ${run}`, "actions: read"),
        (answers) => answers.flatMap((answer) => approvalOf(answer) ?? []),
      ),
  };
}

/** Where zivsync cannot tell whether a create was done, what there is is looked at before it is sent again. */
async function createOnce<T>(
  create: () => Promise<T>,
  look: () => Promise<T | undefined>,
  clock: Clock,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await create();
    } catch (error) {
      if (!(error instanceof RemoteError) || !error.uncertain) throw error;
      await clock.sleep(LOOK_AFTER_MS);
      const made = await look();
      if (made !== undefined) return made;
      if (attempt >= CREATE_TRIES) throw error;
    }
  }
}

function errand(what: string, permission: string): Errand {
  return { what, permission };
}

function isSameText(one: string, other: string): boolean {
  const plain = (text: string) => text.replaceAll("\r\n", "\n").trim();
  return plain(one) === plain(other);
}
