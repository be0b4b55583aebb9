import { describe, expect, test } from "vitest";
import {
  differingFields,
  isAsLeft,
  isBetween,
  isPlannedInSubstance,
  isUnedited,
} from "../../../../src/engine/apply/accounts/compare.ts";
import type { LiveAccount } from "../../../../src/model/account/account.ts";
import type { Change } from "../../../../src/model/plan/change.ts";
import { at, desk, person } from "../../../support/engine.ts";
import { access, deleting, field, releasing, updating, worldOf } from "../by-hand.ts";

/*
 * One account and what a change says of it: a resumed apply goes on only where the account is as that change left it, so each
 * of these answers decides whether somebody's own edit is overwritten.
 */

const A = "a@example.org";
const was = person(A, { fullName: "Old", phone: "1", aliases: ["old@example.org"] });

const name = field("fullName", "Old", "New");
const phone = field("phone", "1", "2");
const aliases = field("aliases", ["old@example.org"], ["new@example.org"]);
const rename = field("address", A, "b@example.org");
const key = field("accountKey", null, "hmac-sha256:1");
const parked = releasing("parked@example.org", ["kept@example.org"]);

/** The account with some of it changed. */
const now = (given: Partial<LiveAccount>): LiveAccount => ({ ...was, ...given });
const PARKED = { address: at("parked@example.org"), aliases: [at("kept@example.org")] };

const ann = person("ann@example.org");
const ben = person("ben@example.org");
const eve = person("eve@example.org");
const ANN = { "ann@example.org": ann.zivverId };
const BEN = { "ben@example.org": ben.zivverId };

type Case = { readonly name: string; readonly change: Change; readonly account: LiveAccount };
const others = [ann, ben, eve];
const worldFor = ({ change, account }: Case) => worldOf([change], [account, ...others]);

describe("the fields in which an account is not as planned", () => {
  const change = updating(was, [name, phone, aliases, field("active", true, false)]);

  test.each<Case & { readonly expect: readonly string[]; readonly keySent?: boolean }>([
    { name: "all of them", change, account: was, expect: ["fullName", "phone", "aliases", "active"] },
    {
      name: "one of them",
      change,
      account: now({ fullName: "New", phone: "2", aliases: [at("new@example.org")] }),
      expect: ["active"],
    },
    {
      name: "none, whatever else the account is",
      change: updating(was, [name]),
      account: now({ fullName: "New", phone: "3" }),
      expect: [],
    },
    {
      name: "an account key that no answered request carried",
      change: updating(was, [field("accountKey", null, "digest")]),
      account: was,
      expect: ["accountKey"],
    },
    {
      name: "none where a request that was answered carried the account key",
      change: updating(was, [field("accountKey", null, "digest")]),
      account: was,
      keySent: true,
      expect: [],
    },
    {
      name: "delegates who are not the people meant",
      change: updating(was, [name, access({}, ANN)]),
      account: now({ fullName: "New", delegates: [ben.address] }),
      expect: ["delegates"],
    },
    {
      name: "none where the delegates are the people meant",
      change: updating(was, [access({}, ANN)]),
      account: now({ delegates: [ann.address] }),
      expect: [],
    },
  ])("$name", ({ keySent = false, expect: expected, ...given }) => {
    expect(differingFields(given.change, given.account, worldFor(given), keySent)).toEqual(expected);
  });
});

describe("every field is as before or as planned", () => {
  test.each<Case & { readonly expect: boolean }>([
    { name: "as before", change: updating(was, [name, phone]), account: was, expect: true },
    {
      name: "as planned",
      change: updating(was, [name, phone]),
      account: now({ fullName: "New", phone: "2" }),
      expect: true,
    },
    {
      name: "one each",
      change: updating(was, [name, phone]),
      account: now({ fullName: "New" }),
      expect: true,
    },
    {
      name: "not where one is neither",
      change: updating(was, [name, phone]),
      account: now({ phone: "3" }),
      expect: false,
    },
    {
      name: "an address and aliases as the first write leaves them",
      change: updating(was, [rename, aliases], { release: parked }),
      account: now(PARKED),
      expect: true,
    },
    {
      name: "not the address alone",
      change: updating(was, [rename, aliases], { release: parked }),
      account: now({ ...PARKED, aliases: [at("other@example.org")] }),
      expect: false,
    },
    {
      name: "not the aliases alone",
      change: updating(was, [rename, aliases], { release: parked }),
      account: now({ ...PARKED, address: at("other@example.org") }),
      expect: false,
    },
    {
      name: "not a name that is neither, although the addresses are as the first write leaves them",
      change: updating(was, [name, rename, aliases], { release: parked }),
      account: now({ ...PARKED, fullName: "Other" }),
      expect: false,
    },
    {
      name: "not an address that no first write gives",
      change: updating(was, [rename]),
      account: now(PARKED),
      expect: false,
    },
    {
      name: "delegates of whom one was removed and one was added",
      change: updating(was, [access(ANN, BEN)]),
      account: now({ delegates: [ann.address, ben.address] }),
      expect: true,
    },
    {
      name: "not delegates of whom one is on neither side",
      change: updating(was, [access(ANN, BEN)]),
      account: now({ delegates: [ann.address, eve.address] }),
      expect: false,
    },
  ])("$name", ({ expect: expected, ...given }) => {
    expect(isBetween(given.change, given.account, worldFor(given))).toBe(expected);
  });
});

describe("an account as requests that were never answered left it", () => {
  const change = updating(was, [name, rename, aliases], { release: parked });
  const planned = {
    fullName: "New",
    address: at("b@example.org"),
    aliases: [at("new@example.org")],
  };

  test.each<Case & { readonly expect: boolean }>([
    { name: "all as planned", change, account: now(planned), expect: true },
    {
      name: "all as planned, and edited otherwise since",
      change,
      account: now({ ...planned, phone: "3" }),
      expect: true,
    },
    { name: "all as the first write leaves it", change, account: now(PARKED), expect: true },
    {
      name: "all as the first write leaves it, and edited otherwise since",
      change,
      account: now({ ...PARKED, phone: "3" }),
      expect: true,
    },
    { name: "all as before", change, account: was, expect: true },
    { name: "not as before and edited otherwise", change, account: now({ phone: "3" }), expect: false },
    {
      name: "an account key that no reading shows, all else as before",
      change: updating(was, [key]),
      account: was,
      expect: true,
    },
    {
      name: "not an account key that no reading shows, edited otherwise",
      change: updating(was, [key]),
      account: now({ active: false }),
      expect: false,
    },
    {
      name: "a name as planned and an account key that no reading shows, edited otherwise since",
      change: updating(was, [name, key]),
      account: now({ fullName: "New", active: false }),
      expect: true,
    },
    {
      name: "not partly as planned",
      change: updating(was, [name, phone]),
      account: now({ fullName: "New" }),
      expect: false,
    },
    {
      name: "not partly as the first write leaves it: the name is planned already",
      change,
      account: now({ ...PARKED, fullName: "New" }),
      expect: false,
    },
    {
      name: "not partly as the first write leaves it: the aliases are as before",
      change,
      account: now({ address: PARKED.address }),
      expect: false,
    },
    {
      name: "not partly as the first write leaves it: the address is as before",
      change,
      account: now({ aliases: PARKED.aliases }),
      expect: false,
    },
    {
      name: "not with a value that is neither, although nothing else was edited",
      change: updating(was, [name]),
      account: now({ fullName: "Other" }),
      expect: false,
    },
    {
      name: "with its fields as planned and its delegates as before: they need a request of their own",
      change: updating(was, [name, access(ANN, BEN)]),
      account: now({ fullName: "New", delegates: [ann.address] }),
      expect: true,
    },
    {
      name: "not with a delegate on neither side, although its fields are as planned",
      change: updating(was, [name, access(ANN, BEN)]),
      account: now({ fullName: "New", delegates: [eve.address] }),
      expect: false,
    },
  ])("$name", ({ expect: expected, ...given }) => {
    expect(isAsLeft(given.change, given.account, was, worldFor(given))).toBe(expected);
  });
});

describe("as planned in substance", () => {
  const moved = person("moved@example.org", { zivverId: ann.zivverId });
  const renaming = updating(ann, [field("address", ann.address, moved.address)], { id: "c-2" });
  const change = updating(was, [name, access({}, { "moved@example.org": ann.zivverId })]);

  test.each<{ readonly name: string; readonly account: LiveAccount; readonly expect: boolean }>([
    {
      name: "with a delegate who is listed under the address that this plan has made an old one",
      account: now({ fullName: "New", delegates: [ann.address] }),
      expect: true,
    },
    {
      name: "not with another delegate",
      account: now({ fullName: "New", delegates: [ben.address] }),
      expect: false,
    },
    {
      name: "not with another name",
      account: now({ delegates: [ann.address] }),
      expect: false,
    },
  ])("$name", ({ account, expect: expected }) => {
    const world = worldOf([change, renaming], [account, moved, ben]);
    expect(isPlannedInSubstance(change, account, world)).toBe(expected);
  });
});

describe("unedited since an image was taken", () => {
  const group = desk("g@example.org", [ann.zivverId, ben.zivverId]);

  test.each<
    Case & { readonly image?: LiveAccount; readonly rest?: readonly Change[]; readonly expect: boolean }
  >([
    { name: "nothing differs", change: updating(was, [name]), account: was, expect: true },
    {
      name: "what the change itself does",
      change: updating(was, [name, phone, aliases]),
      account: now({ fullName: "New", phone: "2", aliases: [at("new@example.org")] }),
      expect: true,
    },
    {
      name: "whether it is active, where the change says so",
      change: updating(was, [field("active", true, false)]),
      account: now({ active: false }),
      expect: true,
    },
    {
      name: "not whether it is active, where the change does not say so",
      change: updating(was, [name]),
      account: now({ active: false }),
      expect: false,
    },
    {
      name: "not another field",
      change: updating(was, [name]),
      account: now({ fullName: "New", phone: "3" }),
      expect: false,
    },
    {
      name: "not a value that is neither",
      change: updating(was, [name]),
      account: now({ fullName: "Other" }),
      expect: false,
    },
    {
      name: "an address and aliases that the first write gives up, although the change has no aliases",
      change: updating(was, [rename], { release: parked }),
      account: now(PARKED),
      expect: true,
    },
    {
      name: "not aliases that no first write gives up",
      change: updating(was, [name]),
      account: now({ aliases: [at("kept@example.org")] }),
      expect: false,
    },
    {
      name: "not an address that no first write gives up",
      change: updating(was, [name]),
      account: now({ address: PARKED.address }),
      expect: false,
    },
    {
      name: "not another field beside what the first write gives up",
      change: updating(was, [rename], { release: parked }),
      account: now({ ...PARKED, phone: "3" }),
      expect: false,
    },
    {
      name: "delegates, where the change adds them",
      change: updating(was, [access({}, ANN)]),
      account: now({ delegates: [ann.address] }),
      expect: true,
    },
    {
      name: "not delegates, where the change is of something else",
      change: updating(was, [name]),
      account: now({ delegates: [ann.address] }),
      expect: false,
    },
    {
      name: "members, where the change removes them",
      change: updating(group, [
        access({ "ann@example.org": ann.zivverId, "ben@example.org": ben.zivverId }, ANN),
      ]),
      account: desk("g@example.org", [ann.zivverId]),
      image: group,
      expect: true,
    },
    {
      name: "not members, where the change is of something else",
      change: updating(group, [name]),
      account: { ...group, members: [ann.zivverId] },
      image: { ...group, fullName: "Old" },
      expect: false,
    },
    {
      name: "a member whom the plan has deleted",
      change: updating({ ...group, fullName: "Old" }, [name]),
      account: { ...group, fullName: "Old", members: [ann.zivverId] },
      image: { ...group, fullName: "Old" },
      rest: [deleting(ben, { id: "c-2" })],
      expect: true,
    },
  ])("$name", ({ image = was, rest = [], expect: expected, ...given }) => {
    const gone = new Set(rest.map((change) => ("zivverId" in change ? change.zivverId : "")));
    const live = [given.account, ...others.filter(({ zivverId }) => !gone.has(zivverId))];
    const world = worldOf([given.change, ...rest], live);
    expect(isUnedited(given.change, given.account, image, world)).toBe(expected);
  });
});
