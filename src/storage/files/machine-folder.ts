import { access, constants, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** The machine as far as it says where all its users and sessions can write. */
export type Machine = {
  readonly platform: NodeJS.Platform;
  readonly environment: NodeJS.ProcessEnv;
  readonly shared: readonly string[];
};

/** Elsewhere than on Windows, where no folder is like this: it is there in any case. */
const LAST = "/tmp";

const THIS_MACHINE: Machine = {
  platform: process.platform,
  environment: process.env,
  shared: ["/run/lock", "/var/lock"],
};

/**
 * The folder that all users and sessions of a machine share. Which one it is depends on nothing that one user has and another
 * has not: not on the temporary folder of a session, and not on who may write where. Rejects as the system does.
 */
export async function machineFolder(machine: Machine = THIS_MACHINE): Promise<string> {
  if (machine.platform === "win32") {
    const folder = join(machine.environment.ProgramData ?? "C:\\ProgramData", "zivsync");
    await mkdir(folder, { recursive: true });
    return folder;
  }
  for (const folder of machine.shared) if (await isForEverybody(folder)) return folder;
  return LAST;
}

/** Everybody may write there, and nobody may remove what is another's (sticky); and the disc can be written to. */
async function isForEverybody(folder: string): Promise<boolean> {
  try {
    const { mode } = await stat(folder);
    if ((mode & 0o1002) !== 0o1002) return false;
    await access(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
