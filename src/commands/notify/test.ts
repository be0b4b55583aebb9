import { loadConfiguration } from "../../config/load.ts";
import { InputError } from "../../model/values/errors.ts";
import { jsonLine, neutralText } from "../../review/shared/neutral.ts";
import { renderProblems } from "../../review/text/problems.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";
import { buildRun } from "./build-run.ts";
import { deliverTest } from "./deliver.ts";

/** `zivsync notify test`: sends one message to every channel of `notify` on the real path, and says of each whether it arrived. */
export async function notifyTest(options: CommonOptions, io: CommandIo): Promise<ExitCode> {
  const configuration = await loadConfiguration(options.directory);
  if (configuration.notify.length === 0) throw nobody();
  const at = new Date(io.clock.now()).toISOString();
  const ended = { command: "plan", exitCode: 0, problems: [], at } as const;
  const run = buildRun(ended, {}, configuration, io.environment);
  const deliveries = await deliverTest(run, configuration, io);
  const failed = deliveries.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  if (options.json) {
    const channels = deliveries.map(({ channel, problem }) => ({
      channel,
      delivered: problem === undefined,
      problem: problem ?? null,
    }));
    io.out(jsonLine(JSON.stringify({ delivered: failed.length === 0, channels })));
  } else {
    for (const { channel, problem } of deliveries)
      io.out(
        `${neutralText(channel)}: ${problem === undefined ? "delivered" : `failed (${problem.code})`}\n`,
      );
  }
  if (failed.length > 0) io.note(renderProblems(failed, { color: io.color }));
  return failed.length === 0 ? 0 : 1;
}

function nobody(): InputError {
  return new InputError({
    code: "usage",
    where: "notify test",
    message: "organization.yaml has no `notify`, so nobody hears of runs.",
    remedy: "Add it, for example `notify: [{ type: teams, url: { env: TEAMS_WEBHOOK } }]`.",
  });
}
