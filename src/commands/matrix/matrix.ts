import { buildJobMatrix, parseShard, type Shard } from "../../github/job-matrix.ts";
import { InputError } from "../../model/values/errors.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import { reportingOnStderr } from "../github/run.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";
import { isConcerned, readChangedFiles } from "./changed-files.ts";
import { type FoundConfiguration, readConfigurationFolders } from "./folders.ts";

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
  throw new InputError([
    {
      code: "usage",
      where: "--shard",
      message: `${JSON.stringify(text)} is not a part of a whole.`,
      remedy: "Write for example `--shard 1/3` for the first of three parts.",
    },
  ]);
}
