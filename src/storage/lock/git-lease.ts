import { randomUUID } from "node:crypto";
import type { Lease, LeaseTerms } from "../../model/ports.ts";
import { RefusedError, ZivsyncError } from "../../model/values/errors.ts";
import { type GitBranch, type LeaseTips, leaseTips, type Tip } from "../git/branch.ts";
import { lostRaces, shownBranch } from "../git/errors.ts";
import type { LeaseRecord } from "./lease-record.ts";
import { LEASE_TIMING, type LeaseTiming, LeaseWatch } from "./lease-watch.ts";
import { type LeaseClock, SYSTEM_PORTS } from "./lock-ports.ts";
import { markOfThisProcess, type ProcessMark } from "./process-life.ts";

export type LeasePorts = {
  readonly timing?: Partial<LeaseTiming>;
  readonly clock?: LeaseClock;
  readonly mark?: ProcessMark;
  readonly tips?: LeaseTips;
};

export type GitLease = Lease & { readonly token: string };

const TRIES = 20;

type Context = { readonly timing: LeaseTiming; readonly clock: LeaseClock; readonly tips: LeaseTips };

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
  const { clock = SYSTEM_PORTS.clock, tips = leaseTips(branch) } = ports;
  const context = { timing, clock, tips };
  const mark = ports.mark ?? (await markOfThisProcess());
  const watch = new LeaseWatch(mark, timing, { clock, lifeOf: SYSTEM_PORTS.lifeOf });
  const { organization, at: since } = terms;
  const own = { ...mark, token: randomUUID(), organization, since, renewal: 0 };
  for (let tries = 1; tries <= TRIES; tries++) {
    const tip = await readFree(branch, terms, watch, context);
    const from = stampOf(clock);
    const lease = withEnd(own, context);
    const isFirst = isUntried(branch, tip);
    const isThere = await (isFirst ? tips.write({ ...lease, over: true }, tip) : replace(lease, tip, tips));
    if (isThere && !isFirst) return hold(own, from, context);
    if (!isThere) await pauseAfter(tries, clock);
  }
  throw lostRaces(branch.name, branch.remote, TRIES);
}

/** The branch once its lease, if any, is over. Throws RefusedError where one is held. */
async function readFree(
  branch: GitBranch,
  { onWait }: LeaseTerms,
  watch: LeaseWatch,
  { tips, timing, clock }: Context,
): Promise<Tip | undefined> {
  for (let isTold = false; ; isTold = true) {
    const tip = await tips.read();
    if (tip?.lease === undefined) return tip;
    const verdict = await watch.judge(tip.lease);
    if (verdict === "over") return tip;
    if (verdict === "held") throw heldBy(tip.lease, branch);
    if (!isTold) onWait(watching(tip.lease, timing));
    await clock.sleep(timing.poll);
  }
}

/** Those who meet here part by chance. */
function pauseAfter(tries: number, clock: LeaseClock): Promise<void> {
  return clock.sleep(Math.random() * 20 * tries);
}

/**
 * A first lease goes on top of the state, which every remote takes. Whether this one lets it be replaced, as renewing it and giving it back
 * need, must show before it counts: so one that is over comes first, and the real one replaces that.
 */
function isUntried({ remote }: GitBranch, tip: Tip | undefined): boolean {
  return remote !== undefined && tip?.lease === undefined && tip?.over !== true;
}

async function replace(lease: LeaseRecord, tip: Tip | undefined, tips: LeaseTips): Promise<boolean> {
  try {
    return await tips.write(lease, tip);
  } catch (error) {
    // One that is over and cannot be taken away keeps nobody from anything.
    if (tip?.over) await tips.remove(tip).catch(ignoreTrouble);
    throw error;
  }
}

type OwnLease = Omit<LeaseRecord, "until">;

function hold(own: OwnLease, taken: Stamp, context: Context): GitLease {
  const { timing, clock, tips } = context;
  let from = taken;
  let isLost = false;
  let renewal = 0;
  let running: Promise<void> | undefined;

  const renew = async () => {
    // From before it is sent: nobody can have seen it earlier.
    const sent = stampOf(clock);
    const tip = await tips.read();
    if (tip?.lease?.token !== own.token) {
      isLost = true;
      return;
    }
    renewal += 1;
    if (await tips.write(withEnd({ ...own, renewal }, context), tip)) from = sent;
  };
  const stop = clock.every(timing.renew, async () => {
    if (isLost || running !== undefined) return;
    running = renew()
      .catch(ignoreTrouble)
      .finally(() => {
        running = undefined;
      });
    await running;
  });

  return {
    token: own.token,
    isHeld: () => !isLost && elapsed(from, clock) < timing.duration - timing.margin,
    async release() {
      stop();
      await running;
      await giveBack(withEnd({ ...own, renewal: renewal + 1 }, context), context).catch(ignoreTrouble);
    },
  };
}

async function giveBack(own: LeaseRecord, { tips, clock }: Context): Promise<void> {
  for (let tries = 1; tries <= TRIES; tries++) {
    const tip = await tips.read();
    if (tip?.lease?.token !== own.token || (await takeOff(own, tip, tips))) return;
    await pauseAfter(tries, clock);
  }
}

/** A remote that lets no branch be removed keeps one where there is no state, with a lease that is over. */
async function takeOff(own: LeaseRecord, tip: Tip, tips: LeaseTips): Promise<boolean> {
  try {
    return await tips.remove(tip);
  } catch (error) {
    if (tip.base !== undefined || !(error instanceof ZivsyncError)) throw error;
    return await tips.write({ ...own, over: true }, tip);
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
  return new RefusedError({
    code: "plan-locked",
    where: shownBranch(branch.name, branch.remote),
    message: `Another apply to this organisation (${organization}) is under way since ${since} (process ${pid} on ${host}). It holds the lease of the state until ${until}, and renews it while it runs.`,
    remedy: "Wait until it has ended, then run again. If that machine has crashed, the lease expires then.",
  });
}

function watching({ pid, host, until }: LeaseRecord, { duration }: LeaseTiming): string {
  return `The lease of process ${pid} on ${host} ended at ${until} by its clock. It is watched for ${duration / 1000} seconds, and taken over if it is not renewed.`;
}
