import { describe, expect, test } from "vitest";
import { closureOf, membersOf, reachOf } from "../../../../src/sources/directory/groups/closure.ts";
import {
  MemberGraph,
  type MemberList,
  type Standing,
} from "../../../../src/sources/directory/groups/member-graph.ts";

const JANE = "CN=Jane,OU=Staff";
const LOG_ON = "CN=jane,OU=Unix";
const [ADDRESS, OTHER] = ["jane@example.org", "j@example.org"];

const listOf = (dn: string, members: readonly number[], more: Partial<MemberList> = {}): MemberList => ({
  dn,
  members: [...members],
  gap: undefined,
  ...more,
});
const seen = (graph: MemberGraph, number: number) => [
  graph.standing(number),
  graph.address(number),
  graph.nameOf(number),
];

describe("an entry", () => {
  test("that is only named is unknown, by its name as written, whatever the case", () => {
    const graph = new MemberGraph();
    const number = graph.numberOf(JANE);
    expect([graph.numberOf(JANE.toUpperCase()), graph.size]).toEqual([number, 1]);
    expect(seen(graph, number)).toEqual(["unknown", undefined, JANE]);
    expect([graph.standing(99), graph.address(99), graph.list(99), graph.nameOf(99)]).toEqual([
      "unknown",
      undefined,
      undefined,
      "",
    ]);
  });

  test.each<readonly [Standing, string]>([
    ["person", ""],
    ["nobody", ""],
    ["group", ""],
    ["contact", JANE],
    ["missing", JANE],
    ["unclear", JANE],
  ])("that is a %s keeps its name as long as somebody may ask: %j", (standing, name) => {
    const graph = new MemberGraph();
    const named = graph.numberOf(JANE);
    expect(graph.introduce(JANE, [], standing, ADDRESS)).toBe(named);
    expect(seen(graph, named)).toEqual([standing, ADDRESS, name]);
    const fresh = new MemberGraph();
    expect(seen(fresh, fresh.introduce(JANE, [], standing, ADDRESS))).toEqual([standing, ADDRESS, name]);
  });

  test("that is a group has a list", () => {
    const graph = new MemberGraph();
    const number = graph.numberOf("CN=Care");
    const list = listOf("CN=Care", []);
    graph.settleGroup(number, list);
    expect([graph.list(number), ...seen(graph, number)]).toEqual([list, "group", undefined, ""]);
  });

  test("is known by its DN and by its uid, once it was named", () => {
    const graph = new MemberGraph();
    const [jane, uid] = [graph.numberOf(JANE), graph.numberOfUid("Jane")];
    expect(graph.known(JANE, ["jane", "other"])).toEqual([jane, uid]);
    expect(graph.known("CN=Kim", ["kim"])).toEqual([]);
    expect([graph.isUid(jane), graph.isUid(uid), graph.nameOf(uid)]).toEqual([false, true, "Jane"]);
  });
});

describe("a uid means the entry that has it", () => {
  type Entry = readonly [string, Standing, string | undefined];
  const claimed = (entries: readonly Entry[]) => {
    const graph = new MemberGraph();
    const uid = graph.numberOfUid("jane");
    for (const [dn, standing, address] of entries) graph.introduce(dn, ["JANE"], standing, address);
    return seen(graph, uid);
  };
  type Row = readonly [string, readonly Entry[], readonly unknown[]];
  const AMBIGUOUS = ["ambiguous", undefined, "JANE"];
  test.each<Row>([
    ["of one", [[JANE, "person", ADDRESS]], ["person", ADDRESS, ""]],
    [
      "of the same entry, read again",
      [
        [JANE, "person", ADDRESS],
        [JANE, "person", OTHER],
      ],
      ["person", OTHER, ""],
    ],
    [
      "of two that are one person",
      [
        [JANE, "person", ADDRESS],
        [LOG_ON, "person", ADDRESS.toUpperCase()],
      ],
      ["person", ADDRESS, ""],
    ],
    [
      "of a log-on without an address beside the person",
      [
        [JANE, "person", ADDRESS],
        [LOG_ON, "nobody", undefined],
      ],
      ["person", ADDRESS, ""],
    ],
    [
      "of a person beside a log-on without an address",
      [
        [LOG_ON, "nobody", undefined],
        [JANE, "person", ADDRESS],
      ],
      ["person", ADDRESS, ""],
    ],
    [
      "of two people: nobody's",
      [
        [JANE, "person", ADDRESS],
        [LOG_ON, "person", OTHER],
      ],
      AMBIGUOUS,
    ],
    [
      "of a person and one who is disabled, under another address",
      [
        [JANE, "person", ADDRESS],
        [LOG_ON, "nobody", OTHER],
      ],
      AMBIGUOUS,
    ],
    [
      "of one who is disabled and a person",
      [
        [LOG_ON, "nobody", OTHER],
        [JANE, "person", ADDRESS],
      ],
      AMBIGUOUS,
    ],
    [
      "of a person and one disabled under the same address",
      [
        [JANE, "person", ADDRESS],
        [LOG_ON, "nobody", ADDRESS],
      ],
      AMBIGUOUS,
    ],
    [
      "of a person and an entry that cannot be read",
      [
        [JANE, "person", ADDRESS],
        [LOG_ON, "unclear", undefined],
      ],
      AMBIGUOUS,
    ],
    [
      "and stays nobody's",
      [
        [JANE, "person", ADDRESS],
        [LOG_ON, "person", OTHER],
        [JANE, "person", ADDRESS],
      ],
      AMBIGUOUS,
    ],
  ])("%s", (_, entries, expected) => {
    expect(claimed(entries)).toEqual(expected);
  });
});

describe("who is in a list", () => {
  /** Desk: Jane, Care, a contact, a printer; Care: Kim, Desk again, somebody unknown; Post, a distribution group: Lee. */
  const world = () => {
    const graph = new MemberGraph();
    const person = (name: string) => graph.introduce(`CN=${name}`, [], "person", `${name}@example.org`);
    const as = (name: string, standing: Standing) => graph.introduce(`CN=${name}`, [], standing, undefined);
    const [jane, kim, lee] = [person("jane"), person("kim"), person("lee")];
    const [desk, care, post] = ["Desk", "Care", "Post"].map((name) => graph.numberOf(`CN=${name}`)) as [
      number,
      number,
      number,
    ];
    const unknown = graph.numberOf("CN=Unknown");
    const lists = {
      desk: listOf("CN=Desk", [
        kim,
        jane,
        care,
        as("guest", "contact"),
        as("printer", "other"),
        as("pc", "nobody"),
        post,
      ]),
      care: listOf("CN=Care", [kim, desk, unknown, as("far", "foreign")], { gap: "It was cut" }),
      post: listOf("CN=Post", [lee], { isDistribution: true }),
    };
    graph.settleGroup(desk, lists.desk);
    graph.settleGroup(care, lists.care);
    graph.settleGroup(post, lists.post);
    return {
      graph,
      ...lists,
      unknown,
      far: graph.numberOf("CN=far"),
      numbers: { jane, kim, lee, desk, care, post },
    };
  };

  test("is everybody, through groups at any depth, each once", () => {
    const { graph, desk, care, unknown, far } = world();
    expect(closureOf(graph, desk)).toEqual({
      addresses: ["jane@example.org", "kim@example.org", "lee@example.org"],
      contacts: 1,
      others: 1,
      unresolved: [unknown, far],
      gaps: [care],
    });
  });

  test("of permissions is nobody through distribution groups", () => {
    const { graph, desk } = world();
    expect(closureOf(graph, desk, true).addresses).toEqual(["jane@example.org", "kim@example.org"]);
  });

  test("a person without an address adds nothing", () => {
    const graph = new MemberGraph();
    const list = listOf("CN=Desk", [graph.introduce(JANE, [], "person", undefined)]);
    expect(closureOf(graph, list)).toEqual({
      addresses: [],
      contacts: 0,
      others: 0,
      unresolved: [],
      gaps: [],
    });
  });

  test("is asked again each time", () => {
    const { graph, care } = world();
    const first = closureOf(graph, care);
    expect(closureOf(graph, care)).toEqual(first);
    for (let index = 0; index < 3000; index++) graph.numberOf(`CN=more${index}`);
    expect(closureOf(graph, care)).toEqual(first);
  });

  test("counts each once, however many there are", () => {
    const graph = new MemberGraph();
    graph.startWalk();
    const contacts = Array.from({ length: 3000 }, (_, index) =>
      graph.introduce(`CN=c${index}`, [], "contact", undefined),
    );
    const inner = graph.numberOf("CN=Inner");
    graph.settleGroup(inner, listOf("CN=Inner", contacts));
    expect(closureOf(graph, listOf("CN=Desk", [inner, ...contacts])).contacts).toBe(3000);
  });

  test("the reach is all its lists, and those whom nobody has read", () => {
    const { graph, desk, care, post, unknown } = world();
    expect(reachOf(graph, [desk])).toEqual({ lists: [desk, post, care], unknown: [unknown] });
    expect(reachOf(graph, [post, post])).toEqual({ lists: [post, post], unknown: [] });
    expect(reachOf(graph, [])).toEqual({ lists: [], unknown: [] });
  });

  test("its members are all of them, groups included", () => {
    const { graph, care, post, numbers } = world();
    expect([...membersOf(graph, [post])]).toEqual([numbers.lee]);
    expect(membersOf(graph, [care]).size).toBe(graph.size);
  });
});
