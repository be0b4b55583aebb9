import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import type { Configuration } from "../../config/organization/configuration.ts";
import { fileKey } from "../../config/yaml/glob.ts";
import { InputError } from "../../model/values/errors.ts";
import { refuseSpecial } from "../../storage/files/files.ts";
import { filesOf } from "../matrix/changed-files.ts";

/**
 * Refuses a file that a result cannot take the place of: the state, a list that a source reads, a pipe or a device. Comes before the
 * file is read, because a pipe that nobody writes to is read without end. Throws InputError.
 */
export async function checkOutput(
  { state, profiles, directory }: Pick<Configuration, "state" | "profiles" | "directory">,
  file: string,
): Promise<void> {
  const path = resolve(file);
  if (state?.store === "file" && fileKey(path) === fileKey(state.path)) {
    throw taken(file, "This is the file of the state");
  }
  const read = profiles.flatMap(({ sources }) => sources.flatMap((source) => filesOf(source, directory)));
  const found = await realPath(path);
  // Where there is none yet, nothing is lost: the first list of a source may be a download.
  if (found !== undefined && (await Promise.all(read.map(realPath))).includes(found)) {
    throw taken(file, "A source reads this file");
  }
  await refuseSpecial(path);
}

function taken(where: string, what: string): InputError {
  return new InputError({
    code: "usage",
    where,
    message: `${what}, and what is written would take its place.`,
    remedy: "Name another file.",
  });
}

function realPath(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}
