import { expect, test } from "vitest";
import type { SeenLock } from "../../../src/storage/lock/lock-file.ts";
import { LockWatch, TIMING, type Verdict } from "../../../src/storage/lock/lock-watch.ts";
import type { Life } from "../../../src/storage/lock/process-life.ts";
import { lockWorld } from "../../support/lock-world.ts";

const OWN = { pid: 1, host: "here" };
const owner = { pid: 7, host: "one", since: "2026-01-05T08:00:00.000Z" };
const owned = (touched = 0, id = "a"): SeenLock => ({ kind: "owned", id, touched, owner });
const unclear = (touched = 0): SeenLock => ({ kind: "unclear", id: "u", touched });
const unusable: SeenLock = { kind: "unusable", why: "it is a folder" };
const silent = "process 7 gives no sign of life";
const held = (elsewhere = false): Verdict => ({ kind: "held", owner, elsewhere });

/** At each moment, in milliseconds: what is seen, and what is thought of it. */
type Look = readonly [at: number, seen: SeenLock, verdict: Verdict];

const { silence, watch, grace } = TIMING;
const later = silence + 1;

test.each<{ readonly name: string; readonly life?: Life; readonly looks: readonly Look[] }>([
  {
    name: "nothing is free, at once and later",
    looks: [
      [0, { kind: "none" }, { kind: "free" }],
      [grace, { kind: "none" }, { kind: "free" }],
    ],
  },
  {
    name: "something unusable is told of once it has been so for a while",
    looks: [
      [0, unusable, { kind: "doubtful", why: "it is a folder" }],
      [grace - 1, unusable, { kind: "doubtful", why: "it is a folder" }],
      [grace, unusable, unusable],
    ],
  },
  {
    name: "a file that is not a lock may be one that is being written, and is dead when nothing happens to it",
    looks: [
      [0, unclear(), { kind: "doubtful", why: "it is not a lock of zivsync" }],
      [grace - 1, unclear(), { kind: "doubtful", why: "it is not a lock of zivsync" }],
      [grace, unclear(), { kind: "dead", id: "u" }],
      [grace + 1, unclear(1), { kind: "doubtful", why: "it is not a lock of zivsync" }],
      [2 * grace + 1, unclear(1), { kind: "dead", id: "u" }],
    ],
  },
  {
    name: "a dead process is dead at once",
    life: "dead",
    looks: [[0, owned(), { kind: "dead", id: "a" }]],
  },
  {
    name: "a process that lives holds it, however long it was silent",
    life: "alive",
    looks: [
      [later, owned(), held()],
      [later + watch, owned(), held()],
    ],
  },
  {
    name: "one on another machine as well, and it is said where it is",
    life: "elsewhere",
    looks: [
      [later, owned(), held(true)],
      [later + watch, owned(), held(true)],
    ],
  },
  {
    name: "one in doubt holds it while it gives signs of life",
    life: "unsure",
    looks: [
      [silence, owned(), held()],
      [silence + watch, owned(silence), held()],
    ],
  },
  {
    name: "one in doubt that is silent is watched, and dead when nothing was heard of it",
    life: "unsure",
    looks: [
      [later, owned(), { kind: "doubtful", why: silent }],
      [later + watch - 1, owned(), { kind: "doubtful", why: silent }],
      [later + watch, owned(), { kind: "dead", id: "a" }],
    ],
  },
  {
    name: "a sign of life while it is watched is one: it is dead when nothing more was heard since",
    life: "unsure",
    looks: [
      [later, owned(), { kind: "doubtful", why: silent }],
      [later + 1, owned(later), held()],
      [later + watch, owned(later), held()],
      [2 * later, owned(later), { kind: "dead", id: "a" }],
    ],
  },
  {
    name: "a time to come says as little as one that is long ago",
    life: "unsure",
    looks: [
      [0, owned(silence), held()],
      [0, owned(later), { kind: "doubtful", why: silent }],
      [watch, owned(later + watch), { kind: "doubtful", why: silent }],
      [2 * watch, owned(later + watch), held()],
    ],
  },
])("$name", async ({ life = "alive", looks }) => {
  const { ports, pass, now } = lockWorld();
  const seen = looks.map(([, one]) => one);
  const read = async () => seen.shift() ?? { kind: "none" as const };
  const lockWatch = new LockWatch(OWN, TIMING, {
    ...ports,
    lifeOf: async () => life,
    folder: { ...ports.folder, read },
  });
  const verdicts: Look[] = [];
  for (const [at, one] of looks) {
    pass(at - now());
    verdicts.push([at, one, await lockWatch.judge("x.lock")]);
  }
  expect(verdicts).toEqual(looks);
});

test("each place is watched for itself", async () => {
  const { ports, pass, plant } = lockWorld();
  const lockWatch = new LockWatch(OWN, TIMING, ports);
  plant("x.lock", "?");
  plant("y.lock", "?");
  await lockWatch.judge("x.lock");
  pass(grace);
  expect([await lockWatch.judge("x.lock"), await lockWatch.judge("y.lock")]).toMatchObject([
    { kind: "dead" },
    { kind: "doubtful" },
  ]);
});

test("the process is asked after by its own mark", async () => {
  const { ports, plant, owner: content } = lockWorld();
  const asked: unknown[] = [];
  const lifeOf = async (...words: unknown[]) => {
    asked.push(words);
    return "alive" as const;
  };
  plant("x.lock", content("a"));
  await new LockWatch(OWN, TIMING, { ...ports, lifeOf }).judge("x.lock");
  expect(asked).toEqual([[{ pid: 7, host: "one", since: "a" }, OWN]]);
});

test("a holder gives many signs of life before it is taken for silent, and is watched for several of them", () => {
  expect(TIMING.silence).toBeGreaterThan(10 * TIMING.beat);
  expect(TIMING.watch).toBeGreaterThan(2 * TIMING.beat);
  expect(TIMING.deadline).toBeGreaterThan(TIMING.watch);
});
