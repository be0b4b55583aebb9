import { describe, expect, test } from "vitest";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { Change } from "../../../src/model/plan/change.ts";
import type { JournalEntry } from "../../../src/model/ports.ts";
import { fingerprinted, person } from "../../support/engine.ts";
import { answered, creating, deleting, field, started, updating } from "./by-hand.ts";
import { course, outcomesOf } from "./scripted.ts";

/*
 * After a run that was killed a moment ago, Zivver may not show yet what it was answered. The journal's last line is of one minute
 * before this run, so of 90 seconds 30 are left.
 */

const was = person("a@example.org", { fullName: "Old" });
const planned = fingerprinted({ ...was, fullName: "New" });
const change = updating(was, [field("fullName", "Old", "New")]);
const done = [started(change, was), answered(change, { shown: true })];
const create = creating("n@example.org");
const made = person("n@example.org", { fullName: "New", zivverId: "new" });
const remove = deleting(was);
const UNDONE =
  "conflict: Old (a@example.org) was changed in Zivver after this plan had begun to change it. It was skipped. Make a new plan.";

describe("the first reading", () => {
  test.each<{
    name: string;
    of?: Change;
    past?: readonly JournalEntry[];
    settleMs?: number;
    stopAtRead?: number;
    reads: readonly (readonly LiveAccount[])[];
    waits: readonly number[];
    outcome: string;
  }>([
    { name: "is one, where it shows what was answered", reads: [[planned]], waits: [], outcome: "already" },
    {
      name: "is repeated until it shows what was answered, after pauses that double",
      reads: [[was], [was], [was], [planned]],
      waits: [500, 1000, 2000],
      outcome: "already",
    },
    {
      name: "is repeated for as long as Zivver may take, from the journal's last line: then somebody has undone it",
      reads: [[was]],
      waits: [500, 1000, 2000, 4000, 8000, 14_500],
      outcome: UNDONE,
    },
    {
      name: "is repeated after fifteen seconds at most",
      settleMs: 120_000,
      reads: [[was], [was], [was], [was], [was], [was], [was], [planned]],
      waits: [500, 1000, 2000, 4000, 8000, 15_000, 15_000],
      outcome: "already",
    },
    { name: "is one, where the time is over", settleMs: 60_000, reads: [[was]], waits: [], outcome: UNDONE },
    {
      name: "is one, where it shows something that was not before a write",
      reads: [[fingerprinted({ ...was, fullName: "Other" })]],
      waits: [],
      outcome: UNDONE.replace("Old", "Other"),
    },
    {
      name: "is not repeated once the apply is to stop",
      stopAtRead: 2,
      reads: [[was]],
      waits: [500],
      outcome: UNDONE,
    },
    {
      name: "is repeated until a created account is there",
      of: create,
      past: [started(create, null), answered(create, { zivverId: "new" })],
      reads: [[], [made]],
      waits: [500],
      outcome: "already",
    },
    {
      name: "is repeated until a deleted account is gone",
      of: remove,
      past: [started(remove, was), answered(remove)],
      reads: [[was], []],
      waits: [500],
      outcome: "already",
    },
  ])("$name", async ({ of = change, past = done, settleMs = 90_000, reads, waits, outcome, ...stop }) => {
    const result = await course([of], { reads, ...stop }, { past, settleMs });
    expect([result.waits, outcomesOf(result), result.lists, result.writes]).toEqual([
      waits,
      [outcome],
      waits.length + 1,
      [],
    ]);
  });

  test("is one, where nothing was answered yet", async () => {
    const past = [started(change, was)];
    const { waits, writes } = await course(
      [change],
      { reads: [[was]], answers: [planned] },
      { past, settleMs: 90_000 },
    );
    expect([waits, writes.length]).toEqual([[], 1]);
  });
});
