import { access, constants, mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cannotWrite, reasonOf } from "../files/files.ts";
import { followLinks } from "../files/linked-file.ts";
import type { StatePlace } from "../state/create-store.ts";
import { type Holder, type Lock, type LockTerms, takeFileLock } from "./file-lock.ts";
import type { LockTiming } from "./lock-watch.ts";

export type LockPlaces = {
  /** Where the state is kept, if it is. */
  readonly state?: StatePlace | undefined;
  /** The folder that all users and sessions of this machine share. */
  readonly folder?: string;
  readonly timing?: Partial<LockTiming>;
};

/**
 * Takes the lock of an organisation, so that two applies never write to it at once: not on this machine, whoever starts them; and not
 * on others, where they share a state that is a file. A lock whose process has died is recognised and taken over.
 * Throws RefusedError `plan-locked`, or InputError.
 */
export async function takeLock(organization: string, at: string, places: LockPlaces = {}): Promise<Lock> {
  const taken: Lock[] = [];
  const release = async () => {
    for (const lock of taken) await lock.release();
  };
  try {
    for (const { path, remedy } of await lockFiles(organization, places))
      taken.push(await takeFileLock(path, terms(at, remedy, places)));
    return { release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Every place in which another apply to the organisation could be seen. One in Git, for all machines, would be one more. */
async function lockFiles(organization: string, { state, folder }: LockPlaces) {
  const name = `zivsync-${organization}.lock`;
  const files = [{ path: join(folder ?? (await sharedFolder()), name), remedy: SHARED }];
  if (state?.store === "file") {
    const path = await followLinks(state.path);
    await makeFolder(dirname(path), BESIDE_STATE);
    files.push({ path: `${path}.apply.lock`, remedy: BESIDE_STATE });
  }
  return files;
}

const SHARED =
  "Let everybody who runs zivsync write in the folder of the lock; all users of this machine share it.";
const BESIDE_STATE = "Check `state.path` in organization.yaml, and that you may write in its folder.";

function terms(at: string, remedy: string, { timing = {} }: LockPlaces): LockTerms {
  return {
    at,
    waitMs: 0,
    timing,
    remedy,
    locked: ({ owner: { since, pid, host }, path, elsewhere }: Holder) => ({
      code: "plan-locked",
      where: path,
      message: `Another apply to this organisation is under way since ${since} (process ${pid} on ${host}).`,
      remedy: elsewhere
        ? `Wait until it has ended, then run again. If that process is gone, remove ${path}.`
        : "Wait until it has ended, then run again.",
    }),
  };
}

/** Rejects with InputError where the folder that `find` looks for cannot be made, as on Windows. */
export async function sharedFolder(find: () => Promise<string> = machineFolder): Promise<string> {
  try {
    return await find();
  } catch (error) {
    const where = "%ProgramData%\\zivsync";
    throw cannotWrite(where, `The folder for locks cannot be made: ${reasonOf(error)}.`, SHARED);
  }
}

async function makeFolder(folder: string, remedy: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw cannotWrite(folder, `The folder of the state cannot be made: ${reasonOf(error)}.`, remedy);
  }
}

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
