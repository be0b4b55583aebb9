import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { errorCode } from "../../../file-bytes.ts";
import type { NamedFile } from "../../../model/source-config/named-file.ts";
import { InputError, type Problem } from "../../../model/values/errors.ts";

/** More than this is not a list of accounts: 100,000 rows of 14 columns are about 20 MB. */
export const LARGEST_BYTES = 200 * 1024 * 1024;

/** Without O_NONBLOCK, a pipe that nobody writes to is never open. Windows has neither. */
const FOR_READING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

const NOT_A_FILE = "This is a folder, a pipe or a device, not a file.";

export type SourceFile = NamedFile & { readonly bytes: Uint8Array; readonly sha256: string };

/** The bytes of a file, whole: one that is written to meanwhile is refused. Throws InputError. */
export async function readSourceFile(
  { path, shownAs }: NamedFile,
  largest = LARGEST_BYTES,
): Promise<SourceFile> {
  const fail = (code: Problem["code"], message: string, remedy: string): never => {
    throw new InputError({ code, where: shownAs, message, remedy });
  };
  let file: FileHandle | undefined;
  try {
    file = await open(path, FOR_READING);
    const before = await file.stat();
    if (!before.isFile()) return fail("file-unreadable", NOT_A_FILE, "Name a file.");
    if (before.size > largest) {
      return fail(
        "spreadsheet-too-large",
        "The file is larger than 200 MB, and so is not a list of accounts.",
        "Export only the columns and rows of the accounts.",
      );
    }
    const bytes = await file.readFile();
    const after = await file.stat();
    if (bytes.length !== before.size || after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
      return fail(
        "file-unreadable",
        "The file was written to while it was read, so a part may be missing.",
        "Run zivsync again when the export has ended.",
      );
    }
    return { path, shownAs, bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
  } catch (error) {
    if (error instanceof InputError) throw error;
    const code = errorCode(error) ?? "unknown";
    if (code === "ENOENT" || code === "ENOTDIR") {
      return fail("file-not-found", "There is no such file.", "Correct its name, or put the file there.");
    }
    if (code === "EISDIR") return fail("file-unreadable", NOT_A_FILE, "Name a file.");
    return fail(
      "file-unreadable",
      `The file cannot be read (${code}).`,
      "Look at its permissions, and close it in other programs.",
    );
  } finally {
    await file?.close();
  }
}
