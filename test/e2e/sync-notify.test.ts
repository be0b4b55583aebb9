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
  const { code, err } = await at.stage.syncWith(at.environment);
  expect(err).toContain("The last sync was interrupted. Going on with routine.json first.");
  expect([code, at.messages(), at.heartbeats()]).toEqual([0, [], ["/ping"]]);
});

it("raises no alarm where what an earlier sync left has expired, and is planned again", async () => {
  const at = await interrupted();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 25 * 3_600_000 });
  const { code, err } = await at.stage.syncWith(at.environment);
  expect(err).toContain("What is still to do is planned again.");
  expect([code, at.messages(), at.heartbeats()]).toEqual([0, [], ["/ping"]]);
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
