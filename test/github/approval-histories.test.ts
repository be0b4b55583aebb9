import { expect, it } from "vitest";
import { runHistory } from "../support/approval-histories.ts";

/** The campaign of approvals goes through 3,000. */
const HISTORIES = 40;

it("in many histories just what the counted people had seen is applied", async () => {
  const verdicts = [];
  for (let seed = 1; seed <= HISTORIES; seed += 1) {
    for (const verdict of await runHistory(seed)) {
      verdicts.push(verdict);
      expect(verdict.applied, `history ${seed}:\n${verdict.story.join("\n")}`).toBe(verdict.allowed);
    }
  }
  // Histories in which nothing ever is, or everything is, would show nothing.
  expect(verdicts.filter(({ applied }) => applied).length).toBeGreaterThan(HISTORIES / 10);
  expect(verdicts.filter(({ applied }) => !applied).length).toBeGreaterThan(HISTORIES);
});
