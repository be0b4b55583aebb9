import { constants, copyFile, mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode, readFileBytes } from "../../file-bytes.ts";
import { EMPTY_STATE, type State } from "../../model/plan/state.ts";
import type { StateStore } from "../../model/ports.ts";
import { InputError } from "../../model/values/errors.ts";
import { retryWhileBusy } from "../files/busy-files.ts";
import { LARGEST_BYTES, reasonOf, writeFileAtomically } from "../files/files.ts";
import { followLinks } from "../files/linked-file.ts";
import { type Lock, takeFileLock } from "../lock/file-lock.ts";
import { refuseState } from "./errors.ts";
import { parseState, renderState, type StateReading, serialOf, witnessOf } from "./state-file.ts";

/** The options of every store beside its place. `replace`: begin again at the first update, and keep what is there. */
export type StateStoreOptions = StateReading & {
  /** The version of zivsync, for people. */
  readonly version: string;
  readonly replace?: boolean;
  /** The number of an old state that was put back on purpose. */
  readonly restored?: number;
};

export type FileStateStoreOptions = StateStoreOptions & {
  readonly path: string;
  /** The present moment in UTC (RFC 3339). */
  readonly at?: () => string;
  readonly waitMs?: number;
};

const WAIT_MS = 10_000;

/** A state that is one file, or a link to one. It is written under a lock beside it, and readers see the old file or the new one. */
export function createFileStateStore(options: FileStateStoreOptions): StateStore {
  const { path: named, keys, version } = options;
  const at = options.at ?? (() => new Date().toISOString());
  let replace = options.replace ?? false;
  let present: string | undefined;

  const write = async (path: string, change: (state: State) => State): Promise<void> => {
    const bytes = await readExisting(path);
    // A file to be replaced need not be readable.
    const text = bytes === undefined || replace ? undefined : textOf(bytes, path);
    const before = text === undefined ? EMPTY_STATE : parseState(text, path, options);
    const next = change(before);
    const serial = bytes === undefined ? 0 : serialOf(new TextDecoder().decode(bytes));
    if (text !== undefined && renderState(next, keys, version, serial) === text) return;
    const after = renderState(next, keys, version, serial + 1);
    if (replace && bytes !== undefined) await replaceFile(path, after, at());
    else await writeFileAtomically(path, after);
    present = after;
    replace = false;
  };

  return {
    async read() {
      const path = await followLinks(named);
      const bytes = replace ? undefined : await readExisting(path);
      present = bytes === undefined ? undefined : textOf(bytes, path);
      return present === undefined ? undefined : parseState(present, path, options);
    },
    witness: () => witnessOf(present),
    async update(change) {
      const path = await followLinks(named);
      const lock = await lockFile(path, at(), options.waitMs ?? WAIT_MS);
      try {
        await write(path, change);
      } finally {
        await lock.release();
      }
    },
  };
}

/** Undefined when there is no file. */
async function readExisting(path: string): Promise<Uint8Array | undefined> {
  try {
    return await retryWhileBusy(() => readFileBytes(path, LARGEST_BYTES));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw new InputError({
      code: "file-unreadable",
      where: path,
      message: `The state cannot be read: ${reasonOf(error)}.`,
      remedy: "Check `state.path` in organization.yaml and the permissions of the file.",
    });
  }
}

/** A file that is not UTF-8 text was changed, as zivsync writes nothing else. */
function textOf(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuseState("state-damaged", path, "The state is not UTF-8 text: it was cut off or changed");
  }
}

/** The old file is copied before anything takes its place, so that no moment is without it. */
async function replaceFile(path: string, text: string, at: string): Promise<void> {
  const kept = `${path}.replaced-${at.replaceAll(":", "")}`;
  try {
    await copyFile(path, kept, constants.COPYFILE_EXCL);
  } catch (error) {
    throw unwritable(kept, `The old state cannot be kept: ${reasonOf(error)}.`);
  }
  try {
    await writeFileAtomically(path, text);
  } catch (error) {
    await rm(kept, { force: true });
    throw error;
  }
}

async function lockFile(path: string, at: string, waitMs: number): Promise<Lock> {
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (error) {
    throw unwritable(path, `The folder of the state cannot be made: ${reasonOf(error)}.`);
  }
  const lock = `${path}.lock`;
  return takeFileLock(lock, {
    at,
    waitMs,
    locked: ({ owner: { since, pid, host }, path: held }) => ({
      code: "state-locked",
      where: path,
      message: `The state is being written by another zivsync since ${since} (process ${pid} on ${host}). Nothing was changed.`,
      remedy: `Wait until it has ended, then run again. If that process is gone, remove ${held}.`,
    }),
    remedy: REMEDY,
  });
}

const REMEDY = "Check `state.path` in organization.yaml, and that you may write in its folder.";

function unwritable(where: string, message: string): InputError {
  return new InputError({ code: "file-unwritable", where, message, remedy: REMEDY });
}
