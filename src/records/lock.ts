import { randomUUID } from "node:crypto";
import { link, readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { InputError, type Problem, RefusedError } from "../errors.ts";
import { reasonOf } from "./files.ts";

export type Lock = { release(): Promise<void> };

export type LockOwner = { readonly pid: number; readonly host: string; readonly since: string };

/** How long to wait for somebody else's lock, and what to say when that was not enough. */
export type LockTerms = {
  readonly at: string;
  readonly waitMs: number;
  readonly locked: (owner: LockOwner) => Problem;
  /** What to do when the lock cannot be written. */
  readonly remedy: string;
};

/**
 * Takes the lock of an organisation on this machine, so that two applies never write to it at once. A lock whose process
 * has died is recognised and taken over. Throws RefusedError `plan-locked`.
 */
export function takeLock(organization: string, at: string, folder: string = tmpdir()): Promise<Lock> {
  const path = join(folder, `zivsync-${organization}.lock`);
  return takeFileLock(path, {
    at,
    waitMs: 0,
    locked: (owner) => ({
      code: "plan-locked",
      where: path,
      message: `Another apply to this organisation is under way since ${owner.since} (process ${owner.pid} on ${owner.host}).`,
      remedy: "Wait until it has ended, then run again.",
    }),
    remedy: "Check the folder for temporary files.",
  });
}

const POLL_MS = 25;

/** Takes a lock that is a file, from a dead process too. Throws RefusedError with what `locked` says, or InputError. */
export async function takeFileLock(path: string, terms: LockTerms): Promise<Lock> {
  const mine: LockOwner = { pid: process.pid, host: hostname(), since: terms.at };
  const draft = `${path}.${randomUUID()}`;
  const until = performance.now() + terms.waitMs;
  try {
    await writeFile(draft, JSON.stringify(mine), { mode: 0o600 });
    while (!(await tryLink(draft, path))) {
      const owner = await clearStale(path, draft);
      if (owner === undefined) continue;
      if (performance.now() >= until) throw new RefusedError([terms.locked(owner)]);
      await setTimeout(POLL_MS);
    }
    return { release: () => rm(path, { force: true }) };
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    const message = `The lock cannot be written: ${reasonOf(error)}.`;
    throw new InputError([{ code: "file-unwritable", where: path, message, remedy: terms.remedy }]);
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
    throw error;
  }
}

/**
 * Takes a dead process's lock away, or tells who holds it. Only who holds the guard beside it may, and looks once more before it does: several who
 * find the same dead lock would otherwise take away what one of them has just put in its place.
 */
async function clearStale(path: string, draft: string): Promise<LockOwner | undefined> {
  const owner = await readOwner(path);
  if (owner === undefined || !isStale(owner)) return owner;
  const guard = `${path}.guard`;
  if (!(await tryLink(draft, guard))) {
    await waitForGuard(guard);
    return undefined;
  }
  try {
    const again = await readOwner(path);
    if (again !== undefined && isStale(again)) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
  return undefined;
}

const GUARD_MS = 10_000;

/** A guard is held for milliseconds; one that is old was left by a process that died with it. */
async function waitForGuard(guard: string): Promise<void> {
  const made = await stat(guard).catch(() => undefined);
  if (made && Date.now() - made.mtimeMs > GUARD_MS) await rm(guard, { force: true });
  else await setTimeout(20);
}

/** Of a process on another machine nobody here can tell whether it lives: its lock stands. */
function isStale(owner: LockOwner): boolean {
  return owner.host === hostname() && !isAlive(owner.pid);
}

/** Undefined when the lock is gone by now. One that cannot be read belongs to nobody who is alive. */
async function readOwner(path: string): Promise<LockOwner | undefined> {
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
