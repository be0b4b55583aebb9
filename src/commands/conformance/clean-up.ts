import type { Configuration } from "../../config/organization/configuration.ts";
import { DEFAULT_SETTLE_MS } from "../../model/plan/policy.ts";
import { InputError } from "../../model/values/errors.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import {
  type CleanUpFile,
  readCleanUpFile,
  removeCleanUpFile,
} from "../../storage/conformance/clean-up-file.ts";
import { targetOptions } from "../shared/connect.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";

/** `zivsync conformance --clean-up FILE`: deletes what a run that was killed has left, and the file. Exits with 1 where some stay. */
export async function cleanUp(
  file: string,
  configuration: Configuration,
  options: CommonOptions,
  io: CommandIo,
): Promise<ExitCode> {
  const kept = await readCleanUpFile(file);
  const left = kept ? await deleteLeft(kept, file, configuration, io) : [];
  if (left.length === 0) await removeCleanUpFile(file);
  if (options.json) io.out(jsonLine(JSON.stringify({ left })));
  else if (left.length === 0) io.out("Nothing is left of the run.\n");
  else
    io.out(
      `Could not be deleted:\n${left.map(({ kind, id }) => `  ${kind} ${id}\n`).join("")}Delete them in Zivver, or run the same command again.\n`,
    );
  return left.length === 0 ? 0 : 1;
}

async function deleteLeft(kept: CleanUpFile, file: string, configuration: Configuration, io: CommandIo) {
  const { url, token, domain, at, pending, accounts } = kept;
  if (url !== configuration.target.url) {
    throw new InputError([
      {
        code: "conformance-file",
        where: file,
        message: "The run was at another target than the one of this configuration.",
        remedy: "Name its configuration with -C.",
      },
    ]);
  }
  const { cleanUpRun } = await import("../../zivver/conformance/conformance.ts");
  const { openWire } = await import("../../zivver/open-wire.ts");
  const wire = await openWire(await targetOptions(configuration, io));
  // The last write may not show yet.
  const since = Math.max(0, io.clock.now() - Date.parse(at));
  const { settleMs = DEFAULT_SETTLE_MS } = configuration.target;
  const patienceMs = Math.max(0, settleMs - since);
  return cleanUpRun({ ...wire, run: { token, domain }, leftovers: { pending, accounts, patienceMs } });
}
