import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitByCause } from "../../../src/engine/plan/causes.ts";
import type { FieldChange } from "../../../src/model/plan/change.ts";
import type { Plan } from "../../../src/model/plan/plan.ts";
import { hostilePlans } from "../../support/arbitrary-plans.ts";
import {
  address,
  createChange,
  deleteChange,
  origin,
  reactivateChange,
  SEALED_KEY,
  suspendChange,
  updateChange,
} from "../../support/plans.ts";

type PlannedChange = Plan["changes"][number];

const phone = (after: string, place?: string): FieldChange => ({
  field: "phone",
  before: "",
  after,
  origin: origin("Phone", place),
});
const name: FieldChange = { field: "fullName", before: "Kim", after: "Kim Roe" };

/** `action address` of each list. */
function split(head: readonly PlannedChange[], base: readonly PlannedChange[] | undefined) {
  const { known, ...lists } = splitByCause(head, base);
  const titles = (changes: readonly PlannedChange[]) => changes.map((one) => `${one.action} ${one.address}`);
  return {
    known,
    caused: titles(lists.caused),
    pending: titles(lists.pending),
    prevented: titles(lists.prevented),
  };
}

const NONE = { known: true, caused: [], pending: [], prevented: [] };
const SAME = { ...NONE, pending: ["update k.roe@example.org"] };
const OTHER = {
  ...NONE,
  caused: ["update k.roe@example.org"],
  prevented: ["update k.roe@example.org"],
};
const update = (...fields: FieldChange[]) => updateChange("k.roe@example.org", fields);

describe("what causes a change", () => {
  it.each([
    {
      name: "ids, needs, profiles, origins and the order of fields do not count",
      head: update(phone("1"), name),
      base: updateChange("k.roe@example.org", [name, phone("1", "old.csv, line 3")], {
        id: "c-9",
        needs: ["c-1"],
        profile: "former",
      }),
      expected: SAME,
    },
    { name: "another value after", head: update(phone("1")), base: update(phone("2")), expected: OTHER },
    {
      name: "another value before",
      head: update({ ...phone("1"), before: "0" }),
      base: update(phone("1")),
      expected: OTHER,
    },
    { name: "one more field", head: update(phone("1"), name), base: update(phone("1")), expected: OTHER },
    {
      name: "another account under the same address",
      head: update(phone("1")),
      base: { ...update(phone("1")), zivverId: "another" } as PlannedChange,
      expected: OTHER,
    },
    {
      name: "another kind",
      head: update(phone("1")),
      base: updateChange("k.roe@example.org", [phone("1")], { kind: "functional" }),
      expected: OTHER,
    },
    {
      name: "an account key by its digest: what encrypts it differs every time",
      head: updateChange("k.roe@example.org", [name], { accountKey: SEALED_KEY }),
      base: updateChange("k.roe@example.org", [name], { accountKey: { ...SEALED_KEY, sealed: "b3RoZXI=" } }),
      expected: SAME,
    },
    {
      name: "another account key",
      head: updateChange("k.roe@example.org", [name], { accountKey: SEALED_KEY }),
      base: updateChange("k.roe@example.org", [name], { accountKey: { ...SEALED_KEY, digest: "other" } }),
      expected: OTHER,
    },
    {
      name: "a first write that gives addresses up",
      head: updateChange("k.roe@example.org", [name], {
        release: { address: address("parked@example.org"), aliases: [] },
      }),
      base: update(name),
      expected: OTHER,
    },
  ])("$name", ({ head, base, expected }) => {
    expect(split([head], [base])).toEqual(expected);
  });

  it("splits into what only one of the two plans holds, and what both do", () => {
    const both = [suspendChange("both@example.org"), reactivateChange("back@example.org")];
    expect(
      split(
        [createChange("new@example.org"), ...both],
        [...[...both].reverse(), deleteChange("desk@example.org")],
      ),
    ).toEqual({
      known: true,
      caused: ["create new@example.org"],
      pending: ["suspend both@example.org", "reactivate back@example.org"],
      prevented: ["delete desk@example.org"],
    });
  });

  it("a suspension that becomes a deletion is caused, and the suspension prevented", () => {
    expect(split([deleteChange("desk@example.org")], [suspendChange("desk@example.org")])).toEqual({
      ...NONE,
      caused: ["delete desk@example.org"],
      prevented: ["suspend desk@example.org"],
    });
  });

  it("without a base all is pending, and said to be unknown", () => {
    expect(split([createChange("new@example.org")], undefined)).toEqual({
      ...NONE,
      known: false,
      pending: ["create new@example.org"],
    });
  });
});

describe("laws", () => {
  const changes = hostilePlans(12).map((plan) => plan.changes);

  it("nothing is lost and nothing doubled: caused and pending are the head, in its order", () => {
    fc.assert(
      fc.property(changes, changes, fc.nat(), (head, others, at) => {
        const base = [...head.slice(at % (head.length + 1)), ...others];
        const { caused, pending, prevented } = splitByCause(head, base);
        expect(head.filter((one) => caused.includes(one) !== pending.includes(one))).toEqual(head);
        expect(caused.length + pending.length).toBe(head.length);
        expect(head.filter((one) => caused.includes(one))).toEqual(caused);
        expect(base.filter((one) => prevented.includes(one))).toEqual(prevented);
      }),
    );
  });

  it("the two plans changed round change caused and prevented round", () => {
    fc.assert(
      fc.property(changes, changes, (head, base) => {
        const there = splitByCause(head, base);
        const back = splitByCause(base, head);
        expect(back.caused).toEqual(there.prevented);
        expect(back.prevented).toEqual(there.caused);
      }),
    );
  });

  it("a plan against itself causes nothing; against nothing, it causes all", () => {
    fc.assert(
      fc.property(changes, (head) => {
        expect(splitByCause(head, [...head].reverse())).toEqual({ ...NONE, pending: head });
        expect(splitByCause(head, [])).toEqual({ ...NONE, caused: head });
      }),
    );
  });
});
