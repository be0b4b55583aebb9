import type { Clock, Reading } from "../../model/ports.ts";
import type { DirectoryConfig } from "../../model/source-config.ts";
import type { LdapSession } from "../ldap/ldap.ts";
import { readDisabledUsers, readGroups } from "./functional.ts";
import { membershipOf } from "./member-of.ts";
import { readPersonal } from "./personal.ts";
import { readingOf } from "./reading.ts";
import { resolveMembers } from "./resolve.ts";
import { type Run, startRun } from "./run.ts";

/** Reads the accounts of a directory through a session that is open. Throws RemoteError as `readingOf` does. */
export async function readEntries(
  session: LdapSession,
  config: DirectoryConfig,
  clock: Pick<Clock, "now">,
): Promise<Reading> {
  return readingOf(startRun(session, config, clock), config.type, readAll);
}

async function readAll(run: Run): Promise<void> {
  const { personal, functional } = run.config;
  const inPersonal = personal && (await membershipOf(run, personal));
  const inFunctional = functional && (await membershipOf(run, functional));
  if (functional && inFunctional) await readDisabledUsers(run, functional, inFunctional);
  if (personal && inPersonal) await readPersonal(run, personal, inPersonal);
  if (functional && inFunctional) await readGroups(run, functional, inFunctional);
  if (run.opened.length > 0) await resolveMembers(run);
}
