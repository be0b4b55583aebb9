import { lstat, realpath } from "node:fs/promises";
import { InputError } from "../../model/values/errors.ts";

/**
 * The file that a path leads to, over links: what is written beside a link or in its place would leave the file as it was. A link that
 * leads to nothing is an error: a folder of the network may not be there. Throws InputError.
 */
export async function followLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const isLink = await lstat(path).then(
      (found) => found.isSymbolicLink(),
      () => false,
    );
    if (!isLink) return path;
    throw new InputError({
      code: "file-unreadable",
      where: path,
      message: "This is a link that leads to no file.",
      remedy:
        "Bring that file back, for example by mounting its folder. If there never was one, remove the link.",
    });
  }
}
