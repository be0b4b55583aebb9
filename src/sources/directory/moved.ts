import type { Kind } from "../../model/account/kind.ts";
import { firstOf } from "../../model/values/text.ts";
import type { LdapEntry } from "../ldap/protocol/types.ts";
import { forEachAtOnce } from "./context/at-once.ts";
import type { Run } from "./context/context.ts";
import { identityOf } from "./context/take-record.ts";
import { anchorOf } from "./entries/entry-reader.ts";
import type { Sweep } from "./search/searches.ts";

const NAMED = 3;

/*
 * Bases are searched one after the other. Somebody who is moved in the meantime, from a base that is still to come to one
 * that was searched already, is in neither answer:
 *
 *     search A      search B
 *        |    B → A    |
 *
 * So once the last base was searched, the others are asked again, for nothing but who is there.
 */

/**
 * Runs a search of records, and reads those who were moved between its bases while it ran. Gives the attributes, in
 * lower case, that no entry had. Rejects with LdapFailure.
 */
export async function sweepAll(
  run: Run,
  kind: Kind,
  sweep: Sweep,
  take: (entry: LdapEntry) => void,
): Promise<ReadonlySet<string>> {
  if (sweep.bases.length < 2) return run.searches.run(sweep, take);
  const met = new Set<string>();
  const meet = (entry: LdapEntry) => {
    met.add(identityOf(run.config, entry));
    take(entry);
  };
  const unseen = await run.searches.run(sweep, meet);
  const lost: string[] = [];
  for (const base of sweep.bases.slice(0, -1)) {
    const moved = await entriesNotMet(run, { ...sweep, bases: [base] }, met);
    await forEachAtOnce(moved, async (dn) => {
      const { filter, attributes } = sweep;
      if (!(await run.session.lookUp({ base: dn, filter, attributes }, meet))) lost.push(dn);
    });
  }
  if (lost.length > 0) reportLost(run, kind, lost.sort());
  return unseen;
}

/** The DNs of entries that no search has given so far. */
async function entriesNotMet(run: Run, sweep: Sweep, met: ReadonlySet<string>): Promise<readonly string[]> {
  const dns: string[] = [];
  const { bases, scope, filter } = sweep;
  const attributes = [anchorOf(run.config).attribute];
  await run.searches.run({ bases, scope, filter, attributes, ignoreReferrals: true }, (entry) => {
    if (!met.has(identityOf(run.config, entry))) dns.push(entry.dn);
  });
  return dns;
}

function reportLost({ collected }: Run, kind: Kind, dns: readonly string[]): void {
  const [were, they] =
    dns.length === 1 ? ["1 entry was", "it was"] : [`${dns.length} entries were`, "they were"];
  const summary = `While the directory was read, ${were} moved, and ${they} not found again: ${firstOf(dns, NAMED, "; ")}. Run the plan again. Until then, no ${kind} account is removed because of this source.`;
  collected.find("source-incomplete", "error", summary, { kind });
}
