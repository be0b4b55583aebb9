import { describe, expect, test } from "vitest";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { Change } from "../../../src/model/plan/change.ts";
import type { JournalEntry } from "../../../src/model/ports.ts";
import { InputError } from "../../../src/model/values/errors.ts";
import { Secret } from "../../../src/model/values/secret.ts";
import { fingerprinted, person } from "../../support/engine.ts";
import { refusal } from "../memory-zivver.ts";
import { creating, deleting, field, started, updating } from "./by-hand.ts";
import { course, outcomesOf } from "./scripted.ts";

/* What goes along with a request, and what is known to have been sent. */

const a = person("a@example.org");
const b = person("b@example.org");
const named = (account: LiveAccount, id: string, needs: readonly string[] = []) =>
  updating(account, [field("fullName", account.fullName, "New")], { id, needs });
const done = (account: LiveAccount) => fingerprinted({ ...account, fullName: "New" });
const first = named(a, "c-1");
const second = named(b, "c-2");

const NO = refusal("target-refused", "No.");

describe("a request that may have been carried out before", () => {
  const create = creating("n@example.org", [field("fullName", null, "New")]);
  const remove = deleting(a);
  test.each<{ name: string; change: Change; past: readonly JournalEntry[]; again: boolean }>([
    { name: "a creation, of an earlier run", change: create, past: [started(create, null)], again: true },
    { name: "a creation, not yet", change: create, past: [], again: false },
    { name: "a deletion, of an earlier run", change: remove, past: [started(remove, a)], again: true },
    { name: "a deletion, not yet", change: remove, past: [], again: false },
    { name: "not a change: it can be sent twice", change: first, past: [started(first, a)], again: false },
  ])("says so: $name", async ({ change, past, again }) => {
    const { writes } = await course(
      [change],
      { reads: [change === create ? [] : [a]] },
      { past, settleMs: 0 },
    );
    expect(writes[0] && "again" in writes[0]).toBe(again);
  });

  test("says so when it is sent once more in one run", async () => {
    const { writes } = await course([remove], { reads: [[a]] }, { settleMs: 0 });
    expect(writes).toEqual([
      { op: "delete", live: a },
      { op: "delete", live: a, again: true },
    ]);
  });
});

describe("a temporary password", () => {
  const temporaryPassword = async (address: string) => new Secret(`word of ${address}`);

  test.each<{ name: string; change: Change; expect: Secret | undefined }>([
    {
      name: "goes with a new personal account",
      change: creating("n@example.org"),
      expect: new Secret("word of n@example.org"),
    },
    {
      name: "not with a new group",
      change: creating("n@example.org", [], { kind: "functional" }),
      expect: undefined,
    },
    { name: "not with a change", change: first, expect: undefined },
    { name: "not with a deletion", change: deleting(a), expect: undefined },
  ])("$name", async ({ change, expect: password }) => {
    const { writes } = await course([change], { reads: [[a]] }, { settleMs: 0, temporaryPassword });
    const [write] = writes;
    expect(write && "fields" in write ? write.fields.password : undefined).toEqual(password);
  });

  test("that cannot be kept safely ends what is not begun: nothing is sent", async () => {
    const full = new InputError([{ code: "file-unwritable", message: "The disc is full." }]);
    const result = await course(
      [creating("n@example.org"), second],
      { reads: [[b]] },
      {
        temporaryPassword: () => Promise.reject(full),
      },
    );
    expect([outcomesOf(result), result.writes, result.journal.map(({ type }) => type)]).toEqual([
      ["blocked: The disc is full.", "blocked: The disc is full."],
      [],
      ["outcome", "outcome"],
    ]);
  });

  test("is not sent where no port gives one", async () => {
    const { writes } = await course([creating("n@example.org")], { reads: [[]] }, { settleMs: 0 });
    expect(writes[0]).toEqual({
      op: "create",
      kind: "personal",
      fields: { address: "n@example.org", fullName: "n@example.org" },
    });
  });
});

describe("the account keys that were sent", () => {
  const keyed = (id: string, account: LiveAccount) =>
    updating(account, [field("accountKey", null, "digest")], { id, accountKey: `key of ${account.address}` });
  const create = creating("n@example.org", [field("fullName", null, "New")], { accountKey: "new key" });
  const made = person("n@example.org", { fullName: "New", zivverId: "new" });

  test.each<{
    name: string;
    changes: readonly Change[];
    reads: readonly (readonly LiveAccount[])[];
    answers: readonly (LiveAccount | undefined | Error)[];
    expect: readonly (readonly [string, string])[];
  }>([
    {
      name: "one that was answered",
      changes: [keyed("c-1", a)],
      reads: [[a]],
      answers: [a],
      expect: [[a.zivverId, "key of a@example.org"]],
    },
    { name: "not one that was refused", changes: [keyed("c-1", a)], reads: [[a]], answers: [NO], expect: [] },
    {
      name: "not one that a change had no cause to send",
      changes: [updating(a, [field("fullName", "Name of a", "New")], { accountKey: "key" })],
      reads: [[a], [a]],
      answers: [NO],
      expect: [],
    },
    {
      name: "one of a new account",
      changes: [create],
      reads: [[], [made]],
      answers: [made],
      expect: [["new", "new key"]],
    },
    {
      name: "not one of a new account whose creation was answered with somebody else's",
      changes: [create],
      reads: [[], [fingerprinted({ ...made, fullName: "Other" })]],
      answers: [fingerprinted({ ...made, fullName: "Other" })],
      expect: [],
    },
  ])("$name", async ({ changes, reads, answers, expect: keys }) => {
    const result = await course(changes, { reads, answers }, { settleMs: 0 });
    expect([...result.keys].map(([id, key]) => [id, key.reveal()])).toEqual(keys);
  });
});

test("each change that is settled is reported as progress, once or again", async () => {
  const progress: string[] = [];
  await course(
    [first, second],
    {
      reads: [
        [a, b],
        [done(a), done(b)],
      ],
      answers: [done(a), done(b)],
    },
    {
      onProgress: (settled, of) => progress.push(`${settled}/${of}`),
    },
  );
  expect([...new Set(progress)]).toEqual(["1/2", "2/2"]);
});
