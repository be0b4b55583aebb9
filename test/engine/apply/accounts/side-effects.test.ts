import { describe, expect, test } from "vitest";
import { SideEffects } from "../../../../src/engine/apply/accounts/side-effects.ts";
import type { LiveAccount } from "../../../../src/model/account/account.ts";
import type { Change } from "../../../../src/model/plan/change.ts";
import { at, desk, person } from "../../../support/engine.ts";
import { creating, deleting, field, releasing, updating } from "../by-hand.ts";

const ann = person("ann@example.org");
const ben = person("ben@example.org");
const gone = person("gone@example.org");

const renaming = (account: LiveAccount, to: string, parked?: string) =>
  updating(account, [field("address", account.address, to)], {
    id: `c-${account.address}`,
    ...(parked === undefined ? {} : { release: releasing(parked) }),
  });
const effectsOf = (changes: readonly Change[], there: readonly string[] = []) =>
  new SideEffects(changes, (id) => there.includes(id));

describe("somebody by an address", () => {
  const deleted = deleting(gone);
  const rename = renaming(ann, "ann.w@example.org", "parked@example.org");
  const swap = [renaming(ann, ben.address), renaming(ben, ann.address)];

  test.each<{
    name: string;
    changes: readonly Change[];
    there?: readonly string[];
    address: string;
    holder?: string;
    expect: string | undefined;
  }>([
    {
      name: "whom the plan leaves alone",
      changes: [rename],
      address: "x@example.org",
      expect: "x@example.org",
    },
    {
      name: "whom the plan leaves alone, with its holder",
      changes: [rename],
      address: "x@example.org",
      holder: "id-x",
      expect: "id-x",
    },
    { name: "before a rename", changes: [rename], address: ann.address, expect: ann.address },
    { name: "after it", changes: [rename], address: "ann.w@example.org", expect: ann.address },
    { name: "on the way", changes: [rename], address: "parked@example.org", expect: ann.address },
    {
      name: "whoever holds the address of a rename",
      changes: [rename],
      address: "ann.w@example.org",
      holder: "id-x",
      expect: ann.address,
    },
    {
      name: "where an account is created at the address: it is not a rename",
      changes: [creating("x@example.org", [field("address", "y@example.org", "x@example.org")])],
      address: "x@example.org",
      expect: "x@example.org",
    },
    { name: "whom the plan has deleted", changes: [deleted], address: gone.address, expect: undefined },
    {
      name: "whom the plan has yet to delete",
      changes: [deleted],
      there: [gone.zivverId],
      address: gone.address,
      expect: gone.address,
    },
    {
      name: "whose address the plan has given to another one and whom it has deleted",
      changes: [deleted, renaming(ann, gone.address)],
      address: ann.address,
      expect: undefined,
    },
    {
      name: "of two who are deleted where one is still there",
      changes: [deleted, deleting(ben, { id: "c-2" }), renaming(gone, ben.address)],
      there: [gone.zivverId],
      address: gone.address,
      expect: undefined,
    },
  ])("$name", ({ changes, there, address, holder, expect: word }) => {
    expect(effectsOf(changes, there).wordOfAddress(address, holder)).toBe(word);
  });

  test("one word for all addresses of a circle, and another one for each other circle", () => {
    const cat = person("cat@example.org");
    const effects = effectsOf([...swap, renaming(cat, "cat.w@example.org")]);
    const words = [ann.address, ben.address, cat.address, "cat.w@example.org"].map((one) =>
      effects.wordOfAddress(one),
    );
    expect(words).toEqual([words[0], words[0], words[2], words[2]]);
    expect(words[0]).not.toBe(words[2]);
  });

  test("one word for a chain of renames, in whichever order they come", () => {
    const chain = [
      renaming(person("c@example.org"), "d@example.org"),
      renaming(person("a@example.org"), "b@example.org"),
      renaming(person("b@example.org"), "c@example.org"),
    ];
    for (const changes of [chain, chain.toReversed()]) {
      const effects = effectsOf(changes);
      const words = ["a", "b", "c", "d"].map((one) => effects.wordOfAddress(`${one}@example.org`));
      expect(new Set(words).size).toBe(1);
    }
  });
});

describe("somebody by an id", () => {
  test.each<{
    name: string;
    changes: readonly Change[];
    there?: readonly string[];
    id: string;
    address?: string;
    expect: string | undefined;
  }>([
    { name: "with an address: the id", changes: [], id: "id-x", address: "x@example.org", expect: "id-x" },
    { name: "without an address: the id", changes: [], id: "id-x", expect: "id-x" },
    { name: "whom the plan has deleted", changes: [deleting(gone)], id: gone.zivverId, expect: undefined },
    {
      name: "whom the plan has yet to delete",
      changes: [deleting(gone)],
      there: [gone.zivverId],
      id: gone.zivverId,
      address: gone.address,
      expect: gone.zivverId,
    },
    {
      name: "whom the plan renames: the word of the rename, whatever address it has by now",
      changes: [renaming(ann, "ann.w@example.org")],
      there: [ann.zivverId],
      id: ann.zivverId,
      address: "elsewhere@example.org",
      expect: ann.address,
    },
    {
      name: "whom the plan does not rename and who has an address of a rename by now: the word of the rename",
      changes: [updating(ben, [field("fullName", "A", "B")]), renaming(ann, "ann.w@example.org")],
      id: ben.zivverId,
      address: "ann.w@example.org",
      expect: ann.address,
    },
    {
      name: "whom the plan leaves its address: the id",
      changes: [updating(ann, [field("fullName", "A", "B")])],
      id: ann.zivverId,
      address: ann.address,
      expect: ann.zivverId,
    },
  ])("$name", ({ changes, there, id, address, expect: word }) => {
    expect(effectsOf(changes, there).wordOfId(id, address)).toBe(word);
  });
});

describe("whether a change of another account can show on one", () => {
  const changes = [deleting(gone), renaming(ann, "ann.w@example.org")];
  test.each<{ name: string; account: LiveAccount; expect: boolean }>([
    {
      name: "a group with a member who is deleted",
      account: desk("g@example.org", [ben.zivverId, gone.zivverId]),
      expect: true,
    },
    {
      name: "a group with members who are not",
      account: desk("g@example.org", [ben.zivverId, ann.zivverId]),
      expect: false,
    },
    {
      name: "an account with a delegate who is deleted",
      account: person("x@example.org", { delegates: [ben.address, gone.address] }),
      expect: true,
    },
    {
      name: "an account with a delegate who is renamed",
      account: person("x@example.org", { delegates: [ann.address, ben.address] }),
      expect: true,
    },
    {
      name: "an account with other delegates",
      account: person("x@example.org", { delegates: [ben.address] }),
      expect: false,
    },
    { name: "an account without any", account: person("x@example.org"), expect: false },
  ])("$name: $expect", ({ account, expect: reaches }) => {
    expect(effectsOf(changes).reaches(account)).toBe(reaches);
  });
});

describe("all that an account is", () => {
  const changes = [deleting(gone), renaming(ann, "ann.w@example.org")];
  const x = person("x@example.org", {
    aliases: ["x1@example.org", "x2@example.org"],
    delegates: [ann.address, gone.address],
  });
  const group = desk("g@example.org", [ben.zivverId, gone.zivverId, ann.zivverId]);
  const settled = (account: LiveAccount) => effectsOf(changes).settled(account);

  test.each<{ name: string; one: LiveAccount; other: Partial<LiveAccount> }>([
    {
      name: "a delegate under the new address",
      one: x,
      other: { delegates: [at("ann.w@example.org"), gone.address] },
    },
    { name: "without a delegate who was deleted", one: x, other: { delegates: [ann.address] } },
    { name: "aliases in another order", one: x, other: { aliases: x.aliases.toReversed() } },
    { name: "delegates in another order", one: x, other: { delegates: x.delegates.toReversed() } },
    {
      name: "without a member who was deleted",
      one: group,
      other: { members: [ben.zivverId, ann.zivverId] },
    },
    { name: "members in another order", one: group, other: { members: group.members.toReversed() } },
    { name: "a group that is shown as empty or not", one: group, other: { active: false } },
    { name: "another fingerprint", one: x, other: { fingerprint: "sha256:other" } },
  ])("is the same: $name", ({ one, other }) => {
    expect(settled({ ...one, ...other })).toBe(settled(one));
  });

  test.each<{ name: string; one: LiveAccount; other: Partial<LiveAccount> }>([
    { name: "address", one: x, other: { address: at("y@example.org") } },
    { name: "full name", one: x, other: { fullName: "Other" } },
    { name: "phone", one: x, other: { phone: "1" } },
    { name: "division", one: x, other: { division: "/other" } },
    { name: "alias", one: x, other: { aliases: [at("x1@example.org")] } },
    { name: "active", one: x, other: { active: false } },
    { name: "delegate", one: x, other: { delegates: [ben.address] } },
    { name: "member", one: group, other: { members: [ben.zivverId] } },
    { name: "kind", one: x, other: { kind: "functional" } },
  ])("differs by another $name", ({ one, other }) => {
    expect(settled({ ...one, ...other })).not.toBe(settled(one));
  });

  test("a member who is deleted counts for as long as its account is there", () => {
    const effects = effectsOf(changes, [gone.zivverId]);
    expect(effects.settled({ ...group, members: [ben.zivverId, ann.zivverId] })).not.toBe(
      effects.settled(group),
    );
  });
});
