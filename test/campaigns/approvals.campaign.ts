import { expect, it } from "vitest";
import { runHistory } from "../support/approval-histories.ts";

/*
 * Pull requests that several people open, push to, plan, edit, review, merge and apply, in any order. Nothing is ever applied
 * that the counted people had not seen, later than it was first shown, in exactly that form; and what may be applied is.
 */

const HISTORIES = 3_000;

it("applies just what the counted people had seen", { timeout: 90_000 }, async () => {
  const first = Number(process.env.ZIVSYNC_APPROVALS_SEED ?? Math.floor(Math.random() * 2 ** 31));
  let applied = 0;
  for (let seed = first; seed < first + HISTORIES; seed += 1) {
    for (const verdict of await runHistory(seed)) {
      expect(verdict.applied, `ZIVSYNC_APPROVALS_SEED=${seed}:\n${verdict.story.join("\n")}`).toBe(
        verdict.allowed,
      );
      applied += Number(verdict.applied);
    }
  }
  expect(applied).toBeGreaterThan(HISTORIES / 10);
});
