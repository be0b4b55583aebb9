import { describe, expect, test } from "vitest";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { Change } from "../../../src/model/plan/change.ts";
import type { JournalEntry } from "../../../src/model/ports.ts";
import { desk, fingerprinted, idOf, person } from "../../support/engine.ts";
import { refusal } from "../memory-zivver.ts";
import { access, creating, deleting, failed, field, started, updating } from "./by-hand.ts";
import { course } from "./scripted.ts";

/* What is written down before and after each request: what a second run, a revert and the state go by. */

const NOW = "2026-11-23T12:00:00.000Z";
const was = person("a@example.org", { fullName: "Old" });
const planned = fingerprinted({ ...was, fullName: "New" });
const change = updating(was, [field("fullName", "Old", "New")]);
const create = creating("n@example.org", [field("fullName", null, "New")]);
const made = person("n@example.org", { fullName: "New", zivverId: "new" });
const NONE = { applied: 0, already: 0, conflict: 0, failed: 0, blocked: 0, unknown: 0 };

const start = (of: Change, before: LiveAccount | null, step: "change" | "mend" = "change"): JournalEntry => ({
  ...started(of, before, step),
  at: NOW,
});

describe("the lines of a request", () => {
  test.each<{
    name: string;
    of: Change;
    reads: readonly (readonly LiveAccount[])[];
    answers: readonly (LiveAccount | undefined | Error)[];
    expect: readonly object[];
  }>([
    {
      name: "one that was answered, and shown as planned",
      of: change,
      reads: [[was], [planned]],
      answers: [planned],
      expect: [
        start(change, was),
        { type: "done", at: NOW, change: "c-1", step: "change", zivverId: was.zivverId, shown: true },
        { type: "outcome", at: NOW, outcome: { change: "c-1", state: "applied", detail: "" } },
        { type: "end", at: NOW, outcomes: { ...NONE, applied: 1 } },
      ],
    },
    {
      name: "one that was answered without the account, and one more that was shown",
      of: change,
      reads: [[was], [fingerprinted({ ...was, fullName: "Other" })], [planned]],
      answers: [undefined, planned],
      expect: [
        start(change, was),
        { type: "done", at: NOW, change: "c-1", step: "change", zivverId: was.zivverId, shown: false },
        start(change, fingerprinted({ ...was, fullName: "Other" }), "mend"),
        { type: "done", at: NOW, change: "c-1", step: "mend", zivverId: was.zivverId, shown: true },
        { type: "outcome", at: NOW, outcome: { change: "c-1", state: "applied", detail: "" } },
        { type: "end", at: NOW, outcomes: { ...NONE, applied: 1 } },
      ],
    },
    {
      name: "a creation that was answered with something else",
      of: create,
      reads: [[], [made]],
      answers: [fingerprinted({ ...made, fullName: "Other" })],
      expect: [
        start(create, null),
        { type: "done", at: NOW, change: "c-1", step: "change", zivverId: "new", shown: false },
        { type: "outcome", at: NOW, outcome: { change: "c-1", state: "applied", detail: "" } },
        { type: "end", at: NOW, outcomes: { ...NONE, applied: 1 } },
      ],
    },
    {
      name: "a creation that was answered without the account",
      of: create,
      reads: [[], [made]],
      answers: [undefined],
      expect: [
        start(create, null),
        { type: "done", at: NOW, change: "c-1", step: "change", zivverId: null, shown: false },
        { type: "outcome", at: NOW, outcome: { change: "c-1", state: "applied", detail: "" } },
        { type: "end", at: NOW, outcomes: { ...NONE, applied: 1 } },
      ],
    },
    {
      name: "one that was refused",
      of: change,
      reads: [[was]],
      answers: [refusal("target-refused", "No.")],
      expect: [
        start(change, was),
        { ...failed(change, false), at: NOW },
        { type: "outcome", at: NOW, outcome: { change: "c-1", state: "failed", detail: "No." } },
        { type: "end", at: NOW, outcomes: { ...NONE, failed: 1 } },
      ],
    },
    {
      name: "one whose answer was lost: the plan stays open, so there is no end",
      of: change,
      reads: [[was], refusal("target-refused", "Down.") as never],
      answers: [refusal("target-refused", "No.", true)],
      expect: [
        start(change, was),
        { ...failed(change, true), at: NOW },
        {
          type: "outcome",
          at: NOW,
          outcome: {
            change: "c-1",
            state: "unknown",
            detail: "It was sent, but reading it back failed: Down.",
          },
        },
      ],
    },
  ])("$name", async ({ of, reads, answers, expect: lines }) => {
    const { journal } = await course([of], { reads, answers }, { settleMs: 0 });
    expect(journal).toEqual(lines);
  });
});

describe("the accounts as they were before the first request", () => {
  const gone = person("gone@example.org");
  const remove = deleting(gone, { id: "c-gone" });
  const listing = (index: number) => person(`p${index}@example.org`, { delegates: [gone.address] });
  const naming = (account: LiveAccount) =>
    updating(account, [field("fullName", account.fullName, "New")], { id: `c of ${account.address}` });
  const imagesIn = (journal: readonly JournalEntry[]) =>
    journal.flatMap((entry) => (entry.type === "read" ? [entry.accounts.map((one) => one.change)] : []));

  test("are written where another change of the plan shows on them, and nowhere else", async () => {
    const listed = listing(1);
    const group = desk("g@example.org", [idOf(gone.address)]);
    const changes = [
      naming(listed),
      naming(group),
      naming(was),
      creating("n@example.org", [access({}, { [gone.address]: gone.zivverId })], { id: "c-new" }),
      remove,
    ];
    const { journal } = await course(changes, { reads: [[listed, group, was, gone]] }, { settleMs: 0 });
    expect(journal[0]).toEqual({
      type: "read",
      at: NOW,
      accounts: [
        { change: "c of p1@example.org", account: listed },
        { change: "c of g@example.org", account: group },
      ],
    });
    expect(imagesIn(journal)).toHaveLength(1);
  });

  test("are not written of what is settled already", async () => {
    const listed = { ...listing(1), fullName: "New" };
    const { journal } = await course(
      [naming(listing(1)), remove],
      { reads: [[listed, gone]] },
      { settleMs: 0 },
    );
    expect(imagesIn(journal)).toEqual([]);
  });

  test("are not written again once the plan has begun", async () => {
    const past = [started({ ...change, id: "c-9" }, was)];
    const { journal } = await course(
      [naming(listing(1)), remove],
      { reads: [[listing(1), gone]] },
      { past, settleMs: 0 },
    );
    expect(imagesIn(journal)).toEqual([]);
  });

  test("are five hundred a line at most", async () => {
    const live = Array.from({ length: 501 }, (_, index) => listing(index));
    const stop = { requested: true };
    const changes = [...live.map(naming), remove];
    const { journal } = await course(changes, { reads: [[...live, gone]] }, { stop });
    expect(imagesIn(journal).map((line) => line.length)).toEqual([500, 1]);
  });
});
