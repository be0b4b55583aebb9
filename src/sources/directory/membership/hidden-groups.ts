import { addTo } from "../../../model/values/multimap.ts";
import { LdapFailure } from "../../ldap/protocol/types.ts";
import { forEachAtOnce } from "../context/at-once.ts";
import type { Run } from "../context/context.ts";
import type { MemberGraph } from "../groups/member-graph.ts";
import { dnKey, parentDn } from "../search/dn.ts";
import { peopleFilter } from "../search/filters.ts";
import { NOTHING } from "./unseen-members.ts";

const GAP = "it is not found where other groups are, so it may be a group that is not shown";

/**
 * Of members that nobody knows, marks those that may be groups which the account may not see: they are not found, and lie
 * where groups are and nobody else is. One among people is more likely somebody who has left. `containers`: where
 * groups were found. Rejects with LdapFailure.
 */
export async function markHiddenGroups(
  run: Run,
  graph: MemberGraph,
  unknown: readonly number[],
  containers: ReadonlySet<string>,
): Promise<void> {
  const doubtful = new Map<string, number[]>();
  for (const number of unknown) {
    const above = parentDn(graph.nameOf(number));
    if (above !== undefined && containers.has(dnKey(above))) addTo(doubtful, above, number);
  }
  for (const [base, numbers] of doubtful) {
    if (await holdsPeople(run, base)) continue;
    await forEachAtOnce(numbers, async (number) => {
      const dn = graph.nameOf(number);
      if (!(await isThere(run, dn))) graph.settleGroup(number, { dn, members: [], gap: GAP });
    });
  }
}

async function isThere({ session }: Run, base: string): Promise<boolean> {
  try {
    return await session.lookUp({ base, filter: "(objectClass=*)", attributes: [NOTHING] }, () => {});
  } catch (error) {
    if (!(error instanceof LdapFailure) || error.resultCode === undefined) throw error;
    return false;
  }
}

async function holdsPeople({ searches, config }: Run, base: string): Promise<boolean> {
  let people = 0;
  const sweep = { bases: [base], scope: "oneLevel", attributes: [NOTHING], ignoreReferrals: true } as const;
  await searches.run({ ...sweep, filter: peopleFilter(config) }, () => {
    people++;
  });
  return people > 0;
}
