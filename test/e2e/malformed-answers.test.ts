import { describe, expect, onTestFinished, test } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import { organizationYaml, simulated, workplace } from "../support/cli.ts";
import { hastyClock } from "../support/clock.ts";
import {
  type Malformed,
  refused,
  runMalformed,
  SEED,
  soundFiles,
  text,
  withoutChance,
} from "../support/malformed.ts";
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
  {
    name: "a web page",
    users: page,
    everything: true,
    err: [
      "error[target-answer] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      '  Asked to read the personal accounts, the target answered 200 with a web page ("Sign in"), which is not what Zivver\'s API gives.',
      "  Something between here and Zivver answered instead, such as a proxy or a login page. Check target.url and the proxy settings.",
      "",
      "error[target-answer] GET http://127.0.0.1:<port>/api/scim/v2/Groups",
      '  Asked to read the functional accounts, the target answered 200 with a web page ("Sign in"), which is not what Zivver\'s API gives.',
      "  Something between here and Zivver answered instead, such as a proxy or a login page. Check target.url and the proxy settings.",
      "",
      "2 problems.",
    ],
  },
  {
    name: "a list instead of an object",
    users: { body: [ANNA] },
    err: [
      "error[target-answer] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      "  The answer cannot be used: it is a list instead of an object with totalResults and Resources. A list is used whole or not at all, since a missing account would look like one to create.",
      "  Check that target.url is a Zivver API. If it is, its answers have changed: please report this message.",
    ],
  },
  {
    name: "an object of something else",
    users: { body: { status: "ok" } },
    err: [
      "error[target-answer] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      "  The answer cannot be used: totalResults is missing, so it is unknown whether the list is complete. A list is used whole or not at all, since a missing account would look like one to create.",
      "  Check that target.url is a Zivver API. If it is, its answers have changed: please report this message.",
      "",
      "error[target-answer] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      "  The answer cannot be used: Resources is missing. A list is used whole or not at all, since a missing account would look like one to create.",
      "  Check that target.url is a Zivver API. If it is, its answers have changed: please report this message.",
      "",
      "2 problems.",
    ],
  },
  {
    name: "Resources that are not list",
    users: { body: { totalResults: 1, Resources: { anna: ANNA } } },
    err: [
      "error[target-answer] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      "  The answer cannot be used: Resources is an object instead of a list. A list is used whole or not at all, since a missing account would look like one to create.",
      "  Check that target.url is a Zivver API. If it is, its answers have changed: please report this message.",
    ],
  },
  {
    name: "an account that is not an object",
    users: list(ANNA, "anna@example.org"),
    err: [
      "error[target-answer] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      "  The answer cannot be used: resource 2 of the list is not an object. A list is used whole or not at all, since a missing account would look like one to create.",
      "  Check that target.url is a Zivver API. If it is, its answers have changed: please report this message.",
    ],
  },
  {
    name: "an account without userName",
    users: list({ ...ANNA, userName: undefined }),
    err: [
      "error[target-answer] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      "  The answer cannot be used: of resource a-1, userName is missing. A list is used whole or not at all, since a missing account would look like one to create.",
      "  Check that target.url is a Zivver API. If it is, its answers have changed: please report this message.",
    ],
  },
  {
    name: "an account without id",
    users: list({ ...ANNA, id: undefined }),
    err: [
      "error[target-answer] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      "  The answer cannot be used: resource 1 of the list has no id. A list is used whole or not at all, since a missing account would look like one to create.",
      "  Check that target.url is a Zivver API. If it is, its answers have changed: please report this message.",
    ],
  },
  {
    name: "values of wrong types",
    users: list({
      ...ANNA,
      active: "yes",
      name: "Anna Bos",
      [ZIVVER]: { aliases: "a@example.org", delegates: [1] },
    }),
    err: [
      "error[target-answer] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      "  The answer cannot be used: of resource a-1, name is text instead of an object, active is text instead of true or false, aliases is text instead of a list, delegates holds something that is not text. A list is used whole or not at all, since a missing account would look like one to create.",
      "  Check that target.url is a Zivver API. If it is, its answers have changed: please report this message.",
    ],
  },
  {
    name: "an account that says not whether it is active",
    users: list({ ...ANNA, active: undefined }),
    err: [
      "error[target-answer] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      "  The answer cannot be used: of resource a-1, active is missing. A list is used whole or not at all, since a missing account would look like one to create.",
      "  Check that target.url is a Zivver API. If it is, its answers have changed: please report this message.",
    ],
  },
  {
    name: "fewer accounts than announced",
    users: { body: { totalResults: 2, Resources: [ANNA] } },
    err: [
      "error[target-incomplete] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      "  The list could not be read in full: 2 were announced and only 1 came. A missing account would look like one to create, so nothing was done.",
      "  Run it again when nobody else changes accounts. If it stays, please report this message.",
    ],
  },
  {
    name: "none of those announced",
    users: { body: { totalResults: 2, Resources: [] } },
    err: [
      "error[target-incomplete] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      "  The list could not be read in full: 2 were announced and none came. A missing account would look like one to create, so nothing was done.",
      "  Run it again when nobody else changes accounts. If it stays, please report this message.",
    ],
  },
  {
    name: "no total",
    users: { body: { Resources: [ANNA] } },
    err: [
      "error[target-answer] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      "  The answer cannot be used: totalResults is missing, so it is unknown whether the list is complete. A list is used whole or not at all, since a missing account would look like one to create.",
      "  Check that target.url is a Zivver API. If it is, its answers have changed: please report this message.",
    ],
  },
  {
    name: "the key refused",
    users: { status: 401, body: "Unauthorized" },
    everything: true,
    err: [
      "error[target-unauthorized] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      "  Zivver did not accept the API key, asked to read the personal accounts (401). The key is wrong or revoked, or the administrator who made it was deleted.",
      "  Make a new API key in Zivver and store it where target.apiKey points.",
    ],
  },
  {
    name: "the key without rights",
    users: { status: 403, body: { message: "Forbidden" } },
    everything: true,
    err: [
      "error[target-forbidden] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      "  The API key may not read the personal accounts (403).",
      "  Use an API key that an administrator with full rights made. A proxy or firewall in between can also answer 403.",
    ],
  },
  {
    name: "a redirect",
    users: { status: 302, headers: { location: "https://login.example.org/?next=/Users" } },
    everything: true,
    err: [
      "error[target-answer] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      "  The answer was 302, a redirect to https://login.example.org/. Redirects are never followed, and the API key was not sent there.",
      "  Set target.url to the address of the API itself, https://app.zivver.com/api/scim/v2 unless Zivver gave you another.",
      "",
      "error[target-answer] GET http://127.0.0.1:<port>/api/scim/v2/Groups",
      "  The answer was 302, a redirect to https://login.example.org/. Redirects are never followed, and the API key was not sent there.",
      "  Set target.url to the address of the API itself, https://app.zivver.com/api/scim/v2 unless Zivver gave you another.",
      "",
      "2 problems.",
    ],
  },
  {
    name: "an address where nothing is",
    users: { status: 404, body: "Not Found" },
    everything: true,
    err: [
      "error[target-refused] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      "  Zivver refused to read the personal accounts: it found nothing at this address (404).",
      "  Check target.url: it ends in /api/scim/v2.",
    ],
  },
  {
    name: "text that is not UTF-8",
    users: {
      body: Buffer.from(
        JSON.stringify({ totalResults: 1, Resources: [{ ...ANNA, name: { formatted: "Ann\u00e9" } }] }),
        "latin1",
      ),
    },
    err: [
      "error[target-answer] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      "  The answer of 127.0.0.1:<port> is not UTF-8 text, so names in it cannot be read for certain.",
      "  Run it again. If it stays, something between here and Zivver changes the answers.",
    ],
  },
];

/** Worth five tries, with pauses between them. */
const SLOW_CASES: readonly Case[] = [
  {
    name: "a server error for good",
    users: { status: 500, body: "Internal Server Error" },
    everything: true,
    err: [
      "error[target-unavailable] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      '  Zivver could not read the personal accounts: it answered 500 with "Internal Server Error". It was tried 5 times.',
      "  Run it again later. If it stays, ask Zivver.",
    ],
  },
  {
    name: "JSON that was cut off",
    users: { body: '{"totalResults":2,"Resources":[{"id":"a-1"' },
    err: [
      "error[target-answer] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      '  Asked to read the personal accounts, the target answered 200 with "{"totalResults":2,"Resources":[{"id":"a-1"", which is not JSON, or only the beginning of it. It was tried 5 times.',
      "  Run it again. If it stays, check target.url: it ends in /api/scim/v2.",
    ],
  },
  {
    name: "nobody listens",
    users: page,
    err: [
      "error[target-unreachable] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      "  127.0.0.1:<port> could not be reached (ECONNREFUSED). Nothing was sent. It was tried 5 times.",
      "  Check target.url, the network, and the proxy settings (HTTPS_PROXY, NO_PROXY), then run it again.",
    ],
  },
];

async function plan(one: Case, listens = true) {
  const server = await serve(({ path }) =>
    path.startsWith("/Users") || one.everything ? one.users : list(DESK),
  );
  onTestFinished(() => server.close());
  if (!listens) await server.close();
  const place = await workplace(hastyClock());
  const run = await runMalformed(place, { name: one.name, words: ["plan"], err: [] }, server.url);
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
    {
      name: "outside zivver.com",
      words: ["plan"],
      err: [
        "error[target-host] target.url",
        "  The API key may not be sent to scim.example.org: it is neither zivver.com, nor below it, nor this machine.",
        "  Correct target.url. If the host is meant, name it in the environment variable ZIVSYNC_TARGET_HOSTS where zivsync runs: ZIVSYNC_TARGET_HOSTS=scim.example.org",
      ],
    },
    {
      name: "only like zivver.com",
      words: ["accounts"],
      err: [
        "error[target-host] target.url",
        "  The API key may not be sent to app.zivver.com.example.org: it is neither zivver.com, nor below it, nor this machine.",
        "  Correct target.url. If the host is meant, name it in the environment variable ZIVSYNC_TARGET_HOSTS where zivsync runs: ZIVSYNC_TARGET_HOSTS=app.zivver.com.example.org",
      ],
    },
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
      out: text([
        "Kind,Email,Full name,Active,Aliases,Delegates,Division,Phone,Standing,Rule",
        "personal,anna@example.org,Anna Bos,yes,,,/,,managed,all: all personal accounts",
        "functional,desk@example.org,Front desk,yes,,anna@example.org,/,,managed,all: all functional accounts",
      ]).replaceAll("\n", "\r\n"),
      err: "",
      written: [],
    });
  });

  test("an apply that cannot read the accounts does nothing, and can be run again", async () => {
    const simulator = await simulated(SEED, { faults: [{ kind: "html", path: "/Users", at: 2 }] });
    const place = await workplace();
    await place.write(soundFiles(simulator.url));
    expect((await place.zivsync("plan")).code).toBe(0);
    const { digest } = JSON.parse(await place.read("plan.json")) as Plan;
    const apply = () => place.zivsync("apply", "plan.json", "--approve", digest);
    expect(withoutChance(await apply(), place)).toEqual({
      code: 1,
      out: "",
      err: text([
        "error[target-answer] GET http://127.0.0.1:<port>/api/scim/v2/Users",
        '  Asked to read the personal accounts, the target answered 200 with a web page ("Sign in"), which is not what Zivver\'s API gives.',
        "  Something between here and Zivver answered instead, such as a proxy or a login page. Check target.url and the proxy settings.",
      ]),
    });
    expect(simulator.world.writes).toBe(0);
    expect((await apply()).code).toBe(0);
    expect(simulator.world.writes).toBe(2);
  });
});
