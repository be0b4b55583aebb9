import { describe, expect, test } from "vitest";
import { type Shown, Writes } from "../../../../src/engine/apply/accounts/writes.ts";
import type { LiveAccount } from "../../../../src/model/account/account.ts";
import { person } from "../../../support/engine.ts";
import { creating, deleting, field, updating } from "../by-hand.ts";

/* What this run wrote: a reading that is behind it must not be taken for a write that was lost, nor for somebody's edit. */

const before = person("a@example.org");
const between = person("a@example.org", { phone: "1" });
const after = person("a@example.org", { phone: "2" });
const change = updating(before, [field("phone", "", "2")]);
const create = creating("a@example.org");
const remove = deleting(before);
const second = { ...change, id: "c-2" };

type Step = (writes: Writes) => void;
const begin =
  (account: LiveAccount | undefined, of = change): Step =>
  (writes) =>
    writes.begin(of, account);
const answer =
  (account: LiveAccount | undefined, of = change): Step =>
  (writes) =>
    writes.answered(of, account);
const refuse: Step = (writes) => writes.refused(change);
const after_ = (steps: readonly Step[]) => {
  const writes = new Writes();
  for (const step of steps) step(writes);
  return writes;
};

describe("how a reading shows an account", () => {
  test.each<{
    name: string;
    of?: typeof change | typeof create | typeof remove;
    steps: readonly Step[];
    found: LiveAccount | undefined;
    expect: Shown | undefined;
  }>([
    { name: "not at all, where nothing was written", steps: [], found: before, expect: undefined },
    { name: "as before the write", steps: [begin(before)], found: before, expect: "behind" },
    { name: "otherwise", steps: [begin(before)], found: after, expect: "shown" },
    {
      name: "as before an earlier write",
      steps: [begin(before), answer(between), begin(between)],
      found: before,
      expect: "behind",
    },
    {
      name: "as before a later write",
      steps: [begin(before), begin(between)],
      found: between,
      expect: "behind",
    },
    {
      name: "as it was answered, although it was so before an earlier write",
      steps: [begin(before), answer(after), begin(after), answer(before)],
      found: before,
      expect: "shown",
    },
    { name: "gone, after a change", steps: [begin(before)], found: undefined, expect: "shown" },
    {
      name: "not there yet, after a creation",
      of: create,
      steps: [begin(undefined)],
      found: undefined,
      expect: "behind",
    },
    { name: "there, after a creation", of: create, steps: [begin(undefined)], found: after, expect: "shown" },
    {
      name: "still there, after a deletion",
      of: remove,
      steps: [begin(before)],
      found: after,
      expect: "behind",
    },
    { name: "gone, after a deletion", of: remove, steps: [begin(before)], found: undefined, expect: "shown" },
  ])("$name", ({ of = change, steps, found, expect: shown }) => {
    expect(after_(steps).shownAs(of, found)).toBe(shown);
  });
});

describe("whether a write was answered, and with what", () => {
  test.each<{
    name: string;
    steps: readonly Step[];
    answered: boolean;
    answer?: LiveAccount;
  }>([
    { name: "nothing was written", steps: [], answered: false },
    { name: "an answer to what was not written", steps: [answer(after)], answered: false },
    { name: "it was not answered yet", steps: [begin(before)], answered: false },
    { name: "with the account", steps: [begin(before), answer(after)], answered: true, answer: after },
    { name: "without it", steps: [begin(before), answer(undefined)], answered: true },
    {
      name: "first with the account, then without it",
      steps: [begin(before), answer(between), begin(between), answer(undefined)],
      answered: true,
    },
    {
      name: "of another change",
      steps: [begin(before, second), answer(after, second)],
      answered: false,
    },
    { name: "refused", steps: [begin(before), refuse], answered: false },
    {
      name: "answered, and a later one refused",
      steps: [begin(before), answer(after), begin(after), refuse],
      answered: true,
      answer: after,
    },
  ])("$name", ({ steps, answered, answer: account }) => {
    const writes = after_(steps);
    expect([writes.isAnswered(change), writes.answerTo(change)]).toEqual([answered, account]);
  });

  test("a refused write did nothing: no reading is behind it", () => {
    expect(after_([begin(before), refuse]).shownAs(change, before)).toBeUndefined();
  });

  test("a refused write after an answered one leaves the answered one", () => {
    const writes = after_([begin(before), answer(after), begin(after), refuse]);
    expect(writes.shownAs(change, before)).toBe("behind");
  });
});

describe("which of two changes was written later", () => {
  test.each<{ name: string; steps: readonly Step[]; expect: readonly boolean[] }>([
    { name: "neither", steps: [], expect: [false, false] },
    { name: "one alone", steps: [begin(before)], expect: [true, false] },
    { name: "the second", steps: [begin(before), begin(before, second)], expect: [false, true] },
    {
      name: "the first, once it was written again",
      steps: [begin(before), begin(before, second), begin(between)],
      expect: [true, false],
    },
  ])("$name", ({ steps, expect: later }) => {
    const writes = after_(steps);
    expect([writes.isLater(change, second), writes.isLater(second, change)]).toEqual(later);
  });
});
