import { expect, test } from "vitest";
import type { LeaseRecord } from "../../../src/storage/lock/lease-record.ts";
import { LEASE_TIMING, type LeaseVerdict, LeaseWatch } from "../../../src/storage/lock/lease-watch.ts";
import type { Life } from "../../../src/storage/lock/process-life.ts";
import { lockWorld } from "../../support/lock-world.ts";

const OWN = { pid: 1, host: "one", boot: "boot of one", space: "pid:[1]" };
const { duration } = LEASE_TIMING;

const lease = (until: number, more: Partial<LeaseRecord> = {}): LeaseRecord => ({
  pid: 7,
  host: "two",
  boot: "boot of two",
  space: "pid:[1]",
  token: "t",
  organization: "aa",
  since: new Date(0).toISOString(),
  until: new Date(until).toISOString(),
  renewal: 0,
  ...more,
});
const here = { host: "one", boot: "boot of one" };

type Look = readonly [at: number, seen: LeaseRecord, verdict: LeaseVerdict];

test.each<{ readonly name: string; readonly life?: Life; readonly looks: readonly Look[] }>([
  {
    name: "one that has not ended is held",
    looks: [
      [0, lease(1), "held"],
      [0, lease(duration), "held"],
    ],
  },
  {
    name: "one that has ended is watched for its whole duration, and then over",
    looks: [
      [1_000, lease(1_000), "doubtful"],
      [1_000 + duration - 1, lease(1_000), "doubtful"],
      [1_000 + duration, lease(1_000), "over"],
    ],
  },
  {
    name: "one that ends later than any lease lasts is of another clock, and watched as well",
    looks: [
      [0, lease(duration + 1), "doubtful"],
      [duration, lease(duration + 1), "over"],
    ],
  },
  {
    name: "one that is renewed while it is watched is held, whatever end it names",
    looks: [
      [1_000, lease(1_000), "doubtful"],
      [duration + 1_000, lease(1_000, { renewal: 1 }), "held"],
    ],
  },
  {
    name: "one that another machine takes over while it is watched is held by that one",
    looks: [
      [1_000, lease(1_000), "doubtful"],
      [duration + 1_000, lease(1_000, { token: "u" }), "held"],
    ],
  },
  {
    name: "one of a process of this machine that has died is over at once",
    life: "dead",
    looks: [[0, lease(duration, here), "over"]],
  },
  {
    name: "not where that process lives, or may do so",
    life: "unsure",
    looks: [[0, lease(duration, here), "held"]],
  },
  {
    name: "not where the boot is another: ids of processes say nothing of it",
    life: "dead",
    looks: [[0, lease(duration, { host: "one" }), "held"]],
  },
  {
    name: "not where the boot is not known",
    life: "dead",
    looks: [[0, lease(duration, { host: "one", boot: undefined }), "held"]],
  },
  {
    name: "not where ids of processes are those of another container",
    life: "dead",
    looks: [[0, lease(duration, { ...here, space: "pid:[2]" }), "held"]],
  },
])("$name", async ({ life = "alive", looks }) => {
  const { ports, pass, now } = lockWorld();
  const watch = new LeaseWatch(OWN, LEASE_TIMING, { ...ports, lifeOf: async () => life });
  const verdicts: Look[] = [];
  for (const [at, seen] of looks) {
    pass(at - now());
    verdicts.push([at, seen, await watch.judge(seen)]);
  }
  expect(verdicts).toEqual(looks);
});

test("a machine that does not know its own boot asks after no process", async () => {
  const { ports } = lockWorld();
  const own = { pid: 1, host: "one", space: "pid:[1]" };
  const watch = new LeaseWatch(own, LEASE_TIMING, { ...ports, lifeOf: async () => "dead" });
  expect(await watch.judge(lease(duration, { host: "one", boot: undefined }))).toBe("held");
});
