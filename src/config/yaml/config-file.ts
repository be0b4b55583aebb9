import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { readFileBytes } from "../../file-bytes.ts";
import { canonicalJson } from "../../model/values/canonical-json.ts";
import type { Problem } from "../../model/values/errors.ts";
import { compareText } from "../../model/values/text.ts";
import { parseYaml, type YamlDocument } from "./yaml.ts";

export const MAX_BYTES = 5_000_000;

/** One YAML file: `path` is absolute, `folder` what paths in it are relative to. */
export type ConfigFile = { readonly path: string; readonly folder: string; readonly document: YamlDocument };

/** The way messages name a path: relative to the configuration folder, with `/` on every system. */
export function showPath(directory: string, path: string): string {
  const shown = relative(directory, path) || ".";
  // On Windows there is no relative path from one drive to another.
  return (isAbsolute(shown) ? path : shown).split(sep).join("/");
}

/** Reads and parses one file. If it cannot be read, the reason is added to the problems, and nothing is returned. */
export async function readConfigFile(
  directory: string,
  path: string,
  problems: Problem[],
): Promise<ConfigFile | undefined> {
  const shown = showPath(directory, path);
  const text = await readText(path, shown, problems);
  const document = text === undefined ? undefined : parseYaml(text, shown, problems);
  return document === undefined ? undefined : { path, folder: resolve(path, ".."), document };
}

async function readText(path: string, shown: string, problems: Problem[]): Promise<string | undefined> {
  const fail = (message: string, remedy: string): undefined => {
    problems.push({ code: "file-unreadable", where: shown, message, remedy });
    return undefined;
  };
  try {
    const facts = await stat(path);
    if (!facts.isFile()) return fail("This is not a file.", "Put a YAML file here.");
    if (facts.size > MAX_BYTES) {
      return fail(
        "The file is larger than 5 MB, and no such file is written by hand.",
        "Divide it into several.",
      );
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFileBytes(path, MAX_BYTES));
  } catch (error) {
    if (error instanceof TypeError) return fail("The file is not UTF-8 text.", "Save it as UTF-8.");
    return fail(`The file cannot be read (${codeOf(error)}).`, "Look at its permissions.");
  }
}

/**
 * Paths of the YAML files that lie in a folder itself, sorted; none where the folder is not there. Names that only look like the right
 * ones are problems: what zivsync does not read is managed by nobody, and no plan would say so.
 */
export async function listYamlFiles(
  directory: string,
  folder: string,
  problems: Problem[],
): Promise<readonly string[]> {
  try {
    const names = await readdir(join(directory, folder));
    problems.push(...names.filter((name) => HIDDEN_END.test(name)).map((name) => hiddenEnd(folder, name)));
    return names
      .filter((name) => /^[^.].*\.ya?ml$/i.test(name))
      .sort(compareText)
      .map((name) => join(directory, folder, name));
  } catch (error) {
    if (codeOf(error) === "ENOENT") {
      problems.push(...(await namedOtherwise(directory, folder)));
      return [];
    }
    const message = `The folder cannot be read (${codeOf(error)}).`;
    problems.push({ code: "file-unreadable", where: folder, message, remedy: "Look at its permissions." });
    return [];
  }
}

const HIDDEN_END = /^[^.].*\.ya?ml\.txt$/i;

function hiddenEnd(folder: string, name: string): Problem {
  return {
    code: "file-unreadable",
    where: `${folder}/${name}`,
    message:
      "zivsync reads files whose names end in `.yaml` or `.yml`, and this one ends in `.txt`, which Windows hides.",
    remedy: `Rename it to \`${name.slice(0, -".txt".length)}\`, or move it elsewhere.`,
  };
}

/** A folder that Windows takes for this one, and other systems do not. */
async function namedOtherwise(directory: string, folder: string): Promise<readonly Problem[]> {
  const names = await readdir(directory).catch(() => []);
  return names
    .filter((name) => name.toLowerCase() === folder)
    .map((name) => ({
      code: "file-not-found",
      where: name,
      message: `The folder is named \`${name}\`, and zivsync reads \`${folder}\`. Here these are two names, so nothing in it would be read.`,
      remedy: `Rename it to \`${folder}\`.`,
    }));
}

/** The `code` of an error of the operating system, such as ENOENT, or the error's name. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

/** `sha256:…` over the data of the documents, sorted by file. */
export function digestOf(documents: readonly YamlDocument[]): string {
  const parts = documents
    .map(({ file, data }) => ({ file, data }))
    .sort((a, b) => compareText(a.file, b.file));
  return `sha256:${createHash("sha256").update(canonicalJson(parts)).digest("hex")}`;
}
