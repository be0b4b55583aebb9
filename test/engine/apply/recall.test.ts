import { describe, expect, test } from "vitest";
import { applyChanges } from "../../../src/engine/apply/apply.ts";
import { recallApply } from "../../../src/engine/apply/recall.ts";
import { inputOf, person, planOf, record, type Setting } from "../../support/engine.ts";
import { MemoryJournal, MemoryZivver, refusal, virtualClock } from "../memory-zivver.ts";

const SETTING: Setting = {
  profile: { personal: { missing: "delete" } },
  desired: [
    record("new@example.org"),
    record("refused@example.org"),
    record("renamed@example.org", { aliases: ["old@example.org"] }),
    record("named@example.org", { fullName: "New name" }),
    record("quick@example.org", { fullName: "New name" }),
    record("changed@example.org", { fullName: "New name" }),
  ],
  live: [
    person("old@example.org"),
    person("named@example.org"),
    person("quick@example.org"),
    person("changed@example.org"),
    person("gone@example.org"),
  ],
};

describe("an apply that ended", () => {
  test("is recalled from its journal and a reading with the result that it had", async () => {
    const { changes } = planOf(SETTING).body;
    // Between plan and apply, one account comes to be as planned, and another one otherwise.
    const zivver = new MemoryZivver(inputOf(SETTING).live);
    zivver.edit("quick@example.org", { fullName: "New name" });
    zivver.edit("changed@example.org", { fullName: "Otherwise" });
    zivver.faults = {
      before(write) {
        if (write.op === "create" && write.fields.address === "refused@example.org")
          throw refusal("target-refused", "No.");
      },
    };
    const journal = new MemoryJournal();
    const result = await applyChanges(changes, { target: zivver, journal, clock: virtualClock() });
    const states = Object.fromEntries(
      result.outcomes.map(({ change, state }) => [
        changes.find(({ id }) => id === change)?.address ?? "",
        state,
      ]),
    );
    expect(states).toEqual({
      "new@example.org": "applied",
      "refused@example.org": "failed",
      "renamed@example.org": "applied",
      "named@example.org": "applied",
      "quick@example.org": "already",
      "changed@example.org": "conflict",
      "gone@example.org": "applied",
    });
    expect([result.keys.size, result.done.size, result.unfinished]).toEqual([2, 4, false]);
    const recalled = recallApply(changes, journal.all, await zivver.read());
    const sorted = ({ accounts, ...rest }: typeof result) => ({
      ...rest,
      accounts: accounts.toSorted((a, b) => (a.address < b.address ? -1 : 1)),
    });
    expect(sorted(recalled)).toEqual(sorted(result));
  });
});
