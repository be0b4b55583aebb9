import { describe, expect, test } from "vitest";
import {
  addressesOf,
  carriedDelegates,
  checkAccountsNamed,
  hasDelegates,
  isBetweenDelegates,
  type Meant,
  meansDelegates,
  meantBy,
} from "../../../../src/engine/apply/accounts/delegates.ts";
import type { LiveAccount } from "../../../../src/model/account/account.ts";
import type { Change, FieldChange } from "../../../../src/model/plan/change.ts";
import { InternalError } from "../../../../src/model/values/errors.ts";
import { at, desk, person } from "../../../support/engine.ts";
import { access, creating, deleting, field, type Named, updating, worldOf } from "../by-hand.ts";

/* Whom a list of delegates or members means by now: everybody in it may read the account's messages. */

const ann = person("ann@example.org");
const ben = person("ben@example.org");
const eve = person("eve@example.org");
const ANN: Named = { "ann@example.org": ann.zivverId };
const BEN: Named = { "ben@example.org": ben.zivverId };
const GUEST: Named = { "guest@example.net": null };
const NEW: Named = { "new@example.org": null };

const boss = (delegates: readonly string[] = []) => person("boss@example.org", { delegates });
const group = (members: readonly string[] = []) => desk("group@example.org", members);
const create = creating("new@example.org", [], { id: "c-new" });
const made = person("new@example.org");
/** ann under her new address, and the change of this plan that renames her. */
const moved = person("ann.w@example.org", { zivverId: ann.zivverId });
const rename = updating(ann, [field("address", ann.address, moved.address)], { id: "c-ann" });
const MOVED: Named = { "ann.w@example.org": ann.zivverId };

type World = { readonly live?: readonly LiveAccount[]; readonly changes?: readonly Change[] };
const worldWith = (account: LiveAccount | undefined, { live = [ann, ben], changes = [] }: World) =>
  worldOf(changes, account ? [account, ...live] : live);

describe("whom a list means", () => {
  const nobody: Meant = { ids: [], guests: [], awaited: [], gone: [] };

  test.each<World & { name: string; account?: LiveAccount; after: Named; expect: Partial<Meant> }>([
    { name: "an account that is there", after: ANN, expect: { ids: [ann.zivverId] } },
    {
      name: "not an account that is gone, although somebody has its address",
      live: [person("ann@example.org", { zivverId: "other" })],
      after: ANN,
      expect: { gone: ["ann@example.org"] },
    },
    {
      name: "a member whom no listing shows, where the account has it",
      account: group(["unlisted"]),
      after: { unlisted: "unlisted" },
      expect: { ids: ["unlisted"] },
    },
    {
      name: "not one whom no listing shows, where the account does not have it",
      account: group([]),
      after: { unlisted: "unlisted" },
      expect: { gone: ["unlisted"] },
    },
    {
      name: "the account that this plan has created",
      live: [made],
      changes: [create],
      after: NEW,
      expect: { ids: [made.zivverId] },
    },
    {
      name: "the account that this plan will create",
      changes: [create],
      after: NEW,
      expect: { awaited: ["new@example.org"] },
    },
    {
      name: "not the account that this plan creates, where the list means another one by its id",
      live: [made],
      changes: [create],
      after: { "new@example.org": "gone" },
      expect: { gone: ["new@example.org"] },
    },
    {
      name: "a guest whom the account lists already",
      account: boss(["guest@example.net"]),
      after: GUEST,
      expect: { guests: [at("guest@example.net")] },
    },
    {
      name: "not a guest whom the account does not list",
      account: boss(["other@example.net"]),
      after: GUEST,
      expect: { gone: ["guest@example.net"] },
    },
    { name: "not a guest where there is no account", after: GUEST, expect: { gone: ["guest@example.net"] } },
    {
      name: "not one by a name that the account lists, where the id is of an account that is gone",
      account: boss(["guest@example.net"]),
      after: { "guest@example.net": "gone" },
      expect: { gone: ["guest@example.net"] },
    },
    {
      name: "each of several, in their order",
      account: boss(["guest@example.net"]),
      changes: [create],
      after: { ...BEN, ...GUEST, ...NEW, ...ANN, "x@example.org": "gone" },
      expect: {
        ids: [ben.zivverId, ann.zivverId],
        guests: [at("guest@example.net")],
        awaited: ["new@example.org"],
        gone: ["x@example.org"],
      },
    },
  ])("$name", ({ account, after, expect: expected, ...world }) => {
    const meant = meantBy(access(BEN, after), "after", account, worldWith(account, world));
    expect(meant).toEqual({ ...nobody, ...expected });
  });

  test("on the side before, those of before", () => {
    expect(meantBy(access(ANN, BEN), "before", undefined, worldWith(undefined, {})).ids).toEqual([
      ann.zivverId,
    ]);
  });

  test("nobody by a name alone, where a change says no ids", () => {
    const bare = field("delegates", [], [ann.address]);
    expect(meantBy(bare, "after", boss(), worldWith(boss(), {}))).toEqual({
      ...nobody,
      gone: [ann.address],
    });
  });

  test("under the addresses of now, and guests under their own", () => {
    const world = worldOf([], [moved]);
    const meant = { ...nobody, ids: [ann.zivverId, "gone"], guests: [at("guest@example.net")] };
    expect(addressesOf(meant, world)).toEqual([moved.address, "guest@example.net"]);
  });
});

describe("as planned", () => {
  test.each<World & { name: string; account: LiveAccount; after: Named; expect: boolean }>([
    { name: "the delegate meant", account: boss([ann.address]), after: ANN, expect: true },
    { name: "not one too many", account: boss([ann.address, ben.address]), after: ANN, expect: false },
    { name: "not one too few", account: boss([]), after: ANN, expect: false },
    {
      name: "not under an older address",
      live: [moved],
      account: boss([ann.address]),
      after: ANN,
      expect: false,
    },
    { name: "the member meant", account: group([ann.zivverId]), after: ANN, expect: true },
    { name: "not another member", account: group([ben.zivverId]), after: ANN, expect: false },
    {
      name: "not while somebody in it has yet to be created",
      changes: [create],
      account: boss([ann.address]),
      after: { ...ANN, ...NEW },
      expect: false,
    },
    {
      name: "without those whose account is gone",
      account: boss([ann.address]),
      after: { ...ANN, "x@example.org": "gone" },
      expect: true,
    },
  ])("$name", ({ account, after, expect: expected, ...world }) => {
    expect(hasDelegates(account, access({}, after), worldWith(account, world))).toBe(expected);
  });
});

describe("the same people, under whatever address", () => {
  test.each<World & { name: string; account: LiveAccount; field: FieldChange; expect: boolean }>([
    {
      name: "under one that this plan has made an old one",
      live: [moved],
      changes: [rename],
      account: boss([ann.address]),
      field: access({}, MOVED),
      expect: true,
    },
    { name: "not other people", account: boss([ben.address]), field: access({}, ANN), expect: false },
    {
      name: "not one more",
      account: boss([ann.address, ben.address]),
      field: access({}, ANN),
      expect: false,
    },
    { name: "members by their ids", account: group([ann.zivverId]), field: access({}, ANN), expect: true },
    {
      name: "without a member whom the plan has deleted",
      live: [ben],
      changes: [deleting(ann)],
      account: group([ben.zivverId]),
      field: access({}, { ...ANN, ...BEN }),
      expect: true,
    },
    {
      name: "without a delegate whom the plan has deleted, although the account still lists the address",
      live: [ben],
      changes: [deleting(ann)],
      account: boss([ann.address, ben.address]),
      field: access({}, BEN),
      expect: true,
    },
  ])("$name", ({ account, field: change, expect: expected, ...world }) => {
    expect(meansDelegates(account, change, "after", worldWith(account, world))).toBe(expected);
  });

  test.each<{ name: string; account: LiveAccount; before: Named }>([
    {
      name: "members",
      account: group([ann.zivverId, ben.zivverId]),
      before: { ...ANN, ...BEN },
    },
    {
      name: "guests",
      account: boss([ann.address, ben.address]),
      before: { [ann.address]: null, ...BEN },
    },
  ])(
    "without $name whom the plan has deleted and an old reading still lists, on both sides",
    ({ account, before }) => {
      const world = worldOf([deleting(ann)], [account, ben]);
      const change = access(before, BEN);
      expect([
        meansDelegates(account, change, "before", world),
        meansDelegates(account, change, "after", world),
      ]).toEqual([true, true]);
    },
  );

  test("on the side that is asked for", () => {
    const account = boss([ann.address]);
    const world = worldWith(account, {});
    const change = access(ANN, BEN);
    expect([
      meansDelegates(account, change, "before", world),
      meansDelegates(account, change, "after", world),
    ]).toEqual([true, false]);
  });
});

describe("between two lists", () => {
  const { address: annAt } = ann;
  const { address: benAt } = ben;
  const { address: eveAt } = eve;

  test.each<World & { name: string; has: readonly string[]; before: Named; after: Named; expect: boolean }>([
    { name: "as before", has: [annAt], before: ANN, after: BEN, expect: true },
    { name: "as planned", has: [benAt], before: ANN, after: BEN, expect: true },
    { name: "neither removed nor added yet", has: [], before: ANN, after: BEN, expect: true },
    { name: "not with somebody of neither side", has: [eveAt], before: ANN, after: BEN, expect: false },
    {
      name: "not with somebody of neither side beside one of both",
      has: [annAt, eveAt],
      before: ANN,
      after: { ...ANN, ...BEN },
      expect: false,
    },
    {
      name: "not without one of both sides",
      has: [benAt],
      before: ANN,
      after: { ...ANN, ...BEN },
      expect: false,
    },
    {
      name: "without one who is on both sides and whom the plan has deleted",
      live: [ben],
      changes: [deleting(ann)],
      has: [benAt],
      before: ANN,
      after: { ...ANN, ...BEN },
      expect: true,
    },
    {
      name: "without one whom this plan has yet to create",
      changes: [create],
      has: [annAt],
      before: ANN,
      after: { ...ANN, ...NEW },
      expect: true,
    },
    {
      name: "with one whom this plan has created",
      live: [ann, made],
      changes: [create],
      has: [annAt, made.address],
      before: ANN,
      after: { ...ANN, ...NEW },
      expect: true,
    },
    {
      name: "with a guest of both sides",
      has: ["guest@example.net"],
      before: GUEST,
      after: GUEST,
      expect: true,
    },
  ])("$name", ({ has, before, after, expect: expected, live = [ann, ben, eve], ...world }) => {
    const account = boss(has);
    expect(isBetweenDelegates(account, access(before, after), worldWith(account, { live, ...world }))).toBe(
      expected,
    );
  });
});

describe("delegates who go along with another write", () => {
  const swapping = [
    updating(ann, [field("address", ann.address, ben.address)], { id: "c-1" }),
    updating(ben, [field("address", ben.address, ann.address)], { id: "c-2" }),
  ];
  const swapped = [
    person(ben.address, { zivverId: ann.zivverId }),
    person(ann.address, { zivverId: ben.zivverId }),
  ];

  test.each<World & { name: string; listed: readonly string[]; image?: LiveAccount; expect: string[] }>([
    { name: "as they are", listed: [ann.address, ben.address], expect: [ann.address, ben.address] },
    { name: "a guest as written", listed: ["guest@example.net"], expect: ["guest@example.net"] },
    {
      name: "under the new address of one whom the plan renames",
      live: [person("ann.w@example.org", { zivverId: ann.zivverId, aliases: [ann.address] })],
      listed: [ann.address],
      expect: ["ann.w@example.org"],
    },
    {
      name: "once, where two addresses are of one account",
      live: [person("ann@example.org", { aliases: ["a@example.org"] })],
      listed: ["a@example.org", "ann@example.org"],
      expect: [ann.address],
    },
    {
      name: "the person of before, where the plan has given the address to another one and nobody has edited",
      live: swapped,
      changes: swapping,
      listed: [ann.address],
      image: boss([ann.address]),
      expect: [ben.address],
    },
    {
      name: "the holder of now, where the list was edited since",
      live: [...swapped, eve],
      changes: swapping,
      listed: [ann.address, eve.address],
      image: boss([ann.address]),
      expect: [ann.address, eve.address],
    },
    {
      name: "nobody whom the plan has deleted",
      live: [ben],
      changes: [deleting(ann)],
      listed: [ann.address, ben.address],
      image: boss([ann.address, ben.address]),
      expect: [ben.address],
    },
  ])("$name", ({ listed, image, expect: expected, ...world }) => {
    const account = boss(listed);
    expect(carriedDelegates(account, image, worldWith(account, world))).toEqual(expected);
  });
});

describe("a plan whose delegates are names", () => {
  const bare = field("delegates", [ann.address], [ben.address]);
  test.each<{ name: string; fields: readonly FieldChange[]; refused: boolean }>([
    { name: "alone", fields: [bare], refused: true },
    {
      name: "alone, on the side before",
      fields: [{ ...bare, accounts: { before: [], after: [ben.zivverId] } }],
      refused: true,
    },
    {
      name: "alone, on the side after",
      fields: [{ ...bare, accounts: { before: [ann.zivverId], after: [] } }],
      refused: true,
    },
    { name: "with their ids", fields: [access(ANN, BEN)], refused: false },
    { name: "of nobody", fields: [field("fullName", "A", "B")], refused: false },
  ])("$name: refused $refused", ({ fields, refused }) => {
    const check = () => checkAccountsNamed([updating(boss(), fields)]);
    if (refused)
      expect(check).toThrow(
        new InternalError("c-1 changes delegates and does not say which accounts they are"),
      );
    else expect(check).not.toThrow();
  });
});
