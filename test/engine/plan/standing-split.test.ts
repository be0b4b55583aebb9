import fc from "fast-check";
import { it } from "vitest";
import { runs } from "../../support/runs.ts";
import { checkSplit, draws } from "./standing-laws.ts";

it("keeps the laws of the split over random plans", async () => {
  await fc.assert(fc.asyncProperty(draws, checkSplit), { numRuns: runs(300, 6_000) });
});
