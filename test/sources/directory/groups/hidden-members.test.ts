import { describe, expect, test } from "vitest";
import {
  GroupSchema,
  memberAttributesOf,
  NOBODY_IN_ANY,
} from "../../../../src/sources/directory/groups/hidden-members.ts";
import type { MemberList } from "../../../../src/sources/directory/groups/member-graph.ts";
import { entry, failure, type Memory, memorySession } from "../memory-session.ts";

const HIDDEN = "its kind of group cannot be without members here, and shows none, so they may not be read";
const SCHEMA = "cn=schema";
const empty = (emptyClass: string, gap?: string): MemberList => ({
  dn: "CN=g",
  members: [],
  gap,
  emptyClass,
});

async function marked(
  definitions: readonly string[],
  lists: readonly MemberList[],
  more: Partial<Memory> = {},
) {
  const session = memorySession({
    entries: [entry(SCHEMA, { objectClass: "subschema", objectClasses: definitions })],
    rootDse: { subschemaSubentry: [SCHEMA] },
    ...more,
  });
  const schema = new GroupSchema(session);
  await schema.markHidden(lists);
  await schema.markHidden(lists.slice(0, 1));
  return { gaps: lists.map(({ gap }) => gap), asked: session.log.lookUps };
}

test("the attributes by which groups of a class name members", () => {
  expect(
    memberAttributesOf([
      "top",
      "GroupOfNames",
      "groupOfUniqueNames",
      "posixGroup",
      "group",
      "groupOfMembers",
    ]),
  ).toEqual(["member", "uniquemember", "memberuid", "member", "member"]);
});

describe("an empty group is one whose members are hidden, where the schema wants some", () => {
  test.each<readonly [string, string, string | undefined]>([
    ["one attribute", "( 2.5.6.9 NAME 'groupOfNames' SUP top STRUCTURAL MUST member MAY cn )", HIDDEN],
    ["several", "( 2.5.6.9 NAME 'groupOfNames' MUST ( cn $ Member ) )", HIDDEN],
    ["several names", "( 2.5.6.9 NAME ( 'gon' 'GroupOfNames' ) MUST ( member $ cn ) )", HIDDEN],
    ["another attribute only", "( 2.5.6.9 NAME 'groupOfNames' MUST ( cn ) MAY member )", undefined],
    ["nothing", "( 2.5.6.9 NAME 'groupOfNames' MAY member )", undefined],
    ["in its description only", "( 2.5.6.9 NAME 'groupOfNames' DESC 'MUST member' MAY member )", undefined],
    ["of another class", "( 2.5.6.9 NAME 'groupOfUniqueNames' MUST uniqueMember )", undefined],
    ["of a class that is not about members", "( 2.5.6.9 NAME 'other' MUST member )", undefined],
    ["without a name", "( 2.5.6.9 MUST member )", undefined],
  ])("%s", async (_, definition, gap) => {
    expect((await marked([definition], [empty("groupofnames")])).gaps).toEqual([gap]);
  });

  test("each by its own class, and what is known of a list stays", async () => {
    const definitions = [
      "( 1 NAME 'groupOfNames' MUST cn )",
      "( 2 NAME 'groupOfUniqueNames' MUST ( cn $ uniqueMember ) )",
    ];
    const lists = [
      empty("groupofnames"),
      empty("groupofuniquenames"),
      empty("groupofuniquenames", "It was cut"),
    ];
    expect(await marked(definitions, lists)).toEqual({
      gaps: [undefined, HIDDEN, "It was cut"],
      asked: ["", SCHEMA],
    });
  });

  test("the schema is not asked for where no list needs it", async () => {
    const lists = [{ dn: "CN=g", members: [], gap: undefined }, empty("groupofnames", "It was cut")];
    expect((await marked([], lists)).asked).toEqual([]);
  });

  test("a server that refuses to say marks nothing; one that breaks off fails", async () => {
    const refuses = (resultCode?: number) => ({
      refuses: { [SCHEMA]: failure("directory-refused", "No.", resultCode) },
    });
    expect((await marked([], [empty("groupofnames")], refuses(50))).gaps).toEqual([undefined]);
    await expect(marked([], [empty("groupofnames")], refuses())).rejects.toThrow("No.");
  });
});

describe("empty groups, where no group shows members in that way", () => {
  const might = (emptyOf: readonly string[], gap?: string): MemberList => ({
    dn: "CN=g",
    members: [],
    gap,
    emptyOf,
  });
  test("may have some", async () => {
    const schema = new GroupSchema(memorySession({ entries: [] }));
    schema.meet("uniqueMember");
    const lists = [
      might(["member"]),
      might(["member", "uniquemember"]),
      might([]),
      might(["member"], "It was cut"),
      { dn: "CN=g", members: [], gap: undefined },
    ];
    await schema.markHidden(lists);
    expect(lists.map(({ gap }) => gap)).toEqual([
      NOBODY_IN_ANY,
      undefined,
      undefined,
      "It was cut",
      undefined,
    ]);
  });
});
