import { describe, expect, it } from "vitest";
import { RemoteError } from "../../../src/model/values/errors.ts";
import type { JsonObject } from "../../../src/model/values/json.ts";
import { Secret } from "../../../src/model/values/secret.ts";
import { askTarget } from "../../../src/zivver/conformance/conformance.ts";
import { QUESTIONS } from "../../../src/zivver/conformance/questions/questions.ts";
import { openWire } from "../../../src/zivver/connection.ts";
import type { Send } from "../../../src/zivver/http/client.ts";
import { type OtherServer, startScimmy } from "../../servers/scimmy.ts";
import { startStrictScim } from "../../servers/strict-scim.ts";
import { API_KEY, FastClock, serve } from "../stage.ts";

/*
 * Servers that were not made for zivsync: every question is answered or has a reason why it is not, no other account is written to,
 * and nothing is left.
 */

const RUN = { token: "0123456789abcdef", domain: "example.org" };
const SEED = ["jane", "kim", "lee"].map((name) => ({
  userName: `${name}@example.org`,
  active: true,
  name: { formatted: name },
}));

/** `alter` changes the resources of the lists on their way. */
async function ask(url: string, alter?: (resources: readonly JsonObject[]) => readonly JsonObject[]) {
  const wire = await openWire({
    url,
    apiKey: new Secret(API_KEY),
    rateLimit: { requests: 1000, seconds: 1 },
    clock: new FastClock(),
    version: "0.0.0",
    allowedHosts: [],
    environment: {},
  });
  const send: Send = async (request) => {
    const exchange = await wire.send(request);
    if (alter === undefined || !/^\/(Users|Groups)$/.test(request.path) || request.method !== "GET")
      return exchange;
    if ("failure" in exchange) return exchange;
    const list = JSON.parse(exchange.answer.body);
    const Resources = alter(list.Resources);
    const body = JSON.stringify({ ...list, Resources, totalResults: Resources.length });
    return { answer: { ...exchange.answer, body } };
  };
  return askTarget({
    ...wire,
    send,
    run: RUN,
    version: "0.0.0",
    requestsInWindow: 50,
    inProduction: false,
    remember: async () => {},
    stop: () => false,
    onProgress: () => {},
  });
}

async function asked(server: OtherServer) {
  const before = [...server.users.keys()];
  try {
    const report = await ask(server.url);
    expect(report.answers.map(({ id }) => id)).toEqual(QUESTIONS.map(({ id }) => id));
    expect(report.left).toEqual([]);
    expect([...server.users.keys()]).toEqual(before);
    expect([...server.groups.keys()]).toEqual([]);
    const written = server.writes.map(({ path }) => path.split("/").at(-1) ?? "");
    expect(written.filter((id) => before.includes(id))).toEqual([]);
    expect(server.writes.length).toBeGreaterThan(5);
    for (const { answer, seen } of report.answers) if (answer === null) expect(seen).not.toBe("");
    return new Map(report.answers.map(({ id, answer, verdict }) => [id as string, { answer, verdict }]));
  } finally {
    await server.close();
  }
}

describe("other SCIM servers", () => {
  it("scimmy is asked everything, and is left as it was", async () => {
    const answers = await asked(await startScimmy(API_KEY, SEED));
    expect(answers.get("wrong-key")).toEqual({ answer: "unauthorized", verdict: "as-expected" });
    expect(answers.get("unknown-id")).toEqual({ answer: "not-found", verdict: "copes" });
    expect(answers.get("rate-limit")).toEqual({ answer: "none", verdict: "copes" });
    expect(answers.get("create-twice")).toEqual({ answer: "conflict", verdict: "as-expected" });
    const unanswered = [...answers.values()].filter(({ verdict }) => verdict === "unanswered");
    expect(unanswered.length).toBeLessThan(answers.size / 2);
  });

  it("a strict one is asked everything, and is left as it was", async () => {
    const answers = await asked(await startStrictScim(API_KEY, SEED));
    expect(answers.get("json-taken")).toEqual({ answer: "refused", verdict: "wrong" });
    expect(answers.get("list-whole")).toEqual({ answer: "paged", verdict: "copes" });
    expect(answers.get("refusal-form")).toEqual({ answer: "json", verdict: "copes" });
    expect(answers.get("put-top")).toEqual({ answer: "cleared", verdict: "wrong" });
  });
});

describe("lists that show less than there is", () => {
  const answersOf = async (alter: (resources: readonly JsonObject[]) => readonly JsonObject[]) => {
    const server = await startScimmy(API_KEY, SEED);
    const report = await ask(server.url, alter);
    await server.close();
    const asked = report.answers.filter(({ id }) => id === "list-fields" || id === "list-suspended");
    return asked.map(({ id, answer, verdict, detail }) => [id, answer, verdict, detail]);
  };

  it("no members: zivsync would be wrong", async () => {
    expect(await answersOf((resources) => resources.map(({ members: _, ...rest }) => rest))).toEqual([
      ["list-fields", "fewer", "wrong", "members"],
      ["list-suspended", "shown", "as-expected", undefined],
    ]);
  });

  it("no suspended users: zivsync would be wrong", async () => {
    expect(await answersOf((resources) => resources.filter(({ active }) => active !== false))).toEqual([
      ["list-fields", "all", "as-expected", undefined],
      ["list-suspended", "hidden", "wrong", undefined],
    ]);
  });
});

const PAGE_OF_MANY = {
  body: { totalResults: 5000, Resources: [{ id: "1", userName: "jane@example.org", active: true }] },
};

describe("servers that are not SCIM", () => {
  it.each([
    [
      "that answers nothing but a page",
      () => ({ headers: { "content-type": "text/html" }, body: "<html></html>" }),
    ],
    ["that answers 500", () => ({ status: 500, body: "no" })],
    ["that hangs up", () => "hang-up" as const],
  ])("one %s is not written to", async (_, reply) => {
    const server = await serve(reply);
    const result = await ask(server.url).catch((error: unknown) => error);
    const writes = server.received.filter(({ method }) => method !== "GET");
    await server.close();
    expect({ writes, isRemote: result instanceof RemoteError }).toEqual({ writes: [], isRemote: true });
  });

  it("one whose pages lead nowhere is counted by its own total, and is not written to", async () => {
    const server = await serve(({ path }) =>
      path.includes("startIndex=") ? { body: { totalResults: 5000, Resources: [] } } : PAGE_OF_MANY,
    );
    const result = await ask(server.url).catch((error: unknown) => error);
    const writes = server.received.filter(({ method }) => method !== "GET");
    await server.close();
    expect(writes).toEqual([]);
    expect(result).toMatchObject({ problems: [{ code: "conformance-production" }] });
  });

  it("one that says yes to everything is written to in vain, and no foreign account with it", async () => {
    const foreign = {
      id: "foreign",
      userName: "jane@example.org",
      active: true,
      name: { formatted: "Jane" },
    };
    const server = await serve(({ method }) =>
      method === "GET" ? { body: { totalResults: 1, Resources: [foreign] } } : { status: 200, body: foreign },
    );
    const report = await ask(server.url);
    const written = server.received.filter(({ method }) => method !== "GET" && method !== "POST");
    await server.close();
    expect(written).toEqual([]);
    expect(report.left).toEqual([]);
  });

  it("one whose lists have no total as a number: zivsync would refuse every list", async () => {
    const server = await serve(({ method }) =>
      method === "GET" ? { body: { totalResults: "0", Resources: [] } } : { status: 400 },
    );
    const { answers } = await ask(server.url);
    await server.close();
    expect(answers.find(({ id }) => id === "list-total")).toMatchObject({ verdict: "wrong" });
  });

  it("one whose ids are numbers keeps accounts that no request can delete: they are listed", async () => {
    const users: object[] = [];
    const server = await serve(({ method, path, body }) => {
      if (method === "POST" && path === "/Users") users.push({ ...JSON.parse(body), id: users.length + 1 });
      if (method !== "GET") return path === "/Users" ? { status: 201, body: users.at(-1) } : { status: 400 };
      const Resources = path === "/Users" ? users : [];
      return { body: { totalResults: Resources.length, Resources } };
    });
    const { left } = await ask(server.url);
    await server.close();
    expect(users.length).toBeGreaterThan(0);
    expect(left).toEqual(users.map((_, at) => ({ kind: "personal", id: `${at + 1}` })));
  });
});
