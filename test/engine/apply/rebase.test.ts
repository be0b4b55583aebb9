import { describe, expect, test } from "vitest";
import { rebase } from "../../../src/engine/apply/rebase.ts";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { Change } from "../../../src/model/plan/change.ts";
import { person } from "../../support/engine.ts";
import { access, creating, field, updating } from "./by-hand.ts";

/* The second part of a plan, once its first part was carried out. */

const ann = person("ann@example.org");
const moved = person("ann.w@example.org", { zivverId: ann.zivverId });
const boss = person("boss@example.org", { delegates: [ann.address] });
const after = person("boss@example.org", { delegates: [moved.address] });
const name = field("fullName", "Old", "New");

const create = creating("new@example.org");
const rename = updating(ann, [field("address", ann.address, moved.address)]);
const second = updating(boss, [name]);

const part = (
  first: readonly Change[],
  before: readonly LiveAccount[],
  accounts: readonly LiveAccount[],
  done: readonly (readonly [string, string])[] = [],
) => ({ changes: first, before, result: { accounts, done: new Map(done) } });
const baseOf = (change: Change | undefined) => (change && "base" in change ? change.base : undefined);

describe("the base of a change", () => {
  test.each<{ name: string; before: readonly LiveAccount[]; now: readonly LiveAccount[]; expect: string }>([
    {
      name: "is the account as the first part has left it",
      before: [ann, boss],
      now: [moved, after],
      expect: after.fingerprint,
    },
    {
      name: "stays, where somebody else has changed the account since",
      before: [ann, boss],
      now: [moved, { ...after, phone: "1" }],
      expect: boss.fingerprint,
    },
    { name: "stays, where the account is gone", before: [ann, boss], now: [moved], expect: boss.fingerprint },
    { name: "stays, where the account was not read", before: [ann], now: [after], expect: boss.fingerprint },
  ])("$name", ({ before, now, expect: base }) => {
    const [change] = rebase([second], part([rename], before, now));
    expect(baseOf(change)).toBe(base);
    expect(change).toEqual({ ...second, base });
  });
});

describe("somebody in a list", () => {
  const NEW = { "new@example.org": null };
  const GUEST = { "guest@example.net": null };
  const ANN = { [ann.address]: ann.zivverId };

  test.each<{
    name: string;
    first: readonly Change[];
    done: readonly (readonly [string, string])[];
    expect: unknown;
  }>([
    {
      name: "is meant by the id with which the first part created the account",
      first: [create],
      done: [["c-1", "id-new"]],
      expect: { before: [null], after: [ann.zivverId, "id-new", null] },
    },
    {
      name: "stays without an id, where the first part did not create the account",
      first: [create],
      done: [],
      expect: { before: [null], after: [ann.zivverId, null, null] },
    },
    {
      name: "stays without an id, where the first part changed an account of another name",
      first: [updating(person("new@example.org"), [name])],
      done: [["c-1", "id-new"]],
      expect: { before: [null], after: [ann.zivverId, null, null] },
    },
  ])("$name", ({ first, done, expect: accounts }) => {
    const list = access(GUEST, { ...ANN, ...NEW, ...GUEST });
    const [change] = rebase([updating(boss, [name, list])], part(first, [boss], [boss], done));
    expect(change?.fields).toEqual([name, { ...list, accounts }]);
  });

  test("also of an account that is created", () => {
    const list = access({}, NEW);
    const creation = creating("other@example.org", [list], { id: "c-9" });
    const [change] = rebase([creation], part([create], [], [], [["c-1", "id-new"]]));
    expect(change).toEqual({
      ...creation,
      fields: [{ ...list, accounts: { before: [], after: ["id-new"] } }],
    });
  });
});
