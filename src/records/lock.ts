import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { InputError, RefusedError } from "../errors.ts";
import { reasonOf } from "./files.ts";

export type Lock = { release(): Promise<void> };

type Owner = { readonly pid: number; readonly host: string; readonly since: string };

/**
 * Takes the lock of an organisation on this machine, so that two applies never write to it at once. A lock whose process
 * has died is recognised and taken over. Throws RefusedError `plan-locked`.
 */
export async function takeLock(organization: string, at: string, folder: string = tmpdir()): Promise<Lock> {
  const path = join(folder, `zivsync-${organization}.lock`);
  const mine: Owner = { pid: process.pid, host: hostname(), since: at };
  const draft = `${path}.${process.pid}`;
  try {
    await writeFile(draft, JSON.stringify(mine), { mode: 0o600 });
    for (;;) {
      if (await tryLink(draft, path)) return { release: () => rm(path, { force: true }) };
      await clearStale(path);
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/** The file appears whole or not at all: a link, where writing in place could be read half-way. */
async function tryLink(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw new InputError([
      {
        code: "file-unwritable",
        where: path,
        message: `The lock cannot be written: ${reasonOf(error)}.`,
        remedy: "Check the folder for temporary files.",
      },
    ]);
  }
}

/** Moves a dead process's lock away. What was moved is looked at again: somebody may have taken it over in between. */
async function clearStale(path: string): Promise<void> {
  const owner = await readOwner(path);
  if (owner === undefined) return;
  if (!isStale(owner)) throw locked(path, owner);
  const aside = `${path}.${process.pid}.stale`;
  await rename(path, aside).catch(() => {});
  const moved = await readOwner(aside);
  if (moved !== undefined && !isStale(moved)) {
    await link(aside, path).catch(() => {});
    await rm(aside, { force: true });
    throw locked(path, moved);
  }
  await rm(aside, { force: true });
}

/** Of a process on another machine nobody here can tell whether it lives: its lock stands. */
function isStale(owner: Owner): boolean {
  return owner.host === hostname() && !isAlive(owner.pid);
}

function locked(path: string, owner: Owner): RefusedError {
  return new RefusedError([
    {
      code: "plan-locked",
      where: path,
      message: `Another apply to this organisation is under way since ${owner.since} (process ${owner.pid} on ${owner.host}).`,
      remedy: "Wait until it has ended, then run again.",
    },
  ]);
}

/** Undefined when the lock is gone by now. One that cannot be read belongs to nobody who is alive. */
async function readOwner(path: string): Promise<Owner | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const owner = JSON.parse(text);
    if (Number.isInteger(owner.pid) && typeof owner.host === "string")
      return { ...owner, since: String(owner.since) };
  } catch {
    // Told apart below.
  }
  return { pid: 0, host: hostname(), since: "" };
}

function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
