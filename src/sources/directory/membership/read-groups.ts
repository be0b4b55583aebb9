import type { DirectoryTable } from "../../../model/source-config/directory.ts";
import type { MemberCondition } from "../../../model/source-config/filter.ts";
import type { LdapEntry } from "../../ldap/protocol/types.ts";
import { LdapFailure } from "../../ldap/protocol/types.ts";
import { forEachAtOnce } from "../context/at-once.ts";
import type { Run } from "../context/context.ts";
import { membersOf, reachOf } from "../groups/closure.ts";
import { MemberGraph, type MemberList } from "../groups/member-graph.ts";
import { fetchRemainders, memberAttributes, takeGroup } from "../groups/member-lists.ts";
import { basesOf } from "../search/bases.ts";
import { dnKey } from "../search/dn.ts";
import { isUnder, searchEverywhere } from "../search/everywhere.ts";
import { addressFilter, allOf, anyOf, escapeFilterValue, groupFilter, inFilters } from "../search/filters.ts";
import { reportDoubts, reportNobody, unlessPartial } from "./doubts.ts";
import { markHiddenGroups, placeOf } from "./hidden-groups.ts";
import { asksFor, findGroups } from "./named-groups.ts";
import { UNSAID } from "./unseen-members.ts";
import type { Membership, Test } from "./ways.ts";

/** Read along with the groups, because one in another group has members whom nothing else names. */
const DYNAMIC = "(objectClass=groupOfURLs)";
const MEMBERS = memberAttributes({ type: "ldap" });
/** The server does not take the name for a DN, so it is nobody: some programs put a placeholder into every group. */
const INVALID_DN = 34;

type Table = Pick<DirectoryTable, "baseDns" | "scope" | "map">;

/** Other directories than Active Directory do not follow groups in groups, so all groups are read and followed here. */
export async function byReadingGroups(
  run: Run,
  table: Table,
  conditions: readonly MemberCondition[],
): Promise<Pick<Membership, "attributes" | "isMember">> {
  const graph = new MemberGraph();
  const roots = new Map<MemberCondition, readonly MemberList[]>();
  for (const condition of conditions) roots.set(condition, await findGroups(run, graph, condition, table));
  await readAllGroups(run, graph, table, [...roots.values()].flat());
  const tests = new Map<MemberCondition, Test>();
  for (const [condition, lists] of roots) {
    const members = membersOf(graph, lists);
    const partial = reportDoubts(run, table, condition, reachOf(graph, lists).lists);
    reportNobody(run, condition, members.size);
    const shared = await sharedUids(run, graph, table, members);
    tests.set(condition, (entry) => {
      const as = graph.known(entry.dn, entry.texts("uid")).filter((number) => members.has(number));
      if (as.length === 0) return unlessPartial(condition, partial);
      return as.every((number) => shared.has(number)) ? "unreadable" : true;
    });
  }
  return {
    attributes: ["uid"],
    isMember: (condition, entry) => tests.get(condition)?.(entry) ?? "unreadable",
  };
}

async function readAllGroups(
  run: Run,
  graph: MemberGraph,
  table: Table,
  roots: readonly MemberList[],
): Promise<void> {
  const building = { ...run, graph };
  const filter = anyOf([groupFilter(run.config), DYNAMIC]);
  const all = { scope: "subtree" as const, filter, attributes: asksFor(run) };
  const places = new Set<string>();
  const searched = await searchEverywhere(run, table, all, (entry) => {
    const list = takeGroup(building, entry);
    places.add(placeOf(entry.dn));
    if (isDynamic(entry)) list.gap ??= "its members are found by a filter";
  });
  for (;;) {
    await fetchRemainders(building, [...run.remainders.keys()]);
    const outside = reachOf(graph, roots).unknown.filter(
      (number) => !graph.isUid(number) && !searched.some((tree) => isUnder(graph.nameOf(number), tree)),
    );
    if (outside.length === 0) break;
    await forEachAtOnce(outside, (number) => lookUpGroup(run, graph, number));
  }
  const named = reachOf(graph, roots).unknown.filter((number) => !graph.isUid(number));
  await markHiddenGroups(run, graph, named, places);
  await run.schema.markHidden(reachOf(graph, roots).lists);
}

/** Of a class whose members are found by a filter, unless its server lists them as those of other groups. */
function isDynamic(entry: LdapEntry): boolean {
  const isSo = entry.texts("objectClass").some((name) => name.toLowerCase() === "groupofurls");
  return isSo && !MEMBERS.some((name) => entry.has(name));
}

/** A member in a tree that was not searched: a group is followed, and whoever else it is needs no more than its name. */
async function lookUpGroup(run: Run, graph: MemberGraph, number: number): Promise<void> {
  const query = { base: graph.nameOf(number), filter: groupFilter(run.config), attributes: asksFor(run) };
  graph.settle(number, "missing", undefined);
  try {
    await run.session.lookUp(query, (entry) => {
      graph.settleGroup(number, takeGroup({ ...run, graph }, entry));
    });
  } catch (error) {
    if (!(error instanceof LdapFailure) || error.resultCode === undefined) throw error;
    if (error.resultCode === INVALID_DN) return;
    graph.settleGroup(number, { dn: query.base, members: [], gap: UNSAID });
  }
}

/** The members named by a `uid` that several of the accounts have: zivsync cannot tell which of them is meant. */
async function sharedUids(
  run: Run,
  graph: MemberGraph,
  table: Table,
  members: ReadonlySet<number>,
): Promise<ReadonlySet<number>> {
  const numbers = new Map<string, number>();
  for (const number of members)
    if (graph.isUid(number)) numbers.set(graph.nameOf(number).toLowerCase(), number);
  const owners = new Map<number, string>();
  const shared = new Set<number>();
  const where = { bases: await basesOf(table, run.contexts), scope: table.scope, attributes: ["uid"] };
  const meet = (entry: LdapEntry) => {
    const dn = dnKey(entry.dn);
    for (const uid of entry.texts("uid")) {
      const number = numbers.get(uid.toLowerCase());
      if (number === undefined) continue;
      if ((owners.get(number) ?? dn) !== dn) shared.add(number);
      owners.set(number, dn);
    }
  };
  for (const some of inFilters([...numbers.keys()])) {
    const named = anyOf(some.map((uid) => `(uid=${escapeFilterValue(uid)})`));
    const filter = allOf(addressFilter(run.config, table), named);
    await run.searches.run({ ...where, filter, ignoreReferrals: true }, meet);
  }
  return shared;
}
