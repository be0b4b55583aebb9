import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Clock } from "../../../src/model/ports.ts";
import {
  countByMethod,
  type FaultRule,
  parseSeed,
  remove,
  type Simulator,
  type SimulatorOptions,
  seedFromWorld,
  startSimulator,
  worldFromSeed,
} from "../../../src/simulator/index.ts";
import { DESK, JANE, KIM, NOBODY, plainWorld, problemsOf, SEED } from "../organization.ts";

const KEY = "canary-api-key";
const running: Simulator[] = [];
const folders: string[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

async function start(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const world = plainWorld({ "text-refusals": true, "rate-body": true });
  const simulator = await startSimulator({ apiKey: KEY, world, rateLimit: null, ...options });
  running.push(simulator);
  return simulator;
}

type Sent = { readonly method?: string; readonly body?: string; readonly authorization?: string };

async function send(simulator: Simulator, path: string, { method = "GET", body, authorization }: Sent = {}) {
  const response = await fetch(`${simulator.url}${path}`, {
    method,
    headers: { authorization: authorization ?? `Bearer ${KEY}` },
    ...(body === undefined ? {} : { body }),
  });
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    body: await response.text(),
    headers: response.headers,
  };
}

async function temporaryFile(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "zivsync-simulator-"));
  folders.push(folder);
  return join(folder, name);
}

/** A clock that stands still until it is told. */
function handClock(): Clock & { move(milliseconds: number): void } {
  let now = 1_000_000;
  return {
    now: () => now,
    sleep: async () => {},
    move: (milliseconds) => {
      now += milliseconds;
    },
  };
}

describe("over HTTP", () => {
  it("answers as the state machine does, and logs it", async () => {
    const simulator = await start();
    expect(simulator.url).toBe(`http://127.0.0.1:${simulator.port}/api/scim/v2`);
    const list = await send(
      simulator,
      `/Users?filter=${encodeURIComponent('userName eq "k.roe@example.org"')}`,
    );
    expect([list.status, list.type, JSON.parse(list.body).totalResults]).toEqual([
      200,
      "application/json",
      1,
    ]);
    expect((await send(simulator, `/Users/${KIM}`, { method: "PUT", body: '{"active":true}' })).status).toBe(
      200,
    );
    expect((await send(simulator, `/Users/${KIM}`, { method: "DELETE" })).status).toBe(204);
    expect(simulator.log.map(({ at: _, ...entry }) => entry)).toEqual([
      { method: "GET", path: "/Users?filter=userName%20eq%20%22k.roe%40example.org%22", status: 200 },
      { method: "PUT", path: `/Users/${KIM}`, status: 200 },
      { method: "DELETE", path: `/Users/${KIM}`, status: 204 },
    ]);
    expect(countByMethod(simulator.log)).toEqual({ GET: 1, PUT: 1, DELETE: 1 });
    expect(simulator.world.accounts.has(KIM)).toBe(false);
  });

  it.each([
    ["as copied", `Bearer ${KEY}`, 200],
    ["in base64", `Bearer ${Buffer.from(KEY).toString("base64")}`, 200],
    ["another", "Bearer other", 401],
    ["without Bearer", KEY, 401],
    ["none", "", 401],
  ])("takes the API key: %s", async (_, authorization, status) => {
    const answer = await send(await start(), "/Users?count=1", { authorization });
    expect(answer.status).toBe(status);
    if (status === 401)
      expect([answer.type, answer.body]).toEqual(["text/plain; charset=utf-8", "Unauthorized"]);
  });

  it("answers 404 beside the API, 413 past 10 MB, 400 to broken JSON", async () => {
    const simulator = await start();
    expect(
      await fetch(new URL("/", simulator.url), { headers: { authorization: `Bearer ${KEY}` } }).then(
        (r) => r.status,
      ),
    ).toBe(404);
    const large = await send(simulator, "/Users", { method: "POST", body: "x".repeat(10 * 1024 * 1024 + 1) });
    expect([large.status, large.body]).toEqual([413, '{"code":413,"message":"HTTP 413 Payload Too Large"}']);
    const broken = await send(simulator, "/Users", { method: "POST", body: '{"userName": ' });
    expect([broken.status, broken.body]).toEqual([400, "Invalid JSON: an object is needed"]);
  });

  it("lets a test change the world between two requests", async () => {
    const simulator = await start({
      onRequest: (n) => {
        const kim = simulator.world.accounts.get(KIM);
        if (n === 2 && kim) remove(simulator.world, kim);
      },
    });
    expect((await send(simulator, `/Users/${KIM}`)).status).toBe(200);
    expect((await send(simulator, `/Users/${KIM}`)).body).toBe(`Unknown account with uuid: ${KIM}`);
  });

  it("says aloud what a test's own hook throws", async () => {
    const simulator = await start({
      onRequest: () => {
        throw new Error("the test is wrong");
      },
    });
    const { status, body } = await send(simulator, "/Users");
    expect([status, body]).toEqual([500, "The simulator failed: the test is wrong"]);
  });

  it("waits before every answer", async () => {
    const slept: number[] = [];
    const clock = { now: () => 0, sleep: async (ms: number) => void slept.push(ms) };
    await send(await start({ latencyMs: 120, clock }), "/Users");
    expect(slept).toEqual([120]);
  });

  it("listens on loopback only, and on a free port only", async () => {
    expect(await problemsOf(() => start({ host: "0.0.0.0" }))).toEqual({
      InputError: [
        {
          code: "usage",
          message:
            "The simulator answers on loopback only, and 0.0.0.0 is elsewhere: its accounts and keys are for trials.",
          remedy: "Use 127.0.0.1, ::1 or localhost.",
        },
      ],
    });
    const { port } = await start();
    expect(await problemsOf(() => start({ port }))).toEqual({
      InputError: [
        {
          code: "usage",
          message: `Port ${port} is taken.`,
          remedy: "Choose another port, or 0 for any free one.",
        },
      ],
    });
  });
});

describe("the rate limit", () => {
  const rateLimit = { requests: 2, seconds: 10 };
  const BODY = `{"code":429,"message":"Too Many Requests","emptiedBucketDetails":{"limiterId":"cab","budget":2,"windowSeconds":10},"reference":"https://tools.ietf.org/html/draft-polli-ratelimit-headers-02"}`;

  it("is a sliding window, and a refused request takes no place in it", async () => {
    const clock = handClock();
    const simulator = await start({ rateLimit, clock });
    const status = async (move: number) => {
      clock.move(move);
      return (await send(simulator, "/Users?count=1")).status;
    };
    const seen: number[] = [];
    for (const move of [0, 4000, 0, 5999, 1, 0, 3999, 1]) seen.push(await status(move));
    expect(seen).toEqual([200, 200, 429, 429, 200, 429, 429, 200]);
    expect(simulator.log.map((entry) => entry.status)).toEqual(seen);
  });

  it.each([
    ["by default", {}, BODY, [null, null, null, null]],
    ["rate-body off", { "rate-body": false }, "Too Many Requests", [null, null, null, null]],
    ["retry-after-header", { "retry-after-header": true }, BODY, ["7", null, null, null]],
    ["ratelimit-headers", { "ratelimit-headers": true }, BODY, [null, "2", "0", "7"]],
  ])("answers 429, %s", async (_, quirks, body, headers) => {
    const clock = handClock();
    const simulator = await start({ rateLimit, clock, world: plainWorld({ "rate-body": true, ...quirks }) });
    await send(simulator, "/Users");
    clock.move(3001);
    await send(simulator, "/Users");
    const answer = await send(simulator, "/Users");
    expect([answer.status, answer.body]).toEqual([429, body]);
    const names = ["retry-after", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"];
    expect(names.map((name) => answer.headers.get(name))).toEqual(headers);
  });

  it("tells the rest of the budget on every answer", async () => {
    const simulator = await start({
      rateLimit,
      clock: handClock(),
      world: plainWorld({ "ratelimit-headers": true }),
    });
    const { headers } = await send(simulator, "/Users");
    expect([headers.get("ratelimit-remaining"), headers.get("ratelimit-reset")]).toEqual(["1", "10"]);
  });
});

describe("each kind of fault", () => {
  const put = { method: "PUT", body: '{"displayName":"Renamed"}' };
  const isRenamed = (simulator: Simulator) => simulator.world.accounts.get(DESK)?.fullName === "Renamed";
  const meet = async (rule: Omit<FaultRule, "at">, options: Partial<SimulatorOptions> = {}) => {
    const simulator = await start({ ...options, faults: [{ ...rule, at: 1 }] });
    const answer = await send(simulator, `/Groups/${DESK}`, put).then(
      ({ status, body }) => ({ status, body }),
      () => "broken",
    );
    expect(simulator.log.map((entry) => entry.fault)).toEqual([rule.kind]);
    return { answer, done: isRenamed(simulator), logged: simulator.log[0]?.status };
  };
  const html = expect.stringContaining("<html>");

  it.each<[string, Omit<FaultRule, "at">, unknown, boolean, number]>([
    [
      "429",
      { kind: "429" },
      { status: 429, body: expect.stringContaining('"budget":50,"windowSeconds":10') },
      false,
      429,
    ],
    ["500", { kind: "500" }, { status: 500, body: "Internal Server Error" }, false, 500],
    ["500, done", { kind: "500", done: true }, { status: 500, body: "Internal Server Error" }, true, 500],
    ["503", { kind: "503" }, { status: 503, body: "Service Unavailable" }, false, 503],
    ["503, done", { kind: "503", done: true }, { status: 503, body: "Service Unavailable" }, true, 503],
    ["html", { kind: "html" }, { status: 200, body: html }, false, 200],
    ["reset-before", { kind: "reset-before" }, "broken", false, 0],
    ["reset-after", { kind: "reset-after" }, "broken", true, 200],
    ["cut-off", { kind: "cut-off" }, "broken", true, 200],
    [
      "slow",
      { kind: "slow", milliseconds: 20 },
      { status: 200, body: expect.stringMatching(/"Renamed".*\}$/) },
      true,
      200,
    ],
    [
      "stall",
      { kind: "stall", milliseconds: 20 },
      { status: 200, body: expect.stringContaining('"Renamed"') },
      true,
      200,
    ],
    [
      "truncated",
      { kind: "truncated" },
      { status: 200, body: expect.stringMatching(/^\{"schemas".*[^}]$/) },
      true,
      200,
    ],
  ])("%s", async (_, rule, answer, done, logged) => {
    expect(await meet(rule)).toEqual({ answer, done, logged });
  });

  it("cut-off: half of the body comes, with the length of the whole", async () => {
    const simulator = await start({ faults: [{ kind: "cut-off", at: 1 }] });
    const got = await new Promise<{ length: number; bytes: number }>((resolve, reject) => {
      httpRequest(
        `${simulator.url}/Users/${JANE}`,
        { headers: { authorization: `Bearer ${KEY}` } },
        (response) => {
          let bytes = 0;
          response.on("data", (piece: Buffer) => {
            bytes += piece.length;
          });
          response.on("error", () => resolve({ length: Number(response.headers["content-length"]), bytes }));
          response.on("end", () => reject(new Error("the answer came whole")));
        },
      ).end();
    });
    expect(got.bytes).toBe(Math.floor(got.length / 2));
  });

  it("slow: the body comes in eight pieces over that time", async () => {
    const slept: number[] = [];
    const clock = { now: () => 0, sleep: async (ms: number) => void slept.push(ms) };
    const simulator = await start({ clock, faults: [{ kind: "slow", at: 1, milliseconds: 400 }] });
    expect(JSON.parse((await send(simulator, `/Users/${JANE}`)).body).id).toBe(JANE);
    expect(slept).toEqual(Array(8).fill(50));
  });

  it("stall without a time: no answer, but the work is done, and closing does not wait for it", async () => {
    const simulator = await start({ faults: [{ kind: "stall", at: 1 }] });
    const answer = send(simulator, `/Groups/${DESK}`, put).then(
      () => "answered",
      () => "left without an answer",
    );
    while (!isRenamed(simulator)) await new Promise((resolve) => setTimeout(resolve, 5));
    await simulator.close();
    expect(await answer).toBe("left without an answer");
  });
});

describe("the state file", () => {
  it("is written before the answer to every change, and begun from when it is there", async () => {
    const stateFile = await temporaryFile("state.json");
    const first = await start({ stateFile });
    await send(first, `/Users/${KIM}`, { method: "DELETE" });
    const saved = await readFile(stateFile, "utf8");
    expect(parseSeed(saved, "state.json")).toEqual(seedFromWorld(first.world));
    expect(saved).not.toContain("k.roe");
    const second = await start({ stateFile, world: plainWorld({}, { personal: [], functional: [] }) });
    expect(seedFromWorld(second.world)).toEqual(seedFromWorld(first.world));
    expect((await send(second, `/Users/${KIM}`)).status).toBe(400);
  });

  it("holds every change when many come at once", async () => {
    const stateFile = await temporaryFile("state.json");
    const simulator = await start({ stateFile });
    const create = (n: number) =>
      send(simulator, "/Users", {
        method: "POST",
        body: JSON.stringify({ userName: `p${n}@example.org`, name: { formatted: "P" } }),
      });
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => create(n)));
    const { personal = [] } = parseSeed(await readFile(stateFile, "utf8"), "state.json");
    const written = new Set(personal.map((account) => account.id));
    expect(answers.filter(({ body }) => !written.has(JSON.parse(body).id))).toEqual([]);
    expect(personal.length).toBe(42);
  });

  it.each([
    [
      '{\n  "claimedDomains" []}',
      "This is not JSON, so there is no organisation to begin with.",
      "Correct the file; a state file may also be deleted, to begin again.",
      ":2:20",
    ],
    ["[]", "An object is needed here; this is a list.", "Give it the keys claimedDomains.", ""],
    [
      '{"claimedDomains":["example.org"],"personel":[]}',
      "`personel` is not a key of this place.",
      "Use one of claimedDomains, divisions, guests, admin, personal, functional, hidden, randomSeed, created.",
      "",
    ],
  ])("malformed: %s", async (content, message, remedy, place) => {
    const stateFile = await temporaryFile("state.json");
    await writeFile(stateFile, content);
    expect(await problemsOf(() => start({ stateFile }))).toEqual({
      InputError: [{ code: "simulator-state", where: `${stateFile}${place}`, message, remedy }],
    });
    expect(await readFile(stateFile, "utf8")).toBe(content);
  });

  it("that cannot be written stops the start", async () => {
    const stateFile = join(await temporaryFile("none"), "state.json");
    expect(await problemsOf(() => start({ stateFile }))).toEqual({
      InputError: [
        {
          code: "file-unwritable",
          where: stateFile,
          message: "The state cannot be written (ENOENT), so the simulator cannot keep it.",
          remedy: "Check the folder and its permissions.",
        },
      ],
    });
  });

  it("keeps member ids whose account is gone", async () => {
    const stateFile = await temporaryFile("state.json");
    const world = worldFromSeed({
      ...SEED,
      functional: [{ address: "desk@example.org", fullName: "D", members: [NOBODY] }],
    });
    await start({ stateFile, world });
    const again = await start({ stateFile });
    expect(seedFromWorld(again.world).functional?.[0]?.members).toEqual([NOBODY]);
  });
});
