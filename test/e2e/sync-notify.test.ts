import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it, onTestFinished, vi } from "vitest";
import { startWebSink } from "../servers/sinks.ts";
import { STANDING, type Stage, type SyncGiven, syncStage } from "./sync-stage.ts";

/*
 * Who hears of a night: one message for each event and one heartbeat, whatever an earlier night left to be finished first.
 */

const NOTIFY = `state: { store: file, path: ../state.jsonl }
notify:
  - { type: webhook, url: { env: HOOK_URL } }
  - { type: heartbeat, url: { env: BEAT_URL } }
`;

afterEach(() => {
  vi.useRealTimers();
});

type Told = {
  readonly stage: Stage;
  readonly environment: Readonly<Record<string, string>>;
  /** The bodies of the messages so far. */
  messages(): readonly Record<string, unknown>[];
  heartbeats(): readonly string[];
};

async function told(
  given: SyncGiven = {},
  onRequest: (n: number) => Promise<void> = async () => {},
): Promise<Told> {
  const [hook, beat] = [await startWebSink(), await startWebSink()];
  onTestFinished(async () => {
    await hook.close();
    await beat.close();
  });
  const stage = await syncStage(given, { onRequest });
  await stage.configure({ state: NOTIFY });
  return {
    stage,
    environment: { HOOK_URL: `${hook.url}/canary`, BEAT_URL: `${beat.url}/ping` },
    messages: () => hook.received.map(({ body }) => JSON.parse(body)),
    heartbeats: () => beat.received.map(({ path }) => path),
  };
}

/** A sync that was killed while it applied. */
async function interrupted(): Promise<Told> {
  let kill = () => {};
  let isPosting = false;
  const at = await told({}, async () => {
    if (!isPosting) return;
    kill();
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
  const { stage } = at;
  stage.join("n1", "n2");
  await stage.writeSources();
  const from = stage.simulator.log.length;
  const running = stage.place.beginWith(at.environment, "sync");
  kill = () => running.kill("SIGKILL");
  const watch = setInterval(() => {
    isPosting = stage.simulator.log.slice(from).some(({ method }) => method === "POST");
  }, 1);
  await running.ended;
  clearInterval(watch);
  isPosting = false;
  expect(await stage.place.written()).toContainEqual(expect.stringMatching(/^routine\.json\..*journal$/));
  expect([at.messages(), at.heartbeats()]).toEqual([[], []]);
  return at;
}

it("tells once of a sync that finishes an earlier one first", async () => {
  const at = await interrupted();
  const { code, err, result } = await at.stage.syncWith(at.environment);
  expect(err).toContain("The last sync was interrupted. Going on with routine.json first.");
  expect([code, at.messages(), at.heartbeats()]).toEqual([0, [], ["/ping"]]);
  expect(result.earlier).toMatchObject({
    file: "routine.json",
    changes: 2,
    finished: true,
    applied: { create: 2 },
    failures: [],
  });
  const { applied = 0, already = 0 } = result.earlier?.outcomes ?? {};
  expect(applied + already).toBe(2);
  expect([result.applied, result.standing?.before]).toEqual([{}, { create: 2 }]);
});

it("tells together what an earlier sync and this one applied", async () => {
  const at = await interrupted();
  at.stage.rename("p1", "Person New");
  at.stage.setKey("p2", "another");
  await at.stage.writeSources();
  const run = await at.stage.place.zivsyncWith(at.environment, "sync");
  expect(run.code, run.err).toBe(2);
  expect(run.out).toContain(
    "Applied of the sync that was interrupted: 2 creations.\nApplied by standing approval: 1 update.",
  );
  expect(at.messages()).toMatchObject([
    { event: "waiting", applied: { create: 2, update: 1 }, waiting: { changes: { update: 1 } } },
  ]);
});

it("raises no alarm where what an earlier sync left has expired, and is planned again", async () => {
  const at = await interrupted();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 25 * 3_600_000 });
  const { code, err, result } = await at.stage.syncWith(at.environment);
  expect(err).toContain("What is still to do is planned again.");
  expect([code, at.messages(), at.heartbeats()]).toEqual([0, [], ["/ping"]]);
  const { earlier, applied } = result;
  expect(earlier).toMatchObject({ finished: false, changes: 2, outcomes: {}, failures: [] });
  // One was sent, or both, when it was killed; what Zivver has not got is planned again.
  expect(earlier?.applied.create).toBeGreaterThan(0);
  expect((earlier?.applied.create ?? 0) + (applied.create ?? 0)).toBeGreaterThanOrEqual(2);
});

it("tells at once that the state was lost, also where nothing is to be done, until somebody applies its first plan", async () => {
  const at = await told();
  await rm(join(at.stage.place.folder, "state.jsonl"));
  const first = await at.stage.syncWith(at.environment);
  expect(first).toMatchObject({ code: 2, result: { waiting: { changes: [] } } });
  expect(at.messages()).toMatchObject([
    {
      event: "waiting",
      waiting: {
        digest: first.result.waiting.digest,
        changes: {},
        reasons: ["the state is new, and its first plan is for people: apply waiting.json"],
      },
    },
  ]);
  expect((await at.stage.syncWith(at.environment)).code).toBe(2);
  expect(at.messages()).toHaveLength(2);
  expect(await at.stage.place.zivsyncWith(at.environment, "apply", "waiting.json")).toMatchObject({
    code: 0,
  });
  // What the first plan remembers of unchanged accounts is there: the key, which goes along with an alias, is known.
  at.stage.setAliases("p4", "");
  expect(await at.stage.syncWith(at.environment)).toMatchObject({
    code: 0,
    result: { applied: { update: 1 } },
  });
  expect(at.messages()).toHaveLength(2);
});

it("tells that a sync was applied in part: what Zivver refused, and what it applied", async () => {
  const at = await told();
  at.stage.simulator.world.claimedDomains.delete("example.org");
  at.stage.join("n1");
  at.stage.rename("p2", "Person New");
  const { code, result } = await at.stage.syncWith(at.environment);
  expect([code, result.applied, result.failures.map(({ address }) => address)]).toEqual([
    4,
    { update: 1 },
    ["n1@example.org"],
  ]);
  expect(at.messages()).toMatchObject([
    { event: "partial", outcome: "partial", applied: { update: 1 }, unapplied: { changes: 1 } },
  ]);
  expect(at.heartbeats()).toEqual(["/ping/fail"]);
  const status = await at.stage.place.zivsync("status", "--max-age", "1h");
  expect([status.code, status.out.includes("Last success:")]).toEqual([0, true]);
});

it("tells what waits and why, and the state has the digest of waiting.json", async () => {
  const at = await told({ standing: { ...STANDING, create: 1 } });
  at.stage.join("n1", "n2");
  at.stage.rename("p2", "Person New");
  const { result } = await at.stage.syncWith(at.environment);
  expect(at.messages()).toMatchObject([
    {
      event: "waiting",
      outcome: "pending",
      waiting: {
        digest: result.waiting.digest,
        changes: { create: 2 },
        reasons: ["2 creations; approved in advance: 1"],
      },
    },
  ]);
  expect(at.heartbeats()).toEqual(["/ping"]);
  const status = JSON.parse((await at.stage.place.zivsync("status", "--json")).out);
  const plan = JSON.parse(await at.stage.place.read("waiting.json"));
  expect(status.waiting).toMatchObject({ digest: plan.digest, changes: { create: 2 } });
});

it("tells that guards refused a sync", async () => {
  const at = await told();
  await at.stage.configure({ state: NOTIFY, guards: "guards: { create: { count: 0, percent: 1 } }\n" });
  at.stage.join("n1");
  expect((await at.stage.syncWith(at.environment)).code).toBe(3);
  expect(at.messages()).toMatchObject([{ event: "refused", outcome: "refused" }]);
  expect(at.heartbeats()).toEqual(["/ping/fail"]);
});

it("tells that a sync failed where a source cannot be read at all", async () => {
  const at = await told();
  await at.stage.place.write({ "desired-state/users.csv": "nothing\n" });
  const run = await at.stage.place.zivsyncWith(at.environment, "sync");
  expect([run.code, at.messages().map(({ event }) => event), at.heartbeats()]).toEqual([
    1,
    ["failed"],
    ["/ping/fail"],
  ]);
});
