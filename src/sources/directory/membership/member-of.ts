import type { DirectoryTable } from "../../../model/source-config/directory.ts";
import type { MemberCondition, RecordFilter } from "../../../model/source-config/filter.ts";
import type { LdapEntry } from "../../ldap/protocol/types.ts";
import type { Run } from "../context/context.ts";
import { MemberGraph, type MemberList } from "../groups/member-graph.ts";
import { takeGroup } from "../groups/member-lists.ts";
import { primaryMembers } from "../groups/primary-groups.ts";
import { basesOf } from "../search/bases.ts";
import { dnKey, domainDn } from "../search/dn.ts";
import { allOf, groupFilter, inFilters, memberFilter } from "../search/filters.ts";
import { reportDoubts, reportNobody, unlessPartial } from "./doubts.ts";
import { asksFor, findGroups } from "./named-groups.ts";
import { byReadingGroups } from "./read-groups.ts";
import { markUnseen, NOTHING } from "./unseen-members.ts";
import { conditionsOf, type Membership, memberConditionsOf, type Test, type Way } from "./ways.ts";

const EVERYBODY: readonly Way[] = [{ attributes: [], accepts: () => true, byPrimary: false }];

/** Throws RemoteError when one of the groups is not there: an empty answer would look as if nobody were in it. */
export async function membershipOf(
  run: Run,
  table: Pick<DirectoryTable, "baseDns" | "scope" | "map">,
  conditions: readonly MemberCondition[],
): Promise<Membership> {
  if (conditions.length === 0) {
    return { ways: EVERYBODY, isNarrowed: false, attributes: [], isMember: () => true };
  }
  if (run.config.type === "active-directory") return inActiveDirectory(run, table, conditions);
  const read = await byReadingGroups(run, table, conditions);
  return { ways: EVERYBODY, isNarrowed: false, ...read };
}

/**
 * The first condition that asks for members is a search for these, so that the others are not read at all; of every
 * other one the members are found first.
 */
async function inActiveDirectory(
  run: Run,
  table: Pick<DirectoryTable, "baseDns" | "scope">,
  conditions: readonly MemberCondition[],
): Promise<Membership> {
  const narrowing = conditions.find(({ exclude }) => !exclude);
  const tests = new Map<MemberCondition, Test>();
  let ways = EVERYBODY;
  for (const condition of conditions) {
    const graph = new MemberGraph();
    const lists = await withNested(run, graph, await findGroups(run, graph, condition, table));
    if (!run.globalCatalogue) await markUnseen(run, graph, lists);
    const partial = reportDoubts(run, table, condition, lists);
    const own = waysOf(lists);
    if (condition === narrowing) {
      ways = own;
      tests.set(condition, () => true);
      continue;
    }
    const members = await collect(run, table, own);
    reportNobody(run, condition, members.size);
    tests.set(condition, (entry) => members.has(dnKey(entry.dn)) || unlessPartial(condition, partial));
  }
  return {
    ways,
    isNarrowed: narrowing !== undefined,
    attributes: [],
    isMember: (condition, entry) => tests.get(condition)?.(entry) ?? "unreadable",
  };
}

/**
 * Groups in groups are followed level by level, and then their direct members asked for: a server that is asked to do
 * all of that itself (LDAP_MATCHING_RULE_IN_CHAIN) tries every user: Samba took 36 s for 5,000 of them, where this takes 1 s. Nor
 * does it count those whose primary group one of them is.
 */
async function withNested(
  run: Run,
  graph: MemberGraph,
  roots: readonly MemberList[],
): Promise<readonly MemberList[]> {
  const lists = [...roots];
  const known = new Set(roots);
  const where = {
    bases: run.globalCatalogue ? [""] : [...new Set(roots.map(({ dn }) => domainDn(dn)))],
    scope: "subtree" as const,
    attributes: asksFor(run),
    ignoreReferrals: true,
  };
  for (let level = lists; level.length > 0; ) {
    const next: MemberList[] = [];
    for (const filter of inFilters(level.map(({ dn }) => dn)).map(memberFilter)) {
      await run.searches.run({ ...where, filter: allOf(groupFilter(run.config), filter) }, (entry) => {
        const list = takeGroup({ ...run, graph }, entry);
        if (known.has(list)) return;
        known.add(list);
        next.push(list);
      });
    }
    lists.push(...next);
    level = next;
  }
  return lists;
}

function waysOf(lists: readonly MemberList[]): readonly Way[] {
  const direct = inFilters(lists.map(({ dn }) => dn)).map(memberFilter);
  const { filters, attributes, groupsOf } = primaryMembers(lists);
  return [
    ...direct.map((filter) => ({ filter, attributes: [], accepts: () => true, byPrimary: false })),
    ...filters.map((filter) => {
      const accepts = (entry: LdapEntry) => groupsOf(entry) !== undefined;
      return { filter, attributes, accepts, byPrimary: true };
    }),
  ];
}

async function collect(
  run: Run,
  table: Pick<DirectoryTable, "baseDns" | "scope">,
  ways: readonly Way[],
): Promise<ReadonlySet<string>> {
  const members = new Set<string>();
  const where = { bases: await basesOf(table, run.contexts), scope: table.scope, ignoreReferrals: true };
  for (const { filter = "", attributes, accepts } of ways) {
    const asked = attributes.length === 0 ? [NOTHING] : attributes;
    await run.searches.run({ ...where, filter, attributes: asked }, (entry) => {
      if (accepts(entry)) members.add(dnKey(entry.dn));
    });
  }
  return members;
}

/** The members of the groups that the conditions of a table, and `more`, name. Rejects with LdapFailure. */
export function membershipIn(run: Run, table: DirectoryTable, more: RecordFilter = []): Promise<Membership> {
  return membershipOf(run, table, memberConditionsOf([...conditionsOf(table), ...more]));
}
