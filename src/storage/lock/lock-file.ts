import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, link, lstat, open, rm } from "node:fs/promises";
import { errorCode } from "../../file-bytes.ts";
import { asObject, parseJson } from "../../model/values/json.ts";
import { reasonOf } from "../files/files.ts";
import type { ProcessMark } from "./process-life.ts";

/** The process that holds a lock, and since when. */
export type LockOwner = ProcessMark & { readonly since: string };

/**
 * The entry in the place of a lock. `id` names a lock file for good: no other one, here or later, has the same. `touched` changes
 * with every sign of life. `unclear`: a file that no lock of zivsync is like, or one that is being written. `unusable`: what
 * zivsync never made, or may not read.
 */
export type SeenLock =
  | { readonly kind: "none" }
  | {
      readonly kind: "owned";
      readonly id: string;
      readonly touched: number;
      readonly owner: LockOwner;
    }
  | { readonly kind: "unclear"; readonly id: string; readonly touched: number }
  | { readonly kind: "unusable"; readonly why: string };

/** Bytes of a lock; a larger file is not one. */
export const LARGEST_LOCK = 4096;

/** Follows no link, opens nothing but a regular file, and reads no more of it than a lock has: nothing here can wait for ever. */
export async function readLockFile(path: string): Promise<SeenLock> {
  try {
    const found = await lstat(path);
    if (!found.isFile()) return unusable("it is not a regular file");
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return await readFrom(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errorCode(error) === "ENOENT") return { kind: "none" };
    return unusable(`it cannot be read: ${reasonOf(error)}`);
  }
}

async function readFrom(file: FileHandle): Promise<SeenLock> {
  const stats = await file.stat({ bigint: true });
  // Something else may have taken its place since the first look.
  if (!stats.isFile()) return unusable("it is not a regular file");
  const { ino, size, mtimeNs } = stats;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(LARGEST_LOCK), 0, LARGEST_LOCK, 0);
  const content = buffer.subarray(0, bytesRead);
  const touched = Number(mtimeNs / 1_000_000n);
  const owner = size > LARGEST_LOCK ? undefined : parseOwner(content.toString("utf8"));
  return owner === undefined
    ? { kind: "unclear", id: idOf(`${ino} ${size} ${mtimeNs}`, content), touched }
    : { kind: "owned", id: idOf(content), touched, owner };
}

/** The content of a new lock. It has a random part, so that no two are alike. */
export function renderLock(owner: LockOwner): string {
  return JSON.stringify({ ...owner, token: randomUUID() });
}

export function idOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex").slice(0, 16);
}

/**
 * Makes a lock file that everybody may read and its owner alone may change; false where there is something already. It appears whole or
 * not at all, as a link to a draft. Where there are no links it is written in place.
 */
export async function createLockFile(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeNew(draft, content);
    await link(draft, path);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    return await writeInPlace(path, content, error);
  } finally {
    await rm(draft).catch(() => undefined);
  }
}

async function writeInPlace(path: string, content: string, cause: unknown): Promise<boolean> {
  try {
    await writeNew(path, content);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw cause;
  }
}

async function writeNew(path: string, content: string): Promise<void> {
  const file = await open(path, "wx", 0o644);
  try {
    // Regardless of this process's umask: a lock that others cannot read would stop them for ever.
    await file.chmod(0o644).catch(() => undefined);
    await file.writeFile(content);
  } catch (error) {
    await rm(path).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
}

function parseOwner(text: string): LockOwner | undefined {
  const value = parseJson(text);
  return isOwner(value) ? value : undefined;
}

function isOwner(value: unknown): value is LockOwner {
  const { pid, host, since, ...rest } = asObject(value) ?? {};
  const isText = (part: unknown) => typeof part === "string";
  return (
    Number.isSafeInteger(pid) &&
    Number(pid) > 0 &&
    [host, since].every(isText) &&
    [rest.boot, rest.space, rest.start].every((part) => part === undefined || isText(part))
  );
}

function unusable(why: string): SeenLock {
  return { kind: "unusable", why };
}
