import { describe, expect, test } from "vitest";
import { type Split, splitChanges, splitNone } from "../../../../src/engine/plan/standing/split.ts";
import type { LiveAccount } from "../../../../src/model/account/account.ts";
import type { Change } from "../../../../src/model/plan/change.ts";
import { STANDING_TYPES, type StandingCounts } from "../../../../src/model/plan/standing.ts";
import { EMPTY_STATE } from "../../../../src/model/plan/state.ts";
import { known, PLAIN_NAMES, person } from "../../../support/engine.ts";
import { access, creating, deleting, field, suspending, updating } from "../../apply/by-hand.ts";

/* What waits with a change that waits, and what an exhausted number holds back. */

const a = person("a@example.org", { fullName: "Ann" });
const b = person("b@example.org", { fullName: "Ben" });
const c = person("c@example.org", { fullName: "Cas" });
const NINE = Object.fromEntries(STANDING_TYPES.map((type) => [type, 9])) as StandingCounts;
const phone = (account: LiveAccount, id: string, needs: readonly string[] = []) =>
  updating(account, [field("phone", "", "1")], { id, needs });
const create = (id: string, fullName = "New") =>
  creating(`${id}@example.org`, [field("fullName", null, fullName)], { id });
const reactivate = (account: LiveAccount, id: string, fields = [field("active", false, true)]): Change => ({
  ...updating(account, fields, { id }),
  action: "reactivate",
});

type Case = {
  readonly name: string;
  readonly changes: readonly Change[];
  readonly numbers?: StandingCounts;
  readonly used?: StandingCounts;
  readonly protectedPatterns?: readonly string[];
  readonly live?: readonly LiveAccount[];
  readonly expect: {
    readonly routine: readonly string[];
    readonly waits: unknown;
    readonly counts: StandingCounts;
  };
};

const shown = ({ routine, waits, counts }: Split) => ({
  routine: [...routine],
  waits: Object.fromEntries(waits),
  counts,
});

function splitOf({ changes, numbers = {}, used = {}, protectedPatterns = [], live = [] }: Case) {
  return shown(
    splitChanges(changes, {
      policy: { windowMs: 1, numbers: { ...NINE, ...numbers } },
      protectedPatterns,
      memory: {
        state: { ...EMPTY_STATE, accounts: [known(a.address, { id: "1" }), known(b.address, { id: "2" })] },
        names: PLAIN_NAMES,
      },
      now: 0,
      accountOf: (id) => live.find(({ zivverId }) => zivverId === id),
      used,
    }),
  );
}

describe("an exhausted number", () => {
  const over = (type: string, count: number, number: number, used = 0) => ({
    because: "number",
    type,
    count,
    used,
    number,
  });

  test.each<Case>([
    {
      name: "holds back all of its type, and says what it was",
      changes: [create("n1"), create("n2"), phone(a, "u")],
      numbers: { create: 3 },
      used: { create: 2 },
      expect: {
        routine: ["u"],
        waits: { n1: over("create", 2, 3, 2), n2: over("create", 2, 3, 2) },
        counts: { update: 1 },
      },
    },
    {
      name: "that is just reached holds nothing back",
      changes: [create("n1"), create("n2")],
      numbers: { create: 3 },
      used: { create: 1 },
      expect: { routine: ["n1", "n2"], waits: {}, counts: { create: 2 } },
    },
    {
      name: "of a type that the policy does not name is nought",
      changes: [create("n1")],
      numbers: { create: undefined as never },
      expect: { routine: [], waits: { n1: over("create", 1, 0) }, counts: {} },
    },
    {
      name: "holds back what is of that type among others",
      changes: [reactivate(a, "r", [field("active", false, true), field("phone", "", "1")]), phone(b, "u")],
      numbers: { reactivate: 0 },
      expect: { routine: ["u"], waits: { r: over("reactivate", 1, 0) }, counts: { update: 1 } },
    },
    {
      name: "counts nothing that waits anyway",
      changes: [create("n1"), create("n2"), create("boss")],
      numbers: { create: 2 },
      protectedPatterns: ["boss@example.org"],
      expect: { routine: ["n1", "n2"], waits: { boss: { because: "protected" } }, counts: { create: 2 } },
    },
    {
      name: "of two types: the one that comes first frees the other",
      changes: [
        reactivate(a, "r", [field("active", false, true), field("phone", "", "1")]),
        phone(b, "u1"),
        phone(c, "u2"),
      ],
      numbers: { reactivate: 0, update: 2 },
      expect: {
        routine: ["u1", "u2"],
        waits: { r: over("reactivate", 1, 0) },
        counts: { update: 2 },
      },
    },
    {
      name: "that is kept once a later type waits lets its changes go on again",
      changes: [
        reactivate(a, "both", [field("active", false, true), field("phone", "", "1")]),
        reactivate(b, "r"),
        phone(c, "u"),
      ],
      numbers: { reactivate: 1, update: 1 },
      expect: {
        routine: ["u"],
        waits: {
          both: over("reactivate", 2, 1),
          r: over("reactivate", 2, 1),
        },
        counts: { update: 1 },
      },
    },
    {
      name: "of a type frees an earlier type that depended on it",
      changes: [create("n1"), { ...create("n2"), needs: ["u1"] }, phone(a, "u1"), phone(b, "u2")],
      numbers: { create: 1, update: 1 },
      expect: {
        routine: ["n1"],
        waits: {
          u1: over("update", 2, 1),
          u2: over("update", 2, 1),
          n2: { because: "needs", change: "u1" },
        },
        counts: { create: 1 },
      },
    },
  ])("$name", (given) => {
    expect(splitOf(given)).toEqual(given.expect);
  });
});

describe("waits with another change", () => {
  const boss = { protectedPatterns: ["boss@example.org"] };
  const waiting = creating("boss@example.org", [field("fullName", null, "Boss")], { id: "boss" });
  const PROTECTED = { because: "protected" };
  const needs = (change: string) => ({ because: "needs", change });
  const same = (change: string) => ({ because: "same-name", change });
  const renaming = updating(
    a,
    [field("address", a.address, "boss@example.org"), field("aliases", [], [a.address])],
    { id: "boss" },
  );

  test.each<Case>([
    {
      name: "one that needs it, and one that needs that",
      changes: [waiting, phone(a, "u1", ["boss"]), phone(b, "u2", ["u1"]), phone(c, "u3")],
      expect: {
        routine: ["u3"],
        waits: { boss: PROTECTED, u1: needs("boss"), u2: needs("u1") },
        counts: { update: 1 },
      },
    },
    {
      name: "one whose list names somebody whom it creates",
      changes: [
        waiting,
        updating(b, [access({}, { "boss@example.org": null })], { id: "u1" }),
        updating(c, [access({}, { "other@example.org": null })], { id: "u2" }),
      ],
      expect: { routine: ["u2"], waits: { boss: PROTECTED, u1: needs("boss") }, counts: { addDelegate: 1 } },
    },
    {
      name: "one whose list names somebody whom it renames, by the id",
      changes: [
        renaming,
        updating(b, [access({}, { "boss@example.org": a.zivverId })], { id: "u1" }),
        updating(c, [access({}, { "boss@example.org": "another" })], { id: "u2" }),
      ],
      expect: { routine: ["u2"], waits: { boss: PROTECTED, u1: needs("boss") }, counts: { addDelegate: 1 } },
    },
    {
      name: "not one whose list names somebody whom a change leaves the address",
      changes: [
        updating(a, [field("phone", "", "1")], { id: "u1" }),
        updating(b, [access({}, { [a.address]: a.zivverId })], { id: "u2" }),
      ],
      numbers: { update: 0 },
      expect: {
        routine: ["u2"],
        waits: { u1: { because: "number", type: "update", count: 1, used: 0, number: 0 } },
        counts: { addDelegate: 1 },
      },
    },
    {
      name: "one that takes somebody off a list whom it deletes",
      changes: [
        deleting(a, { id: "d" }),
        updating(b, [access({ [a.address]: a.zivverId, "g@example.net": null }, {})], { id: "u1" }),
        updating(c, [access({ [a.address]: a.zivverId }, { [a.address]: a.zivverId })], { id: "u2" }),
      ],
      expect: {
        routine: ["u2"],
        waits: { d: { because: "deletion" }, u1: needs("d") },
        counts: { update: 1 },
      },
    },
    {
      name: "not itself, whomever it names",
      changes: [
        creating("n@example.org", [field("fullName", null, "New"), access({}, { "n@example.org": null })], {
          id: "n",
        }),
      ],
      expect: { routine: ["n"], waits: {}, counts: { create: 1, addDelegate: 1 } },
    },
    {
      name: "a suspension with a new account of the same name, however it is written",
      changes: [
        creating("boss@example.org", [field("fullName", null, "ANN")], { id: "boss" }),
        suspending(a, { id: "s1" }),
        suspending(b, { id: "s2" }),
      ],
      live: [a, b],
      expect: { routine: ["s2"], waits: { boss: PROTECTED, s1: same("boss") }, counts: { suspend: 1 } },
    },
    {
      name: "a suspension with either of two new accounts of the same name",
      changes: [
        creating("n@example.org", [field("fullName", null, "Ann")], { id: "n" }),
        creating("boss@example.org", [field("fullName", null, "Ann")], { id: "boss" }),
        suspending(a, { id: "s1" }),
      ],
      live: [a],
      expect: { routine: ["n"], waits: { boss: PROTECTED, s1: same("boss") }, counts: { create: 1 } },
    },
    {
      name: "a suspension with somebody of the same name who comes back",
      changes: [
        reactivate(person("boss@example.org", { fullName: "Ann" }), "boss"),
        suspending(a, { id: "s1" }),
      ],
      live: [a, person("boss@example.org", { fullName: "Ann" })],
      expect: { routine: [], waits: { boss: PROTECTED, s1: same("boss") }, counts: {} },
    },
    {
      name: "a suspension with somebody who comes back and gets the same name",
      changes: [
        reactivate(person("boss@example.org", { fullName: "Boss" }), "boss", [
          field("active", false, true),
          field("fullName", "Boss", "Ann"),
        ]),
        suspending(a, { id: "s1" }),
      ],
      live: [a, person("boss@example.org", { fullName: "Boss" })],
      expect: { routine: [], waits: { boss: PROTECTED, s1: same("boss") }, counts: {} },
    },
    {
      name: "not a suspension of somebody whose name no reading gives",
      changes: [{ ...waiting, fields: [] }, suspending(a, { id: "s1" })],
      expect: { routine: ["s1"], waits: { boss: PROTECTED }, counts: { suspend: 1 } },
    },
    {
      name: "not an update of somebody of the same name",
      changes: [{ ...waiting, fields: [field("fullName", null, "Ann")] }, phone(a, "u1")],
      live: [a],
      expect: { routine: ["u1"], waits: { boss: PROTECTED }, counts: { update: 1 } },
    },
    {
      name: "not a suspension with an update of somebody of the same name",
      changes: [
        updating(person("boss@example.org", { fullName: "Ann" }), [field("phone", "", "1")], { id: "boss" }),
        suspending(a, { id: "s1" }),
      ],
      live: [a, person("boss@example.org", { fullName: "Ann" })],
      expect: { routine: ["s1"], waits: { boss: PROTECTED }, counts: { suspend: 1 } },
    },
  ])("$name", (given) => {
    expect(splitOf({ ...boss, ...given })).toEqual(given.expect);
  });
});

test("all changes can wait for one reason", () => {
  expect(shown(splitNone([create("n1"), phone(a, "u")], { because: "clock" }))).toEqual({
    routine: [],
    waits: { n1: { because: "clock" }, u: { because: "clock" } },
    counts: {},
  });
});
