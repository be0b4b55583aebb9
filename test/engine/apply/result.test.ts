import { describe, expect, test } from "vitest";
import { applyChanges } from "../../../src/engine/apply/apply.ts";
import type { ApplyResult } from "../../../src/engine/apply/ports.ts";
import { carriedOut, withLeftOut } from "../../../src/engine/apply/result.ts";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { Change } from "../../../src/model/plan/change.ts";
import type { Outcome, OutcomeState } from "../../../src/model/plan/outcome.ts";
import { idOf, known, person, planOf, record, type Setting } from "../../support/engine.ts";
import { MemoryJournal, MemoryZivver, refusal, virtualClock } from "../memory-zivver.ts";
import { access, creating, field, updating, worldOf } from "./by-hand.ts";

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

describe("what is certain, from what is known of each change", () => {
  const account = person("a@example.org");
  const keyed = updating(account, [field("accountKey", null, "digest")], { accountKey: "key" });
  const create = creating("a@example.org", [], { accountKey: "key" });

  test.each<{
    name: string;
    change: Change;
    gone?: true;
    state: OutcomeState | undefined;
    begun?: true;
    keySent?: true;
    expect: { readonly done: boolean; readonly key: boolean };
  }>([
    {
      name: "applied",
      change: keyed,
      state: "applied",
      begun: true,
      keySent: true,
      expect: { done: true, key: true },
    },
    {
      name: "applied, by the reading that followed a lost answer",
      change: keyed,
      state: "applied",
      begun: true,
      expect: { done: true, key: true },
    },
    {
      name: "there already, by nobody's request",
      change: keyed,
      state: "already",
      expect: { done: true, key: false },
    },
    {
      name: "there already, by an earlier request",
      change: keyed,
      state: "already",
      begun: true,
      expect: { done: true, key: true },
    },
    {
      name: "begun, and its end unknown",
      change: keyed,
      state: "unknown",
      begun: true,
      expect: { done: false, key: false },
    },
    {
      name: "its end unknown, its key sent by the first write",
      change: keyed,
      state: "unknown",
      begun: true,
      keySent: true,
      expect: { done: false, key: true },
    },
    {
      name: "a conflict, after the key was sent",
      change: keyed,
      state: "conflict",
      begun: true,
      keySent: true,
      expect: { done: false, key: true },
    },
    { name: "not carried out", change: keyed, state: "blocked", expect: { done: false, key: false } },
    { name: "not settled", change: keyed, state: undefined, expect: { done: false, key: false } },
    {
      name: "a creation that failed after the key was sent",
      change: create,
      state: "failed",
      begun: true,
      keySent: true,
      expect: { done: false, key: true },
    },
    {
      name: "a creation in whose place another account is",
      change: create,
      state: "conflict",
      begun: true,
      keySent: true,
      expect: { done: false, key: false },
    },
    {
      name: "applied, and gone since",
      change: keyed,
      gone: true,
      state: "applied",
      begun: true,
      keySent: true,
      expect: { done: false, key: false },
    },
    {
      name: "applied, without a key",
      change: updating(account, []),
      state: "applied",
      begun: true,
      keySent: true,
      expect: { done: true, key: false },
    },
  ])("$name", ({ change, gone, state, begun = false, keySent = false, expect: expected }) => {
    const { done, keys } = carriedOut({
      changes: [change],
      world: { current: () => (gone ? undefined : account) },
      stateOf: () => state,
      isBegun: () => begun,
      keySent: () => keySent,
    });
    expect([...done]).toEqual(expected.done ? [["c-1", account.zivverId]] : []);
    expect([...keys].map(([id, key]) => [id, key.reveal()])).toEqual(
      expected.key ? [[account.zivverId, "key"]] : [],
    );
  });
});

describe("delegates whose account is gone", () => {
  const boss = person("boss@example.org");
  const change = updating(boss, [
    field("fullName", "Gone", "Name of boss"),
    access({}, { "x@example.org": "gone", "a@example.org": "id-a@example.org" }),
  ]);
  const detail =
    "Gone from Zivver, and so left out of the delegates: x@example.org. Check whether they still need access.";

  test.each<{
    name: string;
    live: readonly LiveAccount[];
    outcome: Pick<Outcome, "state" | "detail">;
    detail: string;
  }>([
    {
      name: "are named where the change was applied",
      live: [boss, person(A)],
      outcome: { state: "applied", detail: "" },
      detail,
    },
    {
      name: "are named where it is so already",
      live: [boss, person(A)],
      outcome: { state: "already", detail: "" },
      detail,
    },
    {
      name: "are not named where it failed",
      live: [boss, person(A)],
      outcome: { state: "failed", detail: "" },
      detail: "",
    },
    {
      name: "are not named where something else is said",
      live: [boss, person(A)],
      outcome: { state: "applied", detail: "x" },
      detail: "x",
    },
    {
      name: "are not named where the account itself is gone",
      live: [person(A)],
      outcome: { state: "applied", detail: "" },
      detail: "",
    },
    {
      name: "are not named where there are none",
      live: [boss, person(A), person("x@example.org", { zivverId: "gone" })],
      outcome: { state: "applied", detail: "" },
      detail: "",
    },
  ])("$name", ({ live, outcome, detail: said }) => {
    expect(withLeftOut(worldOf([change], live), change, { change: "c-1", ...outcome })).toEqual({
      change: "c-1",
      state: outcome.state,
      detail: said,
    });
  });
});
