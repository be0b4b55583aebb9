import type { DirectoryTable, MemberCondition } from "../../model/source-config.ts";
import type { LdapEntry } from "../ldap/ldap.ts";
import { basesOf } from "./bases.ts";
import { membersOf, reachOf } from "./closure.ts";
import { dnKey, domainDn } from "./dn.ts";
import { allOf, groupFilter, inFilters, memberFilter } from "./filters.ts";
import { MemberGraph, type MemberList } from "./member-graph.ts";
import { takeGroup } from "./member-lists.ts";
import { asksFor, findGroups } from "./named-groups.ts";
import { primaryMembers } from "./primary-groups.ts";
import { fetchRemainders } from "./remainders.ts";
import type { Run } from "./run.ts";

/** One search that finds members: what the entries must match, and which of those that come count. */
export type Way = {
  readonly filter?: string;
  /** What `accepts` looks at. */
  readonly attributes: readonly string[];
  readonly accepts: (entry: LdapEntry) => boolean;
  /** True for users whose primary group it is; no group is found so. */
  readonly byPrimary: boolean;
};

type Test = (entry: LdapEntry) => boolean | "unreadable";

/** How the entries of a table are found, and which of them are in what. */
export type Membership = {
  /** An entry that comes by any of the ways is one of the table. */
  readonly ways: readonly Way[];
  /** Do the ways bring members of groups only? */
  readonly isNarrowed: boolean;
  /** What `isMember` looks at. */
  readonly attributes: readonly string[];
  readonly isMember: (condition: MemberCondition, entry: LdapEntry) => boolean | "unreadable";
};

const EVERYBODY: readonly Way[] = [{ attributes: [], accepts: () => true, byPrimary: false }];
/** RFC 4511, 4.5.1.8: no attributes. */
const NOTHING = "1.1";

/** Throws RemoteError when one of the groups is not there: an empty answer would look as if nobody were in it. */
export async function membershipOf(
  run: Run,
  table: Pick<DirectoryTable, "baseDns" | "scope">,
  conditions: readonly MemberCondition[],
): Promise<Membership> {
  if (conditions.length === 0) {
    return { ways: EVERYBODY, isNarrowed: false, attributes: [], isMember: () => true };
  }
  return run.config.type === "active-directory"
    ? inActiveDirectory(run, table, conditions)
    : byReadingGroups(run, conditions);
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
    const lists = await withNested(run, graph, await findGroups(run, graph, condition));
    const partial = lists.filter(({ gap }) => gap !== undefined);
    if (partial.length > 0) tellPartial(run, partial);
    const own = waysOf(lists);
    if (condition === narrowing) {
      ways = own;
      tests.set(condition, () => true);
      continue;
    }
    const members = await collect(run, table, own);
    tellNobody(run, condition, members.size);
    tests.set(condition, (entry) => members.has(dnKey(entry.dn)) || unlessPartial(condition, partial));
  }
  return {
    ways,
    isNarrowed: narrowing !== undefined,
    attributes: [],
    isMember: (condition, entry) => tests.get(condition)?.(entry) ?? "unreadable",
  };
}

/** Of a list that may lack members, nobody can tell who is not in it; who would be taken for it is held back. */
function unlessPartial({ exclude }: MemberCondition, partial: readonly MemberList[]): false | "unreadable" {
  return exclude && partial.length > 0 ? "unreadable" : false;
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

function tellPartial({ config, collected }: Run, partial: readonly MemberList[]): void {
  const named = partial.slice(0, 3).map(({ dn }) => dn);
  const more = partial.length > named.length ? `; and ${partial.length - named.length} more` : "";
  const names = `${named.join("; ")}${more}`;
  const summary =
    config.type === "active-directory"
      ? `memberOf goes through groups that are not universal, and a global catalogue holds the members of universal groups only: ${names}. Read a domain controller (port 636) instead. Nothing is removed on this source's word.`
      : `memberOf goes through groups whose members the server gave only in part: ${names}. Nothing is removed on this source's word.`;
  collected.find("source-incomplete", "error", summary);
}

/** A list that may not be read looks like an empty one, and then nobody is left out who should be. */
function tellNobody({ collected }: Run, { exclude, memberOf }: MemberCondition, members: number): void {
  if (!exclude || members > 0) return;
  const summary = `The filter leaves out the members of ${memberOf.join("; ")}, and nobody was found in there, so it may be that this may not be read.`;
  collected.find("filter-unseen", "warning", summary);
}

/** Other directories do not follow groups in groups, so all groups are read and followed here. */
async function byReadingGroups(run: Run, conditions: readonly MemberCondition[]): Promise<Membership> {
  const graph = new MemberGraph();
  const roots = new Map<MemberCondition, readonly MemberList[]>();
  for (const condition of conditions) roots.set(condition, await findGroups(run, graph, condition));
  const all = {
    bases: await run.contexts(),
    scope: "subtree" as const,
    filter: groupFilter(run.config),
    attributes: asksFor(run),
  };
  await run.searches.run(all, (entry) => {
    takeGroup({ ...run, graph }, entry);
  });
  await fetchRemainders({ ...run, graph }, [...run.remainders.keys()]);
  const tests = new Map<MemberCondition, Test>();
  for (const [condition, lists] of roots) {
    const members = membersOf(graph, lists);
    const partial = reachOf(graph, lists).lists.filter(({ gap }) => gap !== undefined);
    if (partial.length > 0) tellPartial(run, partial);
    tellNobody(run, condition, members.size);
    tests.set(
      condition,
      (entry) =>
        graph.known(entry.dn, entry.texts("uid")).some((number) => members.has(number)) ||
        unlessPartial(condition, partial),
    );
  }
  return {
    ways: EVERYBODY,
    isNarrowed: false,
    attributes: ["uid"],
    isMember: (condition, entry) => tests.get(condition)?.(entry) ?? "unreadable",
  };
}
