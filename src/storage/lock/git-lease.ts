import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Lease, LeaseTerms } from "../../model/ports.ts";
import { RefusedError, ZivsyncError } from "../../model/values/errors.ts";
import { type GitBranch, readTip, removeLease, type Tip, writeLease } from "../git/branch.ts";
import { lostRaces, shownBranch } from "../git/errors.ts";
import type { LeaseRecord } from "./lease-record.ts";
import { LEASE_TIMING, type LeaseClock, type LeaseTiming, LeaseWatch } from "./lease-watch.ts";
import { markOfThisProcess, type ProcessMark } from "./process-life.ts";

export type LeasePorts = {
  readonly timing?: Partial<LeaseTiming>;
  readonly clock?: LeaseClock;
  readonly mark?: ProcessMark;
};

export type GitLease = Lease & { readonly token: string };

const TRIES = 20;

const SYSTEM: LeaseClock = {
  wall: Date.now,
  steady: () => performance.now(),
  sleep: (milliseconds) => setTimeout(milliseconds),
  every(milliseconds, work) {
    const timer = setInterval(work, milliseconds);
    timer.unref();
    return () => clearInterval(timer);
  },
};

type Context = {
  readonly branch: GitBranch;
  readonly timing: LeaseTiming;
  readonly clock: LeaseClock;
  readonly mark: ProcessMark;
};

/**
 * Takes the lease of a state's branch: one commit on top of the state, which each renewal replaces, so that the history does not grow.
 * An expired one is watched for its whole duration before it is taken over. Throws RefusedError, InputError or RemoteError.
 */
export async function takeGitLease(
  branch: GitBranch,
  terms: LeaseTerms,
  ports: LeasePorts = {},
): Promise<GitLease> {
  const timing = { ...LEASE_TIMING, ...ports.timing };
  const clock = ports.clock ?? SYSTEM;
  const context = { branch, timing, clock, mark: ports.mark ?? (await markOfThisProcess()) };
  const watch = new LeaseWatch(context.mark, timing, clock);
  const { organization, at: since } = terms;
  const own = { ...context.mark, token: randomUUID(), organization, since, renewal: 0 };
  let tries = 0;
  let isTold = false;
  while (tries < TRIES) {
    const tip = await readTip(branch);
    const verdict = tip?.lease === undefined ? "over" : await watch.judge(tip.lease);
    if (tip?.lease && verdict === "held") throw heldBy(tip.lease, branch);
    if (tip?.lease && verdict === "doubtful") {
      if (!isTold) terms.onWait(watching(tip.lease, timing));
      isTold = true;
      await clock.sleep(timing.poll);
      continue;
    }
    const from = stampOf(clock);
    const mark = withEnd(own, context);
    if (isUntried(branch, tip)) await writeLease(branch, { ...mark, over: true }, tip);
    else if (await replace(branch, mark, tip)) return hold(own, from, context);
    tries += 1;
    await setTimeout(Math.random() * 20 * tries);
  }
  throw lostRaces(branch.name, branch.remote, TRIES);
}

/**
 * A first lease goes on top of the state, which every remote takes. Whether this one lets it be replaced, as renewing it and giving it back
 * need, must show before it counts: so one that is over comes first, and the real one replaces that.
 */
function isUntried({ remote }: GitBranch, tip: Tip | undefined): boolean {
  return remote !== undefined && tip?.lease === undefined && tip?.over !== true;
}

async function replace(branch: GitBranch, lease: LeaseRecord, tip: Tip | undefined): Promise<boolean> {
  try {
    return await writeLease(branch, lease, tip);
  } catch (error) {
    // One that is over and cannot be taken away keeps nobody from anything.
    if (tip?.over) await removeLease(branch, tip).catch(ignoreTrouble);
    throw error;
  }
}

type OwnLease = Omit<LeaseRecord, "until">;

function hold(own: OwnLease, taken: Stamp, context: Context): GitLease {
  const { branch, timing, clock } = context;
  let from = taken;
  let isLost = false;
  let renewal = 0;
  let running: Promise<void> | undefined;

  const renew = async () => {
    // From before it is sent: nobody can have seen it earlier.
    const sent = stampOf(clock);
    const tip = await readTip(branch);
    if (tip?.lease?.token !== own.token) {
      isLost = true;
      return;
    }
    renewal += 1;
    if (await writeLease(branch, withEnd({ ...own, renewal }, context), tip)) from = sent;
  };
  const stop = clock.every(timing.renew, () => {
    if (isLost || running !== undefined) return;
    running = renew()
      .catch(ignoreTrouble)
      .finally(() => {
        running = undefined;
      });
  });

  return {
    token: own.token,
    isHeld: () => !isLost && elapsed(from, clock) < timing.duration - timing.margin,
    async release() {
      stop();
      await running;
      await giveBack(branch, withEnd({ ...own, renewal: renewal + 1 }, context)).catch(ignoreTrouble);
    },
  };
}

async function giveBack(branch: GitBranch, own: LeaseRecord): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    const tip = await readTip(branch);
    if (tip?.lease?.token !== own.token || (await takeOff(branch, own, tip))) return;
    await setTimeout(Math.random() * 20 * tries);
  }
}

/** A remote that lets no branch be removed keeps one where there is no state, with a lease that is over. */
async function takeOff(branch: GitBranch, own: LeaseRecord, tip: Tip): Promise<boolean> {
  try {
    return await removeLease(branch, tip);
  } catch (error) {
    if (tip.base !== undefined || !(error instanceof ZivsyncError)) throw error;
    return await writeLease(branch, { ...own, over: true }, tip);
  }
}

/** A remote that cannot be reached for a while ends no lease: its time does. */
function ignoreTrouble(error: unknown): void {
  if (!(error instanceof ZivsyncError)) throw error;
}

type Stamp = { readonly wall: number; readonly steady: number };

function stampOf(clock: LeaseClock): Stamp {
  return { wall: clock.wall(), steady: clock.steady() };
}

/** The longer of two measures: one clock stands still while the machine sleeps, and the other can be set back. */
function elapsed(from: Stamp, clock: LeaseClock): number {
  return Math.max(clock.wall() - from.wall, clock.steady() - from.steady);
}

function withEnd(own: OwnLease, { timing, clock }: Context): LeaseRecord {
  return { ...own, until: new Date(clock.wall() + timing.duration).toISOString() };
}

function heldBy({ pid, host, organization, since, until }: LeaseRecord, branch: GitBranch): RefusedError {
  return new RefusedError([
    {
      code: "plan-locked",
      where: shownBranch(branch.name, branch.remote),
      message: `Another apply to this organisation (${organization}) is under way since ${since} (process ${pid} on ${host}). It holds the lease of the state until ${until}, and renews it while it runs.`,
      remedy: "Wait until it has ended, then run again. If that machine has crashed, the lease expires then.",
    },
  ]);
}

function watching({ pid, host, until }: LeaseRecord, { duration }: LeaseTiming): string {
  return `The lease of process ${pid} on ${host} ended at ${until} by its clock. It is watched for ${duration / 1000} seconds, and taken over if it is not renewed.`;
}
