import { loadConfiguration } from "../../config/load.ts";
import { setOutputs } from "../../github/run-report.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import { readSealKeys } from "../shared/connect.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";
import { reviewedBefore } from "./comment/sticky-comment.ts";
import { readRun } from "./run.ts";

/**
 * `zivsync github approved-run`: the run that made the plan on the merged pull request, as the output `run-id`: where the
 * plan file lies among the artefacts. Empty when there is none, which is not a failure.
 */
export async function githubApprovedRun(options: CommonOptions, io: CommandIo): Promise<ExitCode> {
  const { context, openApi } = await readRun(options, io);
  const keys = await readSealKeys(await loadConfiguration(options.directory), io);
  const [latest] = await reviewedBefore(openApi(), context.sha, keys);
  const id = latest === undefined ? "" : String(latest.marker.run);
  await setOutputs({ "run-id": id });
  io.out(options.json ? jsonLine(JSON.stringify({ runId: latest?.marker.run ?? null })) : `${id}\n`);
  if (latest === undefined) io.note("No merged pull request of this commit has a plan of this organisation.");
  return 0;
}
