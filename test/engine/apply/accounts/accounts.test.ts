import { describe, expect, test } from "vitest";
import { ApplyWorld } from "../../../../src/engine/apply/accounts/accounts.ts";
import type { LiveAccount } from "../../../../src/model/account/account.ts";
import type { Change } from "../../../../src/model/plan/change.ts";
import { at, desk, person } from "../../../support/engine.ts";
import { creating, deleting, field, updating, worldOf } from "../by-hand.ts";

/* Which account a change is about, and whose an address is, while both change. */

const a = person("a@example.org", { aliases: ["a1@example.org"] });
const b = person("b@example.org");
const create = creating("n@example.org", [], { id: "c-n" });
const made = person("n@example.org", { zivverId: "new" });
const rename = updating(a, [field("address", a.address, "moved@example.org")], { id: "c-a" });
const remove = deleting(b, { id: "c-b" });

describe("the account that a change is about", () => {
  test.each<{ name: string; changes: readonly Change[]; live: readonly LiveAccount[]; expect?: LiveAccount }>(
    [
      { name: "by its id", changes: [rename], live: [b, a], expect: a },
      { name: "none, where it is gone", changes: [rename], live: [b] },
      { name: "a created one by its address", changes: [create], live: [a, made], expect: made },
      {
        name: "none of another kind at that address",
        changes: [create],
        live: [desk("n@example.org")],
      },
      {
        name: "a group by its address, where a group is created",
        changes: [creating("n@example.org", [], { kind: "functional" })],
        live: [desk("n@example.org")],
        expect: desk("n@example.org"),
      },
      {
        name: "none that has the address as an alias",
        changes: [create],
        live: [person("x@example.org", { aliases: ["n@example.org"] })],
      },
      {
        name: "none that this plan renames away from that address",
        changes: [creating(a.address, [], { id: "c-n" }), rename],
        live: [a],
      },
    ],
  )("$name", ({ changes, live, expect: account }) => {
    const [change] = changes;
    expect(change && worldOf(changes, live).current(change)).toEqual(account);
  });

  test("is the one that an earlier run created, whatever its address is now", () => {
    const world = new ApplyWorld([create], new Map([["c-n", "new"]]));
    const moved = person("elsewhere@example.org", { zivverId: "new" });
    world.load([person("n@example.org"), moved]);
    expect(world.current(create)).toEqual(moved);
  });

  test("is the one that this run's answer showed, also after a reading", () => {
    const world = worldOf([create], []);
    const moved = person("elsewhere@example.org", { zivverId: "new" });
    world.note(create, made);
    expect(world.current(create)).toEqual(made);
    world.load([person("n@example.org"), moved]);
    expect(world.current(create)).toEqual(moved);
  });

  test("is forgotten with a reading that does not show it", () => {
    const world = worldOf([create], [made]);
    world.load([]);
    expect(world.current(create)).toBeUndefined();
  });
});

describe("a write that was carried out", () => {
  test("changes the account", () => {
    const world = worldOf([rename], [a, b]);
    const moved = person("moved@example.org", { zivverId: a.zivverId });
    world.note(rename, moved);
    expect(world.accounts()).toEqual([moved, b]);
    expect(world.addressOf(a.zivverId)).toBe("moved@example.org");
  });

  test("changes nothing where it was answered without the account", () => {
    const world = worldOf([rename], [a, b]);
    world.note(rename, undefined);
    expect(world.accounts()).toEqual([a, b]);
  });

  test("takes a deleted account away", () => {
    const world = worldOf([remove], [a, b]);
    world.note(remove, undefined);
    expect([world.accounts(), world.has(b.zivverId), world.has(a.zivverId)]).toEqual([[a], false, true]);
  });

  test("of an account that was there makes it not one that this plan created", () => {
    const world = worldOf([rename, create], [a]);
    world.note(rename, a);
    expect(world.current(create)).toBeUndefined();
  });
});

describe("the account that this plan creates at an address", () => {
  test.each<{
    name: string;
    live: readonly LiveAccount[];
    address: string;
    creates: boolean;
    expect?: LiveAccount;
  }>([
    { name: "once it is there", live: [made], address: "n@example.org", creates: true, expect: made },
    { name: "not before", live: [a], address: "n@example.org", creates: true },
    { name: "not at an address that another account has", live: [a], address: a.address, creates: false },
    {
      name: "not at an address that another account gets",
      live: [a],
      address: rename.address,
      creates: false,
    },
  ])("$name", ({ live, address, creates, expect: account }) => {
    const world = worldOf([create, rename], live);
    expect([world.creates(address), world.createdAt(address)]).toEqual([creates, account]);
  });
});

describe("whose an address is", () => {
  const moved = person("moved@example.org", { zivverId: a.zivverId, aliases: [] });
  const newcomer = person(a.address, { zivverId: "new-a" });
  const changes = [rename, remove, updating(b, [field("fullName", "B", "C")], { id: "c-3" })];

  test.each<{
    name: string;
    live: readonly LiveAccount[];
    address: string;
    now: string | undefined;
    before: string | undefined;
  }>([
    { name: "its own", live: [a], address: a.address, now: a.zivverId, before: a.zivverId },
    { name: "an alias", live: [a], address: "a1@example.org", now: a.zivverId, before: a.zivverId },
    { name: "nobody's", live: [a], address: "x@example.org", now: undefined, before: undefined },
    { name: "given up by a rename", live: [moved], address: a.address, now: undefined, before: a.zivverId },
    {
      name: "given up, and taken by another one",
      live: [moved, newcomer],
      address: a.address,
      now: "new-a",
      before: a.zivverId,
    },
    { name: "given up by a deletion", live: [a], address: b.address, now: undefined, before: b.zivverId },
    {
      name: "an own address before an alias of another account",
      live: [b, person("y@example.org", { aliases: [b.address] })],
      address: b.address,
      now: b.zivverId,
      before: b.zivverId,
    },
  ])("$name", ({ live, address, now, before }) => {
    const world = worldOf(changes, live);
    expect([world.holderOf(at(address)), world.formerHolderOf(at(address))]).toEqual([now, before]);
  });

  test("a creation gives no address up", () => {
    const odd = creating("n@example.org", [field("address", "x@example.org", "n@example.org")]);
    expect(worldOf([odd], [made]).formerHolderOf(at("x@example.org"))).toBeUndefined();
  });
});
