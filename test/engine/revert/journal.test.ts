import { describe, expect, test } from "vitest";
import { indexLive } from "../../../src/engine/live/live-index.ts";
import { delegateDelta, RevertJournal, type Start, undone } from "../../../src/engine/revert/journal.ts";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { OutcomeState } from "../../../src/model/plan/outcome.ts";
import type { JournalEntry } from "../../../src/model/ports.ts";
import { desk, person, profile } from "../../support/engine.ts";
import { access, answered, creating, failed, field, started, updating, WHEN } from "../apply/by-hand.ts";

/* What a journal says was done: a revert takes back that, and nothing else. */

const a = person("a@example.org");
const made = person("n@example.org", { fullName: "New", zivverId: "new" });
const update = updating(a, [field("phone", "", "1")]);
const create = creating("n@example.org", [field("fullName", null, "New")]);
const second = { ...create, id: "c-2" };
const journalOf = (entries: readonly JournalEntry[], live: readonly LiveAccount[] = []) =>
  new RevertJournal(entries, indexLive(live, [profile()]));
const outcome = (change: string, state: OutcomeState): JournalEntry => ({
  type: "outcome",
  at: WHEN,
  outcome: { change, state, detail: "" },
});
const start = (of = create, before: LiveAccount | null = null) => started(of, before) as Start;
const refused = failed(update, false);

describe("what may have been carried out", () => {
  const first = started(update, a);
  const again = started(update, { ...a, phone: "1" }, "mend");
  const other = started(second, null);

  test.each<{ name: string; entries: readonly JournalEntry[]; expect: readonly JournalEntry[] }>([
    {
      name: "nothing, of lines about something else",
      entries: [{ type: "resume", at: WHEN }, outcome("c-1", "blocked")],
      expect: [],
    },
    {
      name: "each change by its first request",
      entries: [first, answered(update), again, other],
      expect: [first, other],
    },
    { name: "not a change that was refused", entries: [first, refused, other], expect: [other] },
    { name: "not a change that was refused twice", entries: [first, refused, again, refused], expect: [] },
    {
      name: "a change of which only the second request was refused",
      entries: [first, answered(update), again, refused],
      expect: [first],
    },
    { name: "a change whose answer was lost", entries: [first, failed(update, true)], expect: [first] },
  ])("$name", ({ entries, expect: starts }) => {
    expect(journalOf(entries, [a]).starts).toEqual(starts);
  });
});

describe("the account that a change was about", () => {
  const other = person("other@example.org");

  test.each<{
    name: string;
    of?: Start;
    entries: readonly JournalEntry[];
    live: readonly LiveAccount[];
    expect: LiveAccount | undefined;
  }>([
    {
      name: "one that was there, by its id",
      of: started(update, a) as Start,
      entries: [answered(update, { zivverId: other.zivverId })],
      live: [other, a],
      expect: a,
    },
    {
      name: "none where it is gone",
      of: started(update, a) as Start,
      entries: [],
      live: [other],
      expect: undefined,
    },
    {
      name: "one that was created, by the id of its last answer",
      entries: [answered(create, { zivverId: other.zivverId }), answered(create, { zivverId: "new" })],
      live: [other, made],
      expect: made,
    },
    {
      name: "not by the answer to another change",
      entries: [answered(create, { zivverId: "new" }), answered(second, { zivverId: other.zivverId })],
      live: [other, made],
      expect: made,
    },
    {
      name: "one that was created, by its address where no answer showed it",
      entries: [answered(create)],
      live: [made, other],
      expect: made,
    },
    {
      name: "by its address, although another change was a conflict",
      entries: [outcome("c-1", "unknown"), outcome("c-2", "conflict")],
      live: [made],
      expect: made,
    },
    {
      name: "not by its address after a conflict",
      entries: [outcome("c-1", "conflict")],
      live: [made],
      expect: undefined,
    },
    {
      name: "by its address, where a conflict was settled later",
      entries: [outcome("c-1", "conflict"), outcome("c-1", "unknown")],
      live: [made],
      expect: made,
    },
    {
      name: "not one of another name",
      entries: [],
      live: [{ ...made, fullName: "Other" }],
      expect: undefined,
    },
    {
      name: "not one of another kind",
      entries: [],
      live: [desk("n@example.org", [], { fullName: "New" })],
      expect: undefined,
    },
    {
      name: "not one that has the address as an alias",
      entries: [],
      live: [person("x@example.org", { fullName: "New", aliases: ["n@example.org"] })],
      expect: undefined,
    },
  ])("$name", ({ of = start(), entries, live, expect: account }) => {
    expect(journalOf([of, ...entries], live).accountOf(of)).toEqual(account);
  });
});

describe("an account that waits under a temporary address", () => {
  const release = started(update, a, "release") as Start;
  const released = answered(update, { step: "release" });

  test.each<{ name: string; of: Start; entries: readonly JournalEntry[]; expect: boolean }>([
    { name: "its first write was sent", of: release, entries: [], expect: true },
    { name: "its first write was answered", of: release, entries: [released], expect: true },
    { name: "its own change was sent", of: release, entries: [released, started(update, a)], expect: true },
    { name: "another change was answered", of: release, entries: [released, answered(second)], expect: true },
    {
      name: "not once its own change was answered",
      of: release,
      entries: [released, answered(update)],
      expect: false,
    },
    {
      name: "not once it was written once more",
      of: release,
      entries: [answered(update, { step: "mend" })],
      expect: false,
    },
    { name: "not where it had no first write", of: started(update, a) as Start, entries: [], expect: false },
  ])("$name", ({ of, entries, expect: parked }) => {
    expect(journalOf([of, ...entries], [a]).isParked(of)).toBe(parked);
  });
});

describe("what a change did to a list", () => {
  const journal = journalOf([start(), answered(create, { zivverId: "new" }), started(update, a)], [a, made]);
  const X = { "x@example.org": "id-x" };

  test.each<{
    name: string;
    field: Parameters<typeof delegateDelta>[0];
    expect: ReturnType<typeof delegateDelta>;
  }>([
    {
      name: "by ids",
      field: access(X, { "y@example.org": "id-y" }),
      expect: { added: ["id-y"], removed: ["id-x"] },
    },
    {
      name: "who stays under another name was neither added nor removed",
      field: access(X, { "x2@example.org": "id-x" }),
      expect: { added: [], removed: [] },
    },
    {
      name: "whom the plan created, by the id",
      field: access({}, { "n@example.org": null }),
      expect: { added: ["new"], removed: [] },
    },
    {
      name: "not by the id of an account that it changed",
      field: access({}, { [a.address]: null }),
      expect: { added: [a.address], removed: [] },
    },
    {
      name: "a guest by the address",
      field: access({ "g@example.net": null }, {}),
      expect: { added: [], removed: ["g@example.net"] },
    },
    {
      name: "nothing, where there is no list on either side",
      field: field("delegates", null, null),
      expect: { added: [], removed: [] },
    },
    {
      name: "nothing known, where the journal does not say whom it means before",
      field: { ...access(X, X), accounts: { before: [], after: ["id-x"] } },
      expect: undefined,
    },
    {
      name: "nothing known, where the journal does not say whom it means after",
      field: { ...access(X, X), accounts: { before: ["id-x"], after: [] } },
      expect: undefined,
    },
    {
      name: "nothing known, where it says no accounts",
      field: field("delegates", [], ["x@example.org"]),
      expect: undefined,
    },
  ])("$name", ({ field: change, expect: delta }) => {
    expect(delegateDelta(change, journal)).toEqual(delta);
  });

  test.each<{
    name: string;
    list: string[];
    added: string[];
    removed: string[];
    expect: string[] | undefined;
  }>([
    { name: "taken back", list: ["a", "b"], added: ["b"], removed: ["c"], expect: ["a", "c"] },
    {
      name: "taken back without doubling who is there",
      list: ["a", "b"],
      added: ["b"],
      removed: ["a", "c"],
      expect: ["a", "c"],
    },
    { name: "nothing to take back", list: ["a"], added: ["b"], removed: ["a"], expect: undefined },
  ])("$name", ({ list, added, removed, expect: next }) => {
    expect(undone(list, { added, removed })).toEqual(next);
  });
});
