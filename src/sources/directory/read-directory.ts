import type { Clock, Reading, SecretReader } from "../../model/ports.ts";
import type { DirectoryConfig } from "../../model/source-config.ts";
import { openSession } from "../ldap/session.ts";
import { readEntries } from "./read-entries.ts";

/** What reading a directory needs of the world. */
export type DirectoryDependencies = {
  readonly readSecret: SecretReader;
  readonly clock: Pick<Clock, "now">;
};

/**
 * Reads the accounts of a directory over one connection, which is closed afterwards. Throws RemoteError or InputError
 * when it cannot be reached, entered or searched; what breaks off later makes the reading incomplete.
 */
export async function readDirectory(config: DirectoryConfig, deps: DirectoryDependencies): Promise<Reading> {
  const session = await openSession(config, deps.readSecret);
  try {
    return await readEntries(session, config, deps.clock);
  } finally {
    await session.close();
  }
}
