import { describe, expect, test } from "vitest";
import type { DirectoryTable } from "../../../../src/model/source-config/directory.ts";
import { startRun } from "../../../../src/sources/directory/context/context.ts";
import { membershipOf } from "../../../../src/sources/directory/membership/member-of.ts";
import { config, dnOf, group, NOW, ROOT, sid, table, user } from "../builders.ts";
import { type Memory, type MemoryEntry, memorySession, received } from "../memory-session.ts";

const dn = (name: string) => `CN=${name},OU=Groups,${ROOT}`;
const condition = (name: string, exclude = false) => ({
  memberOf: [dn(name)],
  exclude,
  where: "profiles/staff.yaml:7:9",
});
const [jane, kim, lee] = [user("Jane"), user("Kim"), user("Lee")];
const prim = user("Prim", { objectSid: sid(5, 2000), primaryGroupID: "1300" });
const stranger = user("Stranger", { objectSid: sid(6, 2000), primaryGroupID: "1300" });

async function membership(
  conditions: readonly ReturnType<typeof condition>[],
  entries: readonly MemoryEntry[],
  memory: Partial<Memory> = {},
  more: Partial<DirectoryTable> = {},
) {
  const session = memorySession({
    entries: [jane, kim, lee, prim, stranger, ...entries],
    rootDse: { defaultNamingContext: [ROOT] },
    ...memory,
  });
  const of = table(more);
  const run = startRun(session, config({ personal: of }), { now: () => NOW });
  const { ways, isNarrowed, attributes, isMember } = await membershipOf(
    run,
    run.config.personal ?? of,
    conditions,
  );
  const entryOf = ({ dn: name, attributes: has }: MemoryEntry) => received(name, has);
  return {
    ways: ways.map(({ filter, attributes: asked, accepts, byPrimary }) => ({
      filter,
      asked,
      byPrimary,
      accepted: [jane, prim, stranger].map((one) => accepts(entryOf(one))),
    })),
    isNarrowed,
    attributes,
    are: conditions.map((one) => [jane, kim, lee, prim, stranger].map((who) => isMember(one, entryOf(who)))),
    unknown: isMember(condition("Other"), entryOf(jane)),
    searches: session.log.searches,
    said: run.collected.findings().map(({ code }) => code),
    findings: run.collected.findings().map(({ code, summary }) => `${code}: ${summary}`),
  };
}

const EVERYBODY = { filter: undefined, asked: [], byPrimary: false, accepted: [true, true, true] };

test("without conditions everybody is looked at, and is what anybody asks for", async () => {
  const { ways, isNarrowed, attributes, unknown, searches } = await membership([], []);
  expect({ ways, isNarrowed, attributes, unknown, searches }).toEqual({
    ways: [EVERYBODY],
    isNarrowed: false,
    attributes: [],
    unknown: true,
    searches: [],
  });
});

describe("the first condition that takes members is a search for these", () => {
  const care = group("Care", [dnOf(jane), dn("Inner")], { objectSid: sid(5, 1300) });
  const inner = group("Inner", [dnOf(kim), dn("Care")]);

  test("directly, of groups in the group, and by the primary group", async () => {
    const { ways, isNarrowed, attributes, are, unknown } = await membership(
      [condition("Care")],
      [care, inner],
    );
    const all = [true, true, true, true, true];
    expect({ ways, isNarrowed, attributes, are, unknown }).toEqual({
      ways: [
        {
          filter: `(|(memberOf=${dn("Care")})(memberOf=${dn("Inner")}))`,
          asked: [],
          byPrimary: false,
          accepted: [true, true, true],
        },
        {
          filter: "(primaryGroupID=1300)",
          asked: ["objectSid", "primaryGroupID"],
          byPrimary: true,
          accepted: [false, true, false],
        },
      ],
      isNarrowed: true,
      attributes: [],
      are: [all],
      unknown: "unreadable",
    });
  });

  test("groups in groups are asked for level by level, where the group is", async () => {
    const { searches } = await membership([condition("Care")], [care, inner]);
    const asked = { scope: "subtree", attributes: ["member", "groupType", "objectSid"] };
    expect(
      searches.map(({ base, scope, attributes, filter }) => ({ base, scope, attributes, filter })),
    ).toEqual([
      {
        base: "DC=corp,DC=example,DC=test",
        ...asked,
        filter: `(&(objectCategory=group)(memberOf=${dn("Care")}))`,
      },
      {
        base: "DC=corp,DC=example,DC=test",
        ...asked,
        filter: `(&(objectCategory=group)(memberOf=${dn("Inner")}))`,
      },
      {
        base: "DC=corp,DC=example,DC=test",
        ...asked,
        attributes: ["1.1"],
        filter: `(|(memberOf=${dn("Care")})(memberOf=${dn("Inner")}))`,
      },
    ]);
  });

  test("in a global catalogue, everywhere", async () => {
    const url = "ldaps://dc1.corp.example.test:3269";
    const { searches, said } = await membership([condition("Care")], [care, inner], { url });
    expect([searches.map(({ base }) => base), said]).toEqual([["", ""], []]);
  });
});

describe("of every other condition the members are found first", () => {
  const out = group("Out", [dnOf(kim)], { objectSid: sid(5, 1300) });
  const care = group("Care", [dnOf(jane), dnOf(kim)]);

  test("those to be left out, among everybody", async () => {
    const { ways, isNarrowed, are, said } = await membership([condition("Out", true)], [out]);
    expect({ ways, isNarrowed, are, said }).toEqual({
      ways: [EVERYBODY],
      isNarrowed: false,
      are: [[false, true, false, true, false]],
      said: [],
    });
  });

  test("where the accounts are looked for, and no more is asked than who they are", async () => {
    const bases = { baseDns: [`OU=Staff,${ROOT}`], scope: "oneLevel" } as const;
    const { searches, are } = await membership([condition("Out", true)], [out], {}, bases);
    expect(
      searches.slice(2).map(({ base, scope, attributes, filter }) => ({ base, scope, attributes, filter })),
    ).toEqual([
      { base: `OU=Staff,${ROOT}`, scope: "oneLevel", attributes: ["1.1"], filter: `(memberOf=${dn("Out")})` },
      {
        base: `OU=Staff,${ROOT}`,
        scope: "oneLevel",
        attributes: ["objectSid", "primaryGroupID"],
        filter: "(primaryGroupID=1300)",
      },
    ]);
    expect(are).toEqual([[false, true, false, true, false]]);
  });

  test("beside one that narrows, each by its own", async () => {
    const both = [condition("Out", true), condition("Care"), condition("Out")];
    const { ways, isNarrowed, are } = await membership(both, [out, care]);
    expect(ways.map(({ filter }) => filter)).toEqual([`(memberOf=${dn("Care")})`]);
    expect([isNarrowed, are]).toEqual([
      true,
      [
        [false, true, false, true, false],
        [true, true, true, true, true],
        [false, true, false, true, false],
      ],
    ]);
  });

  test("an empty group to be left out is said, and one that may lack members leaves a doubt", async () => {
    expect((await membership([condition("Out", true)], [group("Out", [])])).said).toEqual(["filter-unseen"]);
    const url = "ldaps://dc1.corp.example.test:3268";
    const local = group("Out", [dnOf(kim)], { groupType: "-2147483646" });
    const { are, said } = await membership([condition("Out", true)], [local], { url });
    expect([are, said]).toEqual([
      [["unreadable", true, "unreadable", "unreadable", "unreadable"]],
      ["source-incomplete"],
    ]);
  });
});

describe("members in another domain", () => {
  const FAR = "CN=Far,OU=Groups,DC=child,DC=corp,DC=example,DC=test";
  const said = "a member in another domain can be a group, and only that domain knows who is in it";

  test.each([
    ["directly", [group("Care", [dnOf(jane), FAR])], "Care"],
    ["in a group in the group", [group("Care", [dn("Inner")]), group("Inner", [dnOf(jane), FAR])], "Inner"],
  ])("%s: nobody leaves because of a group that may be among them", async (_, groups, name) => {
    const { findings } = await membership([condition("Care")], groups);
    expect(findings).toEqual([
      `source-incomplete: memberOf goes through groups whose members may not all be known: ${dn(name)} (${said}). Put the people of this domain into groups with members of this domain only, and name those in memberOf. No personal account is removed because of this source.`,
    ]);
  });

  test("also behind the first part of a long list, whatever the case of the domain", async () => {
    const upper = dnOf(kim).replace("DC=corp", "dc=CORP");
    const of = (...far: string[]) => [group("Care", [dnOf(jane), upper, dnOf(lee), ...far])];
    expect((await membership([condition("Care")], of(FAR), { rangeOf: 2 })).said).toEqual([
      "source-incomplete",
    ]);
    expect((await membership([condition("Care")], of(), { rangeOf: 2 })).said).toEqual([]);
  });

  test("a global catalogue knows them", async () => {
    const url = "ldaps://dc1.corp.example.test:3269";
    expect((await membership([condition("Care")], [group("Care", [FAR])], { url })).said).toEqual([]);
  });

  test("who is to be left out is told from the others as far as they are known, with a warning", async () => {
    const { are, findings } = await membership([condition("Out", true)], [group("Out", [dnOf(kim), FAR])]);
    expect([are, findings]).toEqual([
      [[false, true, false, false, false]],
      [
        `filter-unseen: The filter leaves out the members of ${dn("Out")}, and perhaps not all of them: ${dn("Out")} (${said}).`,
      ],
    ]);
  });
});

test("members whom the directory names and does not show make the group doubtful", async () => {
  const hidden = `CN=Hidden,OU=Secret,${ROOT}`;
  const { findings } = await membership([condition("Care")], [group("Care", [dnOf(jane), hidden])]);
  expect(findings).toEqual([
    `source-incomplete: memberOf goes through groups whose members may not all be known: ${dn("Care")} (a search for its members does not find all whom it names). Let the account that binds read all members of these groups and their memberOf; if members just changed, run the plan again. No personal account is removed because of this source.`,
  ]);
  const out = await membership([condition("Out", true)], [group("Out", [dnOf(kim), hidden])]);
  expect([out.are, out.said]).toEqual([[[false, true, false, false, false]], ["filter-unseen"]]);
});

test("somebody of another forest is nobody of this domain, though only administrators may read the memberOf of such entries", async () => {
  const foreign = `CN=S-1-5-21-1-2-3-1105,CN=ForeignSecurityPrincipals,${ROOT}`;
  const { said } = await membership([condition("Care")], [group("Care", [dnOf(jane), foreign])]);
  expect(said).toEqual([]);
});

test("somebody who is taken out of the group or renamed while it is read leaves no doubt", async () => {
  const renamed = { ...kim, dn: `CN=Kim New,OU=Staff,${ROOT}` };
  const care = (members: readonly string[]) => group("Care", members);
  const first = [jane, kim, lee, care([dnOf(jane), dnOf(kim), dnOf(lee)])];
  const after = { 1: [jane, renamed, lee, care([dnOf(jane), renamed.dn])] };
  const { said } = await membership([condition("Care")], [], { entries: first, after });
  expect(said).toEqual([]);
  const lost = { 1: [jane, kim, lee] };
  const gone = await membership([condition("Care")], [], { entries: first, after: lost });
  expect(gone.said).toEqual(["source-incomplete"]);
});
