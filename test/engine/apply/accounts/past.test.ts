import { describe, expect, test } from "vitest";
import { type Past, PastRuns } from "../../../../src/engine/apply/accounts/past.ts";
import type { LiveAccount } from "../../../../src/model/account/account.ts";
import type { JournalEntry } from "../../../../src/model/ports.ts";
import { person } from "../../../support/engine.ts";
import { answered, creating, deleting, failed, field, started, updating, WHEN } from "../by-hand.ts";

/* What a journal says of earlier runs of the same plan: a resumed apply decides by nothing else what it may send again. */

const a = person("a@example.org");
const other = person("a@example.org", { phone: "1" });
const change = updating(a, [field("fullName", "A", "B")]);
const create = creating("n@example.org");

const NOTHING: Past = {
  begun: false,
  done: false,
  shown: false,
  keySent: false,
  conflict: false,
  befores: [],
};
const outcome = (state: "conflict" | "failed"): JournalEntry => ({
  type: "outcome",
  at: WHEN,
  outcome: { change: "c-1", state, detail: "" },
});
const read: JournalEntry = { type: "read", at: WHEN, accounts: [{ change: "c-1", account: other }] };
const resume: JournalEntry = { type: "resume", at: WHEN };

describe("what became of a change", () => {
  const begun: Past = { ...NOTHING, begun: true, before: a, befores: [a.fingerprint] };
  const none: Past = { ...NOTHING, begun: true, before: null };

  test.each<{ name: string; entries: readonly JournalEntry[]; expect: Past }>([
    { name: "nothing", entries: [resume, read], expect: NOTHING },
    { name: "of another change", entries: [started({ ...change, id: "c-2" }, a)], expect: NOTHING },
    { name: "begun", entries: [started(change, a)], expect: begun },
    { name: "begun, and failed", entries: [started(change, a), failed(change, true)], expect: begun },
    {
      name: "answered, and shown as planned",
      entries: [started(change, a), answered(change, { shown: true })],
      expect: { ...begun, done: true, shown: true, keySent: true },
    },
    {
      name: "answered, and not shown as planned",
      entries: [started(change, a), answered(change, { shown: false })],
      expect: { ...begun, done: true, keySent: true },
    },
    {
      name: "answered by a version that did not say what was shown",
      entries: [started(change, a), answered(change)],
      expect: { ...begun, done: true, keySent: true },
    },
    {
      name: "given up its addresses only: the change itself is not done, the key was sent",
      entries: [started(change, a, "release"), answered(change, { step: "release", shown: true })],
      expect: { ...begun, keySent: true },
    },
    {
      name: "answered when written once more: nothing says that a key was in it",
      entries: [started(change, a, "mend"), answered(change, { step: "mend", shown: true })],
      expect: { ...begun, done: true, shown: true },
    },
    {
      name: "answered, and once more: the key stays sent",
      entries: [
        started(change, a),
        answered(change),
        started(change, other, "mend"),
        answered(change, { step: "mend", shown: true }),
      ],
      expect: {
        ...begun,
        befores: [a.fingerprint, other.fingerprint],
        done: true,
        shown: true,
        keySent: true,
      },
    },
    {
      name: "shown as planned, and begun once more: what was shown counts no longer",
      entries: [started(change, a), answered(change, { shown: true }), started(change, other, "mend")],
      expect: { ...begun, befores: [a.fingerprint, other.fingerprint], done: true, keySent: true },
    },
    { name: "a conflict", entries: [outcome("conflict")], expect: { ...NOTHING, conflict: true } },
    { name: "a failure", entries: [outcome("failed")], expect: NOTHING },
    {
      name: "a conflict, and something else later: the conflict stays",
      entries: [outcome("conflict"), outcome("failed")],
      expect: { ...NOTHING, conflict: true },
    },
    { name: "begun where nothing was", entries: [started(create, null)], expect: none },
    {
      name: "created",
      entries: [started(create, null), answered(create, { zivverId: "new", shown: true })],
      expect: { ...none, done: true, shown: true, keySent: true, createdId: "new" },
    },
    {
      name: "created, and the answer did not show which account",
      entries: [started(create, null), answered(create)],
      expect: { ...none, done: true, keySent: true },
    },
    {
      name: "created, and written once more: its first before is nothing",
      entries: [
        started(create, null),
        answered(create, { zivverId: "new" }),
        started(create, a, "mend"),
        answered(create, { zivverId: "new", step: "mend" }),
      ],
      expect: { ...none, befores: [a.fingerprint], done: true, keySent: true, createdId: "new" },
    },
    {
      name: "changed where an account was: it was not created",
      entries: [started(change, a), answered(change, { zivverId: a.zivverId })],
      expect: { ...begun, done: true, keySent: true },
    },
  ])("$name", ({ entries, expect: past }) => {
    expect(new PastRuns(entries).of(change)).toEqual(past);
  });
});

describe("a reading that is behind a write that was answered", () => {
  const done = [started(change, a), answered(change)];
  const created = [started(create, null), answered(create, { zivverId: "new" })];
  const remove = deleting(a);

  test.each<{
    name: string;
    of: typeof change | typeof create | typeof remove;
    entries: readonly JournalEntry[];
    found: LiveAccount | undefined;
    expect: boolean;
  }>([
    { name: "the account of before", of: change, entries: done, found: a, expect: true },
    { name: "not another one", of: change, entries: done, found: other, expect: false },
    {
      name: "not where nothing was answered",
      of: change,
      entries: [started(change, a)],
      found: a,
      expect: false,
    },
    {
      name: "not where a changed account is gone",
      of: change,
      entries: done,
      found: undefined,
      expect: false,
    },
    {
      name: "a created account that is not there",
      of: create,
      entries: created,
      found: undefined,
      expect: true,
    },
    { name: "not a created account that is there", of: create, entries: created, found: a, expect: false },
    {
      name: "not one of which no answer showed that it was created",
      of: create,
      entries: [started(create, null), answered(create)],
      found: undefined,
      expect: false,
    },
    {
      name: "a deleted account that is there, as it was or otherwise",
      of: remove,
      entries: [started(remove, a), answered(remove)],
      found: other,
      expect: true,
    },
    {
      name: "not a deleted account that is gone",
      of: remove,
      entries: [started(remove, a), answered(remove)],
      found: undefined,
      expect: false,
    },
  ])("$name", ({ of, entries, found, expect: behind }) => {
    expect(new PastRuns(entries).isBehind(of, found)).toBe(behind);
  });
});

describe("of all earlier runs", () => {
  test.each<{ name: string; entries: readonly JournalEntry[]; expect: LiveAccount | undefined }>([
    { name: "none", entries: [], expect: undefined },
    { name: "as it was before its first request", entries: [read, started(change, a)], expect: a },
    { name: "as it was read, where it was not begun", entries: [read], expect: other },
    {
      name: "as it was read, where nothing was before",
      entries: [read, started(create, null)],
      expect: other,
    },
  ])("an image of an account: $name", ({ entries, expect: image }) => {
    expect(new PastRuns(entries).imageOf(change)).toEqual(image);
  });

  test.each<{ name: string; entries: readonly JournalEntry[]; expect: boolean }>([
    { name: "nothing", entries: [], expect: false },
    { name: "outcomes alone", entries: [outcome("conflict")], expect: false },
    {
      name: "one request of several changes",
      entries: [outcome("conflict"), started({ ...change, id: "c-2" }, a)],
      expect: true,
    },
  ])("whether one has begun: $name", ({ entries, expect: begun }) => {
    expect(new PastRuns(entries).hasBegun).toBe(begun);
  });

  test("which accounts they created", () => {
    const entries = [
      started(create, null),
      answered(create, { zivverId: "new" }),
      started({ ...change, id: "c-2" }, a),
      answered({ id: "c-2" }, { zivverId: a.zivverId }),
    ];
    expect(new PastRuns(entries).created()).toEqual(new Map([["c-1", "new"]]));
  });

  test.each<{ name: string; times: readonly string[]; expect: number }>([
    { name: "never, without any", times: [], expect: Number.NEGATIVE_INFINITY },
    {
      name: "the latest, whatever their order",
      times: ["2026-11-23T11:00:00.000Z", "2026-11-23T12:00:00.000Z", "2026-11-23T10:00:00.000Z"],
      expect: Date.UTC(2026, 10, 23, 12),
    },
    {
      name: "none that cannot be read",
      times: ["2026-11-23T11:00:00.000Z", "soon"],
      expect: Date.UTC(2026, 10, 23, 11),
    },
  ])("when the last line was written: $name", ({ times, expect: last }) => {
    const entries = times.map((at): JournalEntry => ({ type: "resume", at }));
    expect(new PastRuns(entries).lastAt).toBe(last);
  });
});
