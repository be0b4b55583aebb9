import type { Clock } from "../../src/model/ports.ts";

/** For what asks for a clock and needs no other time than now. */
export const CLOCK: Clock = { now: Date.now, sleep: async () => {} };
