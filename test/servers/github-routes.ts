import {
  type Asked,
  editComment,
  type FakeComment,
  type FakeCommit,
  type FakeIssue,
  type FakePull,
  type GitHubState,
  type Reply,
  tick,
} from "./github-state.ts";

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
      ok(
        state.comments
          .filter(({ issue }) => issue === Number(number))
          .map((one) => commentAnswer(one, state)),
      ),
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
      editComment(state, comment, body, state.self);
      return ok(commentAnswer(comment, state));
    },
  ),
  route("GET", "/pulls/(\\d+)", [["pull-requests", "read"]], (state, [number]) => {
    const pull = pullOf(state, number);
    return pull && ok(pullAnswer(pull, state));
  }),
  route("GET", "/pulls/(\\d+)/commits", [["pull-requests", "read"]], (state, [number]) => {
    const pull = pullOf(state, number);
    return pull && ok(pull.commits.map(commitAnswer));
  }),
  route("GET", "/pulls/(\\d+)/reviews", [["pull-requests", "read"]], (state, [number]) => {
    const pull = pullOf(state, number);
    return (
      pull &&
      ok(
        pull.reviews.map((review, index) => {
          const pending = review.state === "PENDING";
          if (!pending) review.at ??= tick(state);
          return {
            id: index + 1,
            user: userAnswer(review.author),
            body: "",
            state: review.state,
            commit_id: review.commit,
            ...(pending ? {} : { submitted_at: review.at }),
          };
        }),
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
    return commit && ok(commitAnswer(commit));
  }),
  route("GET", "/commits", [["contents", "read"]], (state, _, { query }) => {
    const commits = state.history[query.sha ?? ""] ?? state.commits;
    const isAsked = ({ paths }: FakeCommit) =>
      query.path === undefined || (paths?.some((path) => path.startsWith(query.path ?? "")) ?? true);
    return ok(commits.filter(isAsked).map(commitAnswer));
  }),
  route(
    "GET",
    "/issues/comments",
    [
      ["issues", "read"],
      ["pull-requests", "read"],
    ],
    (state) => {
      const answers = state.comments.map((one) => commentAnswer(one, state));
      return ok(answers.sort((a, b) => b.updated_at.localeCompare(a.updated_at)));
    },
  ),
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
  if (asked.method === "POST" && /^outside:\/(api\/)?graphql$|^\/graphql$/.test(asked.path))
    return answerQuery(asked, state);
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

function commentAnswer(comment: FakeComment, state: GitHubState) {
  const { id, issue, body, author } = comment;
  comment.createdAt ??= tick(state);
  comment.updatedAt ??= comment.createdAt;
  return {
    id,
    node_id: `IC_${id}`,
    body,
    user: userAnswer(author),
    author_association: "CONTRIBUTOR",
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    issue_url: `https://api.github.test/repos/${state.repository}/issues/${issue}`,
  };
}

/** The two queries that zivsync sends: the edits of a comment, the last one first; and the authors of commits. */
function answerQuery({ body }: Asked, state: GitHubState): Reply {
  const { query, variables } = body as { query: string; variables: { id: string; ids: string[] } };
  if (query.includes("authors("))
    return ok({ data: { nodes: variables.ids.map((id) => authorsAnswer(id, state)) } });
  const comment = state.comments.find(({ id }) => `IC_${id}` === variables.id);
  if (!query.includes("userContentEdits") || comment === undefined)
    return ok({ data: { node: null }, errors: [{ type: "NOT_FOUND", message: "Could not resolve" }] });
  const edits = [...(comment.edits ?? [])].reverse().map(({ editor, at }) => ({
    editedAt: at,
    editor: editor.endsWith("[bot]")
      ? { __typename: "Bot", login: editor.slice(0, -"[bot]".length) }
      : { __typename: "User", login: editor },
  }));
  const kept = { totalCount: edits.length, nodes: edits.slice(0, 100) };
  return ok({ data: { node: { userContentEdits: state.keepsEdits ? kept : null } } });
}

/** The author first. The addresses of bots are of no account there. */
function authorsAnswer(id: string, state: GitHubState) {
  const ofPulls = state.pulls.flatMap(({ commits }) => commits);
  const all = [...state.commits, ...ofPulls, ...Object.values(state.history).flat()];
  const commit = all.find(({ sha }) => `C_${sha}` === id);
  if (commit === undefined) return null;
  const { sha, author, email = `${author}@example.org`, coAuthors = [] } = commit;
  const nodes = [author === null ? email : author, ...coAuthors].map((person) =>
    person.includes("@")
      ? { email: person, user: null }
      : { email: `${person}@example.org`, user: { login: person } },
  );
  return { oid: sha, authors: { totalCount: nodes.length, nodes } };
}

/** GitHub maps addresses to accounts; it commits by itself what people merge in the browser. */
function commitAnswer({ sha, author, committer = "web-flow", email, coAuthors = [] }: FakeCommit) {
  const person = (login: string | null) => ({ name: "A name", email: email ?? `${login}@example.org` });
  const trailers = coAuthors.map(
    (name) => `Co-authored-by: A name <${name.includes("@") ? name : `${name}@example.org`}>`,
  );
  const message = ["Change", "", "* Commits", ...trailers].join("\n");
  return {
    sha,
    author: author && userAnswer(author),
    committer: committer && userAnswer(committer),
    node_id: `C_${sha}`,
    commit: { message, author: person(author), committer: person(committer) },
  };
}

function pullOf(state: GitHubState, number: string | undefined): FakePull | undefined {
  return state.pulls.find((one) => one.number === Number(number));
}

/** Without `merged`, which only the answer for one pull request has. */
function pullListAnswer(given: FakePull, state: GitHubState) {
  const { number, title, author, head, base, ...pull } = given;
  if (pull.merged) given.mergedAt ??= tick(state);
  return {
    number,
    title,
    state: pull.open ? "open" : "closed",
    user: userAnswer(author),
    merged_at: pull.merged ? given.mergedAt : null,
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
  const comment: FakeComment = { id, issue, body, author: state.self, createdAt: tick(state) };
  state.comments.push(comment);
  return { status: 201, body: commentAnswer(comment, state) };
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
