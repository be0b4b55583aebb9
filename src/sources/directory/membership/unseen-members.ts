import type { Run } from "../context/context.ts";
import { MemberGraph, type MemberList } from "../groups/member-graph.ts";
import { fetchRemainders, groupAttributes, takeGroup } from "../groups/member-lists.ts";
import { dnKey, domainDn } from "../search/dn.ts";
import { groupFilter, inFilters, memberFilter } from "../search/filters.ts";

/** The reasons why a search may not find all members of a group: half sentences. */
export const FAR = "a member in another domain can be a group, and only that domain knows who is in it";
export const HIDDEN = "a search for its members does not find all whom it names";
/** The same of a member that may be a group. */
export const NOT_SHOWN = "it is not found where other groups are, so it may be a group that is not shown";
export const UNSAID = "the server does not say whether it is a group";

/**
 * Somebody of another forest, or of no domain. Groups of other forests that can be members here have none of this one, and by the
 * schema of Active Directory only administrators may read the `memberOf` of such entries.
 */
const FOREIGN = /^CN=S-1-[\d-]+,CN=ForeignSecurityPrincipals,/i;

/** RFC 4511, 4.5.1.8: no attributes. */
export const NOTHING = "1.1";

/**
 * Marks the groups that name members whom a search for members does not find: a domain controller
 * knows no more than the name of somebody in another domain, and hides entries, or their `memberOf`, from an account that may not read them.
 * Such a member can be a person, or a group with people in it. Rejects with LdapFailure.
 */
export async function markUnseen(run: Run, graph: MemberGraph, lists: readonly MemberList[]): Promise<void> {
  await fetchRemainders({ ...run, graph }, lists);
  const found = new Set<string>();
  const bases = [...new Set(lists.map(({ dn }) => domainDn(dn)))];
  for (const some of inFilters(lists.map(({ dn }) => dn))) {
    const filter = memberFilter(some);
    const sweep = { bases, scope: "subtree", filter, attributes: [NOTHING], ignoreReferrals: true } as const;
    await run.searches.run(sweep, ({ dn }) => found.add(dnKey(dn)));
  }
  for (const list of lists) {
    if (unseenIn(graph, list, found).length === 0) continue;
    const unseen = await unseenNow(run, { graph, list }, found);
    const domain = dnKey(domainDn(list.dn));
    if (unseen.some((name) => dnKey(domainDn(name)) !== domain)) list.gap ??= FAR;
    else if (unseen.length > 0) list.gap ??= HIDDEN;
  }
}

function unseenIn(
  graph: MemberGraph,
  { members }: MemberList,
  found: ReadonlySet<string>,
): readonly string[] {
  // Those with no name any more are groups that were found here.
  const names = members.map((number) => graph.nameOf(number)).filter((name) => name !== "");
  return names.filter((name) => !found.has(dnKey(name)) && !FOREIGN.test(name));
}

/** Of a group as it is now: somebody may have been taken out of it, or renamed, between its reading and the search. */
async function unseenNow(
  run: Run,
  before: { readonly graph: MemberGraph; readonly list: MemberList },
  found: ReadonlySet<string>,
): Promise<readonly string[]> {
  const now = { graph: new MemberGraph(), list: before.list };
  const building = { ...run, graph: now.graph };
  const query = {
    base: before.list.dn,
    filter: groupFilter(run.config),
    attributes: groupAttributes(run.config),
  };
  const isThere = await run.session.lookUp(query, (entry) => {
    now.list = takeGroup(building, entry);
  });
  await fetchRemainders(building, [now.list]);
  const { graph, list } = isThere && now.list.gap === undefined ? now : before;
  return unseenIn(graph, list, found);
}
