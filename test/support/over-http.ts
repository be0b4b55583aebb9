import type { Clock, Journal, JournalEntry, Target } from "../../src/model/ports.ts";
import { Secret } from "../../src/model/values/secret.ts";
import { createTarget, type TargetOptions } from "../../src/zivver/target.ts";
import { API_KEY } from "./cli.ts";
import { virtualClock } from "./machine-target.ts";

/** The real client, over HTTP, on a clock whose pauses cost no time. */
export function targetAt(
  url: string,
  clock: Clock = virtualClock(),
  timeouts: NonNullable<TargetOptions["timeouts"]> = {},
): Promise<Target> {
  return createTarget({
    url,
    apiKey: new Secret(API_KEY),
    rateLimit: { requests: 1000, seconds: 1 },
    clock,
    version: "0.0.0",
    allowedHosts: [],
    random: () => 0.5,
    environment: {},
    timeouts,
  });
}

/** A journal in memory; given the entries of an earlier run, it goes on with them. */
export function memoryJournal(
  earlier: readonly JournalEntry[] = [],
): Journal & { readonly entries: JournalEntry[] } {
  const entries = [...earlier];
  return { entries, append: async (entry) => void entries.push(entry) };
}
