import { describe, expect, onTestFinished, test } from "vitest";
import { organizationYaml, workplace } from "../support/cli.ts";
import { type Malformed, refused, runMalformed } from "../support/malformed.ts";
import { type Reply, serve } from "../zivver/stage.ts";

/*
 * Answers that Zivver's API does not give, or that cannot be relied on. No plan is written, and nothing but lists is ever
 * asked for.
 */

const CORE = "urn:ietf:params:scim:schemas:core:2.0:User";
const ZIVVER = "urn:ietf:params:scim:schemas:zivver:0.1:User";
const ANNA = {
  schemas: [CORE],
  id: "a-1",
  userName: "anna@example.org",
  active: true,
  name: { formatted: "Anna Bos" },
};
const DESK = {
  id: "g-1",
  externalId: "desk@example.org",
  displayName: "Front desk",
  members: [{ value: "a-1" }],
};

const list = (...resources: readonly unknown[]): Reply => ({
  body: { totalResults: resources.length, Resources: resources },
});
const page: Reply = {
  headers: { "content-type": "text/html" },
  body: "<!DOCTYPE html><html><head><title>Sign in</title></head></html>",
};

type Case = {
  readonly name: string;
  /** To `GET /Users`; `GET /Groups` is answered soundly unless `everything`. */
  readonly users: Reply;
  readonly everything?: boolean;
  readonly err: readonly string[];
};

/** Answered for good: one request each. */
const CASES: readonly Case[] = [
  { name: "a web page", users: page, everything: true, err: [] },
  { name: "a list instead of an object", users: { body: [ANNA] }, err: [] },
  { name: "an object of something else", users: { body: { status: "ok" } }, err: [] },
  {
    name: "Resources that are no list",
    users: { body: { totalResults: 1, Resources: { anna: ANNA } } },
    err: [],
  },
  { name: "an account that is no object", users: list(ANNA, "anna@example.org"), err: [] },
  { name: "an account without userName", users: list({ ...ANNA, userName: undefined }), err: [] },
  { name: "an account without id", users: list({ ...ANNA, id: undefined }), err: [] },
  {
    name: "values of wrong types",
    users: list({
      ...ANNA,
      active: "yes",
      name: "Anna Bos",
      [ZIVVER]: { aliases: "a@example.org", delegates: [1] },
    }),
    err: [],
  },
  {
    name: "an account that says not whether it is active",
    users: list({ ...ANNA, active: undefined }),
    err: [],
  },
  { name: "fewer accounts than announced", users: { body: { totalResults: 2, Resources: [ANNA] } }, err: [] },
  { name: "none of those announced", users: { body: { totalResults: 2, Resources: [] } }, err: [] },
  { name: "no total", users: { body: { Resources: [ANNA] } }, err: [] },
  { name: "the key refused", users: { status: 401, body: "Unauthorized" }, everything: true, err: [] },
  {
    name: "the key without rights",
    users: { status: 403, body: { message: "Forbidden" } },
    everything: true,
    err: [],
  },
  {
    name: "a redirect",
    users: { status: 302, headers: { location: "https://login.example.org/?next=/Users" } },
    everything: true,
    err: [],
  },
  {
    name: "an address where nothing is",
    users: { status: 404, body: "Not Found" },
    everything: true,
    err: [],
  },
  {
    name: "text that is not UTF-8",
    users: {
      body: Buffer.from(
        JSON.stringify({ totalResults: 1, Resources: [{ ...ANNA, name: { formatted: "Ann\u00e9" } }] }),
        "latin1",
      ),
    },
    err: [],
  },
];

/** Worth five tries, with pauses between them. */
const SLOW_CASES: readonly Case[] = [
  {
    name: "a server error for good",
    users: { status: 500, body: "Internal Server Error" },
    everything: true,
    err: [],
  },
  { name: "half an answer", users: "half", everything: true, err: [] },
  { name: "JSON that was cut off", users: { body: '{"totalResults":2,"Resources":[{"id":"a-1"' }, err: [] },
  { name: "nobody listens", users: page, err: [] },
];

async function plan(one: Case, listens = true) {
  const server = await serve(({ path }) =>
    path.startsWith("/Users") || one.everything ? one.users : list(DESK),
  );
  onTestFinished(() => server.close());
  if (!listens) await server.close();
  const run = await runMalformed(await workplace(), { name: one.name, words: ["plan"], err: [] }, server.url);
  const others = server.received.filter(({ method }) => method !== "GET");
  return { ...run, others };
}

const expected = ({ err }: Case) => ({ ...refused({ name: "", words: [], err }), others: [] });

describe("answers that cannot be used", () => {
  test.each(CASES)("$name", async (one) => {
    expect(await plan(one)).toEqual(expected(one));
  });

  test("what is worth another try is tried five times", async () => {
    const runs = await Promise.all(SLOW_CASES.map((one) => plan(one, one.name !== "nobody listens")));
    expect(runs).toEqual(SLOW_CASES.map(expected));
  });

  test.each<Malformed>([
    { name: "outside zivver.com", words: ["plan"], err: [] },
    { name: "only like zivver.com", words: ["accounts"], err: [] },
  ])("a host $name never gets the key", async (one) => {
    const host = one.name.startsWith("outside") ? "scim.example.org" : "app.zivver.com.example.org";
    const files = { "desired-state/organization.yaml": organizationYaml(`https://${host}/api/scim/v2`) };
    expect(await runMalformed(await workplace(), { ...one, files }, "")).toEqual(refused(one));
  });

  test("an account without the Zivver extension is fine", async () => {
    const server = await serve(({ path }) => (path.startsWith("/Users") ? list(ANNA) : list(DESK)));
    onTestFinished(() => server.close());
    const place = await workplace();
    const run = await runMalformed(
      place,
      { name: "", words: ["accounts", "-f", "csv"], err: [] },
      server.url,
    );
    expect(run).toEqual({
      code: 0,
      out: "",
      err: "",
      written: [],
    });
  });
});
