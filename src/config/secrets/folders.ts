import { realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, isAbsolute, relative, resolve, sep } from "node:path";
import { type ErrorCode, InputError } from "../../model/values/errors.ts";
import type { SecretRef } from "../../model/values/secret.ts";

/**
 * May a secret be read from this file? Links are followed first. Not from the user's `.ssh`, nor from outside the folders in
 * `ZIVSYNC_SECRET_FOLDERS` where that is set (divided as PATH is), nor from a file that `others` refer to. Throws InputError.
 */
export async function checkSecretFile(
  path: string,
  where: string,
  environment: NodeJS.ProcessEnv,
  others: readonly SecretRef[],
): Promise<void> {
  const fail = (code: ErrorCode, message: string, remedy: string): never => {
    throw new InputError([{ code, where, message: `The file ${path} ${message}`, remedy }]);
  };
  const file = await real(path);
  const homes = [homedir(), environment.HOME, environment.USERPROFILE].filter((home) => home !== undefined);
  for (const home of homes) {
    if (isBelow(file, await real(resolve(home, ".ssh"))))
      fail(
        "secret-folder",
        "lies in the .ssh folder of the user, whose keys open other machines and are never sent to a source.",
        "Store the secret of this source in a file of its own, outside of .ssh.",
      );
  }
  const folders = (environment.ZIVSYNC_SECRET_FOLDERS ?? "").split(delimiter).filter((name) => name !== "");
  const allowed = await Promise.all(folders.map((folder) => real(resolve(folder))));
  if (allowed.length > 0 && !allowed.some((folder) => isBelow(file, folder)))
    fail(
      "secret-folder",
      `lies outside of the folders that ZIVSYNC_SECRET_FOLDERS names (${folders.join(", ")}), and secrets are read from those alone.`,
      "Put the secret into one of these folders, or add its folder to ZIVSYNC_SECRET_FOLDERS where zivsync runs.",
    );
  for (const other of others) {
    if ("file" in other && (await real(other.file)) === file)
      fail(
        "secret-shared",
        "holds the key of Zivver or of the seal, and a source would send it elsewhere.",
        "Give the source a secret of its own.",
      );
  }
}

/** The path without links; one that does not exist stays as it is, and reading it fails by itself. */
async function real(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function isBelow(file: string, folder: string): boolean {
  const way = relative(folder, file);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
