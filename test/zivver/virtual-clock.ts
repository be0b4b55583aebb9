import type { Clock } from "../../src/model/ports.ts";

type Timer = { readonly at: number; readonly wake: () => void };

/** A clock that stands still until everybody sleeps, and then jumps to the first who wakes up. */
export class VirtualClock implements Clock {
  time: number;
  #timers: Timer[] = [];

  constructor(start = 1_000_000) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((wake) => this.#timers.push({ at: this.time + milliseconds, wake }));
  }

  /** Runs until the work is done; throws when it waits for something that never comes. */
  async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const end = work.finally(() => {
      done = true;
    });
    end.catch(() => {});
    for (;;) {
      await new Promise(setImmediate);
      if (done) return end;
      this.#timers.sort((a, b) => a.at - b.at);
      const next = this.#timers.shift();
      if (next === undefined) throw new Error("everybody waits for ever");
      this.time = Math.max(this.time, next.at);
      next.wake();
    }
  }
}
