import { randomUUID } from "node:crypto";
import { lstat, open, rename, rm, stat, writeFile } from "node:fs/promises";
import { errorCode, readFileBytes } from "../../file-bytes.ts";
import { InputError, type Problem } from "../../model/values/errors.ts";
import { isBusy, retryWhileBusy } from "./busy-files.ts";
import { checkFileName } from "./file-name.ts";

/** Of a plan, a state or a journal: a plan of 1,000,000 changes takes about as much. */
export const LARGEST_BYTES = 500 * 1024 * 1024;

/** Of a text file that people or programs keep beside these: approvers, approvals, temporary passwords, an event. */
export const LARGEST_TEXT = 16 * 1024 * 1024;

/** Reads a UTF-8 file. Throws InputError `file-not-found` or `file-unreadable`. */
export async function readTextFile(path: string, largest = LARGEST_BYTES): Promise<string> {
  try {
    const bytes = await readFileBytes(path, largest);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    const code = errorCode(error);
    const missing = code === "ENOENT" || code === "ENOTDIR";
    throw new InputError({
      code: missing ? "file-not-found" : "file-unreadable",
      where: path,
      message: missing ? "There is no such file." : `The file cannot be read: ${reasonOf(error)}.`,
      remedy: missing ? "Check the path." : "Check that it is a text file that you may read.",
    });
  }
}

/**
 * Writes a file that its owner alone may read; readers see the old file or the new one, never a part. It is written under a
 * name that cannot be guessed, so that nobody has put a link there, and takes its place once the system lets it. A device or a
 * pipe is left as it is: root could replace `/dev/stdout` for the whole machine. Throws InputError.
 */
export async function writeFileAtomically(
  path: string,
  content: string | Uint8Array | Iterable<string>,
): Promise<void> {
  checkFileName(path);
  await refuseSpecial(path);
  const temporary = `${path}.${randomUUID()}.tmp`;
  let isWritten = false;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await writeFile(file, content);
      await file.sync();
    } finally {
      await file.close();
    }
    isWritten = true;
    await retryWhileBusy(() => rename(temporary, path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new InputError(isWritten && isBusy(error) ? busy(path) : unwritable(path, error));
  }
}

/** Throws InputError where the path, or what it links to, is neither a file nor a folder. */
export async function refuseSpecial(path: string): Promise<void> {
  const found = await stat(path).catch(() => lstat(path).catch(() => undefined));
  if (found === undefined || found.isFile() || found.isDirectory() || found.isSymbolicLink()) return;
  throw cannotWrite(
    path,
    "The file cannot be written: a pipe, a device or a socket has this name.",
    "Name an ordinary file.",
  );
}

function unwritable(where: string, error: unknown): Problem {
  return {
    code: "file-unwritable",
    where,
    message: `The file cannot be written: ${reasonOf(error)}.`,
    remedy: "Check the folder and its permissions.",
  };
}

/** A file or a folder that cannot be written, in words of its own. */
export function cannotWrite(where: string, message: string, remedy: string): InputError {
  return new InputError({ code: "file-unwritable", where, message, remedy });
}

function busy(where: string): Problem {
  return {
    code: "file-unwritable",
    where,
    message:
      "The file cannot be replaced: another program has had it open for 5 seconds, or you may not replace it.",
    remedy:
      "Close what has it open (an editor, a virus scanner, another zivsync), or check the permissions of the file and its folder.",
  };
}

const REASONS: Readonly<Record<string, string>> = {
  EISDIR: "it is a folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOSPC: "the disc is full",
  EDQUOT: "the quota of the disc is used up",
  EFBIG: "the file would be larger than is allowed here",
  EIO: "the disc fails",
  EEXIST: "a file of that name is there already",
  EBUSY: "another program has it open",
  ELOOP: "it is a link",
  EROFS: "the disc is read-only",
  ENOENT: "its folder does not exist",
  ENOTDIR: "its folder does not exist",
  ERR_ENCODING_INVALID_ENCODED_DATA: "it is not UTF-8 text",
};

export function reasonOf(error: unknown): string {
  const code = errorCode(error);
  return (
    (code && REASONS[code]) ?? (error instanceof RangeError ? error.message : (code ?? "unknown reason"))
  );
}
