import { readdir } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { loadConfiguration } from "../../config/load.ts";
import type { Configuration } from "../../config/organization/configuration.ts";
import { errorCode } from "../../file-bytes.ts";
import { buildJobMatrix, parseShard, type Shard } from "../../github/job-matrix.ts";
import { InputError, type Problem, ZivsyncError } from "../../model/values/errors.ts";
import { compareText } from "../../model/values/text.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import { reportingOnStderr } from "../github/run.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";
import { isConcerned, readChangedFiles } from "./changed-files.ts";

export type MatrixCommandOptions = CommonOptions & {
  readonly by: "organization" | "profile";
  readonly shard?: string;
  readonly changedSince?: string;
  /** Only organisations with a standing approval, or only those without one. */
  readonly standing?: "yes" | "no";
};

/** `zivsync matrix`: the configuration folders as JSON for `strategy.matrix`; every one of them must load. */
export async function matrix(
  directories: readonly string[],
  options: MatrixCommandOptions,
  io: CommandIo,
): Promise<ExitCode> {
  return reportingOnStderr(".", io, () => writeMatrix(directories, options, io));
}

async function writeMatrix(
  directories: readonly string[],
  options: MatrixCommandOptions,
  io: CommandIo,
): Promise<ExitCode> {
  const shard = options.shard === undefined ? undefined : readShard(options.shard);
  const found = await readConfigurationFolders(directories.length === 0 ? ["."] : directories);
  const concerned =
    options.changedSince === undefined ? found : await changedAmong(found, options.changedSince);
  // Names come from all folders: that of one must not hang on which others have changed.
  const folders = found.map(({ directory, configuration }) => ({
    directory,
    profiles: configuration.profiles.map(({ policy }) => policy.name),
  }));
  const isAsked = ({ configuration }: FoundConfiguration) =>
    options.standing === undefined || (configuration.standing !== undefined) === (options.standing === "yes");
  const kept = new Set(concerned.filter(isAsked).map(({ directory }) => directory));
  io.out(
    jsonLine(JSON.stringify(buildJobMatrix(folders, { by: options.by, kept, ...(shard ? { shard } : {}) }))),
  );
  return 0;
}

async function changedAmong(
  found: readonly FoundConfiguration[],
  since: string,
): Promise<readonly FoundConfiguration[]> {
  const changed = await readChangedFiles(since);
  const concerned = await Promise.all(found.map(({ configuration }) => isConcerned(configuration, changed)));
  return found.filter((_, at) => concerned[at]);
}

function readShard(text: string): Shard {
  const shard = parseShard(text);
  if (shard !== undefined) return shard;
  throw new InputError({
    code: "usage",
    where: "--shard",
    message: `${JSON.stringify(text)} is not a part of a whole.`,
    remedy: "Write for example `--shard 1/3` for the first of three parts.",
  });
}

/** A configuration and its folder as the person would write it: relative to the present folder, with `/`. */
type FoundConfiguration = { readonly directory: string; readonly configuration: Configuration };

const FILES = ["organization.yaml", "organization.yml"];
const LEFT_OUT = ["node_modules"];

/**
 * Every folder at or below the given ones that holds a configuration, loaded, sorted and each once. Hidden folders and
 * node_modules are not looked into, and links are not followed. Throws one InputError with the problems of all.
 */
async function readConfigurationFolders(roots: readonly string[]): Promise<readonly FoundConfiguration[]> {
  const problems: Problem[] = [];
  const directories = new Set<string>();
  for (const root of roots) {
    const found = await findFolders(resolve(root), problems);
    if (found.length === 0 && problems.length === 0) problems.push(nothingIn(root));
    for (const folder of found) directories.add(shown(folder));
  }
  const found: FoundConfiguration[] = [];
  for (const directory of [...directories].sort(compareText)) {
    try {
      found.push({ directory, configuration: await loadConfiguration(directory) });
    } catch (error) {
      if (!(error instanceof ZivsyncError)) throw error;
      problems.push(...error.problems.map((problem) => placed(problem, directory)));
    }
  }
  if (problems.length > 0) throw new InputError(problems);
  return found;
}

async function findFolders(folder: string, problems: Problem[]): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const found = entries.some((entry) => !entry.isDirectory() && FILES.includes(entry.name)) ? [folder] : [];
    for (const entry of entries) {
      if (!entry.isDirectory() || entry.name.startsWith(".") || LEFT_OUT.includes(entry.name)) continue;
      found.push(...(await findFolders(join(folder, entry.name), problems)));
    }
    return found;
  } catch (error) {
    const code = errorCode(error) ?? "unknown";
    problems.push({
      code: code === "ENOENT" || code === "ENOTDIR" ? "file-not-found" : "file-unreadable",
      where: shown(folder),
      message: `The folder cannot be read (${code}), so the configurations in it are unknown.`,
      remedy: "Check the spelling of its path, and its permissions.",
    });
    return [];
  }
}

function shown(folder: string): string {
  const path = relative(process.cwd(), folder).split(sep).join("/");
  return path === "" ? "." : path;
}

/** Problems of a configuration are shown relative to its folder; here there are several folders. */
function placed(problem: Problem, directory: string): Problem {
  const { where } = problem;
  if (directory === "." || where === directory) return problem;
  return { ...problem, where: where === undefined ? directory : `${directory}/${where}` };
}

function nothingIn(root: string): Problem {
  return {
    code: "file-not-found",
    where: root,
    message: "There is no organization.yaml in this folder or below it, so there is no organisation to plan.",
    remedy: "Name a folder that has one; `zivsync init` writes a new one.",
  };
}
