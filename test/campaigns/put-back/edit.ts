import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A piece of a file of `src` that is replaced. */
export type Edit = {
  /** From the root of the project. */
  readonly file: string;
  /** Is in the file exactly once. */
  readonly was: string;
  readonly is: string;
};

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Absolute paths of the edited files, with their edited text. An edit whose text is not there exactly once is an error. */
export function editedTexts(edits: readonly Edit[], root = ROOT): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const { file, was, is } of edits) {
    const path = `${root}${file}`;
    const text = texts.get(path) ?? readFileSync(path, "utf8");
    const times = text.split(was).length - 1;
    if (times !== 1)
      throw new Error(
        `${file} has this text ${times} times, so the bug cannot be put back. Correct its row:\n${was}`,
      );
    texts.set(
      path,
      text.replace(was, () => is),
    );
  }
  return texts;
}
