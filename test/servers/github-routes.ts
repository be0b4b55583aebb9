import type { Asked, FakeComment, FakeIssue, FakePull, GitHubState, Reply } from "./github-state.ts";

/*
 * The routes of the fake GitHub, with as much of each documented answer as a client could want. Lists are cut into pages
 * at the end, in one place.
 */

export type RouteReply = Reply & { readonly unknownRoute?: boolean };
type Route = {
  readonly method: string;
  readonly path: RegExp;
  /** What the workflow's token needs; one of them is enough. */
  readonly needs: readonly (readonly [permission: string, access: "read" | "write"])[];
  readonly answer: (state: GitHubState, parts: readonly string[], asked: Asked) => Reply | undefined;
};

const BODY_LIMIT = 65_536;
const DOCS = "https://docs.github.com/rest";
const NOT_FOUND: Reply = {
  status: 404,
  body: { message: "Not Found", documentation_url: DOCS, status: "404" },
};

const ROUTES: readonly Route[] = [
  route(
    "GET",
    "/issues/(\\d+)/comments",
    [
      ["issues", "read"],
      ["pull-requests", "read"],
    ],
    (state, [number]) =>
      ok(state.comments.filter(({ issue }) => issue === Number(number)).map(commentAnswer)),
  ),
  route(
    "POST",
    "/issues/(\\d+)/comments",
    [
      ["issues", "write"],
      ["pull-requests", "write"],
    ],
    createComment,
  ),
  route(
    "PATCH",
    "/issues/comments/(\\d+)",
    [
      ["issues", "write"],
      ["pull-requests", "write"],
    ],
    (state, [id], asked) => {
      const comment = state.comments.find((one) => one.id === Number(id));
      const { body } = asked.body as { body: string };
      if (comment === undefined) return undefined;
      if (body.length > BODY_LIMIT) return tooLong();
      comment.body = body;
      return ok(commentAnswer(comment));
    },
  ),
  route("GET", "/pulls/(\\d+)", [["pull-requests", "read"]], (state, [number]) => {
    const pull = pullOf(state, number);
    return pull && ok(pullAnswer(pull, state));
  }),
  route("GET", "/pulls/(\\d+)/commits", [["pull-requests", "read"]], (state, [number]) => {
    const pull = pullOf(state, number);
    return pull && ok(pull.commits.map(({ sha, author }) => ({ sha, author: author && userAnswer(author) })));
  }),
  route("GET", "/pulls/(\\d+)/reviews", [["pull-requests", "read"]], (state, [number]) => {
    const pull = pullOf(state, number);
    return (
      pull &&
      ok(
        pull.reviews.map((review, index) => ({
          id: index + 1,
          user: userAnswer(review.author),
          body: "",
          state: review.state,
          commit_id: review.commit,
          submitted_at: new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString(),
        })),
      )
    );
  }),
  route("GET", "/commits/(\\w+)/pulls", [["pull-requests", "read"]], (state, [sha]) =>
    ok(
      state.pulls
        .filter(({ mergeCommit, commits }) => mergeCommit === sha || commits.some((one) => one.sha === sha))
        .map((pull) => pullListAnswer(pull, state)),
    ),
  ),
  route("GET", "/commits/(\\w+)", [["contents", "read"]], (state, [sha]) => {
    const known = [...state.commits, ...state.pulls.flatMap(({ commits }) => commits)];
    const commit = known.find((one) => one.sha === sha);
    return commit && ok({ sha, author: commit.author && userAnswer(commit.author), commit: { message: "" } });
  }),
  route("GET", "/collaborators/([^/]+)/permission", [["metadata", "read"]], (state, [login = ""]) =>
    ok({ permission: state.roles[login] ?? "write", role_name: "write", user: userAnswer(login) }),
  ),
  route("GET", "/actions/runs/(\\d+)", [["actions", "read"]], (state, [id]) => {
    const run = state.runs.find((one) => one.id === Number(id));
    return (
      run &&
      ok({
        id: run.id,
        head_sha: run.sha,
        event: run.event,
        status: "in_progress",
        run_attempt: run.attempt,
        actor: userAnswer(run.actor),
        triggering_actor: userAnswer(run.triggeringActor),
        repository: { full_name: state.repository },
      })
    );
  }),
  route("GET", "/actions/runs/(\\d+)/approvals", [["actions", "read"]], (state, [id]) => {
    const run = state.runs.find((one) => one.id === Number(id));
    return (
      run &&
      ok(
        run.approvals.map(({ author, environments, state: word }) => ({
          state: word,
          comment: "",
          environments: environments.map((name, index) => ({ id: index + 1, name })),
          user: userAnswer(author),
        })),
      )
    );
  }),
  route("GET", "/issues", [["issues", "read"]], listIssues),
  route("POST", "/issues", [["issues", "write"]], createIssue),
  route("PATCH", "/issues/(\\d+)", [["issues", "write"]], updateIssue),
];

/** The answer to a request: token and permissions checked, carried out, cut into pages. */
export function answerOf(asked: Asked, state: GitHubState, apiUrl: string): RouteReply {
  const given = String(asked.headers.authorization ?? "").replace(/^(token|bearer) /i, "");
  if (given !== state.token) return refusal(401, "Bad credentials");
  const prefix = `/repos/${state.repository}`;
  for (const { method, path, needs, answer } of ROUTES) {
    const parts = asked.path.startsWith(prefix) ? path.exec(asked.path.slice(prefix.length)) : null;
    if (parts === null || method !== asked.method) continue;
    if (!needs.some((need) => isGranted(need, state)))
      return refusal(403, "Resource not accessible by integration");
    return paged(answer(state, parts.slice(1), asked) ?? NOT_FOUND, asked, state, apiUrl);
  }
  return {
    ...NOT_FOUND,
    unknownRoute: asked.path.startsWith(`${prefix}/`) || !asked.path.startsWith("/repos/"),
  };
}

function route(method: string, path: string, needs: Route["needs"], answer: Route["answer"]): Route {
  return { method, path: new RegExp(`^${path}$`), needs, answer };
}

function isGranted([permission, access]: Route["needs"][number], { permissions }: GitHubState): boolean {
  if (permission === "metadata") return true;
  return permissions[permission] === "write" || permissions[permission] === access;
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}

function refusal(status: number, message: string): Reply {
  return { status, body: { message, documentation_url: DOCS, status: String(status) } };
}

function tooLong(): Reply {
  const errors = [
    { resource: "IssueComment", code: "unprocessable", field: "data", message: "Body is too long" },
  ];
  return { status: 422, body: { message: "Validation Failed", errors, documentation_url: DOCS } };
}

function paged(reply: Reply, { path, query }: Asked, state: GitHubState, apiUrl: string): Reply {
  if (!Array.isArray(reply.body)) return reply;
  const size = Math.min(Number(query.per_page ?? state.perPage), state.perPage < 30 ? state.perPage : 100);
  const page = Number(query.page ?? 1);
  const body = reply.body.slice((page - 1) * size, page * size);
  if (reply.body.length <= page * size) return { ...reply, body };
  const next = new URLSearchParams({ ...query, page: String(page + 1) });
  const last = new URLSearchParams({ ...query, page: String(Math.ceil(reply.body.length / size)) });
  const link = `<${apiUrl}${path}?${next}>; rel="next", <${apiUrl}${path}?${last}>; rel="last"`;
  return { ...reply, body, headers: { link } };
}

function userAnswer(login: string) {
  return { login, id: login.length, type: login.endsWith("[bot]") || login === "Copilot" ? "Bot" : "User" };
}

function commentAnswer({ id, body, author }: FakeComment) {
  return { id, body, user: userAnswer(author), author_association: "CONTRIBUTOR" };
}

function pullOf(state: GitHubState, number: string | undefined): FakePull | undefined {
  return state.pulls.find((one) => one.number === Number(number));
}

/** Without `merged`, which only the answer for one pull request has. */
function pullListAnswer({ number, title, author, head, base, ...pull }: FakePull, state: GitHubState) {
  return {
    number,
    title,
    state: pull.open ? "open" : "closed",
    user: userAnswer(author),
    merged_at: pull.merged ? "2026-01-02T00:00:00Z" : null,
    merge_commit_sha: pull.mergeCommit,
    head: { sha: head.sha, ref: head.ref, repo: { full_name: head.repository } },
    base: { sha: base.sha, ref: base.ref, repo: { full_name: state.repository } },
  };
}

/** A pull request as the API and the events have it. */
export function pullAnswer(pull: FakePull, state: GitHubState) {
  return { ...pullListAnswer(pull, state), merged: pull.merged };
}

function createComment(state: GitHubState, [number]: readonly string[], asked: Asked): Reply | undefined {
  const { body } = asked.body as { body: string };
  const issue = Number(number);
  if (![...state.pulls, ...state.issues].some((one) => one.number === issue)) return undefined;
  if (body.length > BODY_LIMIT) return tooLong();
  const id = 1 + Math.max(1000, ...state.comments.map((one) => one.id));
  const comment = { id, issue, body, author: state.self };
  state.comments.push(comment);
  return { status: 201, body: commentAnswer(comment) };
}

function issueAnswer({ number, title, body, author, open, labels }: FakeIssue) {
  const named = labels.map((name, index) => ({ id: index + 1, name }));
  return { number, title, body, user: userAnswer(author), state: open ? "open" : "closed", labels: named };
}

/** Pull requests are issues too, and come in the list. */
function listIssues(state: GitHubState, _: readonly string[], { query }: Asked): Reply {
  const wanted = query.labels?.split(",") ?? [];
  const pulls = state.pulls.map((pull) => ({
    ...issueAnswer({ ...pull, body: "", labels: wanted }),
    pull_request: { url: "" },
  }));
  const issues = state.issues
    .filter(({ labels }) => wanted.every((label) => labels.includes(label)))
    .map(issueAnswer);
  const shown = query.state ?? "open";
  return ok([...issues, ...pulls].filter((one) => shown === "all" || one.state === shown));
}

function createIssue(state: GitHubState, _: readonly string[], asked: Asked): Reply {
  const { title, body, labels } = asked.body as { title: string; body: string; labels?: string[] };
  if (body.length > BODY_LIMIT) return tooLong();
  const number = 1 + Math.max(0, ...[...state.pulls, ...state.issues].map((one) => one.number));
  const issue = { number, title, body, author: state.self, open: true, labels: labels ?? [] };
  state.issues.push(issue);
  return { status: 201, body: issueAnswer(issue) };
}

function updateIssue(state: GitHubState, [number]: readonly string[], asked: Asked): Reply | undefined {
  const change = asked.body as { title?: string; body?: string; state?: string };
  const issue = state.issues.find((one) => one.number === Number(number));
  if (issue === undefined) return undefined;
  if ((change.body?.length ?? 0) > BODY_LIMIT) return tooLong();
  issue.title = change.title ?? issue.title;
  issue.body = change.body ?? issue.body;
  issue.open = change.state === undefined ? issue.open : change.state === "open";
  return ok(issueAnswer(issue));
}
