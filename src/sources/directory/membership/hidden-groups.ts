import { addTo } from "../../../model/values/multimap.ts";
import { LdapFailure } from "../../ldap/protocol/types.ts";
import { forEachAtOnce } from "../context/at-once.ts";
import type { Run } from "../context/context.ts";
import type { MemberGraph } from "../groups/member-graph.ts";
import { dnKey, parentDn, parseDn } from "../search/dn.ts";
import { peopleFilter } from "../search/filters.ts";
import { NOT_SHOWN, NOTHING } from "./unseen-members.ts";

/** Where an entry lies and the attributes that it has its name by: people have a `uid` where groups have a `cn`. */
export function placeOf(dn: string): string {
  const types = parseDn(dn)?.[0]?.map(({ type }) => type) ?? [];
  return `${types.sort().join("+")} ${dnKey(parentDn(dn) ?? "")}`;
}

/**
 * Of members that nobody knows, marks those that may be groups which the account may not see: they are not found, are named
 * as groups are, and lie where these are and nobody else is. One among people is more likely somebody who has left.
 * `places`: those of the groups that were found. Rejects with LdapFailure.
 */
export async function markHiddenGroups(
  run: Run,
  graph: MemberGraph,
  unknown: readonly number[],
  places: ReadonlySet<string>,
): Promise<void> {
  const doubtful = new Map<string, number[]>();
  for (const number of unknown) {
    const name = graph.nameOf(number);
    const above = parentDn(name);
    if (above !== undefined && places.has(placeOf(name))) addTo(doubtful, above, number);
  }
  for (const [base, numbers] of doubtful) {
    if (await holdsPeople(run, base)) continue;
    await forEachAtOnce(numbers, async (number) => {
      const dn = graph.nameOf(number);
      if (!(await isThere(run, dn))) graph.settleGroup(number, { dn, members: [], gap: NOT_SHOWN });
    });
  }
}

async function isThere({ session }: Run, base: string): Promise<boolean> {
  const query = { base, filter: "(objectClass=*)", attributes: [NOTHING] };
  return (await unlessRefused(session.lookUp(query, () => {}))) ?? false;
}

/** A server may show the groups, and not what holds them: then nobody else is seen there. */
async function holdsPeople({ searches, config }: Run, base: string): Promise<boolean> {
  let people = 0;
  const sweep = { bases: [base], scope: "oneLevel", attributes: [NOTHING], ignoreReferrals: true } as const;
  await unlessRefused(
    searches.run({ ...sweep, filter: peopleFilter(config) }, () => {
      people++;
    }),
  );
  return people > 0;
}

async function unlessRefused<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof LdapFailure) || error.resultCode === undefined) throw error;
    return undefined;
  }
}
