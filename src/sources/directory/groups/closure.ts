import type { MemberGraph, MemberList, Standing } from "./member-graph.ts";

/** Everybody who is in a list, directly or through groups at any depth. */
export type Closure = {
  /** Sorted, each once. */
  readonly addresses: readonly string[];
  readonly contacts: number;
  readonly others: number;
  /** Members of whom zivsync cannot tell who they are. */
  readonly unresolved: readonly number[];
  /** Lists that may lack members. */
  readonly gaps: readonly MemberList[];
};

/**
 * Follows a list through all its groups, each once, so that circles end; where the list is of permissions, not through
 * distribution groups, which Windows leaves out of what somebody may do.
 */
export function closureOf(graph: MemberGraph, list: MemberList, ofPermissions = false): Closure {
  const addresses = new Set<string>();
  const unresolved: number[] = [];
  const gaps: MemberList[] = [];
  let contacts = 0;
  let others = 0;
  walk(graph, [list], {
    follows: (one) => !(ofPermissions && one.isDistribution === true),
    list: (one) => {
      if (one.gap !== undefined) gaps.push(one);
    },
    member: (number, standing) => {
      const address = graph.address(number);
      if (standing === "person") {
        if (address !== undefined) addresses.add(address);
      } else if (standing === "contact") contacts++;
      else if (standing === "other") others++;
      else if (standing !== "nobody" && standing !== "group") unresolved.push(number);
    },
  });
  return { addresses: [...addresses].sort(), contacts, others, unresolved, gaps };
}

/** All lists and all members that nobody has read yet, as far as the given lists reach. */
export function reachOf(
  graph: MemberGraph,
  from: readonly MemberList[],
): { readonly lists: readonly MemberList[]; readonly unknown: readonly number[] } {
  const lists: MemberList[] = [];
  const unknown: number[] = [];
  walk(graph, from, {
    follows: all,
    list: (one) => lists.push(one),
    member: (number, standing) => {
      if (standing === "unknown") unknown.push(number);
    },
  });
  return { lists, unknown };
}

/** The numbers of all members of the given lists, at any depth, groups included. */
export function membersOf(graph: MemberGraph, from: readonly MemberList[]): ReadonlySet<number> {
  const members = new Set<number>();
  walk(graph, from, { follows: all, list: () => {}, member: (number) => members.add(number) });
  return members;
}

const all = () => true;

type Visitor = {
  readonly follows: (list: MemberList) => boolean;
  readonly list: (list: MemberList) => void;
  readonly member: (number: number, standing: Standing) => void;
};

function walk(graph: MemberGraph, from: readonly MemberList[], visitor: Visitor): void {
  const visit = graph.startWalk();
  const seen = new Set<MemberList>(from);
  const open: MemberList[] = [...from];
  for (let list = open.pop(); list !== undefined; list = open.pop()) {
    visitor.list(list);
    for (const number of list.members) {
      if (!visit(number)) continue;
      visitor.member(number, graph.standing(number));
      const inner = graph.list(number);
      if (inner === undefined || seen.has(inner) || !visitor.follows(inner)) continue;
      seen.add(inner);
      open.push(inner);
    }
  }
}
