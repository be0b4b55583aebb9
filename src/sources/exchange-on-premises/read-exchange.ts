import type { Clock, Reading } from "../../model/ports.ts";
import type { ExchangeOnPremisesConfig } from "../../model/source-config/exchange.ts";
import { firstOf } from "../../model/values/text.ts";
import { type Run, startRun } from "../directory/context/context.ts";
import { readingOf } from "../directory/context/reading.ts";
import { resolveMembers } from "../directory/groups/resolve.ts";
import { membershipIn } from "../directory/membership/member-of.ts";
import { readPersonal } from "../directory/personal.ts";
import { type DirectoryDependencies, openReporting } from "../directory/read-directory.ts";
import type { LdapSession } from "../ldap/protocol/types.ts";
import { directoryOf, mailboxRule } from "./mailboxes.ts";
import { resolveForeigners, resolvePrincipals } from "./principals.ts";
import { type Permitted, readSharedMailboxes } from "./shared-mailboxes.ts";

const NAMED = 3;

/**
 * Reads the mailboxes of an Exchange organisation from Active Directory, over one connection that is closed afterwards.
 * Throws RemoteError or InputError when it cannot be reached, entered or searched.
 */
export async function readExchangeOnPremises(
  config: ExchangeOnPremisesConfig,
  deps: DirectoryDependencies,
): Promise<Reading> {
  const session = await openReporting(config, deps);
  try {
    return await readMailboxes(session, config, deps.clock);
  } finally {
    await session.close();
  }
}

/** The same through a session that is open. Throws RemoteError. */
export async function readMailboxes(
  session: LdapSession,
  config: ExchangeOnPremisesConfig,
  clock: Pick<Clock, "now">,
): Promise<Reading> {
  const run = startRun(session, directoryOf(config), clock, mailboxRule(clock.now()));
  return readingOf(run, config.type, () => readAll(run, config.fullAccess));
}

async function readAll(run: Run, fullAccess: ExchangeOnPremisesConfig["fullAccess"]): Promise<void> {
  const { personal, functional } = run.config;
  const inPersonal = personal && (await membershipIn(run, personal));
  const inFunctional = functional && (await membershipIn(run, functional));
  const permitted =
    functional && inFunctional ? await readSharedMailboxes(run, functional, fullAccess, inFunctional) : [];
  if (personal && inPersonal) await readPersonal(run, personal, inPersonal);
  if (run.opened.length === 0) return;
  const orphans = await resolvePrincipals(run, allSids(run));
  reportOrphans(run, permitted, orphans);
  await resolveMembers(run);
  await resolveForeigners(run);
}

/** Those that the permissions of any mailbox name; of them nobody knows yet more than the name. */
function allSids({ graph, opened }: Run): readonly string[] {
  const sids = new Set<string>();
  for (const { list, except } of opened) {
    for (const number of [...list.members, ...(except?.members ?? [])]) {
      const name = graph.nameOf(number);
      if (graph.standing(number) === "unknown" && name.startsWith("S-1-")) sids.add(name);
    }
  }
  return [...sids];
}

/** Somebody who is gone has no access, so nothing is in doubt; but who looks after the mailbox may want to know. */
function reportOrphans(
  { collected }: Run,
  permitted: readonly Permitted[],
  orphans: ReadonlySet<string>,
): void {
  for (const { record, sids } of permitted) {
    const gone = sids.filter((sid) => orphans.has(sid)).sort();
    if (gone.length === 0) continue;
    const are = gone.length === 1 ? "belongs to an account that is" : "belong to accounts that are";
    const summary = `${firstOf(gone, NAMED)} in its permissions ${are} there no longer, and left out of the delegates.`;
    collected.find("member-left-out", "info", summary, { kind: record.kind, place: record.where });
  }
}
