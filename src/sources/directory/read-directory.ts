import type { Clock, OnProgress, Reading, SecretReader } from "../../model/ports.ts";
import type { DirectoryConfig } from "../../model/source-config/directory.ts";
import type { LdapSession } from "../ldap/protocol/types.ts";
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

/** Entries between two reports: seldom enough to cost nothing. */
const EVERY = 500;

/** The same session, which reports from time to time how many entries its searches have given. */
function reporting(session: LdapSession, onEntries: (entries: number) => void): LdapSession {
  let entries = 0;
  return {
    ...session,
    search: (query, onEntry) =>
      session.search(query, (entry) => {
        onEntry(entry);
        if (++entries % EVERY === 0) onEntries(entries);
      }),
  };
}
