import type { LockOwner, SeenLock } from "./lock-file.ts";
import type { LockPorts } from "./lock-ports.ts";
import type { ProcessMark } from "./process-life.ts";

/** Milliseconds. */
export type LockTiming = {
  /** A holder gives a sign of life this often. */
  readonly beat: number;
  /** A holder of which nothing else is known may be silent this long. */
  readonly silence: number;
  /** And is watched this long before it is taken for dead: a machine that slept was silent, too. */
  readonly watch: number;
  /** A file that is not a lock may be one that is being written this long. */
  readonly grace: number;
  /** Between two looks. */
  readonly poll: number;
  /** After this long the person is shown what is in the way. */
  readonly deadline: number;
};

export const TIMING: LockTiming = {
  beat: 2_000,
  silence: 60_000,
  watch: 6_000,
  grace: 2_000,
  poll: 25,
  deadline: 10_000,
};

/** The verdict on the place of a lock. */
export type Verdict =
  | { readonly kind: "free" }
  | { readonly kind: "dead"; readonly id: string }
  | { readonly kind: "held"; readonly owner: LockOwner; readonly elsewhere: boolean }
  /** Not known yet: look again. */
  | { readonly kind: "doubtful"; readonly why: string }
  | { readonly kind: "unusable"; readonly why: string };

/** Looks at the places of locks, and knows how long each has been as it is. */
export class LockWatch {
  readonly #own: ProcessMark;
  readonly #timing: LockTiming;
  readonly #ports: LockPorts;
  /** Path → what was seen there, and since when. */
  readonly #seen = new Map<string, { readonly look: string; readonly since: number }>();

  constructor(own: ProcessMark, timing: LockTiming, ports: LockPorts) {
    this.#own = own;
    this.#timing = timing;
    this.#ports = ports;
  }

  async judge(path: string): Promise<Verdict> {
    const seen = await this.#ports.folder.read(path);
    const unchanged = this.#unchangedSince(path, seen);
    if (seen.kind === "none") return { kind: "free" };
    const isOver = unchanged >= this.#timing.grace;
    // Windows lets nobody open a file that is being removed, so the first look at it says little.
    if (seen.kind === "unusable")
      return isOver ? { kind: "unusable", why: seen.why } : { kind: "doubtful", why: seen.why };
    if (seen.kind === "unclear")
      return isOver
        ? { kind: "dead", id: seen.id }
        : { kind: "doubtful", why: "it is not a lock of zivsync" };
    return this.#judgeOwner(seen, unchanged);
  }

  async #judgeOwner(
    { owner, id, touched }: Extract<SeenLock, { kind: "owned" }>,
    unchanged: number,
  ): Promise<Verdict> {
    const life = await this.#ports.lifeOf(owner, this.#own);
    if (life === "dead") return { kind: "dead", id };
    if (life !== "unsure" || !this.#isSilent(touched))
      return { kind: "held", owner, elsewhere: life === "elsewhere" };
    if (unchanged >= this.#timing.watch) return { kind: "dead", id };
    return { kind: "doubtful", why: `process ${owner.pid} gives no sign of life` };
  }

  /** A time to come says as little of a sign of life as one that is long ago. */
  #isSilent(touched: number): boolean {
    return Math.abs(this.#ports.clock.wall() - touched) > this.#timing.silence;
  }

  /** For how many milliseconds it has been so, by this process's own looks and clock. */
  #unchangedSince(path: string, seen: SeenLock): number {
    const look = JSON.stringify(seen);
    const now = this.#ports.clock.steady();
    const known = this.#seen.get(path);
    if (known?.look === look) return now - known.since;
    this.#seen.set(path, { look, since: now });
    return 0;
  }
}
