import { describe, expect, test } from "vitest";
import type { Opened } from "../../../../src/sources/directory/context/context.ts";
import { startRun } from "../../../../src/sources/directory/context/context.ts";
import type { RecordDraft } from "../../../../src/sources/directory/entries/record.ts";
import { setAllDelegates, whyIncomplete } from "../../../../src/sources/directory/groups/delegates.ts";
import {
  MemberGraph,
  type MemberList,
  type Standing,
} from "../../../../src/sources/directory/groups/member-graph.ts";
import { deskRecord } from "../../../support/engine.ts";
import { config, NOW } from "../builders.ts";
import { memorySession } from "../memory-session.ts";

const listOf = (dn: string, members: readonly number[], more: Partial<MemberList> = {}): MemberList => ({
  dn,
  members: [...members],
  gap: undefined,
  ...more,
});

describe("why delegates may be missing", () => {
  const why = (standings: readonly Standing[], gaps: readonly MemberList[] = []) => {
    const graph = new MemberGraph();
    const unresolved = standings.map((standing, index) =>
      graph.introduce(`CN=m${9 - index}`, [], standing, undefined),
    );
    return whyIncomplete(graph, { addresses: [], contacts: 0, others: 0, unresolved, gaps });
  };
  const cut = (dn: string, gap = "it was cut") => listOf(dn, [], { gap });
  test.each<readonly [string, Parameters<typeof why>, string | undefined]>([
    ["nothing is", [[]], undefined],
    ["not found", [["missing"]], "zivsync cannot identify a member: CN=m9 (1 not found)."],
    ["another domain", [["elsewhere"]], "zivsync cannot identify a member: CN=m9 (1 in another domain)."],
    ["another forest", [["foreign"]], "zivsync cannot identify a member: CN=m9 (1 from another forest)."],
    ["an alias", [["alias"]], "zivsync cannot identify a member: CN=m9 (1 an alias for another entry)."],
    [
      "a filter",
      [["dynamic"]],
      "zivsync cannot identify a member: CN=m9 (1 groups whose members are found by a filter).",
    ],
    [
      "a shared uid",
      [["ambiguous"]],
      "zivsync cannot identify a member: CN=m9 (1 with a uid that several people have).",
    ],
    [
      "not readable",
      [["unclear"]],
      "zivsync cannot identify a member: CN=m9 (1 not readable enough to identify them).",
    ],
    ["not looked up", [["unknown"]], "zivsync cannot identify a member: CN=m9 (1 not looked up)."],
    [
      "several, of which a few are named",
      [["missing", "foreign", "missing", "missing"]],
      "zivsync cannot identify 4 members: CN=m6; CN=m7; CN=m8; and 1 more (1 from another forest, 3 not found).",
    ],
    [
      "three are named",
      [["missing", "missing", "missing"]],
      "zivsync cannot identify 3 members: CN=m7; CN=m8; CN=m9 (3 not found).",
    ],
    ["a list that was cut", [[], [cut("CN=Care")]], "Members may be missing from CN=Care: it was cut."],
    [
      "several lists",
      [[], [cut("CN=d"), cut("CN=c", "it is far"), cut("CN=b"), cut("CN=a")]],
      "Members may be missing from CN=a; CN=b; CN=c; and 1 more: it is far; it was cut.",
    ],
    [
      "members and lists",
      [["missing"], [cut("CN=Care")]],
      "zivsync cannot identify a member: CN=m9 (1 not found). Members may be missing from CN=Care: it was cut.",
    ],
  ])("%s", (_, given, expected) => {
    expect(why(...given)).toBe(expected);
  });
});

describe("an account gets those who are in its list", () => {
  type World = {
    /** Addresses, or standings of members without one. */
    readonly members: readonly string[];
    readonly except?: readonly string[];
    readonly opened?: Partial<Opened>;
    /** Members of a group in the list. */
    readonly group?: readonly string[];
    readonly isDistribution?: true;
  };
  const NAMED: ReadonlySet<string> = new Set(["missing", "contact", "other"]);
  function opened({ members, except, group, isDistribution, opened: more = {} }: World) {
    const run = startRun(memorySession({ entries: [] }), config(), { now: () => NOW });
    let count = 0;
    const numberOf = (name: string) =>
      NAMED.has(name)
        ? run.graph.introduce(`CN=${name}${count++}`, [], name as Standing, undefined)
        : run.graph.introduce(`CN=${name}`, [], "person", name);
    const numbers = members.map(numberOf);
    for (const name of group ? ["CN=Zorg", "CN=Care", "CN=Care"] : []) {
      const number = run.graph.numberOf(name);
      run.graph.settleGroup(
        number,
        listOf(name, (group ?? []).map(numberOf), isDistribution ? { isDistribution } : {}),
      );
      numbers.push(number);
    }
    const record: RecordDraft = { ...deskRecord("desk@example.org", { where: "CN=Desk" }) };
    run.opened.push({
      record,
      list: listOf("CN=Desk", numbers),
      attribute: "member",
      ...(except ? { except: listOf("CN=Desk", except.map(numberOf)) } : {}),
      ...more,
    });
    setAllDelegates(run);
    const { delegates, delegatesIncomplete } = record;
    const said = run.collected.findings().map(({ code, severity, summary, where }) => ({
      code,
      severity,
      summary,
      where,
    }));
    return { delegates, delegatesIncomplete, said };
  }
  const given = (value: readonly string[], attribute = "member") => ({
    value,
    origin: { source: "head-office", where: "CN=Desk", attribute },
  });
  const MISSING = "zivsync cannot identify a member: CN=missing0 (1 not found).";
  const [A, B] = ["a@example.org", "b@example.org"] as const;

  test.each<readonly [string, World, object]>([
    ["all of them", { members: [B, A] }, { delegates: given([A, B]) }],
    ["nobody", { members: [] }, { delegates: given([]) }],
    [
      "with a reason where some may be missing",
      { members: [A, "missing"] },
      { delegates: given([A]), delegatesIncomplete: MISSING },
    ],
    ["but for those who are kept out", { members: [A, B], except: [B] }, { delegates: given([A]) }],
    [
      "nobody at all, where somebody unknown is kept out",
      { members: [A], except: ["missing"] },
      {
        delegates: given([]),
        delegatesIncomplete: `Somebody is denied access, and it is unknown who: zivsync cannot identify a member: CN=missing0 (1 not found). So this source lets nobody in.`,
      },
    ],
    [
      "which says nothing where nobody is let in anyway",
      { members: [], except: ["missing"] },
      { delegates: given([]) },
    ],
    [
      "and both reasons",
      { members: ["missing", A], except: ["missing"] },
      {
        delegates: given([]),
        delegatesIncomplete: `${MISSING} Somebody is denied access, and it is unknown who: zivsync cannot identify a member: CN=missing1 (1 not found). So this source lets nobody in.`,
      },
    ],
    [
      "nothing where no entry shows the list and nobody is known",
      { members: ["missing"], opened: { isUnseen: true } },
      { delegatesIncomplete: MISSING },
    ],
    [
      "somebody where no entry shows the list and one is known",
      { members: ["missing", A], opened: { isUnseen: true } },
      { delegates: given([A]), delegatesIncomplete: MISSING },
    ],
    [
      "nobody where no entry shows the list and none is in doubt",
      { members: [], opened: { isUnseen: true } },
      { delegates: given([]) },
    ],
    ["through groups", { members: [A], group: [B] }, { delegates: given([A, B]) }],
    [
      "by permissions, with the groups that give them",
      { members: [A], group: [B], opened: { ofPermissions: true } },
      { delegates: given([A, B], "member via CN=Care; CN=Zorg") },
    ],
    [
      "by permissions, not through distribution groups",
      { members: [A], group: [B], isDistribution: true, opened: { ofPermissions: true } },
      { delegates: given([A]) },
    ],
  ])("%s", (_, world, expected) => {
    expect(opened(world)).toEqual({
      delegates: undefined,
      delegatesIncomplete: undefined,
      said: [],
      ...expected,
    });
  });

  test.each<readonly [readonly string[], string]>([
    [
      ["contact"],
      "1 contact among its members is not an account of this directory, and left out of the delegates.",
    ],
    [
      ["other"],
      "1 other entry among its members is not an account of this directory, and left out of the delegates.",
    ],
    [
      ["contact", "contact"],
      "2 contacts among its members are not accounts of this directory, and left out of the delegates.",
    ],
    [
      ["contact", "other", "other"],
      "1 contact and 2 other entries among its members are not accounts of this directory, and left out of the delegates.",
    ],
  ])("who is not an account is left out, and it is said: %j", (members, summary) => {
    expect(opened({ members }).said).toEqual([
      {
        code: "member-left-out",
        severity: "info",
        summary,
        where: { source: "head-office", kind: "functional", place: "CN=Desk" },
      },
    ]);
  });
});
