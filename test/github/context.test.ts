import { describe, expect, it } from "vitest";
import { readContext, readToken } from "../../src/github/context.ts";
import { InputError } from "../../src/model/values/errors.ts";

const SHA = "a".repeat(40);
const RUN = {
  GITHUB_REPOSITORY: "hospital/zivver",
  GITHUB_API_URL: "https://github.example.org/api/v3/",
  GITHUB_SERVER_URL: "https://github.example.org",
  GITHUB_RUN_ID: "123",
  GITHUB_RUN_ATTEMPT: "2",
  GITHUB_SHA: SHA,
  GITHUB_REF: "refs/pull/7/merge",
  GITHUB_EVENT_NAME: "push",
  GITHUB_ACTOR: "ann",
};
const PULL = {
  number: 7,
  user: { login: "ann", type: "User" },
  head: { sha: "c".repeat(40), ref: "change", repo: { full_name: "hospital/zivver" } },
  base: { sha: "b".repeat(40), ref: "main", repo: { full_name: "hospital/zivver" } },
  state: "open",
  merged_at: null,
};
const PULL_RUN = { ...RUN, GITHUB_EVENT_NAME: "pull_request", GITHUB_EVENT_PATH: "/event.json" };

async function problemsOf(environment: NodeJS.ProcessEnv, event = ""): Promise<unknown> {
  try {
    return await readContext(environment, async () => event);
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
}

describe("what a run tells", () => {
  it("comes from the runner's variables", async () => {
    expect(await readContext(RUN)).toEqual({
      repository: { owner: "hospital", name: "zivver" },
      apiUrl: "https://github.example.org/api/v3",
      serverUrl: "https://github.example.org",
      runId: 123,
      runAttempt: 2,
      sha: SHA,
      ref: "refs/pull/7/merge",
      event: "push",
      actor: "ann",
      triggeringActor: "ann",
    });
  });

  it.each<[string, object, boolean]>([
    ["of the repository itself", PULL.head, false],
    ["of a fork", { ...PULL.head, repo: { full_name: "stranger/zivver" } }, true],
    ["of a fork that is gone", { ...PULL.head, repo: null }, true],
  ])("and a pull request %s from the event", async (_, head, fork) => {
    const event = JSON.stringify({ pull_request: { ...PULL, head } });
    const { pullRequest } = await readContext(PULL_RUN, async () => event);
    expect(pullRequest).toEqual({
      number: 7,
      author: "ann",
      headSha: "c".repeat(40),
      baseSha: "b".repeat(40),
      baseRef: "main",
      open: true,
      mergedAt: undefined,
      fork,
    });
  });
});

describe("what is not a run is refused", () => {
  const REMEDY =
    "Run it in a workflow on GitHub Actions, whose runners set these variables; elsewhere use `zivsync plan` and `zivsync apply`.";
  const code = "github-context";
  it.each<[string, NodeJS.ProcessEnv, string, object]>([
    [
      "nothing at all",
      {},
      "",
      {
        code,
        where: "environment",
        message:
          "This is not a workflow run on GitHub: GITHUB_REPOSITORY, GITHUB_API_URL, GITHUB_SERVER_URL, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_SHA, GITHUB_REF, GITHUB_EVENT_NAME, GITHUB_ACTOR are not set.",
        remedy: REMEDY,
      },
    ],
    [
      "one variable missing",
      { ...RUN, GITHUB_SHA: "" },
      "",
      {
        code,
        where: "environment",
        message: "This is not a workflow run on GitHub: GITHUB_SHA is not set.",
        remedy: REMEDY,
      },
    ],
    [
      "a repository that leads elsewhere",
      { ...RUN, GITHUB_REPOSITORY: "../x" },
      "",
      { code, where: "GITHUB_REPOSITORY", message: "`../x` is not what a runner writes here." },
    ],
    [
      "a run that is not a number",
      { ...RUN, GITHUB_RUN_ID: "1e3" },
      "",
      { code, where: "GITHUB_RUN_ID", message: "`1e3` is not what a runner writes here." },
    ],
    [
      "pull_request_target",
      { ...RUN, GITHUB_EVENT_NAME: "pull_request_target" },
      "",
      {
        code,
        where: "GITHUB_EVENT_NAME",
        message:
          "A run of `pull_request_target` has the secrets of the repository, and would hand them to whatever a stranger's pull request holds.",
        remedy: "Write `on: pull_request` in the workflow.",
      },
    ],
    [
      "a pull request without its event",
      { ...PULL_RUN, GITHUB_EVENT_PATH: "" },
      "",
      { code, where: "GITHUB_EVENT_PATH", message: "The run is of a pull request, and nothing says which." },
    ],
    [
      "an event that is not JSON",
      PULL_RUN,
      "{",
      {
        code,
        where: "GITHUB_EVENT_PATH",
        message: "The event file describes no pull request: it is not JSON.",
      },
    ],
    [
      "an event of something else",
      PULL_RUN,
      "{}",
      {
        code,
        where: "GITHUB_EVENT_PATH",
        message: "The event file describes no pull request: event.pull_request is not an object.",
      },
    ],
    [
      "an event with a bad commit",
      PULL_RUN,
      JSON.stringify({ pull_request: { ...PULL, head: { ...PULL.head, sha: "--upload-pack=x" } } }),
      {
        code,
        where: "GITHUB_EVENT_PATH",
        message:
          "The event file describes no pull request: event.pull_request.head.sha is not the name of a commit.",
      },
    ],
  ])("%s", async (_, environment, event, problem) => {
    expect(await problemsOf(environment, event)).toEqual([problem]);
  });
});

describe("the token", () => {
  it("comes from GITHUB_TOKEN, and is never shown", () => {
    const token = readToken({ GITHUB_TOKEN: "canary-token\n" });
    expect([token.reveal(), JSON.stringify({ token }), String(token)]).toEqual([
      "canary-token",
      '{"token":"[secret]"}',
      "[secret]",
    ]);
  });

  it.each([
    [undefined, "There is no token to ask GitHub with."],
    ["", "There is no token to ask GitHub with."],
    [
      "one\r\nHost: two",
      "What is in GITHUB_TOKEN is not a token: it holds white space or other characters that no token has.",
    ],
  ])("or is refused: %j", (text, message) => {
    expect(() => readToken(text === undefined ? {} : { GITHUB_TOKEN: text })).toThrowError(
      `GITHUB_TOKEN: ${message}`,
    );
  });
});
