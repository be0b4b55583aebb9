import { expect, it } from "vitest";
import { liveAll, reportOf, upTo } from "./report.ts";

/*
 * A sample of random days, judged by the laws of what is true. `npm run campaigns` lives thousands. A failure names its seed
 * and tells the shortest story of it that was found.
 */

const DAYS = 6;

async function expectKept(seeds: readonly number[]): Promise<void> {
  const { failed } = await liveAll(seeds, DAYS, 1);
  const [first] = failed;
  if (first) expect.fail(await reportOf(first));
}

it("every law is kept in the same 48 lives", async () => {
  await expectKept(upTo(48));
});

it("every law is kept in 60 more", async () => {
  await expectKept(upTo(60, 500));
});
