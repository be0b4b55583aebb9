import { it } from "vitest";

/**
 * How often a property is tried, or how far a story goes: a sample in `npm test`, and all of it in `npm run campaigns`, which
 * runs the files that ask here once more.
 */
export function runs(sample: number, all: number): number {
  return process.env.ZIVSYNC_ALL_RUNS === "yes" ? all : sample;
}

/**
 * A long story of which a shorter one of its kind is told in `npm test`: `it` in `npm run campaigns` alone, where the files that
 * ask here run once more.
 */
export const itInCampaigns: (name: string, body: () => unknown, timeout?: number) => void =
  process.env.ZIVSYNC_ALL_RUNS === "yes" ? it : () => undefined;
