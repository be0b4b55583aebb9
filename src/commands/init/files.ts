import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { StarterFile } from "../../config/starter/starter.ts";
import { errorCode } from "../../file-bytes.ts";
import { InputError } from "../../model/values/errors.ts";
import { reasonOf } from "../../storage/files/files.ts";

/** Writes files that are not there, and remembers which. Paths are shown relative to the present folder, with `/`. */
export type NewFiles = {
  write(path: string, text: string): Promise<void>;
  keep(path: string): void;
  written(): readonly string[];
  kept(): readonly string[];
};

/** Nothing is overwritten: a file that is there, whatever it is, is kept. Throws InputError `file-unwritable`. */
export function newFiles(): NewFiles {
  const written = new Set<string>();
  const kept = new Set<string>();
  const show = (path: string) => relative(process.cwd(), path).split(sep).join("/");
  return {
    async write(path, text) {
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text, { flag: "wx" });
        written.add(show(path));
      } catch (error) {
        if (errorCode(error) !== "EEXIST") throw unwritable(show(path), error);
        if (!written.has(show(path))) kept.add(show(path));
      }
    },
    keep: (path) => void kept.add(show(path)),
    written: () => [...written].sort(),
    kept: () => [...kept].sort(),
  };
}

function unwritable(where: string, error: unknown): InputError {
  return new InputError({
    code: "file-unwritable",
    where,
    message: `The file cannot be written: ${reasonOf(error)}.`,
    remedy: "Check the folder and its permissions, and run init again: what is there is kept.",
  });
}

const SCHEMAS = { Organization: "organization", Profile: "profile", Accounts: "accounts" } as const;

/**
 * The text of a file with a first line that names its schema for editors: that of the zivsync which is installed at the top of the
 * repository, so that both always fit each other. Other files than YAML stay as they are. Pure.
 */
export function withSchema({ path, text }: StarterFile, folder: string, root: string): string {
  const [, kind] = /^kind: (Organization|Profile|Accounts)$/m.exec(text) ?? [];
  if (!path.endsWith(".yaml") || kind === undefined) return text;
  const schema = join(
    root,
    `node_modules/zivsync/schemas/${SCHEMAS[kind as keyof typeof SCHEMAS]}.schema.json`,
  );
  const place = relative(dirname(join(folder, path)), schema)
    .split(sep)
    .join("/");
  return `# yaml-language-server: $schema=${place}\n${text}`;
}
