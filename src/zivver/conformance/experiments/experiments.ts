import { RemoteError } from "../../../model/values/errors.ts";
import type { Lab } from "../lab/lab.ts";
import { Unanswered } from "../lab/wire.ts";
import { organization, rateLimit, wrongKey } from "./connection.ts";
import { firstGroup, firstUser, repeated, secondUser, thirdUser } from "./creations.ts";
import type { Bench, Experiment } from "./experiment.ts";
import { deletion, groupRename, listed, patches, putMembers, unknownMember } from "./groups.ts";
import { filters, lag, order, unknownId } from "./lists.ts";
import {
  emptyExtension,
  putExtension,
  putTop,
  refusedValues,
  renames,
  unknownDelegate,
  withoutSchemas,
} from "./users.ts";

/** All experiments, in their order: what later ones need comes first, and what uses up the rate limit last. */
function experimentsFor(requestsInWindow: number): readonly Experiment[] {
  return [
    wrongKey,
    organization,
    unknownId,
    firstUser,
    lag,
    filters,
    secondUser,
    thirdUser,
    putTop,
    putExtension,
    emptyExtension,
    withoutSchemas,
    unknownDelegate,
    refusedValues,
    repeated,
    firstGroup,
    putMembers,
    patches,
    unknownMember,
    groupRename,
    renames,
    listed,
    deletion,
    order,
    rateLimit(requestsInWindow),
  ];
}

/**
 * Runs all experiments, until `stop` says otherwise or nothing is answered any more. Gives why each question has no answer, of those
 * that have none.
 */
export async function runExperiments(
  lab: Lab,
  requestsInWindow: number,
  options: { readonly stop: () => boolean; readonly onProgress: (done: number, of: number) => void },
): Promise<ReadonlyMap<string, string>> {
  const reasons = new Map<string, string>();
  const bench: Bench = {};
  const experiments = experimentsFor(requestsInWindow);
  for (const [index, { run, answers }] of experiments.entries()) {
    options.onProgress(index, experiments.length);
    const end = whyEnded(lab, options.stop);
    const reason = end ?? (await whyUnanswered(() => run(lab, bench)));
    for (const id of answers) if (!lab.answers.has(id)) reasons.set(id, reason);
  }
  return reasons;
}

/** More requests than this in a row without an answer: nothing more is asked. */
const MOST_UNANSWERED = 3;

function whyEnded(lab: Lab, stop: () => boolean): string | undefined {
  if (stop()) return "The run was interrupted.";
  return lab.wire.unanswered >= MOST_UNANSWERED ? "The target answered no more." : undefined;
}

/** Carries out an experiment; what it gives counts for the questions that it left open. */
async function whyUnanswered(run: () => Promise<void>): Promise<string> {
  const reason = "The experiment did not come to an answer.";
  try {
    await run();
    return reason;
  } catch (error) {
    if (error instanceof Unanswered) return error.message;
    if (!(error instanceof RemoteError)) throw error;
    return error.problems[0]?.message ?? reason;
  }
}
