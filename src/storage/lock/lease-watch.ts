import type { LeaseRecord } from "./lease-record.ts";
import type { LeaseClock, LockPorts } from "./lock-ports.ts";
import type { ProcessMark } from "./process-life.ts";

/** Milliseconds. */
export type LeaseTiming = {
  /** A lease ends so long after it was last renewed. */
  readonly duration: number;
  /** Between two renewals. */
  readonly renew: number;
  /**
   * A holder stops so long before the end: what it sent by then is answered or given up, for connecting takes 30 seconds and an
   * answer 60 at most.
   */
  readonly margin: number;
  /** Between two looks at somebody else's. */
  readonly poll: number;
};

export const LEASE_TIMING: LeaseTiming = {
  duration: 180_000,
  renew: 25_000,
  margin: 105_000,
  poll: 5_000,
};

export type LeaseVerdict = "held" | "doubtful" | "over";

/*
 * The clocks of two machines need not agree, so a lease is judged by this machine's own: it is over when it was seen unchanged for its
 * whole duration. The holder counts from before its renewal was sent, and stops before its duration is over, so it stops first.
 *
 *     holder    sends renewal ------------------- stops |  margin  |
 *     branch            renewal is there
 *     watcher                     sees it --------------------------- takes it over
 *
 * The time that the lease itself names only says when watching is worth while: before it, another apply is refused at once. A time that
 * lies further ahead than any lease lasts comes from another clock, and says nothing.
 */

/** Judges the lease of others; one that has changed since the first look is alive, or has gone to somebody else. */
export class LeaseWatch {
  readonly #own: ProcessMark;
  readonly #timing: LeaseTiming;
  readonly #clock: LeaseClock;
  readonly #lifeOf: LockPorts["lifeOf"];
  #seen: { readonly look: string; readonly since: number } | undefined;

  constructor(own: ProcessMark, timing: LeaseTiming, ports: Pick<LockPorts, "clock" | "lifeOf">) {
    this.#own = own;
    this.#timing = timing;
    this.#clock = ports.clock;
    this.#lifeOf = ports.lifeOf;
  }

  async judge(lease: LeaseRecord): Promise<LeaseVerdict> {
    if (await this.#isDeadHere(lease)) return "over";
    const look = `${lease.token} ${lease.renewal}`;
    if (this.#seen === undefined) {
      if (this.#isCurrent(lease)) return "held";
      this.#seen = { look, since: this.#clock.steady() };
    }
    if (this.#seen.look !== look) return "held";
    return this.#clock.steady() - this.#seen.since >= this.#timing.duration ? "over" : "doubtful";
  }

  #isCurrent({ until }: LeaseRecord): boolean {
    const left = Date.parse(until) - this.#clock.wall();
    return left > 0 && left <= this.#timing.duration;
  }

  /** Only a boot that is the same for sure shows that the lease is of this machine, and its process can be asked after. */
  async #isDeadHere(lease: LeaseRecord): Promise<boolean> {
    if (lease.boot === undefined || lease.boot !== this.#own.boot || lease.space !== this.#own.space)
      return false;
    return (await this.#lifeOf(lease, this.#own)) === "dead";
  }
}
