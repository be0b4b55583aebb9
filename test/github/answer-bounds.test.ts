import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Answer } from "../../src/github/api/answer.ts";
import {
  createRequester,
  LONGEST_WAIT_S,
  LONGEST_WAITS_S,
  MOST_PAGES,
  REPEATS,
  WAITS,
} from "../../src/github/api/octokit.ts";
import { readContext } from "../../src/github/context.ts";
import { ZivsyncError } from "../../src/model/values/errors.ts";
import { DEEPEST_JSON } from "../../src/model/values/json.ts";
import { Secret } from "../../src/model/values/secret.ts";
import { runs } from "../support/runs.ts";

const ERRAND = { action: "read the list", permission: "contents: read" } as never;

/** A requester of a server of its own, whose clock only notes the seconds that it would have slept. */
async function opened(answer: RequestListener, mostPages?: number) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const slept: number[] = [];
  const requester = createRequester({
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: new Secret("canary-github-token"),
    version: "1.2.3",
    clock: { now: Date.now, sleep: async (milliseconds) => void slept.push(milliseconds / 1000) },
    environment: {},
    onProgress: () => {},
    ...(mostPages === undefined ? {} : { mostPages }),
  });
  const ask = () => outcomeOf(requester.ask("GET /one", {}, ERRAND, (one: Answer) => typeof one.value));
  const list = () =>
    outcomeOf(requester.list("GET /many", {}, ERRAND, (many: readonly Answer[]) => many.length));
  return { slept, ask, list, requests: () => requests };
}

async function outcomeOf<T>(work: Promise<T>): Promise<T | string> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ZivsyncError) return error.problems.map(({ message }) => message).join();
    throw error;
  }
}

const json = (text: string): RequestListener => {
  return (_, response) => void response.writeHead(200, { "content-type": "application/json" }).end(text);
};
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

test("an answer of GitHub is nested to the bound (DEEPEST_JSON), and no deeper", async () => {
  const asked = async (depth: number) => (await opened(json(nested(depth)))).ask();
  const beyond = "GitHub's answer is nested deeper than 64 levels, and no answer of GitHub is.";
  expect([await asked(DEEPEST_JSON), await asked(DEEPEST_JSON + 1), await asked(200_000)]).toEqual([
    "object",
    beyond,
    beyond,
  ]);
});

test("the event of a run is nested to the bound (DEEPEST_JSON), and no deeper", async () => {
  const RUN = {
    GITHUB_REPOSITORY: "hospital/zivver",
    GITHUB_API_URL: "https://api.github.com",
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_RUN_ID: "1",
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_SHA: "a".repeat(40),
    GITHUB_REF: "refs/pull/7/merge",
    GITHUB_EVENT_NAME: "pull_request",
    GITHUB_ACTOR: "ann",
    GITHUB_EVENT_PATH: "event.json",
  };
  const read = (depth: number) => outcomeOf(readContext(RUN, async () => nested(depth)));
  const told = "The event file describes no pull request: ";
  expect([await read(DEEPEST_JSON), await read(DEEPEST_JSON + 1), await read(200_000)]).toEqual([
    `${told}event is not an object.`,
    `${told}it is nested deeper than 64 levels.`,
    `${told}it is nested deeper than 64 levels.`,
  ]);
});

test("a list of GitHub has pages to the bound (MOST_PAGES), and no more", async () => {
  const pages = (count: number): RequestListener => {
    return ({ url = "", headers }, response) => {
      const page = Number(/[?&]page=(\d+)/.exec(url)?.[1] ?? 1);
      const next = `<http://${headers.host}/many?per_page=100&page=${page + 1}>; rel="next"`;
      response.writeHead(200, {
        "content-type": "application/json",
        ...(page < count ? { link: next } : {}),
      });
      response.end("[1]");
    };
  };
  const most = 20;
  const listed = async (count: number) => (await opened(pages(count), most)).list();
  expect(await listed(most)).toBe(most);
  expect(await listed(most + 1)).toContain("it is a list of more than 20 pages");
  if (runs(0, 1) === 0) return;
  // Without any option: a list without an end has one.
  const endless = await opened(pages(Number.POSITIVE_INFINITY));
  expect(await endless.list()).toContain(`it is a list of more than ${MOST_PAGES} pages`);
  expect(endless.requests()).toBe(MOST_PAGES + 1);
}, 60_000);

describe("trying again and waiting for GitHub", () => {
  const broken = (retryAfter: string): RequestListener => {
    return (_, response) =>
      void response
        .writeHead(502, { "retry-after": retryAfter, "content-type": "application/json" })
        .end("{}");
  };
  const limited = (seconds: number): RequestListener => {
    return (_, response) => {
      response.writeHead(429, { "retry-after": String(seconds), "content-type": "application/json" });
      response.end('{"message":"You have exceeded a secondary rate limit"}');
    };
  };

  test("has an end (REPEATS), and no server makes a pause longer (LONGEST_WAIT_S)", async () => {
    const { ask, slept } = await opened(broken("100000"));
    expect(await ask()).toContain("502");
    expect(slept).toEqual(Array(REPEATS).fill(LONGEST_WAIT_S));
  });

  test("of one request ends after WAITS limits, and none is waited for that is longer than LONGEST_WAIT_S", async () => {
    const patient = await opened(limited(LONGEST_WAIT_S));
    await patient.ask();
    expect(patient.slept).toEqual(Array(WAITS).fill(LONGEST_WAIT_S));
    const over = await opened(limited(LONGEST_WAIT_S + 1));
    await over.ask();
    expect(over.slept).toEqual([]);
  });

  test.each([
    ["limits", () => limited(LONGEST_WAIT_S)],
    ["failures", () => broken(String(LONGEST_WAIT_S))],
  ])("has an end in all, however many requests meet it (LONGEST_WAITS_S): %s", async (_, answer) => {
    const { ask, slept, requests } = await opened(answer());
    for (let asked = 0; asked < 5; asked += 1) await ask();
    const sum = slept.reduce((all, seconds) => all + seconds, 0);
    const waits = LONGEST_WAITS_S / LONGEST_WAIT_S;
    expect([sum, slept.length, requests()]).toEqual([LONGEST_WAITS_S, waits, 5 + waits]);
  });
});
