import type { Clock, OnProgress, Reading, SecretReader } from "../../model/ports.ts";
import type { DirectoryConfig } from "../../model/source-config/directory.ts";
import type { LdapSession } from "../ldap/protocol/types.ts";
import { reporting } from "../ldap/reporting.ts";
import { openSession, type SessionConfig } from "../ldap/session.ts";
import { readEntries } from "./read-entries.ts";

/** The ports of reading a directory. */
export type DirectoryDependencies = {
  readonly readSecret: SecretReader;
  readonly clock: Pick<Clock, "now">;
  readonly onProgress?: OnProgress;
};

/** A bound session that reports how far it is. Throws as openSession does. */
export async function openReporting(
  config: SessionConfig,
  { readSecret, onProgress }: DirectoryDependencies,
): Promise<LdapSession> {
  const session = await openSession(config, readSecret);
  return onProgress ? reporting(session, (entries) => onProgress(entries, "entries")) : session;
}

/**
 * Reads the accounts of a directory over one connection, which is closed afterwards. Throws RemoteError or InputError
 * when it cannot be reached, entered or searched; what breaks off later makes the reading incomplete.
 */
export async function readDirectory(config: DirectoryConfig, deps: DirectoryDependencies): Promise<Reading> {
  const session = await openReporting(config, deps);
  try {
    return await readEntries(session, config, deps.clock);
  } finally {
    await session.close();
  }
}
