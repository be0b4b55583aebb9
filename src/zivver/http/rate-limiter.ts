import type { RateLimit } from "../../model/plan/policy.ts";
import type { Clock } from "../../model/ports.ts";

/** Added to every window: timers and clocks of two machines never agree to the millisecond. */
const MARGIN_MS = 5;

type Waiting = { readonly admit: () => void; readonly fail: (reason: unknown) => void };

/**
 * Lets at most `requests` through in any window of `seconds`, as the server counts them: nobody here knows when, between
 * sending and answer, a request was counted, so its slot becomes free one window after its answer. First come, first
 * served.
 *
 *     slot 1  |send····answer|———— seconds ————|send····
 *     slot 2     |send··answer|———— seconds ————|send··
 */
export class RateLimiter {
  readonly #windowMs: number;
  readonly #clock: Clock;
  readonly #queue: Waiting[] = [];
  /** When each slot that is not in flight becomes free; ascending. */
  #free: number[];
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #draining = false;

  constructor(limit: RateLimit, clock: Clock) {
    this.#windowMs = limit.seconds * 1000 + MARGIN_MS;
    this.#clock = clock;
    this.#free = new Array<number>(limit.requests).fill(Number.NEGATIVE_INFINITY);
  }

  /** Waits for a slot. The caller calls what it gets exactly once, when the answer has come. `first` jumps the queue. */
  async enter(first = false): Promise<() => void> {
    await new Promise<void>((admit, fail) => {
      const waiting = { admit, fail };
      if (first) this.#queue.unshift(waiting);
      else this.#queue.push(waiting);
      this.#start();
    });
    return () => {
      this.#free.push(this.#clock.now() + this.#windowMs);
      this.#start();
    };
  }

  /** Nothing is let through before this time (milliseconds since 1970). */
  pauseUntil(time: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, time);
  }

  #start(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#drain()
      .catch((reason) => {
        for (const waiting of this.#queue.splice(0)) waiting.fail(reason);
      })
      .finally(() => {
        this.#draining = false;
        if (this.#queue.length > 0 && this.#free.length > 0) this.#start();
      });
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const now = this.#clock.now();
      const free = this.#free[0];
      if (free === undefined) return;
      // A clock that was set back must not make anybody wait for longer than a window.
      if (free > now + this.#windowMs)
        this.#free = this.#free.map((time) => Math.min(time, now + this.#windowMs));
      const wait = Math.max(this.#free[0] ?? now, this.#pausedUntil) - now;
      if (wait > 0) {
        await this.#clock.sleep(wait);
        continue;
      }
      this.#free.shift();
      this.#queue.shift()?.admit();
    }
  }
}
