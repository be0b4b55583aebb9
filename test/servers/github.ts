import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerOf, pullAnswer } from "./github-routes.ts";
import { type Asked, emptyState, type Fault, type GitHubState, type Reply } from "./github-state.ts";

export * from "./github-state.ts";

export type FakeGitHub = {
  /** For GITHUB_API_URL: ends in `/api/v3`, as on a GitHub Enterprise server, unless another base path was asked for. */
  readonly apiUrl: string;
  /** For GITHUB_SERVER_URL. */
  readonly serverUrl: string;
  /** What GitHub holds. Read it and change it as you like; `fakePull` and `fakeRun` fill in what you leave out. */
  readonly state: GitHubState;
  /** Every request, in order. */
  readonly requests: readonly Asked[];
  /** What a client did that it must not do: no user agent, no API version, an unknown route. */
  readonly complaints: readonly string[];
  /** What happens instead of an answer, where it gives something. Set it, or set it to undefined, at any time. */
  fault: ((asked: Asked) => Fault | undefined) | undefined;
  /** The variables that a runner sets, for a run that is in `state.runs`, or an invented one. */
  environment(run: {
    readonly id: number;
    readonly sha: string;
    readonly event?: string;
  }): Record<string, string>;
  /** The text of the file that GITHUB_EVENT_PATH names in a run for this pull request. */
  pullRequestEvent(number: number): string;
  close(): Promise<void>;
};

/**
 * GitHub's REST API (version 2022-11-28) for one repository, over HTTP on a free port of 127.0.0.1: pull requests, their
 * commits and reviews, comments, issues with labels, runs with the approvals of environments, roles of users. Lists have
 * pages with Link headers; the token and its permissions are checked. For faults there are `primaryLimit`,
 * `secondaryLimit`, and whatever a test answers itself.
 *
 *     const github = await startGitHub();
 *     onTestFinished(() => github.close());
 *     github.state.pulls.push(fakePull({ number: 7, author: "ann" }));
 *     await place.zivsyncWith(github.environment({ id: 1, sha }), "github", "plan");
 *     expect(github.state.comments).toHaveLength(1);
 */
export async function startGitHub(
  state: Partial<GitHubState> = {},
  { basePath = "/api/v3" }: { readonly basePath?: string } = {},
): Promise<FakeGitHub> {
  const requests: Asked[] = [];
  const complaints: string[] = [];
  const held: GitHubState = { ...emptyState(), ...state };
  const server = createServer((request, response) => {
    void readRequest(request, basePath, requests).then((asked) => respond(asked, request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const apiUrl = `${origin}${basePath}`;
  const respond = (asked: Asked, request: IncomingMessage, response: ServerResponse) => {
    complaints.push(...complaintsOf(asked));
    const fault = github.fault?.(asked);
    const reply = fault === undefined || fault.carriedOut ? answerOf(asked, held, apiUrl) : undefined;
    if (reply?.status === 404 && reply.unknownRoute)
      complaints.push(`no route ${asked.method} ${asked.path}`);
    const answer = fault?.answer ?? reply;
    if (answer === "reset") request.socket.resetAndDestroy();
    else if (answer !== "silence" && answer !== undefined) send(response, answer);
  };
  const github: FakeGitHub = {
    apiUrl,
    serverUrl: origin,
    state: held,
    requests,
    complaints,
    fault: undefined,
    environment: ({ id, sha, event = "push" }) => ({
      GITHUB_ACTIONS: "true",
      GITHUB_API_URL: apiUrl,
      GITHUB_SERVER_URL: origin,
      GITHUB_REPOSITORY: held.repository,
      GITHUB_RUN_ID: String(id),
      GITHUB_RUN_ATTEMPT: String(held.runs.find((run) => run.id === id)?.attempt ?? 1),
      GITHUB_SHA: sha,
      GITHUB_REF: "refs/heads/main",
      GITHUB_EVENT_NAME: event,
      GITHUB_ACTOR: held.runs.find((run) => run.id === id)?.actor ?? "ann",
      GITHUB_TOKEN: held.token,
    }),
    pullRequestEvent(number) {
      const pull = held.pulls.find((one) => one.number === number);
      if (pull === undefined) throw new Error(`there is no pull request ${number}`);
      return JSON.stringify({ action: "synchronize", number, pull_request: pullAnswer(pull, held) });
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return github;
}

/** The primary limit is used up; it begins again after so many seconds. */
export function primaryLimit(seconds: number): Fault {
  const headers = {
    "x-ratelimit-limit": "1000",
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + seconds),
    "x-ratelimit-resource": "core",
  };
  const message = "API rate limit exceeded for installation ID 1.";
  return {
    answer: { status: 403, headers, body: { message, documentation_url: "https://docs.github.com/rest" } },
  };
}

/** A secondary limit was met: too many writes in a short time. */
export function secondaryLimit(retryAfter: number): Fault {
  const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
  const headers = { "retry-after": String(retryAfter) };
  return {
    answer: { status: 403, headers, body: { message, documentation_url: "https://docs.github.com/rest" } },
  };
}

async function readRequest(request: IncomingMessage, basePath: string, requests: Asked[]): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const asked: Asked = {
    method: request.method ?? "",
    path: url.pathname.startsWith(basePath) ? url.pathname.slice(basePath.length) : `outside:${url.pathname}`,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: text === "" ? undefined : JSON.parse(text),
    nth: requests.length + 1,
  };
  requests.push(asked);
  return asked;
}

function complaintsOf({ method, path, headers }: Asked): string[] {
  const wrong: string[] = [];
  if (!String(headers["user-agent"]).startsWith("zivsync/"))
    wrong.push(`${method} ${path}: no user agent of zivsync`);
  if (headers["x-github-api-version"] !== "2022-11-28") wrong.push(`${method} ${path}: no API version`);
  return wrong;
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers }).end(text);
}
