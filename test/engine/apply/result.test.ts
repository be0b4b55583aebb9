import { describe, expect, test } from "vitest";
import { applyChanges } from "../../../src/engine/apply/apply.ts";
import type { ApplyResult } from "../../../src/engine/apply/ports.ts";
import { idOf, known, person, planOf, record, type Setting } from "../../support/engine.ts";
import { MemoryJournal, MemoryZivver, refusal, virtualClock } from "../memory-zivver.ts";

const A = "a@example.org";
const B = "b@example.org";
const C = "c@example.org";

/** `a` changes and gets another key, `b` is created, `c` is suspended. */
const SETTING: Setting = {
  desired: [record(A, { id: "1", fullName: "New", accountKey: "new key of a" }), record(B, { id: "2" })],
  live: [person(A), person(C)],
  known: [known(A, { id: "1", key: "old key of a" })],
};
const { changes } = planOf(SETTING).body;
const changeOf = (address: string) => changes.find((change) => change.address === address)?.id ?? "";

async function apply(zivver: MemoryZivver, journal = new MemoryJournal()): Promise<ApplyResult> {
  return applyChanges(changes, { target: zivver, journal, clock: virtualClock() });
}
const newId = (zivver: MemoryZivver) => zivver.accounts.find(({ address }) => address === B)?.zivverId ?? "";
const keysOf = ({ keys }: ApplyResult) => new Map([...keys].map(([id, key]) => [id, key.reveal()]));

describe("what an apply hands on to be remembered", () => {
  test("each change that was carried out, with its account, and each key that was sent, with its own", async () => {
    const zivver = new MemoryZivver(SETTING.live ?? []);
    const result = await apply(zivver);
    expect(result.done).toEqual(
      new Map([
        [changeOf(A), idOf(A)],
        [changeOf(B), newId(zivver)],
        [changeOf(C), idOf(C)],
      ]),
    );
    expect(keysOf(result)).toEqual(
      new Map([
        [idOf(A), "new key of a"],
        [newId(zivver), `key of ${B}`],
      ]),
    );
  });

  test("nothing of a change that Zivver refused: its key would be taken for one that it has", async () => {
    const zivver = new MemoryZivver(SETTING.live ?? []);
    zivver.faults = {
      before(write) {
        if (write.op !== "create" && write.live.address === A) throw refusal("target-refused", "No.");
      },
    };
    const result = await apply(zivver);
    expect([...result.done.keys()].sort()).toEqual([changeOf(B), changeOf(C)].sort());
    expect(keysOf(result)).toEqual(new Map([[newId(zivver), `key of ${B}`]]));
  });

  test("the same again of what an earlier run carried out", async () => {
    const zivver = new MemoryZivver(SETTING.live ?? []);
    const journal = new MemoryJournal();
    const first = await apply(zivver, journal);
    const again = await apply(zivver, new MemoryJournal(journal.all));
    expect([again.done, keysOf(again)]).toEqual([first.done, keysOf(first)]);
  });
});
