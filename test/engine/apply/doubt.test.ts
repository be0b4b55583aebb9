import { describe, expect, test } from "vitest";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { Change } from "../../../src/model/plan/change.ts";
import { fingerprinted, person } from "../../support/engine.ts";
import { refusal } from "../memory-zivver.ts";
import { creating, field, updating } from "./by-hand.ts";
import { course, outcomesOf } from "./scripted.ts";

/*
 * Two changes, and a reading that shows one of them: whether the other one is only late, or was lost. What is late is waited for,
 * what was lost is written once more at once.
 */

const a = person("a@example.org");
const b = person("b@example.org");
const named = (account: LiveAccount, id: string) =>
  updating(account, [field("fullName", account.fullName, "New")], { id });
const done = (account: LiveAccount) => fingerprinted({ ...account, fullName: "New" });
const other = (account: LiveAccount) => fingerprinted({ ...account, fullName: "Other" });
const both = [named(a, "c-1"), named(b, "c-2")];
const create = creating("n@example.org", [field("fullName", null, "New")], { id: "c-1" });
const made = person("n@example.org", { fullName: "New", zivverId: "new" });
const LOST = refusal("target-refused", "The connection was lost.", true);
const NO = refusal("target-refused", "No.");

describe("a reading that shows one of two writes", () => {
  test.each<{
    name: string;
    changes: readonly Change[];
    reads: readonly (readonly LiveAccount[])[];
    answers?: readonly (LiveAccount | undefined | Error)[];
    writes: number;
    waits: readonly number[];
    outcomes: readonly string[];
  }>([
    {
      name: "the later one: the earlier one was lost, and is written once more at once",
      changes: both,
      reads: [
        [a, b],
        [a, done(b)],
        [done(a), done(b)],
      ],
      writes: 3,
      waits: [],
      outcomes: ["applied", "applied"],
    },
    {
      name: "the earlier one: the later one may be late, and is waited for",
      changes: both,
      reads: [
        [a, b],
        [done(a), b],
        [done(a), done(b)],
      ],
      writes: 2,
      waits: [1000],
      outcomes: ["applied", "applied"],
    },
    {
      name: "neither: both may be late",
      changes: both,
      reads: [
        [a, b],
        [a, b],
        [done(a), done(b)],
      ],
      writes: 2,
      waits: [1000],
      outcomes: ["applied", "applied"],
    },
    {
      name: "the later one, of a creation: it is never sent twice, so it is waited for",
      changes: [create, named(b, "c-2")],
      reads: [[b], [done(b)], [made, done(b)]],
      writes: 2,
      waits: [1000],
      outcomes: ["applied", "applied"],
    },
    {
      name: "one that shows something else, beside one that is behind: the whole reading may be late",
      changes: both,
      reads: [
        [a, b],
        [other(a), b],
        [done(a), done(b)],
      ],
      writes: 2,
      waits: [1000],
      outcomes: ["applied", "applied"],
    },
    {
      name: "one that shows something else, beside one that is shown: it was lost",
      changes: both,
      reads: [
        [a, b],
        [other(a), done(b)],
        [done(a), done(b)],
      ],
      writes: 3,
      waits: [],
      outcomes: ["applied", "applied"],
    },
    {
      name: "one behind that was answered with something else: the answer is proof enough",
      changes: both,
      reads: [
        [a, b],
        [a, done(b)],
        [done(a), done(b)],
      ],
      answers: [other(a), undefined, done(a)],
      writes: 3,
      waits: [],
      outcomes: ["applied", "applied"],
    },
    {
      name: "the later one, whose answer was lost: it says nothing of the earlier one",
      changes: both,
      reads: [
        [a, b],
        [a, done(b)],
        [done(a), done(b)],
      ],
      answers: [undefined, LOST],
      writes: 2,
      waits: [1000],
      outcomes: ["applied", "applied"],
    },
    {
      name: "one that was refused, and is as before: no reading is behind it",
      changes: both,
      reads: [
        [a, b],
        [a, done(b)],
      ],
      answers: [NO, undefined],
      writes: 2,
      waits: [],
      outcomes: ["failed: No.", "applied"],
    },
  ])("$name", async ({ changes, reads, answers, writes, waits, outcomes }) => {
    const script = { reads, ...(answers ? { answers } : {}) };
    const result = await course(changes, script, { settleMs: 5000 });
    expect({ writes: result.writes.length, waits: result.waits, outcomes: outcomesOf(result) }).toEqual({
      writes,
      waits,
      outcomes,
    });
  });

  test("is kept of each account that was read alone", async () => {
    const result = await course(both, { reads: [[a, b]], ones: [done(a), done(b)] }, { settleMs: 5000 });
    expect([result.alone, result.waits, outcomesOf(result)]).toEqual([
      [a.zivverId, b.zivverId],
      [],
      ["applied", "applied"],
    ]);
  });
});
