import { loadConfiguration } from "../config/load.ts";
import { jsonLine } from "../review/neutral.ts";
import type { CommandIo, CommonOptions, ExitCode } from "./io.ts";

/** `zivsync validate`: checks every configuration file, offline; secrets and sources are not read. */
export async function validate(options: CommonOptions, io: CommandIo): Promise<ExitCode> {
  const { profiles, digest } = await loadConfiguration(options.directory);
  const names = profiles.map(({ policy }) => policy.name);
  if (options.json) io.out(jsonLine(JSON.stringify({ valid: true, profiles: names, digest })));
  else
    io.out(
      `The configuration is valid: ${names.length} ${names.length === 1 ? "profile" : "profiles"} (${names.join(", ")}).\n`,
    );
  return 0;
}
