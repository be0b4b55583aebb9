import { type Problem, RemoteError } from "../../errors.ts";
import type { DirectoryTable } from "../../model/source-config.ts";
import type { LdapEntry } from "../ldap/ldap.ts";
import { membersOf } from "./closure.ts";
import { domainDn } from "./dn.ts";
import { allOf, groupFilter, inFilters, memberFilter } from "./filters.ts";
import { MemberGraph, type MemberList } from "./member-graph.ts";
import { groupAttributes, takeGroup } from "./member-lists.ts";
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

/** How the entries of a table are narrowed to members of groups: an entry that comes by any of the ways is one. */
export type Membership = readonly Way[];

const EVERYBODY: Membership = [{ attributes: [], accepts: () => true, byPrimary: false }];

/** Throws RemoteError when one of the groups is not there: an empty answer would look as if nobody were in it. */
export async function membershipOf(run: Run, { memberOf }: DirectoryTable): Promise<Membership> {
  if (memberOf.length === 0) return EVERYBODY;
  const graph = new MemberGraph();
  const roots = await findGroups(run, graph, memberOf);
  return run.config.type === "active-directory"
    ? inActiveDirectory(run, graph, roots)
    : byReadingGroups(run, graph, roots);
}

async function findGroups(run: Run, graph: MemberGraph, dns: readonly string[]): Promise<MemberList[]> {
  const lists: MemberList[] = [];
  const missing: Problem[] = [];
  const attributes = asksFor(run);
  for (const base of dns) {
    const query = { base, filter: groupFilter(run.config), attributes };
    const found = await run.session.lookUp(query, (entry) => {
      lists.push(takeGroup({ ...run, graph }, entry));
    });
    if (!found) missing.push(withoutGroup(run, base));
  }
  if (missing.length > 0) throw new RemoteError(missing);
  return lists;
}

/** Active Directory is asked who is in a group, so the members themselves are not wanted. */
function asksFor({ config }: Run): readonly string[] {
  const all = groupAttributes(config);
  return config.type === "active-directory" ? all.filter((name) => name !== "member") : all;
}

function withoutGroup({ config }: Run, dn: string): Problem {
  return {
    code: "directory-not-found",
    where: config.where,
    message: `memberOf names ${dn}, and the directory has no such group, or does not show it. It would look as if nobody were in it.`,
    remedy: "Write the DN of the group as the directory has it, and let the account that reads see it.",
  };
}

/**
 * Groups in groups are followed level by level, and then their direct members asked for: a server that is asked to do
 * all of that itself (LDAP_MATCHING_RULE_IN_CHAIN) tries every user: Samba took 36 s for 5,000 of them, where this takes 1 s. Nor
 * does it count those whose primary group one of them is.
 */
async function inActiveDirectory(
  run: Run,
  graph: MemberGraph,
  roots: readonly MemberList[],
): Promise<Membership> {
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
  const partial = lists.filter(({ gap }) => gap !== undefined);
  if (partial.length > 0) tellPartial(run, partial);
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

function tellPartial({ collected }: Run, partial: readonly MemberList[]): void {
  const named = partial.slice(0, 3).map(({ dn }) => dn);
  const more = partial.length > named.length ? `; and ${partial.length - named.length} more` : "";
  const summary = `memberOf goes through groups that are not universal, and a global catalogue holds the members of universal groups only: ${named.join("; ")}${more}. Read a domain controller (port 636) instead. Nothing is removed on this source's word.`;
  collected.find("source-incomplete", "error", summary);
}

/** Other directories do not follow groups in groups, so all groups are read and followed here. */
async function byReadingGroups(
  run: Run,
  graph: MemberGraph,
  roots: readonly MemberList[],
): Promise<Membership> {
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
  const members = membersOf(graph, roots);
  const accepts = (entry: LdapEntry) =>
    graph.known(entry.dn, entry.texts("uid")).some((number) => members.has(number));
  return [{ attributes: ["uid"], accepts, byPrimary: false }];
}
