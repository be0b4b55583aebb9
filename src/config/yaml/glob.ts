import { resolve } from "node:path";
import { glob } from "tinyglobby";
import { compareText } from "../../model/values/text.ts";

/**
 * Absolute paths of the files that match a pattern, relative to `folder`, sorted. Hidden files do not match `*`. On Windows `\\`
 * parts folders as `/` does, and letters match in both cases, as in every path there.
 */
export async function findFiles(
  folder: string,
  pattern: string,
  platform: NodeJS.Platform = process.platform,
): Promise<readonly string[]> {
  const isWindows = platform === "win32";
  const found = await glob(isWindows ? pattern.replaceAll("\\", "/") : pattern, {
    cwd: folder,
    absolute: true,
    expandDirectories: false,
    caseSensitiveMatch: !isWindows,
  });
  return found.map((path) => resolve(path)).sort(compareText);
}

/** One text for each file: on Windows a path in other letters leads to the same one. Pure. */
export function fileKey(path: string, platform: NodeJS.Platform = process.platform): string {
  return platform === "win32" ? path.toLowerCase() : path;
}
