import { execFile } from "node:child_process";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { accountAt } from "../../src/simulator/index.ts";
import { startWebSink } from "../servers/sinks.ts";
import { runs } from "../support/runs.ts";
import { STANDING, type Stage, syncStage } from "./sync-stage.ts";

/*
 * Nights that go wrong: killed, twice at once, an old state put back, a clock that is wrong. However that goes, no more goes without
 * people within the window than the numbers say, and nothing is done twice.
 */

const DAY = 86_400_000;

afterEach(() => {
  vi.useRealTimers();
});

/** At most three of these may be created by standing approval. */
const newcomersIn = ({ world }: Stage, count: number) =>
  Array.from({ length: count }, (_, at) => `n${at + 1}@example.org`).filter((address) =>
    accountAt(world, address),
  );

/** Requests that create or change something and that Zivver answered with success, each once. */
function doneTwice({ simulator }: Stage): readonly string[] {
  const creations = simulator.log.filter(({ method, status }) => method === "POST" && status < 300);
  return creations.length === new Set([...simulator.world.accounts.keys()]).size - 9
    ? []
    : creations.map(({ path }) => path);
}

type Killed = Stage & {
  /** From now on. */
  onRequest(next: () => Promise<void>): void;
};

async function killedAt(request: number): Promise<Killed> {
  let kill = () => {};
  let first = Number.POSITIVE_INFINITY;
  let next = async () => {};
  const stage: Stage = await syncStage(
    { standing: { ...STANDING, create: 3 } },
    {
      onRequest: async (n) => {
        await next();
        if (n - first === request) {
          kill();
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      },
    },
  );
  stage.join("n1", "n2");
  stage.leave("p1");
  stage.setMembers("p2", "n1");
  await stage.writeSources();
  first = stage.simulator.log.length;
  const running = stage.place.begin("sync");
  kill = () => running.kill("SIGKILL");
  await running.ended;
  first = Number.POSITIVE_INFINITY;
  return {
    ...stage,
    onRequest: (work) => {
      next = work;
    },
  };
}

/** Of this sync; what is sent after it is another one. */
const LAST_REQUEST = 10;

describe("a sync that is killed", () => {
  const at = runs(3, LAST_REQUEST);
  const requests = Array.from({ length: at }, (_, index) => (at === 3 ? ([2, 6, 9][index] ?? 1) : index + 1));

  it.each(requests)("at request %i is finished by the next one, and what it used counts", async (request) => {
    const stage = await killedAt(request);
    const isBegun = (await stage.place.written()).some((file) => file.startsWith("routine.json."));
    // The ledger is written before anything is sent.
    expect((await stage.place.read("state.jsonl")).includes('"type":"standing"')).toBe(isBegun);
    if (isBegun)
      expect((await stage.place.zivsync("sync", "--dry-run")).err).toContain("The last sync was interrupted");
    const second = await stage.sync();
    expect(second.code, second.err).toBe(0);
    expect(newcomersIn(stage, 2)).toHaveLength(2);
    expect(accountAt(stage.world, "p1@example.org")).toMatchObject({ active: false });
    expect(doneTwice(stage)).toEqual([]);
    stage.join("n3", "n4");
    const third = await stage.sync();
    expect(third.result).toMatchObject({ exitCode: 2, applied: {}, standing: { before: { create: 2 } } });
    expect(newcomersIn(stage, 4)).toHaveLength(2);
  });
});

it.skipIf(process.platform === "win32")(
  "a sync that is stopped once it finished an earlier one begins nothing more",
  async () => {
    const stage = await killedAt(6);
    stage.rename("p2", "Person New");
    await stage.writeSources();
    const [journal = ""] = (await stage.place.written()).filter((file) => file.endsWith(".journal"));
    const running = stage.place.begin("sync");
    let isStopped = false;
    stage.onRequest(async () => {
      if (isStopped || !(await stage.place.read(journal)).includes('"type":"end"')) return;
      isStopped = true;
      running.kill("SIGTERM");
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    const { code, err } = await running.ended;
    expect([isStopped, code, err]).toEqual([
      true,
      4,
      expect.stringContaining("Stopping when what is under way"),
    ]);
    expect(newcomersIn(stage, 2)).toHaveLength(2);
    expect(accountAt(stage.world, "p2@example.org")).toMatchObject({ fullName: "Person p2" });
    expect((await stage.sync()).code).toBe(0);
    expect(accountAt(stage.world, "p2@example.org")).toMatchObject({ fullName: "Person New" });
  },
);

it.skipIf(process.platform === "win32")(
  "a journal that somebody removes meanwhile keeps nothing out of the state",
  async () => {
    let remove = async () => {};
    const stage = await syncStage({}, { onRequest: async () => remove() });
    stage.join("n1");
    remove = async () => {
      const files = (await stage.place.written()).filter((file) => file.endsWith(".journal"));
      for (const file of files) if (file.startsWith("routine")) await rm(join(stage.place.folder, file));
    };
    expect((await stage.sync()).code).toBe(0);
    expect(await stage.place.read("state.jsonl")).toContain("n1@example.org");
    remove = async () => {};
    expect((await stage.sync()).result).toMatchObject({ exitCode: 0, standing: { before: { create: 1 } } });
  },
);

it("two syncs at once use the numbers once", async () => {
  const stage = await syncStage({ standing: { ...STANDING, create: 3 } }, { latencyMs: 30 });
  stage.join("n1", "n2");
  await stage.writeSources();
  const both = [
    stage.place.begin("sync", "--routine", "a.json", "--waiting", "aw.json"),
    stage.place.begin("sync", "--routine", "b.json", "--waiting", "bw.json"),
  ];
  const codes = (await Promise.all(both.map(({ ended }) => ended))).map(({ code }) => code);
  expect(codes).toContain(0);
  expect(doneTwice(stage)).toEqual([]);
  stage.join("n3", "n4");
  const { result } = await stage.sync();
  expect(result).toMatchObject({ applied: {}, standing: { before: { create: 2 } } });
});

describe("a state that is lost", () => {
  it("between the plan and its apply leaves nothing to stand on", async () => {
    let lose = async () => {};
    const stage = await syncStage({}, { onRequest: async () => lose() });
    stage.join("n1");
    lose = () => rm(join(stage.place.folder, "state.jsonl"), { force: true });
    await stage.writeSources();
    const run = await stage.place.zivsync("sync");
    expect(run.code).toBe(3);
    expect(run.err).toContain("the state is new, and its first plan is for people");
    expect(stage.writes()).toEqual([]);
  });
});

it("an old state that is put back does not give numbers back", async () => {
  const stage = await syncStage({ standing: { ...STANDING, create: 3 } });
  const state = join(stage.place.folder, "state.jsonl");
  await copyFile(state, `${state}.old`);
  stage.join("n1", "n2");
  await stage.sync();
  await copyFile(`${state}.old`, state);
  stage.join("n3", "n4");
  const { result } = await stage.sync();
  expect(result).toMatchObject({ applied: {}, standing: { before: { create: 2 } } });
  expect(newcomersIn(stage, 4)).toHaveLength(2);
});

it("a clock that is set back forgets nothing, and days that go by set numbers free", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-10T02:00:00Z") });
  const stage = await syncStage({ standing: { ...STANDING, create: 2 } });
  stage.join("n1", "n2");
  expect((await stage.sync()).result.applied).toEqual({ create: 2 });
  vi.setSystemTime(Date.now() - 3 * DAY);
  stage.join("n3");
  const back = await stage.sync();
  expect(back).toMatchObject({
    code: 2,
    result: { applied: {}, waiting: { changes: [{ because: "clock" }] } },
  });
  vi.setSystemTime(Date.now() + 4 * DAY);
  expect((await stage.sync()).result).toMatchObject({
    applied: {},
    waiting: { changes: [{ because: "number" }] },
  });
  vi.setSystemTime(Date.now() + 7 * DAY);
  expect((await stage.sync()).result.applied).toEqual({ create: 1 });
});

it("a clock that jumps ahead by a month for a night exceeds no number afterwards, and forgets nothing for ever", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-10T02:00:00Z") });
  const stage = await syncStage({ standing: { ...STANDING, create: 2 } });
  stage.join("n1");
  stage.setAliases("p4", "");
  expect((await stage.sync()).result.applied).toEqual({ create: 1, update: 1 });
  vi.setSystemTime(Date.now() + 30 * DAY);
  stage.join("n2");
  expect((await stage.sync()).result.applied).toEqual({ create: 1 });
  vi.setSystemTime(Date.now() - 30 * DAY);
  stage.join("n3");
  stage.setAliases("p5", "extra@example.org");
  const back = await stage.sync();
  expect(back.result.nothingCovered).toContain("the clock is behind the last sync");
  expect(back).toMatchObject({
    code: 2,
    result: { applied: {}, standing: { before: { create: 2, update: 1 } } },
  });
  // Seven days after the month the numbers are free again, and the address still moves.
  vi.setSystemTime(Date.now() + 37 * DAY);
  expect((await stage.sync()).result).toMatchObject({
    applied: { create: 1 },
    waiting: { changes: [{ because: "address-moves", move: { from: "p4@example.org" } }] },
  });
});

const STATE_ON_DISC = `state: { store: file, path: ../disc/state.jsonl }
notify: [{ type: webhook, url: { env: HOOK_URL } }]
`;

it("a disc that is full under the state stops a sync before anything is sent, or is finished by the next one", async () => {
  let fill = async () => {};
  const stage = await syncStage(
    {},
    { onRequest: async (_, { method }) => (method === "POST" ? fill() : undefined) },
  );
  const disc = join(stage.place.folder, "disc");
  await mkdir(disc);
  const run = promisify(execFile);
  await run("mount", ["-t", "tmpfs", "-o", "size=128k", "tmpfs", disc]);
  onTestFinished(async () => void (await run("umount", [disc])));
  await copyFile(join(stage.place.folder, "state.jsonl"), join(disc, "state.jsonl"));
  await stage.configure({ state: STATE_ON_DISC });
  const hook = await startWebSink();
  onTestFinished(() => hook.close());
  const environment = { HOOK_URL: `${hook.url}/canary` };
  const told = () => hook.received.map(({ body }) => JSON.parse(body)).at(-1);
  const filler = join(disc, "filler");
  const fillUp = () =>
    writeFile(filler, Buffer.alloc(256 * 1024)).catch((error) => expect(error.code).toBe("ENOSPC"));
  stage.join("n1");
  await stage.writeSources();

  await fillUp();
  const before = await stage.place.zivsyncWith(environment, "sync", "--json");
  expect([before.code, before.out, stage.writes()]).toEqual([1, "", []]);
  expect(before.err).toMatch(/^error\[file-unwritable\] .*disc/);
  expect(told()).toMatchObject({ event: "failed", problems: [{ code: "file-unwritable" }] });
  await rm(filler);

  fill = fillUp;
  const during = await stage.syncWith(environment);
  expect(during).toMatchObject({ code: 4, result: { exitCode: 4, applied: { create: 1 }, earlier: null } });
  expect(during.err).toContain("The changes were applied, but the state could not be saved.");
  expect(told()).toMatchObject({
    event: "partial",
    applied: { create: 1 },
    unapplied: { changes: 0 },
    problems: [{ code: "file-unwritable" }],
  });

  const still = await stage.syncWith(environment);
  expect(still).toMatchObject({
    code: 4,
    result: {
      earlier: { finished: false, applied: { create: 1 }, outcomes: { applied: 1 } },
      routine: { digest: null },
      waiting: { digest: null, changes: [] },
    },
  });
  expect(told()).toMatchObject({ event: "partial", problems: [{ code: "file-unwritable" }] });

  await rm(filler);
  const after = await stage.syncWith(environment);
  expect(after).toMatchObject({ code: 0, result: { earlier: { finished: true, applied: { create: 1 } } } });
  expect(doneTwice(stage)).toEqual([]);
  expect(accountAt(stage.world, "n1@example.org")).toMatchObject({ active: true });
});
