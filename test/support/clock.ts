import type { Clock } from "../../src/model/ports.ts";

/** For what asks for a clock and needs no other time than now. */
export const CLOCK: Clock = { now: Date.now, sleep: async () => {} };

/** The machine's time, on which nobody waits: what is slept has passed at once. For one run after the other. */
export function hastyClock(): Clock {
  let slept = 0;
  return {
    now: () => Date.now() + slept,
    async sleep(milliseconds) {
      slept += milliseconds;
    },
  };
}
