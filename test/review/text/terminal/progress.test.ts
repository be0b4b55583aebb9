import { expect, test } from "vitest";
import { progressLine, type Step } from "../../../../src/review/text/terminal/progress.ts";

test.each<[Step, number, string]>([
  [{ done: 0, of: 500, unit: "changes" }, 0, "Applying: 0 of 500 changes"],
  [{ done: 3, of: 500, unit: "changes" }, 1_000, "Applying: 3 of 500 changes"],
  [
    { done: 20, of: 500, unit: "changes" },
    4_000,
    "Applying: 20 of 500 changes, 5.0 a second, 1 min 36 s left",
  ],
  [{ done: 500, of: 500, unit: "changes" }, 100_000, "Applying: 500 of 500 changes, 5.0 a second, 0 s left"],
  [
    { done: 100, of: 100_000, unit: "changes" },
    20_000,
    "Applying: 100 of 100,000 changes, 5.0 a second, 5 h 33 min left",
  ],
  [{ done: 12_500, unit: "entries" }, 2_500, "Applying: 12,500 entries, 5,000 a second"],
])("%o after %i ms", (step, elapsed, expected) => {
  expect(progressLine("Applying", step, 1_000, 1_000 + elapsed)).toBe(expected);
});
