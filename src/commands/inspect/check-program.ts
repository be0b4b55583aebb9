import { findProfiles, findSource, loadConfiguration } from "../../config/load.ts";
import type { Configuration } from "../../config/organization/configuration.ts";
import type { Reading } from "../../model/ports.ts";
import type { SourceConfig } from "../../model/source-config/source-config.ts";
import { InputError, type Problem, ZivsyncError } from "../../model/values/errors.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import { type CheckedOutput, renderCheckedOutputs } from "../../review/text/checked-output.ts";
import { readSource } from "../shared/connect.ts";
import type { CommandIo, ExitCode } from "../shared/io.ts";
import type { RecordsOptions } from "./records.ts";

/**
 * `zivsync records [SOURCE] --check-program`: reads the sources of the type `records`, or the one that is named, and says of each line
 * of what they write what is wrong with it. Exit code 1 where anything is.
 */
export async function checkProgram(
  source: string | undefined,
  options: RecordsOptions,
  io: CommandIo,
): Promise<ExitCode> {
  const configuration = await loadConfiguration(options.directory);
  const checked: CheckedOutput[] = [];
  for (const { profile, config } of sourcesOf(configuration, source, options.profile ?? []))
    checked.push(await checkOutput(profile, config, configuration, io));
  if (options.json || options.format === "json") io.out(jsonLine(JSON.stringify({ sources: checked })));
  else io.out(renderCheckedOutputs(checked, io));
  return checked.every(({ ok }) => ok) ? 0 : 1;
}

type Asked = { readonly profile: string; readonly config: SourceConfig };

function sourcesOf(
  configuration: Configuration,
  name: string | undefined,
  names: readonly string[],
): readonly Asked[] {
  const profiles = findProfiles(configuration, names);
  if (name !== undefined) findSource({ ...configuration, profiles }, name);
  const all = profiles.flatMap(({ policy, sources }) =>
    sources.map((config) => ({ profile: policy.name, config })),
  );
  const found = all.filter(
    ({ config }) => config.type === "records" && (name === undefined || config.name === name),
  );
  if (found.length > 0) return found;
  const which = name === undefined ? "No source is" : `${name} is not`;
  const problem: Problem = {
    code: "usage",
    where: "--check-program",
    message: `${which} of the type \`records\`, so there is no output to check.`,
    remedy: "`zivsync check SOURCE` connects to sources of other types and says what they give.",
  };
  throw new InputError(problem);
}

async function checkOutput(
  profile: string,
  config: SourceConfig,
  configuration: Configuration,
  io: CommandIo,
): Promise<CheckedOutput> {
  const place = { profile, source: config.name };
  try {
    io.progress(`Reading ${profile} / ${config.name}`);
    return { ...place, ...judge(await readSource(config, configuration, io)) };
  } catch (error) {
    if (!(error instanceof ZivsyncError)) throw error;
    return { ok: false, ...place, problems: error.problems };
  }
}

function judge({ records, complete, facts = [], findings }: Reading) {
  const doubts = records.flatMap(({ where, problems }) =>
    problems.map(({ attribute, message }) => ({ where, property: attribute, message })),
  );
  return { ok: complete && doubts.length === 0, complete, records: records.length, facts, findings, doubts };
}
