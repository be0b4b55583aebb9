import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import type { GitHubApi } from "../../../src/github/api/api.ts";
import { createGitHubApi } from "../../../src/github/api/client.ts";
import { RemoteError } from "../../../src/model/values/errors.ts";
import { Secret } from "../../../src/model/values/secret.ts";
import {
  type Asked,
  editComment,
  type FakeGitHub,
  type Fault,
  fakePull,
  fakeRun,
  type GitHubState,
  primaryLimit,
  secondaryLimit,
  startGitHub,
} from "../../servers/github.ts";

const SHA = "a".repeat(40);
const MOMENT = "2026-11-28T12:00:00Z";
const WRITTEN = { node_id: "x", created_at: MOMENT, updated_at: MOMENT };
const REPOSITORY = { owner: "hospital", name: "zivver" };

type Opened = {
  readonly github: FakeGitHub;
  readonly api: GitHubApi;
  readonly slept: number[];
  readonly notes: string[];
  readonly host: string;
};

const servers: FakeGitHub[] = [];
afterAll(async () => {
  for (const github of servers) {
    await github.close();
    expect(github.complaints).toEqual([]);
  }
});

/** A client whose clock only notes how long it would have slept. */
async function opened(state: Partial<GitHubState> = {}, fault?: FakeGitHub["fault"]): Promise<Opened> {
  const github = await startGitHub(state);
  servers.push(github);
  github.fault = fault;
  const slept: number[] = [];
  const notes: string[] = [];
  const api = openApi(github.apiUrl, { slept, notes, token: github.state.token });
  return { github, api, slept, notes, host: new URL(github.apiUrl).host };
}

type Notebook = { readonly slept?: number[]; readonly notes?: string[]; readonly token?: string };

function openApi(
  apiUrl: string,
  { slept = [], notes = [], token = "canary-github-token" }: Notebook = {},
  environment: NodeJS.ProcessEnv = {},
): GitHubApi {
  return createGitHubApi({
    context: { repository: REPOSITORY, apiUrl },
    token: new Secret(token),
    version: "1.2.3",
    clock: { now: Date.now, sleep: async (milliseconds) => void slept.push(milliseconds) },
    environment,
    onProgress: (text) => void notes.push(text),
  });
}

async function failure(promise: Promise<unknown>): Promise<RemoteError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RemoteError)) throw new Error(`no RemoteError: ${String(error)}`);
  expect(JSON.stringify([error.message, error.problems, error.cause])).not.toContain("canary");
  return error;
}

const first =
  (count: number, fault: Fault) =>
  ({ nth }: Asked) =>
    nth <= count ? fault : undefined;

describe("what GitHub knows", () => {
  it("comes whole, whatever the pages", async () => {
    const comments = Array.from({ length: 7 }, (_, index) => ({
      id: index + 1,
      issue: 7,
      body: `comment ${index}`,
      author: index % 2 === 0 ? "ann" : "github-actions[bot]",
    }));
    const { api, github } = await opened({ comments, perPage: 3 });
    expect(await api.comments(7)).toEqual(
      comments.map(({ id, body, author }) => ({
        id,
        node: `IC_${id}`,
        body,
        author,
        createdAt: `2026-01-01T00:00:0${id}Z`,
        updatedAt: `2026-01-01T00:00:0${id}Z`,
      })),
    );
    expect(github.requests.map(({ query }) => query)).toEqual([
      { per_page: "100" },
      { per_page: "100", page: "2" },
      { per_page: "100", page: "3" },
    ]);
  });

  it("tells of a pull request whether it is merged, and from a fork", async () => {
    const head = { sha: SHA, ref: "change", repository: "stranger/zivver" };
    const { api } = await opened({
      pulls: [
        fakePull({ number: 7, head }),
        fakePull({ number: 8, merged: true, mergeCommit: "d".repeat(40) }),
      ],
    });
    const common = { author: "ann", headSha: SHA, baseSha: "b".repeat(40), baseRef: "main" };
    expect(await api.pullRequest(7)).toEqual({
      number: 7,
      ...common,
      open: true,
      mergedAt: undefined,
      fork: true,
    });
    expect(await api.pullRequestsOf("d".repeat(40))).toEqual([
      { number: 8, ...common, open: false, mergedAt: "2026-01-01T00:00:01Z", fork: false },
    ]);
  });

  it("takes of each reviewer the latest word that decides", async () => {
    const reviews = [
      ["ben", "COMMENTED"],
      ["ben", "APPROVED"],
      ["ben", "COMMENTED"],
      ["ben", "PENDING"],
      ["cas", "APPROVED"],
      ["cas", "CHANGES_REQUESTED"],
      ["dee", "DISMISSED"],
      ["eve", "COMMENTED"],
      ["Copilot", "APPROVED"],
    ].map(([author = "", state = ""]) => ({ author, state, commit: SHA }));
    const { api } = await opened({ pulls: [fakePull({ number: 7, reviews })] });
    expect((await api.reviews(7)).map(({ author, state }) => [author, state])).toEqual([
      ["ben", "approved"],
      ["cas", "changes-requested"],
      ["dee", "dismissed"],
      ["eve", "commented"],
      ["Copilot[bot]", "approved"],
    ]);
  });

  it("tells of commits and users", async () => {
    const commits = [
      { sha: SHA, author: "ann" },
      { sha: "c".repeat(40), author: null, email: "Gone@example.org", committer: "mallory" },
      { sha: "d".repeat(40), author: "ann" },
      { sha: "e".repeat(40), author: "ben" },
    ];
    const { api } = await opened({ pulls: [fakePull({ number: 7, commits })], roles: { eve: "read" } });
    const [first, second] = [
      { sha: SHA, logins: ["ann", "web-flow"], unknown: [] },
      { sha: "c".repeat(40), logins: ["mallory"], unknown: ["gone@example.org"] },
    ];
    expect((await api.pullRequestCommits(7)).slice(0, 2)).toEqual([first, second]);
    expect(await api.commit(SHA)).toEqual(first);
    expect(await api.commit("c".repeat(40))).toEqual(second);
    expect([await api.roleOf("ann"), await api.roleOf("eve")]).toEqual(["write", "read"]);
  });

  it("tells of co-authors, who are joined to those of the commits that name any", async () => {
    const commits = [
      { sha: SHA, author: "ann" },
      {
        sha: "c".repeat(40),
        author: "ann",
        coAuthors: ["ben", "nobody@example.org", "1+helper[bot]@users.noreply.github.com"],
      },
    ];
    const { api, github } = await opened({ pulls: [fakePull({ number: 7, commits })] });
    const people = await api.withCoAuthors(await api.pullRequestCommits(7));
    expect(people.map(({ logins, unknown }) => ({ logins, unknown }))).toEqual([
      { logins: ["ann", "web-flow"], unknown: [] },
      { logins: ["ann", "web-flow", "ben", "helper[bot]"], unknown: ["nobody@example.org"] },
    ]);
    expect(github.requests.filter(({ path }) => path.endsWith("/graphql"))).toHaveLength(1);
    const named = await api.pullRequestCommits(7);
    github.state.pulls = [];
    await expect(api.withCoAuthors(named)).rejects.toMatchObject({ problems: [{ code: "github-answer" }] });
  });

  it("tells who edited a comment, and which comment was changed last", async () => {
    const { api, github } = await opened({
      comments: [7, 8].map((issue) => ({ id: issue, issue, body: "Plan", author: "github-actions[bot]" })),
    });
    const [first, second] = await api.latestComments(1);
    expect([first?.issue, second?.issue]).toEqual([8, 7]);
    const [comment] = github.state.comments;
    if (second === undefined || comment === undefined) throw new Error("there is no comment");
    expect(await api.edits(second)).toEqual([]);
    editComment(github.state, comment, "No changes", "mallory");
    editComment(github.state, comment, "Plan", "github-actions[bot]");
    expect(await api.edits(second)).toEqual([
      { editor: "github-actions[bot]", at: "2026-01-01T00:00:04Z" },
      { editor: "mallory", at: "2026-01-01T00:00:03Z" },
      { editor: "github-actions[bot]", at: "2026-01-01T00:00:01Z" },
    ]);
    expect((await api.latestComments(1)).map(({ issue }) => issue)).toEqual([7, 8]);
    github.state.keepsEdits = false;
    expect(await api.edits(second)).toBeUndefined();
  });

  it("asks for edits beside the REST API of github.com, too", async () => {
    const github = await startGitHub(
      { comments: [{ id: 7, issue: 7, body: "Plan", author: "github-actions[bot]" }] },
      { basePath: "" },
    );
    servers.push(github);
    const api = openApi(github.apiUrl);
    const [comment] = await api.comments(7);
    if (comment === undefined) throw new Error("there is no comment");
    expect(await api.edits(comment)).toEqual([]);
    expect(github.requests.at(-1)?.path).toBe("/graphql");
    const { problems } = await failure(api.edits({ ...comment, node: "IC_8" }));
    expect(problems[0]?.message).toBe(
      "GitHub was asked to read the edits of comment 7, and its answer is not as documented: it reports errors in the query.",
    );
  });

  it("tells of the commits that touch a folder", async () => {
    const commits = [
      { sha: SHA, author: "ann", paths: ["desired-state/users.csv"] },
      { sha: "c".repeat(40), author: "ben", paths: ["README.md"] },
    ];
    const { api } = await opened({ commits });
    const shas = async (folder: string) => (await api.commitsUpTo(SHA, folder)).map(({ sha }) => sha);
    expect(await shas("desired-state")).toEqual([SHA]);
    expect(await shas(".")).toEqual([SHA, "c".repeat(40)]);
  });

  it("tells of a run who began it and who let it go on", async () => {
    const approvals = [
      { author: "ben", environments: ["zivver-production"], state: "approved" },
      { author: "cas", environments: ["zivver-production"], state: "rejected" },
      { author: "dee", environments: ["zivver-production"], state: "pending" },
    ];
    const run = fakeRun({ id: 5, sha: SHA, actor: "ann", triggeringActor: "eve", attempt: 2, approvals });
    const { api } = await opened({ runs: [run] });
    expect(await api.run(5)).toEqual({
      id: 5,
      sha: SHA,
      event: "push",
      actors: ["ann", "eve"],
      attempt: 2,
      repository: "hospital/zivver",
    });
    expect(await api.environmentApprovals(5)).toEqual(approvals.slice(0, 2));
  });
});

describe.concurrent("what is written", () => {
  it("comments are made and changed", async () => {
    const { api, github } = await opened({ pulls: [fakePull({ number: 7 })] });
    const { id } = await api.createComment(7, "one");
    await api.updateComment(id, "@everyone ::add-mask::x\n");
    expect(github.state.comments).toMatchObject([
      { id, issue: 7, body: "@everyone ::add-mask::x\n", author: "github-actions[bot]" },
    ]);
  });

  it("issues are opened, changed, closed, and found by their label, without pull requests", async () => {
    const { api, github } = await opened({ pulls: [fakePull({ number: 7 })] });
    const issue = await api.createIssue({ title: "Drift", body: "one", labels: ["zivsync-drift"] });
    expect(issue).toEqual({
      number: 8,
      title: "Drift",
      body: "one",
      author: "github-actions[bot]",
      open: true,
    });
    await api.updateIssue(8, { body: "two" });
    await api.updateIssue(8, { open: false });
    expect(await api.issues("zivsync-drift")).toEqual([{ ...issue, body: "two", open: false }]);
    expect(github.requests.at(1)?.body).toEqual({ body: "two" });
  });
});

describe.concurrent("limits are obeyed", () => {
  it("the primary one, until it begins again", async () => {
    const { api, slept, notes } = await opened({}, first(1, primaryLimit(30)));
    expect(await api.comments(7)).toEqual([]);
    expect(slept).toHaveLength(1);
    expect(Math.abs((slept[0] ?? 0) - 31_000)).toBeLessThanOrEqual(2_000);
    expect(notes[0]).toMatch(/^GitHub limits requests: waiting (29|3\d) seconds$/);
  });

  it("secondary ones, as long as they say, also before a create is sent again", async () => {
    const { api, github, slept } = await opened(
      { pulls: [fakePull({ number: 7 })] },
      first(2, secondaryLimit(60)),
    );
    await api.createComment(7, "one");
    expect({ slept, comments: github.state.comments.length, requests: github.requests.length }).toEqual({
      slept: [60_000, 60_000],
      comments: 1,
      requests: 3,
    });
  });

  it("but not for ever", async () => {
    const { api, slept, host } = await opened({}, () => secondaryLimit(20));
    expect((await failure(api.comments(7))).problems).toEqual([
      {
        code: "github-rate-limited",
        where: host,
        message:
          "GitHub was asked to read the comments of #7 and refused, since there were too many requests, also after zivsync had waited 3 times.",
        remedy:
          "Run it again later. The limit is shared by all workflows of the repository: let fewer of them run at once.",
      },
    ]);
    expect(slept).toEqual([20_000, 20_000, 20_000]);
  });

  it("and not for an hour", async () => {
    const { api, slept } = await opened({}, () => primaryLimit(3_000));
    const [problem] = (await failure(api.comments(7))).problems;
    expect(problem?.message).toBe(
      "GitHub was asked to read the comments of #7 and refused, since there were too many requests. It asks to wait 50 minutes, which is longer than zivsync waits.",
    );
    expect(slept).toEqual([]);
  });
});

describe.concurrent("failures of the server and the network", () => {
  const badGateway: Fault = {
    answer: { status: 502, body: "<html>", headers: { "content-type": "text/html" } },
  };

  it.each([
    ["a bad gateway", badGateway],
    ["a reset", { answer: "reset" } as Fault],
  ])("%s: reading is repeated, with pauses", async (_, fault) => {
    const { api, slept } = await opened({}, first(2, fault));
    expect(await api.comments(7)).toEqual([]);
    expect(slept).toEqual([1_000, 4_000]);
  });

  it("what lasts is told", async () => {
    const { api, host } = await opened({}, () => badGateway);
    expect((await failure(api.comments(7))).problems).toEqual([
      {
        code: "github-unavailable",
        where: host,
        message: "GitHub was asked to read the comments of #7 and answered with status 502 (4 times).",
        remedy: "Run it again. https://www.githubstatus.com reports outages.",
      },
    ]);
  });

  it("and so is a server that is not there", async () => {
    const github = await startGitHub();
    await github.close();
    const { host } = new URL(github.apiUrl);
    expect((await failure(openApi(github.apiUrl).comments(7))).problems).toEqual([
      {
        code: "github-unavailable",
        where: host,
        message: `GitHub could not be reached to read the comments of #7 (4 times): ${host}, ECONNREFUSED.`,
        remedy:
          "Run it again. If it stays so, check GITHUB_API_URL, the proxy (HTTPS_PROXY, NO_PROXY) and, for a server with a certificate of its own, NODE_EXTRA_CA_CERTS.",
      },
    ]);
  });

  const lost: readonly [string, Fault["answer"]][] = [
    ["a reset", "reset"],
    ["a bad gateway", badGateway.answer],
    ["an answer that is not JSON", { status: 201, body: "{" }],
  ];
  it.each(lost)("a create that was carried out is found again, not repeated: %s", async (_, answer) => {
    const { api, github } = await opened({ pulls: [fakePull({ number: 7 })] }, ({ method }) =>
      method === "POST" ? { carriedOut: true, answer } : undefined,
    );
    const comment = await api.createComment(7, "marker\none");
    const { node, ...made } = comment;
    expect(node).toBe("IC_1001");
    expect(github.state.comments).toEqual([{ ...made, issue: 7 }]);
    const issue = await api.createIssue({ title: "Drift", body: "one", labels: ["zivsync-drift"] });
    expect(github.state.issues.map(({ number }) => number)).toEqual([issue.number]);
    expect(github.requests.map(({ method }) => method)).toEqual(["POST", "GET", "POST", "GET"]);
  });

  it("a create that was not carried out is repeated after a look", async () => {
    const { api, github } = await opened({ pulls: [fakePull({ number: 7 })] }, ({ nth }) =>
      nth === 1 ? badGateway : undefined,
    );
    await api.createComment(7, "one");
    expect(github.requests.map(({ method }) => method)).toEqual(["POST", "GET", "POST"]);
    expect(github.state.comments).toHaveLength(1);
  });

  it("and when zivsync cannot tell, the error says so", async () => {
    const { api } = await opened({ pulls: [fakePull({ number: 7 })] }, ({ method }) =>
      method === "POST" ? badGateway : undefined,
    );
    expect((await failure(api.createComment(7, "one"))).uncertain).toBe(true);
  });
});

describe("what GitHub refuses", () => {
  const FORK = "A run for a pull request of a fork never gets more than reading.";
  type Case = readonly [string, Partial<GitHubState>, (api: GitHubApi) => Promise<unknown>, object];
  const cases: readonly Case[] = [
    [
      "the token",
      { token: "another" },
      (api) => api.comments(7),
      {
        code: "github-unauthorized",
        message:
          'GitHub does not take the token in GITHUB_TOKEN: it is wrong, over, or of another server. It says: "Bad credentials".',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a workflow writes it
        remedy: "Give the step `env: { GITHUB_TOKEN: ${{ github.token }} }`. That token ends with its job.",
      },
    ],
    [
      "a permission to write comments",
      { permissions: { "pull-requests": "read" } },
      (api) => api.createComment(7, "one"),
      {
        code: "github-forbidden",
        message:
          'The token in GITHUB_TOKEN may not write a comment on #7. It says: "Resource not accessible by integration".',
        remedy: `Give the job \`permissions: { pull-requests: write }\`. ${FORK}`,
      },
    ],
    [
      "a permission to read runs",
      { permissions: {} },
      (api) => api.environmentApprovals(5),
      {
        code: "github-forbidden",
        message:
          'The token in GITHUB_TOKEN may not read who approved run 5. It says: "Resource not accessible by integration".',
        remedy: `Give the job \`permissions: { actions: read }\`. ${FORK}`,
      },
    ],
    [
      "what is not there",
      {},
      (api) => api.pullRequest(7),
      {
        code: "github-not-found",
        message:
          "GitHub was asked to read pull request #7 and found nothing, which it also answers where the token may not look.",
        remedy:
          "Check that it is there in this repository, and that the job has `permissions: { pull-requests: read }`.",
      },
    ],
    [
      "a body that is too long",
      { pulls: [fakePull({ number: 7 })] },
      (api) => api.createComment(7, "x".repeat(65_537)),
      {
        code: "github-answer",
        message:
          'GitHub was asked to write a comment on #7 and refused with status 422. It says: "Validation Failed".',
        remedy:
          "Check that GITHUB_API_URL names GitHub's API, and that no proxy answers in its place; otherwise please report this as a bug in zivsync.",
      },
    ],
  ];
  it.each(cases)("%s", async (_, state, call, problem) => {
    const { github, api, host } = await opened({ pulls: [], ...state, token: "canary-github-token" });
    if (state.token !== undefined) github.state.token = state.token;
    const error = await failure(call(api));
    expect(error.problems).toEqual([{ where: host, ...problem }]);
    expect({ uncertain: error.uncertain, requests: github.requests.length }).toEqual({
      uncertain: false,
      requests: 1,
    });
  });
});

it("what GitHub says steers no terminal", async () => {
  const message = "Go\u001b[2J away\r\nerror: \u202eall is well";
  const { api } = await opened({}, () => ({ answer: { status: 422, body: { message } } }));
  const { problems } = await failure(api.updateComment(1, "text"));
  expect(problems[0]?.message).toBe(
    'GitHub was asked to change comment 1 and refused with status 422. It says: "Go\\u{1b}[2J away error: \\u{202e}all is well".',
  );
});

describe("answers that are not as documented", () => {
  const user = { login: "ann", type: "User" };
  it.each<[string, unknown, string]>([
    ["nothing", "", "it is not JSON"],
    ["a page for people", "<html>", "it is not JSON"],
    ["cut JSON", '[{"id":1', "it is not JSON"],
    ["an object for a list", {}, "entry 1.id is not a whole number"],
    ["no author", [{ id: 1, body: "", user: {} }], "entry 1.user.login is not text"],
    ["a word for a number", [{ id: "1", body: "", user }], "entry 1.id is not a whole number"],
    [
      "a number too large",
      '[{"id":99999999999999999999,"body":"","user":null}]',
      "entry 1.id is not a whole number",
    ],
    ["a list for text", [{ id: 1, body: [], user }], "entry 1.body is not text"],
    [
      "a comment without a moment",
      [{ id: 1, body: "", user, node_id: "x" }],
      "entry 1.created_at is not text",
    ],
    [
      "a login that is none",
      [{ id: 1, body: "", user: { ...user, login: "ann\u001b[2J" } }],
      "entry 1.user.login is not the name of an account",
    ],
    ["one good, one bad", [{ id: 1, body: "", user, ...WRITTEN }, null], "entry 2 is not an object"],
  ])("%s", async (_, body, why) => {
    const { api, host } = await opened({}, () => ({ answer: { status: 200, body } }));
    expect((await failure(api.comments(7))).problems).toEqual([
      {
        code: "github-answer",
        where: host,
        message: `GitHub was asked to read the comments of #7, and its answer is not as documented: ${why}.`,
        remedy:
          "Check that GITHUB_API_URL names GitHub's API, and that no proxy answers in its place; otherwise please report this as a bug in zivsync.",
      },
    ]);
  });

  it("status 409 is not the end of a list", async () => {
    const { api } = await opened({ comments: [{ id: 1, issue: 7, body: "", author: "ann" }] }, () => ({
      answer: { status: 409, body: { message: "Conflict" } },
    }));
    expect((await failure(api.comments(7))).problems[0]?.code).toBe("github-answer");
  });
});

describe("the token goes to the API and nowhere else", () => {
  async function stranger() {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization}`);
      response.writeHead(200, { "content-type": "application/json" }).end("[]");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
    return { asked, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
  }
  const WHERE = { code: "github-answer" };

  it.each(["redirect", "next page"])("not by a %s", async (way) => {
    const { asked, host: other } = await stranger();
    const { api, host, slept } = await opened({}, () => ({
      answer:
        way === "redirect"
          ? { status: 307, headers: { location: `http://${other}/api/v3/x` } }
          : { status: 200, body: [], headers: { link: `<http://${other}/api/v3/x>; rel="next"` } },
    }));
    expect((await failure(api.comments(7))).problems).toEqual([
      {
        ...WHERE,
        where: host,
        message: `GitHub's answer leads where the token is not sent. It points to ${other}, outside the API.`,
        remedy: "Check that GITHUB_API_URL names GitHub's API, and that no proxy answers in its place.",
      },
    ]);
    expect({ asked, slept }).toEqual({ asked: [], slept: [] });
  });

  it("but a renamed repository is followed on the same host", async () => {
    const { api, github } = await opened({ comments: [{ id: 1, issue: 7, body: "", author: "ann" }] });
    github.fault = ({ nth }) =>
      nth === 1
        ? {
            answer: {
              status: 301,
              headers: { location: `${github.apiUrl}/repos/hospital/zivver/issues/7/comments` },
            },
          }
        : undefined;
    expect(await api.comments(7)).toHaveLength(1);
  });

  it("nor round in circles", async () => {
    const { api, github } = await opened();
    github.fault = ({ path }) => ({
      answer: { status: 302, headers: { location: `${github.apiUrl}${path}` } },
    });
    expect((await failure(api.comments(7))).problems[0]?.message).toBe(
      "GitHub's answer leads where the token is not sent. It sends the request on and on, or nowhere.",
    );
    expect(github.requests).toHaveLength(4);
  });

  it.each([
    "http://github.example.org/api/v3",
    "ftp://localhost",
    "https://u:p@github.example.org",
    "nowhere",
  ])("nor to %s", (apiUrl) => {
    expect(() => openApi(apiUrl)).toThrowError(
      "GITHUB_API_URL: This is not an address that the token may be sent to: it must begin with https:// and hold no user, query or fragment.",
    );
  });

  it("a proxy is asked for a tunnel to the API's host, and never sees the token", async () => {
    const tunnels: string[] = [];
    const proxy = createServer();
    proxy.on("connect", (request, socket) => {
      tunnels.push(`${request.url} ${request.headers.authorization}`);
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void proxy.close());
    const HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const error = await failure(
      openApi("https://github.example.org/api/v3", {}, { HTTPS_PROXY }).comments(7),
    );
    expect(error.problems[0]?.code).toBe("github-unavailable");
    expect(new Set(tunnels)).toEqual(new Set(["github.example.org:443 undefined"]));
    expect(() => openApi("https://github.example.org", {}, { HTTPS_PROXY: "none" })).toThrowError(
      "HTTPS_PROXY: The proxy that the environment names is not an http:// or https:// address, so GitHub cannot be reached through it.",
    );
  });
});
