import { afterEach, describe, expect, test } from "vitest";
import type { LiveAccount } from "../../src/model/account/account.ts";
import type { Write } from "../../src/model/ports.ts";
import { parseAddress } from "../../src/model/values/address.ts";
import { LONGEST_WAIT_MS } from "../../src/zivver/http/retry.ts";
import { type Bench, bench, group, list, type Received, type Reply, remoteErrorBy, user } from "./stage.ts";

const open: Bench[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ server }) => server.close()));
});

async function play(reply: (request: Received, n: number) => Reply, options = {}): Promise<Bench> {
  const made = await bench(reply, { timeouts: { response: 150 }, ...options });
  open.push(made);
  return made;
}

const at = (text: string) => {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(text);
  return address;
};
const live: LiveAccount = {
  kind: "personal",
  zivverId: "u1",
  address: at("j.doe@example.org"),
  fullName: "Jane Doe",
  active: true,
  aliases: [],
  delegates: [],
  members: [],
  division: "/",
  phone: "",
  fingerprint: "sha256:0",
};
const create: Write = {
  op: "create",
  kind: "personal",
  fields: { address: at("j.doe@example.org"), fullName: "Jane" },
};
const update: Write = { op: "update", live, fields: { fullName: "Jane R. Doe" } };
const remove: Write = { op: "delete", live };
const jane = user("u1", "j.doe@example.org");
const calls = (made: Bench) => made.server.received.map(({ method, path }) => `${method} ${path}`);
const LOOK = "GET /Users?filter=userName%20eq%20%22j.doe%40example.org%22";

describe("once nothing may be written any more", () => {
  const LOST =
    "Nothing was sent: this apply lost its lease of the state, and another machine may apply by now.";
  const OPEN = "Whether it was carried out is not known; the next reading of the accounts shows it.";

  test("a write is not sent, and a reading is", async () => {
    const made = await play(() => list([]), { mayWrite: () => false });
    const error = await remoteErrorBy(made.target.write(update));
    expect(error.problems).toEqual([
      {
        code: "lease-lost",
        where: `PUT ${made.server.url}/Users/u1`,
        message: LOST,
        remedy: "Check the connection to the Git remote, then run the same command again.",
      },
    ]);
    expect(error.uncertain).toBe(false);
    expect(await made.target.read()).toEqual([]);
    expect(calls(made)).toEqual(["GET /Users", "GET /Groups"]);
  });

  test("it is not repeated either, and what became of the first try stays open", async () => {
    const made = await play(
      () => {
        mayWrite = false;
        return { status: 503 };
      },
      { mayWrite: () => mayWrite },
    );
    let mayWrite = true;
    const error = await remoteErrorBy(made.target.write(update));
    expect(error.problems.map(({ message }) => message)).toEqual([`${LOST} It was tried 2 times. ${OPEN}`]);
    expect(error.uncertain).toBe(true);
    expect(made.server.received).toHaveLength(1);
  });

  test("it is asked after the pause that the rate limit takes", async () => {
    const made = await play(
      () => {
        mayWrite = false;
        return { status: 429, headers: { "retry-after": "60" } };
      },
      { mayWrite: () => mayWrite },
    );
    let mayWrite = true;
    const error = await remoteErrorBy(made.target.write(update));
    expect(error.problems.map(({ message }) => message)).toEqual([LOST]);
    expect(error.uncertain).toBe(false);
    expect(made.server.received).toHaveLength(1);
    expect(made.clock.slept).toEqual([60_000]);
  });
});

describe("repeating what may be repeated", () => {
  test.each<{ name: string; fault: Reply }>([
    { name: "500", fault: { status: 500, body: "oops" } },
    { name: "503", fault: { status: 503 } },
    { name: "408", fault: { status: 408 } },
    { name: "a connection that is cut", fault: "hang-up" },
    { name: "half an answer", fault: "half" },
    { name: "no answer in time", fault: "silence" },
  ])("$name: the fourth try succeeds", async ({ fault }) => {
    const made = await play((_, n) => (n <= 3 ? fault : { body: jane }));
    expect((await made.target.write(update))?.address).toBe("j.doe@example.org");
    expect(made.server.received).toHaveLength(4);
    // Full jitter, drawn at its longest.
    expect(made.clock.slept).toEqual([1000, 2000, 4000]);
  });

  test("the pause is a random part of its longest, and Retry-After of a 503 is its least", async () => {
    const made = await play(
      (_, n) => (n <= 2 ? { status: 503, headers: n === 2 ? { "retry-after": "9" } : {} } : { body: jane }),
      {
        random: () => 0.25,
      },
    );
    await made.target.write(update);
    expect(made.clock.slept).toEqual([250, 9000]);
  });

  test("no pause between two tries is longer (LONGEST_WAIT_MS), whatever the target asks for", async () => {
    for (const seconds of [LONGEST_WAIT_MS / 1000, LONGEST_WAIT_MS / 1000 + 1, 1_000_000]) {
      const wait = { status: 503, headers: { "retry-after": String(seconds) } };
      const made = await play((_, n) => (n === 1 ? wait : { body: jane }));
      await made.target.write(update);
      expect(made.clock.slept).toEqual([LONGEST_WAIT_MS]);
    }
  });

  test("five tries are all, and a write may then have been carried out", async () => {
    const made = await play(() => ({ status: 502, body: { detail: "no\u001b[31m backend" } }));
    const error = await remoteErrorBy(made.target.write(update));
    expect(error.problems).toEqual([
      {
        code: "target-unavailable",
        where: `PUT ${made.server.url}/Users/u1`,
        message:
          'Zivver could not change j.doe@example.org: it answered 502 with "no\ufffd[31m backend". It was tried 5 times. Whether it was carried out is not known; the next reading of the accounts shows it.',
        remedy: "Run it again later. If it stays, ask Zivver.",
      },
    ]);
    expect(error.uncertain).toBe(true);
    expect(made.server.received).toHaveLength(5);
  });

  test("a reading is never uncertain", async () => {
    const made = await play(() => "hang-up");
    const error = await remoteErrorBy(made.target.read());
    expect(error.uncertain).toBe(false);
    expect(error.problems).toEqual([
      {
        code: "target-unreachable",
        where: `GET ${made.server.url}/Users`,
        message: `The connection to 127.0.0.1:${made.server.port} was cut before the whole answer had come (ECONNRESET). It was tried 5 times.`,
        remedy:
          "Check target.url, the network, and the proxy settings (HTTPS_PROXY, NO_PROXY), then run it again.",
      },
    ]);
  });

  test("nobody listens: nothing was sent, so a create is tried again without looking, and is certain to have failed", async () => {
    const made = await play(() => ({ body: jane }));
    await made.server.close();
    const error = await remoteErrorBy(made.target.write(create));
    expect(error.uncertain).toBe(false);
    expect(error.problems[0]?.message).toBe(
      `127.0.0.1:${made.server.port} could not be reached (ECONNREFUSED). Nothing was sent. It was tried 5 times.`,
    );
    expect(made.clock.slept).toEqual([1000, 2000, 4000, 8000]);
  });

  test("a name that nobody knows", async () => {
    const made = await play(() => ({}), {
      url: "https://zivver-nobody.test/scim",
      allowedHosts: ["zivver-nobody.test"],
    });
    const error = await remoteErrorBy(made.target.write(update));
    expect(error.problems[0]?.code).toBe("target-unreachable");
    expect(error.uncertain).toBe(false);
  });

  test("a delete that was carried out before its answer was lost is done", async () => {
    const made = await play((_, n) =>
      n === 1 ? "hang-up" : { status: 400, body: "Unknown account with uuid: u1" },
    );
    expect(await made.target.write(remove)).toBeUndefined();
    expect(calls(made)).toEqual(["DELETE /Users/u1", "DELETE /Users/u1"]);
  });

  test("a delete of an account that was never there is refused", async () => {
    const made = await play(() => ({ status: 400, body: "Unknown account with uuid: u1" }));
    const error = await remoteErrorBy(made.target.write(remove));
    expect(error.problems[0]?.code).toBe("target-account-unknown");
    expect(error.uncertain).toBe(false);
  });
});

describe("a create is looked up before it is sent again", () => {
  test("found: that is the account", async () => {
    const made = await play(({ method }) => (method === "POST" ? "hang-up" : list([jane])));
    expect((await made.target.write(create))?.zivverId).toBe("u1");
    expect(calls(made)).toEqual(["POST /Users", LOOK]);
  });

  test("not found: sent again", async () => {
    const made = await play((_, n) =>
      n === 1 ? { status: 500 } : n === 2 ? list([]) : { status: 201, body: jane },
    );
    expect((await made.target.write(create))?.zivverId).toBe("u1");
    expect(calls(made)).toEqual(["POST /Users", LOOK, "POST /Users"]);
  });

  test("a server that ignores the filter does not pass off somebody else", async () => {
    const others = [user("u7", "k.roe@example.org"), user("u8", "j.doe@example.com")];
    const made = await play((_, n) =>
      n === 1 ? "silence" : n === 2 ? list(others) : { status: 201, body: jane },
    );
    expect((await made.target.write(create))?.zivverId).toBe("u1");
    expect(calls(made)).toEqual(["POST /Users", LOOK, "POST /Users"]);
  });

  test("not found, sent again and refused as existing: carried out late after all", async () => {
    const replies: Reply[] = ["hang-up", list([]), { status: 409 }, list([jane])];
    const made = await play((_, n) => replies[n - 1] ?? {});
    expect((await made.target.write(create))?.zivverId).toBe("u1");
    expect(calls(made)).toEqual(["POST /Users", LOOK, "POST /Users", LOOK]);
  });

  test("the last try is looked up as well", async () => {
    const made = await play(({ method }, n) =>
      method === "POST" ? "hang-up" : list(n === 10 ? [jane] : []),
    );
    expect((await made.target.write(create))?.zivverId).toBe("u1");
    expect(calls(made).filter((call) => call === "POST /Users")).toHaveLength(5);
  });

  test("never found and never answered: unknown", async () => {
    const made = await play(({ method }) => (method === "POST" ? "hang-up" : list([])));
    const error = await remoteErrorBy(made.target.write(create));
    expect(error.uncertain).toBe(true);
    expect(calls(made).filter((call) => call === "POST /Users")).toHaveLength(5);
  });

  test("the look-up itself fails: unknown, and not sent again", async () => {
    const made = await play(({ method }) => (method === "POST" ? "hang-up" : { status: 403 }));
    const error = await remoteErrorBy(made.target.write(create));
    expect(error.uncertain).toBe(true);
    expect(error.problems[0]?.message).toBe("The API key may not look up j.doe@example.org (403).");
    expect(calls(made)).toEqual(["POST /Users", LOOK]);
  });

  test("a functional account by externalId, quotes and backslashes escaped", async () => {
    const address = at("o'desk`@example.org");
    const write: Write = { op: "create", kind: "functional", fields: { address, fullName: "Desk" } };
    const made = await play(({ method }) =>
      method === "POST" ? "hang-up" : list([group("g1", address, [])]),
    );
    expect((await made.target.write(write))?.zivverId).toBe("g1");
    const look = made.server.received[1]?.path ?? "";
    expect(new URL(look, "http://localhost").searchParams.get("filter")).toBe(`externalId eq "${address}"`);
  });

  test("a refusal at the first try is no reason to look", async () => {
    const made = await play(() => ({ status: 409, body: "exists" }));
    const error = await remoteErrorBy(made.target.write(create));
    expect(error.problems[0]?.code).toBe("target-address-exists");
    expect(calls(made)).toEqual(["POST /Users"]);
  });

  test.each<[string, Reply]>([
    ["a login page", { body: "<html><title>Portal</title></html>" }],
    [
      "a redirect, which 303 is once the request was carried out,",
      { status: 303, headers: { location: "/Users/u1" } },
    ],
  ])("%s in place of an answer: nobody knows, and nothing is sent again", async (_, reply) => {
    const made = await play(() => reply);
    const error = await remoteErrorBy(made.target.write(create));
    expect(error.uncertain).toBe(true);
    expect(calls(made)).toEqual(["POST /Users"]);
  });
});

describe("the answer to a create", () => {
  const other = (address: string, formatted: string) => user("u9", address, { name: { formatted } });

  test.each<[string, object, string | undefined]>([
    ["the name in Zivver's own writing", other("j.doe@example.org", "DOE, Jane"), "u9"],
    ["the address in Zivver's own writing", other("j_doe@example.org", "Jane"), "u9"],
    [
      "somebody else, as of another request: never the new account",
      other("k.roe@example.org", "Kim"),
      undefined,
    ],
  ])("%s", async (_, body, id) => {
    const made = await play(() => ({ status: 201, body }));
    expect((await made.target.write(create))?.zivverId).toBe(id);
    expect(calls(made)).toEqual(["POST /Users"]);
  });
});

describe("429", () => {
  const body = {
    code: 429,
    message: "Too Many Requests",
    emptiedBucketDetails: { limiterId: "cab", budget: 50, windowSeconds: 4 },
  };
  const date = "Thu, 01 Jan 2026 10:00:00 GMT";
  test.each<{ name: string; reply: Reply; waits: number }>([
    { name: "Retry-After in seconds", reply: { headers: { "retry-after": "7" }, body }, waits: 7000 },
    {
      name: "Retry-After as a date, by the server's clock",
      reply: { headers: { "retry-after": "Thu, 01 Jan 2026 10:00:08 GMT", date }, body },
      waits: 8000,
    },
    { name: "RateLimit-Reset", reply: { headers: { "ratelimit-reset": "6" }, body }, waits: 6000 },
    {
      name: "RateLimit, with reset=",
      reply: { headers: { ratelimit: "limit=50, remaining=0, reset=5" } },
      waits: 5000,
    },
    { name: "RateLimit, with t=", reply: { headers: { ratelimit: '"default";r=0;t=3' } }, waits: 3000 },
    { name: "the window in the body", reply: { body }, waits: 4000 },
    { name: "nothing that helps", reply: { body: "Too Many Requests" }, waits: 10_000 },
    { name: "Retry-After that is past", reply: { headers: { "retry-after": "0" } }, waits: 250 },
    {
      name: "Retry-After that is nonsense",
      reply: { headers: { "retry-after": "soon" }, body },
      waits: 4000,
    },
  ])("waits as long as it says: $name", async ({ reply, waits }) => {
    const made = await play((_, n) =>
      n === 1 ? { status: 429, ...(reply as object) } : { status: 201, body: jane },
    );
    expect((await made.target.write(create))?.zivverId).toBe("u1");
    expect(made.clock.slept).toEqual([waits]);
    expect(calls(made)).toEqual(["POST /Users", "POST /Users"]);
  });

  test("costs none of the tries", async () => {
    const made = await play((_, n) =>
      n % 2 === 1 ? { status: 429, body } : n < 10 ? { status: 500 } : { body: jane },
    );
    await made.target.write(update);
    expect(made.server.received).toHaveLength(10);
  });

  test("ten pauses are enough", async () => {
    const made = await play(() => ({ status: 429, body }));
    const error = await remoteErrorBy(made.target.write(update));
    expect(error.problems).toEqual([
      {
        code: "target-rate-limited",
        where: `PUT ${made.server.url}/Users/u1`,
        message: "Zivver's rate limit stays used up: after 10 pauses it asks to wait another 10 s.",
        remedy:
          "Find out what else uses the API of this organisation, or lower target.rateLimit, and run it again.",
      },
    ]);
    expect(error.uncertain).toBe(false);
  });

  test("an hour is too long to wait", async () => {
    const made = await play(() => ({ status: 429, headers: { "retry-after": "3600" } }));
    const error = await remoteErrorBy(made.target.write(update));
    expect(error.problems[0]?.message).toBe(
      "Zivver's rate limit is used up, and it asks to wait 3600 s; zivsync waits 300 s at most.",
    );
    expect(made.clock.slept).toEqual([]);
  });

  test("holds every other request back too", async () => {
    const times: number[] = [];
    const made: Bench = await play((_, n) => {
      times.push(made.clock.now());
      return n === 1 ? { status: 429, headers: { "retry-after": "30" } } : { body: jane };
    });
    const start = made.clock.now();
    await made.target.write(update);
    await made.target.write(update);
    expect(times.map((time) => time - start)).toEqual([0, 30_000, 30_000]);
  });
});
