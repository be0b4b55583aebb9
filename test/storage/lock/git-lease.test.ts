import { join } from "node:path";
import { expect } from "vitest";
import { LEASE_TIMING } from "../../../src/storage/lock/lease-watch.ts";
import type { LeaseClock } from "../../../src/storage/lock/lock-ports.ts";
import type { ProcessMark } from "../../../src/storage/lock/process-life.ts";
import { createGitStateStore } from "../../../src/storage/state/git-store.ts";
import { DEFAULT_TIMEOUTS } from "../../../src/zivver/http/network-errors.ts";
import { stateOf, withAccount } from "../../support/arbitrary-state.ts";
import { machineClock } from "../../support/lease-clock.ts";
import { itInCampaigns, itOnce as test } from "../../support/runs.ts";
import { COMMON, emptyFolder, git, NOBODY, remoteWith, troubleOf } from "../../support/state-places.ts";

const BRANCH = "zivsync-state";
const AT = "2026-01-05T08:00:00.000Z";
const NOW = Date.parse(AT);
const WHERE = `branch ${BRANCH} of origin`;

/** A machine of its own: a clone, a clock, and a process that no other machine can ask after. */
function machine(
  folder: string,
  host: string,
  clock: LeaseClock,
  more: { readonly mark?: ProcessMark; readonly poll?: number } = {},
) {
  const mark = more.mark ?? { pid: 4711, host, boot: `boot of ${host}` };
  const store = createGitStateStore({
    ...COMMON,
    folder: join(folder, host),
    branch: BRANCH,
    environment: NOBODY,
    lease: { clock, mark, timing: { poll: more.poll ?? LEASE_TIMING.poll } },
  });
  const notes: string[] = [];
  const take = () => {
    if (store.takeLease === undefined) throw new Error("a store in Git has a lease");
    return store.takeLease({ organization: "aa", at: AT, onWait: (message) => notes.push(message) });
  };
  return { store, take, notes };
}

/** A watch that asks Git little: five times instead of thirty-six, say. */
const SELDOM = LEASE_TIMING.duration / 5;

/** Two machines with clocks that differ by so much, and run alike. Each looks at a lease that it watches every so many milliseconds. */
function two({ skewMs = 0, poll = LEASE_TIMING.poll } = {}) {
  const { folder, remote } = remoteWith("one", "two");
  const clock = machineClock(NOW);
  const one = machine(folder, "one", clock.shifted(0), { poll });
  const other = machine(folder, "two", clock.shifted(skewMs), { poll });
  return { folder, remote, clock, one, other };
}

const heldUntil = (until: string, host = "one") => ({
  name: "RefusedError",
  problems: [
    {
      code: "plan-locked",
      where: WHERE,
      message: `Another apply to this organisation (aa) is under way since ${AT} (process 4711 on ${host}). It holds the lease of the state until ${until}, and renews it while it runs.`,
      remedy: "Wait until it has ended, then run again. If that machine has crashed, the lease expires then.",
    },
  ],
});

const history = (remote: string) => git(remote, "log", "--format=%s", BRANCH).split("\n");
const names = async (store: ReturnType<typeof machine>["store"]) =>
  (await store.read())?.accounts.map(({ zivverId }) => zivverId);

test("a second machine is refused, with who, since when and until when, and takes it once it is given back", async () => {
  const { remote, one, other } = two();
  await one.store.update(withAccount("a"));
  const lease = await one.take();
  expect(await troubleOf(other.take())).toEqual(heldUntil("2026-01-05T08:03:00.000Z"));
  expect(other.notes).toEqual([]);
  // Who only reads sees the state below it.
  expect(await other.store.read()).toEqual(stateOf("a"));
  await lease.release();
  const next = await other.take();
  await next.release();
  await next.release();
  expect(history(remote)).toEqual(["1 account, 1 changed"]);
});

test("before the first state, a branch holds the lease alone, and is gone after it", async () => {
  const { remote, one, other } = two();
  const lease = await one.take();
  expect(await other.store.read()).toBeUndefined();
  expect(await troubleOf(other.take())).toMatchObject({ name: "RefusedError" });
  await lease.release();
  expect(git(remote, "for-each-ref", `refs/heads/${BRANCH}`)).toBe("");
});

test("a request that was begun while the lease was held is answered or given up before another machine can hold it", () => {
  const { duration, renew, margin } = LEASE_TIMING;
  // Looking the name up, connecting and TLS have that time each.
  expect(3 * DEFAULT_TIMEOUTS.connect + DEFAULT_TIMEOUTS.response).toBeLessThan(margin);
  // Two renewals may fail.
  expect(duration - margin).toBeGreaterThanOrEqual(3 * renew);
});

itInCampaigns(
  "ten minutes of renewals are one commit on top of the history, and state writes keep the lease",
  async () => {
    const { remote, clock, one, other } = two();
    await one.store.update(withAccount("a"));
    const lease = await one.take();
    for (let part = 0; part < 24; part++) {
      await clock.pass(LEASE_TIMING.renew);
      expect(lease.isHeld()).toBe(true);
    }
    expect(history(remote)).toHaveLength(2);
    await one.store.update(withAccount("b"));
    // `adopt` on another machine, which needs no lease.
    await other.store.update(withAccount("c"));
    expect(history(remote)).toEqual([
      "An apply is under way",
      "3 accounts, 1 changed",
      "2 accounts, 1 changed",
      "1 account, 1 changed",
    ]);
    expect(await troubleOf(other.take())).toMatchObject({ problems: [{ code: "plan-locked" }] });
    await lease.release();
    expect(history(remote)).toHaveLength(3);
    expect(await names(one.store)).toEqual(["a", "b", "c"]);
  },
);

test("that of a crashed machine is refused until its end, then watched as long again, then taken over", async () => {
  const { clock, one, other } = two();
  await one.take();
  clock.freeze();
  await clock.pass(LEASE_TIMING.duration - 1);
  expect(await troubleOf(other.take())).toEqual(heldUntil("2026-01-05T08:03:00.000Z"));
  await clock.pass(1);
  const begun = clock.now();
  const lease = await other.take();
  expect(clock.now() - begun).toBe(LEASE_TIMING.duration);
  expect(other.notes).toEqual([
    "The lease of process 4711 on one ended at 2026-01-05T08:03:00.000Z by its clock. It is watched for 180 seconds, and taken over if it is not renewed.",
  ]);
  await lease.release();
});

test.each([
  ["an hour behind", -3_600_000],
  ["an hour ahead", 3_600_000],
  ["five years ahead", 5 * 365 * 86_400_000],
])(
  "a machine whose clock is %s takes over no lease that is renewed, and one that is not in the end",
  async (_, skew) => {
    const { clock, one, other } = two({ skewMs: skew, poll: SELDOM });
    const lease = await one.take();
    expect(await troubleOf(other.take())).toMatchObject({ problems: [{ code: "plan-locked" }] });
    expect(lease.isHeld()).toBe(true);
    clock.freeze();
    const begun = clock.now();
    const next = await other.take();
    expect(clock.now() - begun).toBe(LEASE_TIMING.duration);
    expect(lease.isHeld()).toBe(false);
    await next.release();
  },
);

test("one that was taken over is lost: its holder stops, writes no state, and takes nothing away", async () => {
  const { clock, one, other } = two({ poll: SELDOM });
  await one.store.update(withAccount("a"));
  const lost = await one.take();
  clock.freeze();
  await clock.pass(LEASE_TIMING.duration - LEASE_TIMING.margin - 1);
  expect(lost.isHeld()).toBe(true);
  await clock.pass(1);
  expect(lost.isHeld()).toBe(false);
  await clock.pass(LEASE_TIMING.margin);
  const next = await other.take();
  await other.store.update(withAccount("b"));
  clock.thaw();
  await clock.pass(LEASE_TIMING.renew);
  expect(lost.isHeld()).toBe(false);
  expect(await troubleOf(one.store.update(withAccount("c")))).toEqual({
    name: "RefusedError",
    problems: [
      {
        code: "lease-lost",
        where: WHERE,
        message:
          "This apply lost its lease of the state: it was not renewed in time, and another machine took it over or the branch was changed by hand. The state is not written without the lease.",
        remedy: "Wait until the other apply has ended, then run the same command again.",
      },
    ],
  });
  await lost.release();
  expect(next.isHeld()).toBe(true);
  await other.store.update(withAccount("d"));
  expect(await names(other.store)).toEqual(["a", "b", "d"]);
  await next.release();
});

test("a clock that is set back, or stands still while the machine sleeps, lengthens no lease", async () => {
  const { folder } = remoteWith("one");
  let [wall, steady] = [NOW, 0];
  const { take } = machine(folder, "one", {
    wall: () => wall,
    steady: () => steady,
    sleep: async () => undefined,
    every: () => () => undefined,
  });
  const first = await take();
  wall -= 3_600_000;
  steady += LEASE_TIMING.duration - LEASE_TIMING.margin;
  expect(first.isHeld()).toBe(false);
  await first.release();
  const second = await take();
  wall += LEASE_TIMING.duration - LEASE_TIMING.margin;
  expect(second.isHeld()).toBe(false);
  await second.release();
});

test("a remote that cannot be reached: refused at the beginning, and held to the end in between", async () => {
  const { folder, clock, one, other } = two();
  const lease = await one.take();
  for (const clone of ["one", "two"]) git(join(folder, clone), "remote", "set-url", "origin", "/nonexistent");
  expect(await troubleOf(other.take())).toMatchObject({
    name: "RemoteError",
    problems: [{ code: "state-unreachable", where: WHERE }],
  });
  await clock.pass(LEASE_TIMING.renew);
  expect(lease.isHeld()).toBe(true);
  await clock.pass(LEASE_TIMING.renew);
  await clock.pass(LEASE_TIMING.renew);
  expect(lease.isHeld()).toBe(false);
  await lease.release();
});

test("a process that died on this very machine is not waited for", async () => {
  const { folder } = remoteWith("one", "two");
  const clock = machineClock(NOW);
  const mark = { host: "one", boot: "a boot" };
  await machine(folder, "one", clock.shifted(0), { mark: { ...mark, pid: 2 ** 22 + 1 } }).take();
  clock.freeze();
  const next = machine(folder, "two", clock.shifted(0), { mark: { ...mark, pid: process.pid } });
  await (await next.take()).release();
  expect(clock.now()).toBe(NOW);
});

test("without a remote the branch of the repository itself has the lease", async () => {
  const folder = emptyFolder();
  git(folder, "init", "-q", "one");
  const clock = machineClock(NOW);
  const mark = { pid: process.pid, host: "one", boot: "a boot" };
  const one = machine(folder, "one", clock.shifted(0), { mark });
  const lease = await one.take();
  const same = machine(folder, "one", clock.shifted(0), { mark });
  expect(await troubleOf(same.take())).toMatchObject({
    name: "RefusedError",
    problems: [{ code: "plan-locked", where: `branch ${BRANCH}` }],
  });
  await lease.release();
  expect(git(join(folder, "one"), "for-each-ref", `refs/heads/${BRANCH}`)).toBe("");
  await one.store.update(withAccount("a"));
  const again = await one.take();
  await one.store.update(withAccount("b"));
  await again.release();
  expect(await names(one.store)).toEqual(["a", "b"]);
});

itInCampaigns("a shallow clone takes it, writes and gives it back", async () => {
  const { folder, remote } = remoteWith("one");
  const clock = machineClock(NOW);
  const one = machine(folder, "one", clock.shifted(0));
  await one.store.update(withAccount("a"));
  await one.store.update(withAccount("b"));
  const running = await one.take();
  git(folder, "clone", "-q", "--depth=1", `file://${remote}`, "two");
  const other = machine(folder, "two", clock.shifted(0));
  // With the lease of another machine on top.
  await other.store.update(withAccount("c"));
  await running.release();
  const lease = await other.take();
  await other.store.update(withAccount("d"));
  await lease.release();
  expect(history(remote)).toHaveLength(4);
  expect(await names(one.store)).toEqual(["a", "b", "c", "d"]);
  expect(git(join(folder, "two"), "rev-parse", "--is-shallow-repository")).toBe("true");
});

test("a remote that takes no forced pushes is refused at once, with words, and keeps nobody from the state", async () => {
  const { remote, one, other } = two();
  git(remote, "config", "receive.denyNonFastForwards", "true");
  const refused = {
    name: "RemoteError",
    problems: [
      {
        code: "state-unreachable",
        where: WHERE,
        message:
          "The state cannot be pushed to the remote `origin`: non-fast-forward (denying non-fast-forward refs/heads/zivsync-state (you should pull first)). Nothing was changed.",
        remedy:
          "Let the account that runs zivsync push to the branch `zivsync-state` there, by force too: the lease of an apply is a commit that is replaced while it runs, and taken away after it. No rule may forbid that (`receive.denyNonFastForwards`, a protected branch).",
      },
    ],
  };
  expect(await troubleOf(one.take())).toEqual(refused);
  expect(git(remote, "for-each-ref", `refs/heads/${BRANCH}`)).toBe("");
  // Without a lease, as `adopt` does.
  await one.store.update(withAccount("a"));
  expect(await troubleOf(one.take())).toEqual(refused);
  expect(await troubleOf(other.take())).toEqual(refused);
  await other.store.update(withAccount("b"));
  expect(await names(one.store)).toEqual(["a", "b"]);
  git(remote, "config", "receive.denyNonFastForwards", "false");
  const lease = await other.take();
  await other.store.update(withAccount("c"));
  await lease.release();
  expect(await names(one.store)).toEqual(["a", "b", "c"]);
});

itInCampaigns("a remote that lets no branch be removed works, before the first state too", async () => {
  const { remote, one, other } = two();
  git(remote, "config", "receive.denyDeletes", "true");
  const first = await one.take();
  expect(await troubleOf(other.take())).toMatchObject({ name: "RefusedError" });
  await first.release();
  expect(await other.store.read()).toBeUndefined();
  const second = await other.take();
  expect(await troubleOf(one.take())).toMatchObject({ name: "RefusedError" });
  await second.release();
  const third = await one.take();
  await one.store.update(withAccount("a"));
  await third.release();
  expect(history(remote)).toEqual(["1 account, 1 changed"]);
  expect(await names(other.store)).toEqual(["a"]);
});

test("of many machines that come at once, one gets it", async () => {
  const clones = ["one", "two", "three", "four"];
  const { folder } = remoteWith(...clones);
  const clock = machineClock(NOW);
  const machines = clones.map((name) => machine(folder, name, clock.shifted(0)));
  for (let round = 0; round < 2; round++) {
    const takers = await Promise.allSettled(machines.map(({ take }) => take()));
    const taken = takers.flatMap((taker) => (taker.status === "fulfilled" ? [taker.value] : []));
    expect(taken).toHaveLength(1);
    for (const lease of taken) await lease.release();
  }
});
