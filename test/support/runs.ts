import { it } from "vitest";

const inCampaigns = process.env.ZIVSYNC_ALL_RUNS === "yes";

/**
 * How often a property is tried, or how far a story goes: a sample in `npm test`, and all of it in `npm run campaigns`, which
 * runs the files that ask here once more.
 */
export function runs(sample: number, all: number): number {
  return inCampaigns ? all : sample;
}

/**
 * A long story of which a shorter one of its kind is told in `npm test`: `it` in `npm run campaigns` alone, where the files that
 * ask here run once more.
 */
export const itInCampaigns: (name: string, body: () => unknown, timeout?: number) => void = inCampaigns
  ? it
  : () => undefined;

const tellsNothing = () => undefined;
const tellsNoneOf = () => tellsNothing;
const silent = Object.assign(tellsNothing, { each: tellsNoneOf, runIf: tellsNoneOf, skipIf: tellsNoneOf });

/** `it` in `npm test` alone, in a file that asks here for something else: nothing of it grows in the campaigns. */
export const itOnce = (inCampaigns ? silent : it) as unknown as Pick<typeof it, "each" | "runIf" | "skipIf"> &
  typeof itInCampaigns;
