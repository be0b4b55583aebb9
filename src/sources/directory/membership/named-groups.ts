import type { DirectoryTable } from "../../../model/source-config/directory.ts";
import type { MemberCondition } from "../../../model/source-config/filter.ts";
import { parseAddress } from "../../../model/values/address.ts";
import { type Problem, RemoteError } from "../../../model/values/errors.ts";
import type { Run } from "../context/context.ts";
import type { MemberGraph, MemberList } from "../groups/member-graph.ts";
import { groupAttributes, takeGroup } from "../groups/member-lists.ts";
import { searchEverywhere } from "../search/everywhere.ts";
import { allOf, anyOf, escapeFilterValue, groupFilter } from "../search/filters.ts";
import { namesOf } from "./doubts.ts";

/**
 * The groups that a condition names, by DN or by address. Throws RemoteError when one is not there: it would look as if
 * nobody were in it.
 */
export async function findGroups(
  run: Run,
  graph: MemberGraph,
  { memberOf, where }: MemberCondition,
  table: Pick<DirectoryTable, "baseDns">,
): Promise<readonly MemberList[]> {
  const lists: MemberList[] = [];
  const problems: Problem[] = [];
  for (const name of memberOf) {
    const isAddress = parseAddress(name) !== undefined;
    const found = isAddress ? await byAddress(run, graph, name, table) : await byDn(run, graph, name);
    const [first, ...others] = found;
    if (first === undefined) problems.push(missing(name, isAddress, where));
    else if (others.length > 0) problems.push(ambiguous(name, found, where));
    else lists.push(first);
  }
  if (problems.length > 0) throw new RemoteError(problems);
  return lists;
}

async function byDn(run: Run, graph: MemberGraph, base: string): Promise<readonly MemberList[]> {
  const lists: MemberList[] = [];
  const query = { base, filter: groupFilter(run.config), attributes: asksFor(run) };
  await run.session.lookUp(query, (entry) => {
    lists.push(takeGroup({ ...run, graph }, entry));
  });
  return lists;
}

async function byAddress(
  run: Run,
  graph: MemberGraph,
  name: string,
  table: Pick<DirectoryTable, "baseDns">,
): Promise<readonly MemberList[]> {
  const value = escapeFilterValue(name.trim());
  const mapped = run.config.functional?.map.email?.attribute;
  const places = [...(mapped ? [`(${mapped}=${value})`] : []), `(mail=${value})`];
  const lists = new Set<MemberList>();
  const sweep = {
    scope: "subtree" as const,
    filter: allOf(groupFilter(run.config), anyOf([...places, `(proxyAddresses=smtp:${value})`])),
    attributes: asksFor(run),
    ignoreReferrals: true,
  };
  await searchEverywhere(run, table, sweep, (entry) => {
    lists.add(takeGroup({ ...run, graph }, entry));
  });
  return [...lists];
}

/** A global catalogue is asked who is in a group, at any depth in any domain, so the members themselves are not wanted. */
export function asksFor({
  config,
  globalCatalogue,
}: Pick<Run, "config" | "globalCatalogue">): readonly string[] {
  const all = groupAttributes(config);
  return globalCatalogue ? all.filter((name) => name !== "member") : all;
}

function missing(name: string, isAddress: boolean, where: string): Problem {
  const what = isAddress ? "address" : "DN";
  return {
    code: "directory-not-found",
    where,
    message: `memberOf names ${name}, and the directory has no such group, or does not show it. It would look as if nobody were in it.`,
    remedy: `Write the ${what} of the group as the directory has it, and let the account that reads see it.`,
  };
}

function ambiguous(name: string, found: readonly MemberList[], where: string): Problem {
  return {
    code: "directory-not-found",
    where,
    message: `memberOf names ${name}, and ${found.length} groups have this address, so it is ambiguous: ${namesOf(found)}.`,
    remedy: "Name the group by its DN.",
  };
}
