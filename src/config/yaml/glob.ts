import { resolve } from "node:path";
import { glob } from "tinyglobby";
import { compareText } from "../../model/account/account.ts";

/** Absolute paths of the files that match a pattern, relative to `folder`, sorted. Hidden files do not match `*`. */
export async function findFiles(folder: string, pattern: string): Promise<readonly string[]> {
  const found = await glob(pattern, { cwd: folder, absolute: true, expandDirectories: false });
  return found.map((path) => resolve(path)).sort(compareText);
}
