import { describe, expect, test } from "vitest";
import { startRun } from "../../../../src/sources/directory/context/context.ts";
import {
  fetchRemainders,
  groupAttributes,
  takeGroup,
  takeList,
} from "../../../../src/sources/directory/groups/member-lists.ts";
import { primaryMembers } from "../../../../src/sources/directory/groups/primary-groups.ts";
import { config, NOW, sid } from "../builders.ts";
import { entry, type Memory, memorySession, received, type Values } from "../memory-session.ts";

type Given = Readonly<Record<string, Values>>;
const startOf = (type: "active-directory" | "ldap" = "active-directory", memory: Partial<Memory> = {}) =>
  startRun(memorySession({ entries: [], ...memory }), config({ type }), { now: () => NOW });
const GROUP = "CN=Care,OU=Groups";
const CATALOGUE = "ldaps://dc1.corp.example.test:3269";
const CUT = "the server gave the list only in part";

/** A group as it was taken, its members by name. */
function taken(attributes: Given, type?: "active-directory" | "ldap", memory?: Partial<Memory>) {
  const run = startOf(type, memory);
  const { members, gap, ...rest } = takeGroup(run, received(GROUP, attributes));
  return { members: members.map((number) => run.graph.nameOf(number)), gap, ...rest };
}

test("what is asked of a group", () => {
  expect(groupAttributes({ type: "active-directory" })).toEqual(["member", "groupType", "objectSid"]);
  expect(groupAttributes({ type: "ldap" })).toEqual(["member", "uniqueMember", "memberUid", "objectClass"]);
});

describe("a group in Active Directory", () => {
  const plain = { dn: GROUP, members: ["CN=a", "CN=b"], gap: undefined };
  const member = ["CN=a", " ", "CN=b"];
  const AT_CATALOGUE: Partial<Memory> = { url: CATALOGUE };
  test.each<readonly [string, Given, object, Partial<Memory>]>([
    ["a security group", { member, groupType: "-2147483646" }, {}, {}],
    [
      "a distribution group",
      { member, groupType: "8", objectSid: sid(5, 1300) },
      { isDistribution: true },
      {},
    ],
    ["one whose type is not shown", { member }, {}, {}],
    [
      "one that can be a primary group",
      { member, groupType: "-2147483640", objectSid: sid(5, 1300) },
      { sid: { domain: "S-1-5-21-5", rid: 1300 } },
      {},
    ],
    ["one whose list came in part", { "member;range=0-1": ["CN=a", "CN=b"] }, { gap: CUT }, {}],
    ["a universal one of a global catalogue", { member, groupType: "-2147483640" }, {}, AT_CATALOGUE],
    [
      "another one of a global catalogue",
      { member, groupType: "-2147483646" },
      { gap: "a global catalogue holds the members of universal groups only" },
      AT_CATALOGUE,
    ],
    [
      "one whose type a global catalogue does not show",
      { member },
      { gap: "a global catalogue holds the members of universal groups only" },
      AT_CATALOGUE,
    ],
    ["lists of other directories do not count", { member, uniqueMember: "CN=c", memberUid: "d" }, {}, {}],
  ])("%s", (_, attributes, more, memory) => {
    expect(taken(attributes, "active-directory", memory)).toEqual({ ...plain, ...more });
  });
});

describe("a group in another directory", () => {
  test.each<readonly [string, Given, object]>([
    [
      "names members in three ways",
      { objectClass: "groupOfNames", member: "CN=a", uniqueMember: "CN=b#'0101'B", memberUid: "C" },
      { members: ["CN=a", "CN=b", "C"] },
    ],
    [
      "without members, by its class",
      { objectClass: ["top", "GroupOfNames"] },
      { emptyClass: "groupofnames", emptyOf: ["member"] },
    ],
    [
      "without members of its class",
      { objectClass: ["groupOfUniqueNames"], member: "CN=a" },
      { members: ["CN=a"], emptyClass: "groupofuniquenames" },
    ],
    [
      "that may be empty",
      { objectClass: ["posixGroup", "groupOfMembers", "group", "x"] },
      { emptyOf: ["memberuid", "member", "member"] },
    ],
    [
      "with members of its class",
      { objectClass: ["groupOfUniqueNames"], uniqueMember: "CN=a" },
      { members: ["CN=a"] },
    ],
  ])("%s", (_, attributes, more) => {
    expect(taken(attributes, "ldap")).toEqual({ dn: GROUP, members: [], gap: undefined, ...more });
  });
});

test("a group is taken once", () => {
  const run = startOf();
  const first = takeGroup(run, received(GROUP, { member: "CN=a" }));
  expect(takeGroup(run, received(GROUP.toUpperCase(), { member: "CN=b" }))).toBe(first);
  expect(run.graph.standing(run.graph.numberOf(GROUP))).toBe("group");
});

test("a list that a map names holds DNs or addresses", () => {
  const run = startOf();
  const list = takeList(
    run,
    received("CN=Box", { x: ["CN=a", " a@example.org ", "nobody", "cn=b@example.org"] }),
    "x",
  );
  expect(
    list.members.map((number) => [
      run.graph.standing(number),
      run.graph.address(number) ?? run.graph.nameOf(number),
    ]),
  ).toEqual([
    ["unknown", "CN=a"],
    ["person", "a@example.org"],
    ["person", "nobody"],
    ["person", "cn=b@example.org"],
  ]);
});

describe("what is still missing of lists", () => {
  const members = ["CN=a", "CN=b", "CN=c", "CN=d", "CN=e"];
  const inPart = async (memory: Partial<Memory>) => {
    const run = startOf("active-directory", {
      entries: [entry(GROUP, { objectClass: "group", member: members })],
      rangeOf: 2,
      ...memory,
    });
    const list = takeGroup(run, received(GROUP, { "member;range=0-1": members.slice(0, 2) }));
    const whole = takeGroup(run, received("CN=Whole", { member: "CN=z" }));
    const gaps = [list.gap, whole.gap, run.remainders.size];
    await fetchRemainders(run, [list, whole]);
    return [gaps, list.members.map((number) => run.graph.nameOf(number)), list.gap, run.remainders.size];
  };
  test("is asked for, until the server says that it is all", async () => {
    expect(await inPart({})).toEqual([[CUT, undefined, 1], members, undefined, 0]);
  });

  test("is no matter of a list that may lack members for another reason", async () => {
    const run = startOf("active-directory", { url: CATALOGUE });
    const list = takeGroup(run, received(GROUP, { member: "CN=a" }));
    const { gap } = list;
    await fetchRemainders(run, [list]);
    expect([list.gap, gap]).toEqual([gap, "a global catalogue holds the members of universal groups only"]);
  });

  test("stays a gap where it cannot be had", async () => {
    expect(await inPart({ entries: [] })).toEqual([[CUT, undefined, 1], ["CN=a", "CN=b"], CUT, 0]);
  });

  test("several attributes of one list are asked for, and one that cannot be had is enough", async () => {
    const both = { member: ["CN=a", "CN=b", "CN=c"], uniqueMember: ["CN=x", "CN=y"] };
    const run = startOf("ldap", {
      entries: [entry(GROUP, { objectClass: "groupOfNames", ...both })],
      rangeOf: 2,
    });
    const list = takeGroup(
      run,
      received(GROUP, { "uniqueMember;range=0-7": ["CN=x"], "member;range=0-1": both.member.slice(0, 2) }),
    );
    expect([list.gap, [...run.remainders.values()]]).toEqual([
      CUT,
      [[{ dn: GROUP, attribute: "member", from: 2 }]],
    ]);
    await fetchRemainders(run, [list]);
    expect(list.members.map((number) => run.graph.nameOf(number))).toEqual(["CN=a", "CN=b", "CN=x", "CN=c"]);
  });
});

describe("users whose primary group it is", () => {
  const list = (rid: number | undefined) => ({
    dn: `CN=g${rid}`,
    members: [],
    gap: undefined,
    ...(rid === undefined ? {} : { sid: { domain: "S-1-5-21-5", rid } }),
  });
  const lists = [list(1300), list(undefined), list(1301)];
  const found = primaryMembers(lists);
  const user = (domain: number, primary: string) =>
    received("CN=u", { objectSid: sid(domain, 2000), primaryGroupID: primary });

  test("are found by its number, in their own domain", () => {
    expect([found.filters, found.attributes]).toEqual([
      ["(|(primaryGroupID=1300)(primaryGroupID=1301))"],
      ["objectSid", "primaryGroupID"],
    ]);
    expect([
      found.groupsOf(user(5, "1301")),
      found.groupsOf(user(6, "1301")),
      found.groupsOf(user(5, "1")),
    ]).toEqual([lists[2], undefined, undefined]);
    expect(found.groupsOf(received("CN=u", { primaryGroupID: "1300" }))).toBeUndefined();
  });
});
