import { loadConfiguration } from "../../config/load.ts";
import { protectionFindings } from "../../config/organization/protected-nobody.ts";
import { checkSealKey, createSecretReader } from "../../config/secrets/secrets.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import { countOf } from "../../review/shared/totals.ts";
import { renderFindings } from "../../review/text/problems.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";

/** `zivsync validate`: checks every configuration file, offline. Sources are not read, and no secret but the seal key. */
export async function validate(options: CommonOptions, io: CommandIo): Promise<ExitCode> {
  const { profiles, policy, digest, sealKey } = await loadConfiguration(options.directory);
  if (sealKey !== undefined) await checkSealKey(sealKey, createSecretReader(io.environment));
  const names = profiles.map((profile) => profile.policy.name);
  const findings = protectionFindings(policy);
  if (options.json) {
    io.out(jsonLine(JSON.stringify({ valid: true, profiles: names, digest, findings })));
    return 0;
  }
  const list =
    names.length === 0
      ? "no profile, so zivsync manages no account. Add a file to its folder `profiles`"
      : `${countOf(names.length, "profile")} (${names.join(", ")})`;
  io.out(`The configuration is valid: ${list}.\n`);
  if (findings.length > 0) io.out(`\n${renderFindings(findings, { color: io.color, width: io.width })}`);
  return 0;
}
