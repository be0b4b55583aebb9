import { describe, expect, test } from "vitest";
import { startRun } from "../../../../src/sources/directory/context/context.ts";
import { membershipOf } from "../../../../src/sources/directory/membership/member-of.ts";
import { config, NOW, table } from "../builders.ts";
import {
  entry,
  failure,
  type Memory,
  type MemoryEntry,
  memorySession,
  received,
  type Values,
} from "../memory-session.ts";

/* Directories that do not follow groups in groups: all groups are read, and followed here. */

const ROOT = "dc=example,dc=org";
const CARE = `cn=care,ou=groups,${ROOT}`;
const dn = (name: string) => `cn=${name},ou=groups,${ROOT}`;
const uid = (name: string) => `uid=${name},ou=people,${ROOT}`;
const personEntry = (name: string, more: Readonly<Record<string, Values>> = {}, of = uid(name)) =>
  entry(of, { objectClass: ["person"], uid: name, mail: `${name}@example.org`, ...more });
const groupEntry = (name: string, more: Readonly<Record<string, Values>>) =>
  entry(name.includes("=") ? name : dn(name), { objectClass: "groupOfNames", ...more });
const PEOPLE = ["jane", "kim", "lee"].map((name) => personEntry(name));

type World = {
  readonly entries: readonly MemoryEntry[];
  readonly memory?: Partial<Memory>;
  readonly exclude?: boolean;
  readonly baseDns?: readonly string[];
};

async function membership({ entries, memory = {}, exclude = false, baseDns = [] }: World) {
  const of = table({ baseDns });
  const session = memorySession({
    entries: [...PEOPLE, ...entries],
    rootDse: { namingContexts: [ROOT] },
    ...memory,
  });
  const run = startRun(session, config({ type: "ldap", personal: of }), { now: () => NOW });
  const condition = { memberOf: [CARE], exclude, where: "profiles/staff.yaml:7:9" };
  const { isMember, ways, isNarrowed, attributes } = await membershipOf(run, of, [condition]);
  const asked = (one: string, name: string) => isMember(condition, received(one, { uid: name }));
  return {
    members: ["jane", "kim", "lee"].map((name) => asked(uid(name), name)),
    byUid: (name: string, as: string) => asked(name, as),
    said: run.collected.findings().map(({ code, summary }) => `${code}: ${summary}`),
    rest: { ways: ways.length, isNarrowed, attributes },
    other: isMember({ ...condition }, received(uid("jane"), { uid: "jane" })),
    lookUps: session.log.lookUps,
  };
}

const IN_PART = (what: string) =>
  `source-incomplete: memberOf goes through groups ${what}. No personal account is removed because of this source.`;
const NOBODY = `filter-unseen: The filter leaves out the members of ${CARE}, and nobody was found in there, so it may be that this may not be read.`;

describe("somebody is a member", () => {
  test.each<readonly [string, readonly MemoryEntry[], readonly (boolean | "unreadable")[]]>([
    ["by name", [groupEntry("care", { member: uid("jane") })], [true, false, false]],
    [
      "of a group in the group",
      [
        groupEntry("care", { member: [uid("jane"), dn("inner")] }),
        groupEntry("inner", { member: uid("kim") }),
      ],
      [true, true, false],
    ],
    [
      "of groups that are in each other",
      [groupEntry("care", { member: dn("inner") }), groupEntry("inner", { member: [uid("kim"), CARE] })],
      [false, true, false],
    ],
    [
      "by a unique name",
      [groupEntry("care", { objectClass: "groupOfUniqueNames", uniqueMember: uid("jane") })],
      [true, false, false],
    ],
    [
      "by uid",
      [groupEntry("care", { objectClass: "posixGroup", memberUid: ["JANE", "kim"] })],
      [true, true, false],
    ],
    [
      "not certainly, by a uid that two accounts have",
      [
        groupEntry("care", { objectClass: "posixGroup", memberUid: ["jane", "kim"] }),
        personEntry("jane", {}, `uid=jane,ou=other,${ROOT}`),
      ],
      ["unreadable", true, false],
    ],
    [
      "certainly, by a uid that an account without an address has as well",
      [
        groupEntry("care", { objectClass: "posixGroup", memberUid: "jane" }),
        personEntry("jane", { mail: [] }, `uid=jane,ou=other,${ROOT}`),
      ],
      [true, false, false],
    ],
    [
      "certainly, by name and by such a uid",
      [
        groupEntry("care", { objectClass: "posixGroup", memberUid: "jane", member: uid("jane") }),
        personEntry("jane", {}, `uid=jane,ou=other,${ROOT}`),
      ],
      [true, false, false],
    ],
    [
      "not of a group beside it",
      [groupEntry("care", { member: uid("lee") }), groupEntry("apart", { member: uid("jane") })],
      [false, false, true],
    ],
  ])("%s", async (_, entries, members) => {
    const found = await membership({ entries });
    expect([found.members, found.said]).toEqual([members, []]);
  });

  test("all entries are looked at, with their uid, and nothing is known of other conditions", async () => {
    const { rest, other } = await membership({ entries: [groupEntry("care", { member: uid("jane") })] });
    expect([rest, other]).toEqual([{ ways: 1, isNarrowed: false, attributes: ["uid"] }, "unreadable"]);
  });
});

describe("a group that may have more members", () => {
  const dynamic = (more: Readonly<Record<string, Values>> = {}) => [
    groupEntry("care", { member: [uid("jane"), dn("all")] }),
    groupEntry("all", { objectClass: ["top", "groupOfURLs"], memberURL: "ldap:///", ...more }),
  ];
  const BY_FILTER = IN_PART(
    `whose members may not all be known: ${dn("all")} (its members are found by a filter)`,
  );

  test("is said, and nobody is taken for a member because of it", async () => {
    const found = await membership({ entries: dynamic() });
    expect([found.members, found.said]).toEqual([[true, false, false], [BY_FILTER]]);
  });

  test("is said, and others are not certainly no members where these are left out", async () => {
    const found = await membership({ entries: dynamic(), exclude: true });
    expect([found.members, found.said]).toEqual([[true, "unreadable", "unreadable"], [BY_FILTER]]);
  });

  test("is whole where the server lists whom its filter finds", async () => {
    const found = await membership({ entries: dynamic({ member: uid("kim") }), exclude: true });
    expect([found.members, found.said]).toEqual([[true, true, false], []]);
  });

  test("is asked for the rest of its list", async () => {
    const members = [uid("jane"), uid("kim"), uid("lee")];
    const found = await membership({
      entries: [groupEntry("care", { member: members })],
      memory: { rangeOf: 2 },
    });
    expect([found.members, found.said]).toEqual([[true, true, true], []]);
  });

  test("is said where the rest cannot be had", async () => {
    const members = [uid("jane"), uid("kim"), uid("lee")];
    const found = await membership({
      entries: [groupEntry("care", { member: members })],
      memory: { rangeOf: 2, wrongRange: (low, high) => (low === 0 ? `${low}-${high}` : "9-10") },
    });
    expect([found.members, found.said]).toEqual([
      [true, true, true],
      [IN_PART(`whose members the server gave only in part: ${CARE}`)],
    ]);
  });

  test("and is empty, is said where its members are left out", async () => {
    const empty = [
      groupEntry("care", { objectClass: "posixGroup" }),
      groupEntry("other", { objectClass: "posixGroup", memberUid: "x" }),
    ];
    expect((await membership({ entries: empty, exclude: true })).said).toEqual([NOBODY]);
    expect((await membership({ entries: empty })).said).toEqual([]);
  });

  test("and is empty as all are, may have members", async () => {
    const found = await membership({
      entries: [groupEntry("care", { objectClass: "posixGroup" })],
      exclude: true,
    });
    expect([found.members, found.said]).toEqual([
      ["unreadable", "unreadable", "unreadable"],
      [
        IN_PART(
          `whose members may not all be known: ${CARE} (no entry that was read has anybody in it, so it may be that this may not be read)`,
        ),
        NOBODY,
      ],
    ]);
  });
});

describe("a group in a tree that was not searched", () => {
  const FAR = "cn=far,dc=elsewhere,dc=net";
  const care = groupEntry("care", { member: [uid("jane"), FAR] });

  test("is looked up, and followed", async () => {
    const found = await membership({ entries: [care, groupEntry(FAR, { member: uid("kim") })] });
    expect([found.members, found.lookUps.includes(FAR)]).toEqual([[true, true, false], true]);
  });

  test("is no group where it is somebody, and no more is asked", async () => {
    const found = await membership({ entries: [care, personEntry("far", {}, FAR)] });
    expect([found.members, found.said, found.byUid(FAR, "far")]).toEqual([[true, false, false], [], true]);
  });

  test("one in a tree that was searched is not looked up", async () => {
    const gone = `cn=gone,ou=people,${ROOT}`;
    const { lookUps } = await membership({ entries: [groupEntry("care", { member: [uid("jane"), gone] })] });
    expect(lookUps.filter((one) => one === gone || one === uid("jane"))).toEqual([]);
  });

  test("one that is named by uid is not looked up", async () => {
    const { lookUps } = await membership({
      entries: [groupEntry("care", { objectClass: "posixGroup", memberUid: "jane" })],
    });
    expect(lookUps).toEqual([CARE, ""]);
  });

  test("one that is refused may be a group with members here; a connection that breaks off ends the reading", async () => {
    const refuses = (resultCode?: number) => ({
      refuses: { [FAR]: failure("directory-refused", "No.", resultCode) },
    });
    const { members, said } = await membership({ entries: [care], memory: refuses(10) });
    expect([members, said]).toEqual([
      [true, false, false],
      [IN_PART(`whose members may not all be known: ${FAR} (the server does not say whether it is a group)`)],
    ]);
    await expect(membership({ entries: [care], memory: refuses() })).rejects.toThrow("No.");
    // A text that the server takes for no DN can be nobody: some programs put a placeholder into every group.
    expect((await membership({ entries: [care], memory: refuses(34) })).said).toEqual([]);
  });
});

describe("a member who is not found", () => {
  const hidden = dn("hidden");
  const care = groupEntry("care", { member: [uid("jane"), hidden] });
  const said = [
    IN_PART(
      `whose members may not all be known: ${hidden} (it is not found where other groups are, so it may be a group that is not shown). Take names that lead nowhere out of the groups, or let the account that binds read what they name`,
    ),
  ];

  test("may be a group that is not shown, where only groups are", async () => {
    expect((await membership({ entries: [care] })).said).toEqual(said);
    const refuses = { [hidden]: failure("directory-refused", "No.", 50) };
    expect((await membership({ entries: [care], memory: { refuses } })).said).toEqual(said);
    const lost = { [hidden]: failure("directory-unreachable", "Lost.") };
    await expect(membership({ entries: [care], memory: { refuses: lost } })).rejects.toThrow("Lost.");
  });

  test("of a group to be left out is a warning: nobody is held or suspended because of a name that leads nowhere", async () => {
    const { members, said: warned } = await membership({ entries: [care], exclude: true });
    expect([members, warned]).toEqual([
      [true, false, false],
      [
        `filter-unseen: The filter leaves out the members of ${CARE}, and perhaps not all of them: ${hidden} (it is not found where other groups are, so it may be a group that is not shown).`,
      ],
    ]);
  });

  test("may be one where only the groups, and not what holds them, may be read", async () => {
    const refuses = { [`ou=groups,${ROOT}`]: failure("directory-refused", "No.", 32) };
    expect((await membership({ entries: [care], memory: { refuses } })).said).toEqual(said);
    const lost = { [`ou=groups,${ROOT}`]: failure("directory-unreachable", "Lost.") };
    await expect(membership({ entries: [care], memory: { refuses: lost } })).rejects.toThrow("Lost.");
  });

  test.each<readonly [string, readonly MemoryEntry[]]>([
    [
      "has left, where groups are, which have other names than people",
      [groupEntry("care", { member: [uid("jane"), `uid=gone,ou=groups,${ROOT}`] })],
    ],
    ["has left, where people are", [groupEntry("care", { member: [uid("jane"), uid("gone")] })]],
    ["has left, where people and groups are", [care, personEntry("kees", {}, dn("kees"))]],
    ["is another thing that is there", [care, entry(hidden, { objectClass: ["device"] })]],
  ])("%s", async (_, entries) => {
    expect((await membership({ entries })).said).toEqual([]);
  });
});
