import type { Clock } from "../../../model/ports.ts";
import { waitUntil } from "../../../model/values/retry-after.ts";
import type { HttpAnswer } from "../../../network/http.ts";

/** No single pause is longer, and all pauses together are bounded: then the service is throttled for good. */
export const LONGEST_PAUSE_MS = 10 * 60_000;
export const LONGEST_PAUSES_MS = 60 * 60_000;
const FIRST_BACK_OFF_MS = 2_000;
const LONGEST_BACK_OFF_MS = 120_000;
/** Below this share of the budget, requests are spread over the time until it is filled up. */
const LOW = 0.2;
/** So long a new window of the budget is taken to last until an answer says more. */
const PRESUMED_MS = 1_000;

/** `left` of `limit` requests until `resetAt`. */
type Budget = { readonly limit: number | undefined; left: number; readonly resetAt: number };

/**
 * When requests may be sent: so many at once, none while the service asks to wait, fewer as its budget goes down. One
 * request that has to wait holds back all of them. Pauses grow without chance, so that runs can be repeated.
 */
export class Pace {
  readonly #clock: Clock;
  readonly #most: number;
  #under = 0;
  readonly #queue: (() => void)[] = [];
  #notBefore = 0;
  #nextSlot = 0;
  #budget: Budget | undefined;
  /** How often in a row the service asked to wait without saying how long. */
  #level = 0;
  #pausedSince = 0;
  #paused = 0;

  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  /** Resolves when one more request may be sent, with the time; `leave` must follow. */
  async enter(): Promise<number> {
    if (this.#under >= this.#most) await new Promise<void>((resolve) => this.#queue.push(resolve));
    else this.#under++;
    for (;;) {
      const now = this.#clock.now();
      const until = Math.max(this.#notBefore, this.#budgetUntil(now));
      if (until > now) {
        await this.#clock.sleep(until - now);
        continue;
      }
      const slot = Math.max(now, this.#nextSlot);
      this.#nextSlot = slot + this.#gap(now);
      if (this.#budget) this.#budget.left--;
      if (slot > now) await this.#clock.sleep(slot - now);
      // A pause may have begun meanwhile.
      if (this.#notBefore <= this.#clock.now()) return this.#clock.now();
    }
  }

  leave(): void {
    const next = this.#queue.shift();
    if (next) next();
    else this.#under--;
  }

  /** Takes note of what an answer says of the budget: `Rate-Limit-Limit`, `-Remaining`, `-Reset` (a time stamp). */
  observe({ status, headers }: HttpAnswer): void {
    if (status < 400) this.#level = 0;
    const remaining = numberIn(headers["rate-limit-remaining"]);
    const reset = headers["rate-limit-reset"];
    if (remaining === undefined || reset === undefined) return;
    const now = this.#clock.now();
    const resetAt = now + waitUntil(reset, headers.date, now);
    if (Number.isNaN(resetAt) || resetAt - now > LONGEST_PAUSE_MS) return;
    // Requests that are under way are not counted in it yet.
    const left = remaining - (this.#under - 1);
    const before = this.#budget;
    const same = before !== undefined && Math.abs(before.resetAt - resetAt) < 1_500;
    this.#budget = {
      limit: numberIn(headers["rate-limit-limit"]) ?? before?.limit,
      left: same ? Math.min(before.left, left) : left,
      resetAt: same ? before.resetAt : resetAt,
    };
  }

  /**
   * The service asked a request that was sent at `sentAt` to wait, `waitMs` or some time. Gives false when it asks for
   * more than can be waited for.
   */
  throttled(sentAt: number, waitMs: number | undefined): boolean {
    const now = this.#clock.now();
    // Several requests that were under way together are one refusal.
    const isNew = sentAt >= this.#pausedSince;
    if (waitMs === undefined && !isNew) return true;
    if (isNew && waitMs === undefined) this.#level++;
    const grown = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** (this.#level - 1));
    const pause = waitMs ?? grown;
    const until = Math.max(this.#notBefore, now + pause);
    this.#paused += until - Math.max(this.#notBefore, now);
    if (pause > LONGEST_PAUSE_MS || this.#paused > LONGEST_PAUSES_MS) return false;
    this.#notBefore = until;
    this.#pausedSince = until;
    return true;
  }

  /** Until when the budget is used up. */
  #budgetUntil(now: number): number {
    const budget = this.#budget;
    if (budget === undefined) return 0;
    if (now < budget.resetAt) return budget.left > 0 ? 0 : budget.resetAt;
    // A new window: as much as before, until an answer says more.
    this.#budget =
      budget.limit === undefined
        ? undefined
        : { limit: budget.limit, left: budget.limit, resetAt: now + PRESUMED_MS };
    return 0;
  }

  /** Milliseconds between this request and the next. */
  #gap(now: number): number {
    const budget = this.#budget;
    if (budget?.limit === undefined || budget.left > budget.limit * LOW) return 0;
    return Math.max(0, (budget.resetAt - now) / (Math.max(0, budget.left) + 1));
  }
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+\s*$/.test(text) ? Number(text) : undefined;
}
