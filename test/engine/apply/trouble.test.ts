import { describe, expect, test } from "vitest";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { Change } from "../../../src/model/plan/change.ts";
import type { JournalEntry } from "../../../src/model/ports.ts";
import { type ErrorCode, RemoteError } from "../../../src/model/values/errors.ts";
import { at, fingerprinted, person } from "../../support/engine.ts";
import { refusal } from "../memory-zivver.ts";
import { answered, creating, field, releasing, started, updating } from "./by-hand.ts";
import { course, outcomesOf } from "./scripted.ts";

/* What becomes of a change whose request is refused, lost, or may not be sent, and of those after it. */

const a = person("a@example.org");
const b = person("b@example.org");
const named = (account: LiveAccount, id: string, needs: readonly string[] = []) =>
  updating(account, [field("fullName", account.fullName, "New")], { id, needs });
const done = (account: LiveAccount) => fingerprinted({ ...account, fullName: "New" });
const first = named(a, "c-1");
const second = named(b, "c-2");
const rename = updating(a, [field("address", a.address, "moved@example.org")]);

const LEASE = new RemoteError([{ code: "lease-lost", message: "Another apply holds the lease." }]);
const LEASE_UNCERTAIN = new RemoteError([{ code: "lease-lost", message: "Another apply holds the lease." }], {
  uncertain: true,
});
const DENIED = refusal("target-unauthorized", "Zivver refuses the API key.");
const NO = refusal("target-refused", "No.");
const BY_HAND =
  "If Zivver does not let primary addresses be changed over its API, change it in Zivver's web application; the next plans leave it as it is.";

describe("a request that fails", () => {
  test.each<{
    name: string;
    changes: readonly Change[];
    answers: readonly (LiveAccount | undefined | Error)[];
    reads?: readonly (readonly LiveAccount[])[];
    expect: readonly string[];
    writes: number;
    open?: boolean;
  }>([
    {
      name: "a refusal: the others go on",
      changes: [first, second],
      answers: [NO, done(b)],
      expect: ["failed: No.", "applied"],
      writes: 2,
    },
    {
      name: "a refusal: what needs it does not go on",
      changes: [first, named(b, "c-2", ["c-1"])],
      answers: [NO, done(b)],
      expect: [
        "failed: No.",
        "blocked: It needs the change of Name of a (a@example.org), which was not carried out.",
      ],
      writes: 1,
    },
    {
      name: "what needs two that failed names both",
      changes: [first, second, creating("n@example.org", [], { id: "c-3", needs: ["c-1", "c-2"] })],
      answers: [NO, NO],
      expect: [
        "failed: No.",
        "failed: No.",
        "blocked: It needs the change of Name of a (a@example.org), Name of b (b@example.org), which was not carried out.",
      ],
      writes: 2,
    },
    {
      name: "a rename that is refused: it may have to be done by hand",
      changes: [rename],
      answers: [NO],
      expect: [`failed (rename-not-possible): No. ${BY_HAND}`],
      writes: 1,
    },
    {
      name: "a rename to an address that is taken can be done",
      changes: [rename],
      answers: [refusal("target-alias-taken", "Taken.")],
      expect: ["failed: Taken."],
      writes: 1,
    },
    {
      name: "an API key that is refused: nothing more is begun",
      changes: [first, second],
      answers: [DENIED],
      expect: ["failed: Zivver refuses the API key.", "blocked: Zivver refuses the API key."],
      writes: 1,
      open: true,
    },
    {
      name: "a lease that was lost before the request: it was not begun, and nothing more is",
      changes: [first, second],
      answers: [LEASE],
      expect: ["blocked: Another apply holds the lease.", "blocked: Another apply holds the lease."],
      writes: 1,
      open: true,
    },
    {
      name: "a lease that was lost while the request was under way: whether it was done is unknown",
      changes: [first, second],
      answers: [LEASE_UNCERTAIN],
      expect: [
        "unknown: It was sent, but Zivver does not show it yet: fullName. Apply was interrupted before it was written once more.",
        "blocked: Another apply holds the lease.",
      ],
      writes: 1,
      open: true,
    },
    {
      name: "a lease that was lost before the second write of a change that was begun",
      changes: [first],
      reads: [[a], [fingerprinted({ ...a, fullName: "Other" })]],
      answers: [undefined, LEASE],
      expect: ["unknown: It was begun, and not ended. Another apply holds the lease."],
      writes: 2,
      open: true,
    },
  ])("$name", async ({ changes, answers, reads = [[a, b]], expect: outcomes, writes, open = false }) => {
    const result = await course(changes, { reads, answers }, { settleMs: 0 });
    expect({ outcomes: outcomesOf(result), writes: result.writes.length, open: result.unfinished }).toEqual({
      outcomes,
      writes,
      open,
    });
  });

  test("an error that is not Zivver's ends the apply", async () => {
    const broken = new Error("broken");
    await expect(course([first], { reads: [[a]], answers: [broken] })).rejects.toThrow(broken);
  });
});

describe("requests that nothing answers", () => {
  const people = ["a", "b", "c", "d", "e"].map((name) => person(`${name}@example.org`));
  const changes = people.map((one, index) => named(one, `c-${index + 1}`));
  const down = (code: ErrorCode) => new RemoteError([{ code, message: "Nothing answers." }]);
  const all = people.map(done);

  test.each<ErrorCode>(["target-unreachable", "target-timeout", "target-rate-limited", "target-unavailable"])(
    "after three in a row nothing more is begun, if the accounts cannot be read either: %s",
    async (code) => {
      const result = await course(
        changes,
        { reads: [people, down(code)], answers: [down(code)] },
        { width: 1 },
      );
      expect(outcomesOf(result)).toEqual([
        ...Array.from({ length: 3 }, () => "failed: Nothing answers."),
        ...Array.from({ length: 2 }, () => "blocked: Nothing answers."),
      ]);
      expect([result.writes.length, result.lists, result.unfinished]).toEqual([3, 2, true]);
    },
  );

  test("the others go on where the accounts can be read, and where fewer are in a row", async () => {
    const lost = down("target-unavailable");
    const some = await course(
      changes,
      { reads: [people, people, all], answers: [lost, lost, lost, ...all.slice(3)] },
      { width: 1 },
    );
    const states = [...Array.from({ length: 3 }, () => "failed: Nothing answers."), "applied", "applied"];
    expect([outcomesOf(some), some.lists]).toEqual([states, 3]);
    const between = await course(
      changes,
      { reads: [people, all], answers: [lost, lost, all[2], lost, NO] },
      { width: 1 },
    );
    expect(between.lists).toBe(2);
  });
});

describe("a stop", () => {
  const STOPPED =
    "blocked: Apply was interrupted before this change was begun. Apply the same plan again to go on.";
  const swap = (account: LiveAccount, to: LiveAccount, id: string) =>
    updating(account, [field("address", account.address, to.address)], {
      id,
      ...(id === "c-1" ? { release: releasing("p@example.org") } : {}),
    });

  test("leaves what is not begun, also what would give its address up first", async () => {
    const result = await course(
      [swap(a, b, "c-1"), swap(b, a, "c-2")],
      { reads: [[a, b]] },
      {
        stop: { requested: true },
      },
    );
    expect([outcomesOf(result), result.writes, result.unfinished]).toEqual([[STOPPED, STOPPED], [], true]);
  });

  test("ends nothing that is settled without a request", async () => {
    const result = await course([first], { reads: [[done(a)]] }, { stop: { requested: true } });
    expect([outcomesOf(result), result.unfinished]).toEqual([["already"], false]);
  });
});

describe("an account that gives its address up first", () => {
  const parked = fingerprinted({ ...a, address: at("p@example.org") });
  const toB = fingerprinted({ ...a, address: b.address });
  const toA = fingerprinted({ ...b, address: a.address });
  const other = updating(b, [field("address", b.address, a.address)], { id: "c-1" });
  const one = updating(a, [field("address", a.address, b.address)], {
    id: "c-2",
    needs: ["c-1"],
    release: releasing("p@example.org"),
  });
  const stepsOf = (journal: readonly JournalEntry[]) =>
    journal.flatMap((entry) => (entry.type === "start" ? [`${entry.change} ${entry.step}`] : []));

  test.each<{
    name: string;
    past?: readonly JournalEntry[];
    reads: readonly (readonly LiveAccount[])[];
    answers: readonly (LiveAccount | undefined | Error)[];
    steps: readonly string[];
    expect: readonly string[];
  }>([
    {
      name: "does so before all others, whatever it needs itself",
      reads: [
        [a, b],
        [toB, toA],
      ],
      answers: [parked, toA, toB],
      steps: ["c-2 release", "c-1 change", "c-2 change"],
      expect: ["applied", "applied"],
    },
    {
      name: "is not changed where Zivver refuses that; the other one is tried",
      reads: [[a, b]],
      answers: [NO, NO],
      steps: ["c-2 release", "c-1 change"],
      expect: [
        `failed (rename-not-possible): No. ${BY_HAND}`,
        `failed (rename-not-possible): No. ${BY_HAND}`,
      ],
    },
    {
      name: "does not do so again once it has",
      past: [started(one, a, "release")],
      reads: [
        [parked, b],
        [toB, toA],
      ],
      answers: [toA, toB],
      steps: ["c-1 change", "c-2 change"],
      expect: ["applied", "applied"],
    },
    {
      name: "does not do so again once its own change was answered",
      past: [
        started(one, a, "release"),
        answered(one, { step: "release" }),
        started(one, parked),
        answered(one),
      ],
      reads: [
        [a, b],
        [toB, toA],
      ],
      answers: [toA, toB],
      steps: ["c-1 change", "c-2 change"],
      expect: ["applied", "applied"],
    },
    {
      name: "does not do so where it is as planned",
      past: [started(one, a), answered(one), started(other, b)],
      reads: [
        [toB, b],
        [toB, toA],
      ],
      answers: [toA],
      steps: ["c-1 change"],
      expect: ["applied", "already"],
    },
  ])("$name", async ({ past = [], reads, answers, steps, expect: outcomes }) => {
    const result = await course([other, one], { reads, answers }, { past, settleMs: 0 });
    expect([stepsOf(result.journal), outcomesOf(result)]).toEqual([steps, outcomes]);
  });
});
