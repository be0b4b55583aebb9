import type { Configuration } from "../../config/organization/configuration.ts";
import { type Deliveries, rememberDeliveries } from "../../engine/state/run-memory.ts";
import type { RunCommand } from "../../model/run/memory.ts";
import {
  type ErrorCode,
  InternalError,
  type Problem,
  RefusedError,
  ZivsyncError,
} from "../../model/values/errors.ts";
import { renderProblems } from "../../review/text/problems.ts";
import { readSealKeys } from "../shared/connect.ts";
import type { CommandIo, ExitCode } from "../shared/io.ts";
import { openMemory } from "../shared/open-state.ts";
import { buildRun, type Ended, type RunFacts } from "./build-run.ts";
import { type Delivery, deliver } from "./deliver.ts";

/** Called with what is known of a run, as soon as it is. */
export type Announce = (facts: RunFacts) => void;

/**
 * Runs a command and notifies the channels of `notify` what became of it, whether it returns or throws. A notification that fails
 * is reported on stderr and remembered for `status`; the outcome of the command stays what it is.
 */
export async function announced(
  command: RunCommand,
  configuration: Configuration,
  io: CommandIo,
  body: (announce: Announce) => Promise<ExitCode>,
): Promise<ExitCode> {
  let facts: RunFacts = {};
  const end = (exitCode: ExitCode, problems: readonly Problem[]) => {
    const at = new Date(io.clock.now()).toISOString();
    return announce({ command, exitCode, problems, at }, facts, configuration, io);
  };
  try {
    const exitCode = await body((more) => {
      facts = { ...facts, ...more };
    });
    await end(exitCode, []);
    return exitCode;
  } catch (error) {
    const problems: readonly Problem[] =
      error instanceof ZivsyncError
        ? error.problems
        : new InternalError(error instanceof Error ? error.name : "unknown").problems;
    await end(error instanceof RefusedError ? 3 : 1, problems);
    throw error;
  }
}

async function announce(
  ended: Ended,
  facts: RunFacts,
  configuration: Configuration,
  io: CommandIo,
): Promise<void> {
  if (configuration.notify.length === 0 || hasNothingToDo(ended, configuration)) return;
  try {
    io.progress("Telling who wants to hear of it");
    const run = buildRun(ended, facts, configuration, io.environment);
    const report = facts.shown === undefined ? facts : { plan: facts.shown };
    const deliveries = await deliver(run, configuration, report, io);
    noteFailures(deliveries, io);
    await rememberAll(deliveries, ended.at, facts, configuration, io);
  } catch (error) {
    io.note(
      `Notifications failed (${error instanceof Error ? error.name : "unknown"}). The outcome of the run stays.`,
    );
  }
}

const NOTHING_TO_DO: readonly ErrorCode[] = ["plan-unapproved", "plan-used", "plan-expired"];

/**
 * An apply on a schedule, most times: its plan is not signed yet, or was applied, or was not signed in time. To report that every quarter of
 * an hour would bury what matters, and set off the alarm of a heartbeat. The run that left the plan to people has reported it.
 */
function hasNothingToDo({ command, problems }: Ended, { approval }: Configuration): boolean {
  const bySignatures = command === "apply" && approval !== undefined && approval.github === undefined;
  return bySignatures && problems.length > 0 && problems.every(({ code }) => NOTHING_TO_DO.includes(code));
}

/** A failed notification changes no exit code, so it is a warning on stderr. */
function noteFailures(deliveries: readonly Delivery[], io: CommandIo): void {
  const problems = deliveries.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  if (problems.length === 0) return;
  io.note(renderProblems(problems, { color: io.color }).trimEnd());
  io.note("A notification was not delivered. The outcome of the run is what it is without it.");
}

/** Writes only where there is something to write: a failure, or the end of one. */
async function rememberAll(
  deliveries: readonly Delivery[],
  at: string,
  { state: known }: RunFacts,
  configuration: Configuration,
  io: CommandIo,
): Promise<void> {
  if (configuration.state === undefined) return;
  const news: Deliveries = {
    delivered: deliveries.flatMap(({ channel, problem }) => (problem === undefined ? [channel] : [])),
    failed: deliveries.flatMap(({ channel, event, problem }) =>
      problem === undefined || event === "test" ? [] : [{ channel, event, at, code: problem.code }],
    ),
  };
  const settles = (known?.runs?.undelivered ?? []).some(({ channel }) => news.delivered.includes(channel));
  if (news.failed.length === 0 && !settles) return;
  try {
    const memory = await openMemory(configuration, await readSealKeys(configuration, io), io);
    await memory?.store.update((state) => rememberDeliveries(state, news));
  } catch (error) {
    if (!(error instanceof ZivsyncError)) throw error;
    io.note(
      "That a notification failed could not be remembered in the state, so `zivsync status` does not show it.",
    );
  }
}
