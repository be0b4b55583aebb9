import { describe, expect, test } from "vitest";
import { afterWrite, releaseWrite, writeOf } from "../../../src/engine/apply/build-request.ts";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { FieldName } from "../../../src/model/account/fields.ts";
import type { Change } from "../../../src/model/plan/change.ts";
import type { AccountFields, Write } from "../../../src/model/ports.ts";
import { Secret } from "../../../src/model/values/secret.ts";
import { at, desk, person } from "../../support/engine.ts";
import { access, creating, deleting, field, releasing, suspending, updating, worldOf } from "./by-hand.ts";

/* The request that is made of a change: what goes to Zivver, and what is left as it is there. */

const ann = person("ann@example.org");
const ben = person("ben@example.org");
const boss = person("boss@example.org", { delegates: [ben.address] });
const group = desk("group@example.org", [ann.zivverId]);
const KEY = new Secret("key");
const name = field("fullName", "Old", "New");

const update = (live: LiveAccount, fields: AccountFields): Write => ({ op: "update", live, fields });
const create = (kind: "personal" | "functional", fields: AccountFields): Write => ({
  op: "create",
  kind,
  fields: { address: at("n@example.org"), fullName: "New", ...fields },
});

describe("the request of a change", () => {
  test.each<{
    name: string;
    change: Change;
    account?: LiveAccount;
    only?: readonly FieldName[];
    expect: Write;
  }>([
    { name: "a deletion", change: deleting(ann), account: ann, expect: { op: "delete", live: ann } },
    {
      name: "a suspension",
      change: suspending(ann),
      account: ann,
      expect: update(ann, { active: false }),
    },
    {
      name: "one field, and nothing beside it",
      change: updating(boss, [name], { accountKey: "key" }),
      account: boss,
      expect: update(boss, { fullName: "New" }),
    },
    {
      name: "every text, address and flag",
      change: updating(ann, [
        name,
        field("phone", "1", "2"),
        field("division", "/a", "/b"),
        field("address", ann.address, "moved@example.org"),
        field("active", false, true),
      ]),
      account: ann,
      expect: update(ann, {
        fullName: "New",
        phone: "2",
        division: "/b",
        address: at("moved@example.org"),
        active: true,
      }),
    },
    {
      name: "not a text or flag that the plan takes away without another value",
      change: updating(ann, [field("phone", "1", null), field("active", true, null)]),
      account: ann,
      expect: update(ann, {}),
    },
    {
      name: "aliases: delegates and key go along",
      change: updating(boss, [field("aliases", [], ["x@example.org"])], { accountKey: "key" }),
      account: boss,
      expect: update(boss, { aliases: [at("x@example.org")], delegates: [ben.address], accountKey: KEY }),
    },
    {
      name: "delegates: the key goes along",
      change: updating(boss, [access({ [ben.address]: ben.zivverId }, { [ann.address]: ann.zivverId })], {
        accountKey: "key",
      }),
      account: boss,
      expect: update(boss, { delegates: [ann.address], accountKey: KEY }),
    },
    {
      name: "the key: delegates go along",
      change: updating(boss, [field("accountKey", null, "digest")], { accountKey: "key" }),
      account: boss,
      expect: update(boss, { delegates: [ben.address], accountKey: KEY }),
    },
    {
      name: "aliases of an account without a key that is known: none goes along",
      change: updating(boss, [field("aliases", [], ["x@example.org"])]),
      account: boss,
      expect: update(boss, { aliases: [at("x@example.org")], delegates: [ben.address] }),
    },
    {
      name: "aliases of a group: no delegates go along",
      change: updating(group, [field("aliases", [], ["x@example.org"])]),
      account: group,
      expect: update(group, { aliases: [at("x@example.org")] }),
    },
    {
      name: "members of a group",
      change: updating(group, [access({ [ann.address]: ann.zivverId }, { [ben.address]: ben.zivverId })]),
      account: group,
      expect: update(group, { members: [ben.zivverId] }),
    },
    {
      name: "a group that loses all its members",
      change: updating(group, [access({ [ann.address]: ann.zivverId }, {})]),
      account: group,
      expect: { op: "empty", live: group },
    },
    {
      name: "a group that loses all its members and gets another name: one request for both",
      change: updating(group, [access({ [ann.address]: ann.zivverId }, {}), name]),
      account: group,
      expect: update(group, { members: [], fullName: "New" }),
    },
    {
      name: "a personal account that loses all its delegates is not emptied",
      change: updating(boss, [access({ [ben.address]: ben.zivverId }, {})]),
      account: boss,
      expect: update(boss, { delegates: [] }),
    },
    {
      name: "some fields only",
      change: updating(boss, [name, field("aliases", [], ["x@example.org"])], { accountKey: "key" }),
      account: boss,
      only: ["fullName"],
      expect: update(boss, { fullName: "New" }),
    },
    {
      name: "some fields only, without the key that is not among them",
      change: updating(boss, [name, field("accountKey", null, "digest")], { accountKey: "key" }),
      account: boss,
      only: ["fullName"],
      expect: update(boss, { fullName: "New" }),
    },
    {
      name: "a creation",
      change: creating("n@example.org", [name, access({}, { [ann.address]: ann.zivverId })], {
        accountKey: "key",
      }),
      expect: create("personal", { delegates: [ann.address], accountKey: KEY }),
    },
    {
      name: "a creation without a name: its address",
      change: creating("n@example.org"),
      expect: create("personal", { fullName: "n@example.org" }),
    },
    {
      name: "a creation with its key and nothing else",
      change: creating("n@example.org", [name], { accountKey: "key" }),
      expect: create("personal", { accountKey: KEY }),
    },
    {
      name: "a creation of a group: no key",
      change: creating("n@example.org", [name], { kind: "functional", accountKey: "key" }),
      expect: create("functional", {}),
    },
    {
      name: "a creation whose account is there: its delegates and the key go along",
      change: creating("boss@example.org", [name], { accountKey: "key" }),
      account: boss,
      expect: update(boss, { fullName: "New", delegates: [ben.address], accountKey: KEY }),
    },
  ])("$name", ({ change, account, only, expect: write }) => {
    const world = worldOf([change], [ann, ben, boss, group]);
    expect(writeOf(change, account, { world, only })).toEqual(write);
  });

  test("delegates go along as they were before another change of the plan renamed one", () => {
    const moved = person("ben.w@example.org", { zivverId: ben.zivverId });
    const newcomer = person(ben.address, { zivverId: "new" });
    const renaming = updating(ben, [field("address", ben.address, moved.address)], { id: "c-2" });
    const change = updating(boss, [field("aliases", [], ["x@example.org"])]);
    const world = worldOf([change, renaming], [ann, moved, newcomer, boss]);
    expect(writeOf(change, boss, { world, image: boss })).toEqual(
      update(boss, { aliases: [at("x@example.org")], delegates: [moved.address] }),
    );
  });
});

describe("the first write that gives addresses up", () => {
  const has = person("a@example.org", { aliases: ["x@example.org"], delegates: [ben.address] });
  const rename = field("address", "a@example.org", "b@example.org");

  test.each<{ name: string; change: Change; account: LiveAccount; expect: Write | undefined }>([
    {
      name: "none where the change needs none",
      change: updating(has, [rename], { accountKey: "key" }),
      account: has,
      expect: undefined,
    },
    {
      name: "address and aliases, with delegates and key",
      change: updating(has, [rename], { release: releasing("p@example.org"), accountKey: "key" }),
      account: has,
      expect: update(has, {
        address: at("p@example.org"),
        aliases: [],
        delegates: [ben.address],
        accountKey: KEY,
      }),
    },
    {
      name: "without a key where none is known",
      change: updating(has, [rename], { release: releasing("p@example.org", ["y@example.org"]) }),
      account: has,
      expect: update(has, {
        address: at("p@example.org"),
        aliases: [at("y@example.org")],
        delegates: [ben.address],
      }),
    },
    {
      name: "the address alone, where the aliases stay",
      change: updating(has, [rename], {
        release: releasing("p@example.org", ["x@example.org"]),
        accountKey: "key",
      }),
      account: has,
      expect: update(has, { address: at("p@example.org") }),
    },
    {
      name: "the aliases, where only the address is as it should be",
      change: updating(has, [rename], { release: releasing("a@example.org") }),
      account: has,
      expect: update(has, { address: at("a@example.org"), aliases: [], delegates: [ben.address] }),
    },
    {
      name: "other aliases, as many as there are",
      change: updating(has, [rename], { release: releasing("a@example.org", ["y@example.org"]) }),
      account: has,
      expect: update(has, {
        address: at("a@example.org"),
        aliases: [at("y@example.org")],
        delegates: [ben.address],
      }),
    },
    {
      name: "none where it was done",
      change: updating(has, [rename], { release: releasing("a@example.org", ["x@example.org"]) }),
      account: has,
      expect: undefined,
    },
    {
      name: "of a group, without delegates",
      change: updating(group, [rename], { release: releasing("p@example.org", ["y@example.org"]) }),
      account: group,
      expect: update(group, { address: at("p@example.org"), aliases: [at("y@example.org")] }),
    },
  ])("$name", ({ change, account, expect: write }) => {
    const world = worldOf([change], [account, ben]);
    expect(releaseWrite(change, account, { world })).toEqual(write);
  });
});

describe("an account as a write leaves it that was answered without one", () => {
  test.each<{ name: string; write: Write; expect: LiveAccount | undefined }>([
    { name: "not known of a creation", write: create("personal", {}), expect: undefined },
    { name: "none of a deletion", write: { op: "delete", live: ann }, expect: undefined },
    {
      name: "a group without members",
      write: { op: "empty", live: group },
      expect: { ...group, members: [], active: false },
    },
    {
      name: "with what was written, and without its secrets",
      write: update(ann, { fullName: "New", accountKey: KEY, password: new Secret("word") }),
      expect: { ...ann, fullName: "New" },
    },
  ])("$name", ({ write, expect: account }) => {
    expect(afterWrite(write)).toEqual(account);
  });
});
