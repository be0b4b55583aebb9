import { expect, it } from "vitest";
import { runs } from "../support/runs.ts";
import { liveAll, reportOf, upTo } from "./report.ts";

/*
 * A sample of random days, judged by the laws of what is true. `npm run campaigns` lives thousands. A failure names its seed
 * and tells the shortest story of it that was found.
 */

const DAYS = 6;

async function expectKept(seeds: readonly number[]): Promise<void> {
  const { failed } = await liveAll(seeds, DAYS, 1);
  const [first] = failed;
  expect(first && (await reportOf(first))).toBeUndefined();
}

it("every law is kept in the same lives", async () => {
  await expectKept(upTo(runs(6, 48)));
});

it("every law is kept in more of them", async () => {
  await expectKept(upTo(runs(6, 60), 500));
});
