import type { Run } from "../context/context.ts";
import type { MemberGraph, MemberList } from "../groups/member-graph.ts";
import { fetchRemainders } from "../groups/member-lists.ts";
import { dnKey, domainDn } from "../search/dn.ts";

/** The reason why members may be missing from a group with members in another domain: half a sentence. */
export const FAR = "a member in another domain can be a group, and only that domain knows who is in it";

/**
 * Marks the groups with members in another domain, and gives these groups. A domain controller knows of such a member no
 * more than its name; were it a group, people of this domain could be in it.
 */
export async function markFar(
  { session, remainders }: Run,
  graph: MemberGraph,
  lists: readonly MemberList[],
): Promise<readonly MemberList[]> {
  await fetchRemainders({ session, remainders, graph }, lists);
  const far = lists.filter(({ dn, members }) => {
    const domain = dnKey(domainDn(dn));
    // Those with no name any more are groups that were found here.
    const names = members.map((number) => graph.nameOf(number)).filter((name) => name !== "");
    return names.some((name) => dnKey(domainDn(name)) !== domain);
  });
  for (const list of far) list.gap ??= FAR;
  return far;
}
