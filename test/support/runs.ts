/**
 * How often a property is tried, or how far a story goes: a sample in `npm test`, and all of it in `npm run campaigns`, which
 * runs the files that ask here once more.
 */
export function runs(sample: number, all: number): number {
  return process.env.ZIVSYNC_ALL_RUNS === "yes" ? all : sample;
}
