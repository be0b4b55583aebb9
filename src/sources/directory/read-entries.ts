import type { Clock, Reading } from "../../model/ports.ts";
import type { DirectoryConfig } from "../../model/source-config/directory.ts";
import type { LdapSession } from "../ldap/protocol/types.ts";
import { memberConditionsOf } from "./context/conditions.ts";
import { type Run, startRun } from "./context/context.ts";
import { readingOf } from "./context/reading.ts";
import { readDisabledUsers, tellUnseenDisabled } from "./disabled-users.ts";
import { readGroups } from "./functional.ts";
import { resolveMembers } from "./groups/resolve.ts";
import { membershipIn } from "./membership/membership.ts";
import { readPersonal } from "./personal.ts";

/**
 * Reads the accounts of a directory through a session that is open. Throws RemoteError when it cannot be searched at all;
 * where it breaks off later, the reading has what was read until then, and is not complete.
 */
export async function readEntries(
  session: LdapSession,
  config: DirectoryConfig,
  clock: Pick<Clock, "now">,
): Promise<Reading> {
  return readingOf(startRun(session, config, clock), config.type, readAll);
}

async function readAll(run: Run): Promise<void> {
  const { personal, functional } = run.config;
  const inPersonal = personal && (await membershipIn(run, personal));
  const inFunctional = functional && (await membershipIn(run, functional));
  if (functional && inFunctional) {
    const more = functional.disabledUsers?.conditions ?? [];
    const asksForMembers = memberConditionsOf(more).length > 0;
    const inDisabled = asksForMembers ? await membershipIn(run, functional, more) : inFunctional;
    await readDisabledUsers(run, functional, inDisabled);
  }
  if (personal && inPersonal) await readPersonal(run, personal, inPersonal);
  tellUnseenDisabled(run);
  if (functional && inFunctional) await readGroups(run, functional, inFunctional);
  if (run.opened.length > 0) await resolveMembers(run);
}
