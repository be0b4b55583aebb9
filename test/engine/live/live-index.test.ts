import { describe, expect, test } from "vitest";
import { indexLive, liveInOrder, whenAsked } from "../../../src/engine/live/live-index.ts";
import { at, desk, person, profile } from "../../support/engine.ts";

const A = "a@example.org";
const B = "b@example.org";
const staff = profile({ manages: { include: [{ domain: "example.org" }] } });
const care = profile({ name: "care", manages: { include: [{ domain: "example.com" }] } });

test("accounts are in order of kind, address and id", () => {
  const [a2, a1, b, d] = [person(A, { zivverId: "2" }), person(A, { zivverId: "1" }), person(B), desk(B)];
  expect(liveInOrder([b, a2, d, a1])).toEqual([d, a1, a2, b]);
});

describe("live accounts", () => {
  const a = person(A, { aliases: ["x@example.org", B] });
  const b = person(B, { aliases: ["x@example.org"] });
  const d = desk("d@example.com");
  const e = person("e@example.net");

  test("are found by id, by address and by alias, whoever has it as an address first", () => {
    const { all, byId, byPrimary, byAddress } = indexLive([b, a], [staff]);
    expect(all).toEqual([a, b]);
    expect([byId.get(a.zivverId), byId.get("nobody"), byId.has(b.zivverId)]).toEqual([a, undefined, true]);
    expect([byPrimary.get(at(A)), byPrimary.get(at("x@example.org"))]).toEqual([a, undefined]);
    expect([byAddress.get(at(A)), byAddress.get(at(B)), byAddress.get(at("x@example.org"))]).toEqual([
      a,
      b,
      a,
    ]);
    expect([...byAddress.keys()]).toEqual([A, B, "x@example.org"]);
  });

  test("have the profile that manages them, and are counted by kind", () => {
    const { owner, owned, untouchable, findings } = indexLive([a, b, d, e], [staff, care]);
    expect([...owner]).toEqual([
      [d.zivverId, "care"],
      [a.zivverId, "staff"],
      [b.zivverId, "staff"],
    ]);
    expect([...owned]).toEqual([
      ["staff", { personal: 2, functional: 0 }],
      ["care", { personal: 0, functional: 1 }],
    ]);
    expect([untouchable.size, findings]).toEqual([0, []]);
  });

  test("two with one address are left as they are", () => {
    const twins = [desk(A, [], { zivverId: "1" }), person(A, { zivverId: "2" })];
    const { untouchable, findings, byPrimary } = indexLive(twins, [staff]);
    expect([[...untouchable].sort(), byPrimary.get(at(A))]).toEqual([["1", "2"], twins[0]]);
    expect(findings).toEqual([
      {
        code: "live-address-twice",
        severity: "error",
        summary:
          "Two live accounts have this address (functional 1 and personal 2). Both are left as they are.",
        where: { kind: "personal", address: A },
      },
    ]);
  });

  test("one that two profiles manage is left as it is, and is nobody's", () => {
    const { untouchable, owner, owned, findings } = indexLive([a], [staff, profile({ name: "all" })]);
    expect([[...untouchable], owner.size, owned.get("staff")]).toEqual([
      [a.zivverId],
      0,
      { personal: 0, functional: 0 },
    ]);
    expect(findings).toEqual([
      {
        code: "account-owned-twice",
        severity: "error",
        summary:
          "The profiles staff and all both manage this account. It is left as it is until an include or exclude settles whose it is.",
        where: { kind: "personal", address: A },
      },
    ]);
  });
});

test("a map that is made when somebody asks is made once", () => {
  let made = 0;
  const map = whenAsked(() => {
    made += 1;
    return new Map([["a", 1]]);
  });
  expect(made).toBe(0);
  expect([map.get("a"), map.get("b"), map.has("a"), map.has("b"), [...map.keys()]]).toEqual([
    1,
    undefined,
    true,
    false,
    ["a"],
  ]);
  expect(made).toBe(1);
});
