import { describe, expect, test } from "vitest";
import { RemoteError } from "../../../src/model/values/errors.ts";
import type { GitBranch, LeaseTips, Tip } from "../../../src/storage/git/branch.ts";
import { takeGitLease } from "../../../src/storage/lock/git-lease.ts";
import type { LeaseRecord } from "../../../src/storage/lock/lease-record.ts";
import { LEASE_TIMING } from "../../../src/storage/lock/lease-watch.ts";
import { troubleOf } from "../../support/empty-folder.ts";
import { lockWorld } from "../../support/lock-world.ts";

/* The steps of a lease, with a branch in memory and a clock of its own. `git-lease.test.ts` has the same with Git. */

const { duration, margin, renew, poll } = LEASE_TIMING;
const AT = "2026-01-05T08:00:00.000Z";
const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

/** A branch with a state, unless it begins empty, at a remote, unless it has none. */
function leaseWorld({
  base = "state",
  remote = "origin",
}: {
  readonly base?: string | null;
  readonly remote?: string | null;
} = {}) {
  const world = lockWorld();
  const branch = { name: "zivsync-state", remote: remote ?? undefined } as GitBranch;
  const state = (commit: string): Tip => ({
    commit,
    lease: undefined,
    over: false,
    base: commit,
    text: async () => "",
  });
  let tip = base === null ? undefined : state(base);
  const written: LeaseRecord[] = [];
  const tips: LeaseTips = {
    read: async () => tip,
    async write(lease, on) {
      if (tip?.commit !== on?.commit) return false;
      written.push(lease);
      const over = lease.over === true;
      const text = async () => "";
      tip = {
        commit: `lease ${written.length}`,
        lease: over ? undefined : lease,
        over,
        base: on?.base,
        text,
      };
      return true;
    },
    async remove(on) {
      if (tip?.commit !== on.commit) return false;
      tip = on.base === undefined ? undefined : state(on.base);
      return true;
    },
  };
  const notes: string[] = [];
  const take = (host = "one", more: Partial<LeaseTips> = {}) =>
    takeGitLease(
      branch,
      { organization: "aa", at: AT, onWait: (note) => notes.push(note) },
      { clock: world.ports.clock, mark: { pid: 7, host }, tips: { ...tips, ...more } },
    );
  /** Lets timers run, and what they began come to an end. */
  const tick = async () => {
    for (const { work } of world.timers) work();
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  return {
    ...world,
    branch,
    tips,
    take,
    tick,
    written,
    notes,
    tip: () => tip,
    put(next: Tip | undefined) {
      tip = next;
    },
  };
}
type World = ReturnType<typeof leaseWorld>;

const gone = () => new RemoteError([{ code: "state-unreachable", where: "origin", message: "Gone." }]);
const unreachable = () => Promise.reject(gone());
const bug = () => Promise.reject(new TypeError("a bug"));

describe("taking it", () => {
  test("the lease names who has it, since when, and its end, and leaves the state below it", async () => {
    const world = leaseWorld();
    world.pass(5_000);
    const lease = await world.take();
    expect(world.tip()).toMatchObject({
      over: false,
      base: "state",
      lease: {
        pid: 7,
        host: "one",
        token: lease.token,
        organization: "aa",
        since: AT,
        until: iso(5_000 + duration),
        renewal: 0,
      },
    });
    expect(lease.isHeld()).toBe(true);
    await lease.release();
    expect(world.tip()).toMatchObject({ commit: "state", lease: undefined });
  });

  test.each([
    ["at a remote, one that is over is tried first", "origin", [true, undefined]],
    ["in the repository, nothing needs to be tried", null, [undefined]],
  ])("%s", async (_, remote, overs) => {
    const world = leaseWorld({ remote });
    await world.take();
    expect(world.written.map(({ over }) => over)).toEqual(overs);
    expect(world.pauses).toEqual([]);
  });

  test("one that is over is tried before the first state as well, and not again where one is there", async () => {
    const world = leaseWorld({ base: null });
    const first = await world.take();
    expect(world.written.map(({ over }) => over)).toEqual([true, undefined]);
    // A remote that lets no branch be removed keeps one that is over.
    const lease = { ...(world.written[0] as LeaseRecord), over: true as const };
    await first.release();
    await world.tips.write(lease, undefined);
    await world.take();
    expect(world.written.slice(3).map(({ over }) => over)).toEqual([undefined]);
  });

  test("another machine is refused, with who has it and until when", async () => {
    const world = leaseWorld();
    await world.take();
    expect(await troubleOf(world.take("two"))).toEqual({
      name: "RefusedError",
      problems: [
        {
          code: "plan-locked",
          where: "branch zivsync-state of origin",
          message: `Another apply to this organisation (aa) is under way since ${AT} (process 7 on one). It holds the lease of the state until ${iso(duration)}, and renews it while it runs.`,
          remedy:
            "Wait until it has ended, then run again. If that machine has crashed, the lease expires then.",
        },
      ],
    });
    expect(world.notes).toEqual([]);
  });

  test("one that has ended is watched for its duration, which is said once, and taken over", async () => {
    const world = leaseWorld();
    const first = await world.take();
    world.pass(duration);
    const second = await world.take("two");
    expect(world.notes).toEqual([
      `The lease of process 7 on one ended at ${iso(duration)} by its clock. It is watched for 180 seconds, and taken over if it is not renewed.`,
    ]);
    expect(new Set(world.pauses)).toEqual(new Set([poll]));
    expect(world.now()).toBe(2 * duration);
    // What replaces one shows nothing new of the remote, so nothing is tried first.
    expect(world.written.map(({ over }) => over)).toEqual([true, undefined, undefined]);
    expect([first.isHeld(), second.isHeld()]).toEqual([false, true]);
    // What was taken over is not given back.
    await first.release();
    expect(world.tip()?.lease?.token).toBe(second.token);
  });

  test("who is quicker has it; who is never quick enough is told so, after pauses", async () => {
    const world = leaseWorld();
    let tries = 0;
    const write = async () => {
      tries += 1;
      return false;
    };
    expect(await troubleOf(world.take("one", { write }))).toMatchObject({
      problems: [{ message: expect.stringContaining("20") }],
    });
    expect(tries).toBe(20);
    expect(world.pauses.filter((ms, at) => ms >= 0 && ms <= 20 * (at + 1))).toHaveLength(20);
  });

  test("a race that is lost once is run again", async () => {
    const world = leaseWorld();
    let isLost = false;
    const write: LeaseTips["write"] = (lease, on) => {
      if (isLost || lease.over) return world.tips.write(lease, on);
      isLost = true;
      return Promise.resolve(false);
    };
    await (await world.take("one", { write })).release();
    expect(world.tip()).toMatchObject({ commit: "state" });
  });

  test("where it cannot be replaced, the one that is over is taken away again, and the error is that of the remote", async () => {
    const world = leaseWorld();
    const refusing: LeaseTips["write"] = (lease, on) =>
      lease.over ? world.tips.write(lease, on) : Promise.reject(gone());
    expect(await troubleOf(world.take("one", { write: refusing }))).toMatchObject({
      name: "RemoteError",
      problems: [{ message: "Gone." }],
    });
    expect(world.tip()).toMatchObject({ commit: "state", over: false });
    const stuck = world.take("one", { write: refusing, remove: unreachable });
    expect(await troubleOf(stuck)).toMatchObject({ name: "RemoteError" });
    expect(world.tip()).toMatchObject({ over: true });
    await expect(world.take("one", { write: refusing, remove: bug })).rejects.toThrow(TypeError);
  });

  test("nothing is taken away where the lease that cannot be replaced is somebody's that has ended", async () => {
    const world = leaseWorld();
    await world.take();
    world.pass(duration);
    const removed: unknown[] = [];
    const remove = async (on: Tip) => removed.push(on) > 0;
    expect(await troubleOf(world.take("two", { write: unreachable, remove }))).toMatchObject({
      name: "RemoteError",
    });
    expect(removed).toEqual([]);
  });

  test("an empty branch that cannot be written to is an error, and nothing more", async () => {
    const world = leaseWorld({ base: null, remote: null });
    expect(await troubleOf(world.take("one", { write: unreachable }))).toMatchObject({ name: "RemoteError" });
    expect(world.tip()).toBeUndefined();
  });
});

describe("holding it", () => {
  const renewals = (world: World) => world.written.filter(({ over }) => !over).map(({ renewal }) => renewal);

  test("it is renewed again and again, counts up, and is held on", async () => {
    const world = leaseWorld();
    const lease = await world.take();
    expect([...world.timers].map(({ every }) => every)).toEqual([renew]);
    for (let part = 0; part < 10; part++) {
      world.pass(renew);
      await world.tick();
      expect(lease.isHeld()).toBe(true);
    }
    expect(renewals(world)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(world.tip()?.lease?.until).toBe(iso(10 * renew + duration));
  });

  test("it ends for its holder the margin before its end, counted from before it was sent", async () => {
    const world = leaseWorld();
    const slow: LeaseTips["write"] = async (lease, on) => {
      world.pass(10_000);
      return world.tips.write(lease, on);
    };
    const lease = await world.take("one", { write: slow });
    // The first write was one that is over.
    world.pass(duration - margin - 10_000 - 1);
    expect(lease.isHeld()).toBe(true);
    world.pass(1);
    expect(lease.isHeld()).toBe(false);
    await world.tick();
    expect(lease.isHeld()).toBe(true);
    world.pass(duration - margin - 10_000);
    expect(lease.isHeld()).toBe(false);
  });

  test.each(["wall", "steady"] as const)(
    "the clock that goes on counts, were it only that of the %s",
    async (only) => {
      const world = leaseWorld();
      const { clock } = world.ports;
      const start = { wall: clock.wall(), steady: clock.steady() };
      const still = { ...clock, wall: () => start.wall, steady: () => start.steady, [only]: clock[only] };
      const terms = { organization: "aa", at: AT, onWait: () => undefined };
      const lease = await takeGitLease(world.branch, terms, { clock: still, tips: world.tips });
      expect(lease.isHeld()).toBe(true);
      world.pass(duration - margin);
      expect(lease.isHeld()).toBe(false);
    },
  );

  test("what another took over is lost, and is neither renewed nor taken back", async () => {
    const world = leaseWorld();
    const lease = await world.take();
    const { lease: own, ...tip } = world.tip() as Tip;
    world.put({ ...tip, commit: "theirs", lease: { ...(own as LeaseRecord), token: "theirs" } });
    await world.tick();
    expect(lease.isHeld()).toBe(false);
    world.put({ ...tip, lease: own });
    await world.tick();
    expect([lease.isHeld(), renewals(world)]).toEqual([false, [0]]);
    world.put({ ...tip, commit: "theirs", lease: { ...(own as LeaseRecord), token: "theirs" } });
    await lease.release();
    expect(world.tip()?.commit).toBe("theirs");
  });

  test.each([
    ["with the branch", undefined],
    ["and the state is there", { commit: "state", lease: undefined, over: false, base: "state" }],
  ])("what was taken off the branch is lost as well, and not given back: %s", async (_, tip) => {
    const world = leaseWorld();
    const lease = await world.take();
    const left = tip && { ...tip, text: async () => "" };
    world.put(left);
    await world.tick();
    expect(lease.isHeld()).toBe(false);
    await lease.release();
    expect(world.tip()).toBe(left);
  });

  test("a renewal that fails, or comes too late, leaves the lease to its time", async () => {
    const world = leaseWorld();
    let isReachable = true;
    const lease = await world.take("one", {
      read: () => (isReachable ? world.tips.read() : unreachable()),
      write: (one, on) => (one.renewal === 2 ? Promise.resolve(false) : world.tips.write(one, on)),
    });
    isReachable = false;
    world.pass(renew);
    await world.tick();
    expect(lease.isHeld()).toBe(true);
    isReachable = true;
    world.pass(renew);
    await world.tick();
    // The second renewal lost a race: the time of the first one counts.
    world.pass(renew);
    await world.tick();
    world.pass(duration - margin - renew - 1);
    expect(lease.isHeld()).toBe(true);
    world.pass(1);
    expect(lease.isHeld()).toBe(false);
    await lease.release();
  });

  test("one renewal at a time, and giving it back waits for it", async () => {
    const world = leaseWorld();
    let reads = 0;
    let goOn: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let isSlow = false;
    const lease = await world.take("one", {
      async read() {
        if (isSlow) {
          reads += 1;
          await gate;
        }
        return world.tips.read();
      },
    });
    isSlow = true;
    await world.tick();
    await world.tick();
    expect(reads).toBe(1);
    const released = lease.release();
    expect(world.timers.size).toBe(0);
    await world.tick();
    expect(reads).toBe(1);
    goOn();
    await released;
    expect(renewals(world)).toEqual([0, 1]);
    expect(world.tip()).toMatchObject({ commit: "state" });
  });
});

describe("giving it back", () => {
  test("once is enough", async () => {
    const world = leaseWorld();
    const lease = await world.take();
    await lease.release();
    const other = await world.take("two");
    await lease.release();
    expect(world.tip()?.lease?.token).toBe(other.token);
  });

  test("a race that is lost is run again, with pauses, and not for ever", async () => {
    const world = leaseWorld();
    let tries = 0;
    let lost = 3;
    const remove: LeaseTips["remove"] = async (on) => {
      tries += 1;
      return tries > lost && (await world.tips.remove(on));
    };
    await (await world.take("one", { remove })).release();
    expect([tries, world.tip()?.commit, world.pauses.length]).toEqual([4, "state", 3]);
    [tries, lost] = [0, 1_000];
    await (await world.take("one", { remove })).release();
    expect([tries, world.tip()?.lease?.host]).toEqual([20, "one"]);
  });

  test("a remote that cannot be reached ends in no error: the lease has its time", async () => {
    const world = leaseWorld();
    const lease = await world.take("one", { remove: unreachable });
    await lease.release();
    expect(world.tip()?.lease?.token).toBe(lease.token);
    await expect((await leaseWorld().take("one", { remove: bug })).release()).rejects.toThrow(TypeError);
  });

  test("where a branch without a state cannot be removed, it keeps a lease that is over", async () => {
    const world = leaseWorld({ base: null });
    const lease = await world.take("one", { remove: unreachable });
    world.pass(1_000);
    await lease.release();
    expect(world.tip()).toMatchObject({ over: true, lease: undefined });
    expect(world.written.at(-1)).toMatchObject({ over: true, renewal: 1, until: iso(1_000 + duration) });
    const broken = leaseWorld({ base: null });
    await expect((await broken.take("one", { remove: bug })).release()).rejects.toThrow(TypeError);
    expect(broken.tip()?.over).toBe(false);
  });
});
