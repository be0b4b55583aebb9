import type { ApplyResult } from "../../engine/apply/ports.ts";
import { remember } from "../../engine/state/applied-state.ts";
import { type RememberedRun, rememberRun } from "../../engine/state/run-memory.ts";
import { isInPlace } from "../../model/plan/outcome.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { StandingUse } from "../../model/plan/standing.ts";
import { canonicalJson } from "../../model/values/canonical-json.ts";
import { type Problem, RefusedError, ZivsyncError } from "../../model/values/errors.ts";
import { renderProblems } from "../../review/text/problems.ts";
import { sourcesOf } from "../notify/build-run.ts";
import type { CommandIo } from "../shared/io.ts";
import type { OpenMemory } from "../shared/open-state.ts";

/** Refuses a plan that was carried out to its end before, on whatever machine. Throws RefusedError. */
export function checkNotApplied(plan: Plan, file: string, memory: OpenMemory | undefined): void {
  const applied = memory?.state.applied.find(({ seal }) => seal === plan.seal);
  if (applied === undefined) return;
  throw new RefusedError({
    code: "plan-used",
    where: file,
    message: `The plan was applied already, at ${applied.at}; a plan is used once.`,
    remedy: "Make a new plan; it holds what is still to do.",
  });
}

/** `again`: how a person goes on where the state could not be saved. `run`: what runs, and what waits beside this plan. */
export type SaveOptions = {
  readonly again: string;
  readonly run?: Pick<RememberedRun, "command" | "waiting">;
  /** Called where the state could not be saved, with the reasons, for those who hear of runs. */
  readonly unsaved: (problems: readonly Problem[]) => void;
};

/** The results of an apply for the state. */
export type Applied = Pick<ApplyResult, "outcomes" | "accounts" | "done" | "keys" | "unfinished"> & {
  /** The result of a plan that standing approval let through, where it is known. */
  readonly settled?: Pick<StandingUse, "seal" | "counts"> | undefined;
};

/** Whether a plan without changes would store something that the state does not have yet. */
export function hasNews(plan: Plan, { state }: OpenMemory): boolean {
  if ((plan.remember ?? []).length > 0) return true;
  return countable(plan).some(
    ({ profile, name, records, complete, fields = {} }) =>
      complete &&
      !state.sources.some(
        (one) =>
          one.profile === profile &&
          one.name === name &&
          one.records === records &&
          canonicalJson(one.fields ?? {}) === canonicalJson(fields),
      ),
  );
}

/** Where one account is planned, the sources were not held against what they gave before. */
const countable = ({ sources, configuration }: Plan) => (configuration.only === null ? sources : []);

/** The accounts whose primary address Zivver did not let be changed. */
function notRenamed({ changes }: Plan, outcomes: ApplyResult["outcomes"]): ReadonlySet<string> {
  const codes = new Map(outcomes.map(({ change, code }) => [change, code]));
  return new Set(
    changes.flatMap((change) =>
      "zivverId" in change && codes.get(change.id) === "rename-not-possible" ? [change.zivverId] : [],
    ),
  );
}

/**
 * The commit of a plan of the whole configuration that was carried out in full. A plan without changes needs no approval, and one
 * of standing approval has none of a person, so that nobody has seen its configuration.
 */
function commitOf(
  { changes, standing, configuration: { git, only, profiles } }: Plan,
  done: Applied["done"],
  memory: OpenMemory,
): { readonly commit?: string } {
  const isWhole = only === null && memory.profiles.every((name) => profiles.includes(name));
  const isDone = changes.length > 0 && changes.every(({ id }) => done.has(id));
  const isByPeople = standing === undefined;
  return git === null || git.dirty || !isWhole || !isDone || !isByPeople ? {} : { commit: git.commit };
}

/**
 * Writes what an apply leaves to remember. What was done in Zivver is done: where it cannot be remembered, that is reported, with
 * the command that remembers it later (`again`), and the answer is false.
 */
export async function rememberApplied(
  plan: Plan,
  { outcomes, accounts, done, keys, unfinished, settled }: Applied,
  memory: OpenMemory,
  { again, run = { command: "apply" }, unsaved }: SaveOptions,
  io: CommandIo,
): Promise<boolean> {
  const { digest, seal, expiresAt } = plan;
  const at = new Date(io.clock.now()).toISOString();
  const news = {
    remember: plan.remember ?? [],
    changes: plan.changes,
    done,
    keys,
    notRenamed: notRenamed(plan, outcomes),
    live: accounts,
    sources: unfinished ? [] : countable(plan),
    ...(settled === undefined ? {} : { settled }),
    ...(unfinished ? {} : { applied: { digest, seal, at, expiresAt, ...commitOf(plan, done, memory) } }),
    at,
    names: memory.names,
  };
  try {
    const isDone = !unfinished && outcomes.every(({ state }) => isInPlace(state));
    const ran = { ...run, at, outcome: isDone ? "done" : "partial", digest, ...sourcesOf(plan) } as const;
    await memory.store.update((current) => rememberRun(remember(current, memory.state, news), ran));
    return true;
  } catch (error) {
    if (!(error instanceof ZivsyncError)) throw error;
    unsaved(error.problems);
    io.note(renderProblems(error.problems, { color: io.color }).trimEnd());
    io.note(
      `The changes were applied, but the state could not be saved. Fix the error above, then ${again}. What was done is not done again, and the state is saved.`,
    );
    return false;
  }
}

/**
 * The same of a run that found nothing to do and has nothing else to remember: only that it was one. Where that cannot be written,
 * `status` shows an older success; nothing else is lost, so the run is still a success.
 */
export async function rememberSuccess(
  plan: Plan,
  memory: OpenMemory,
  { run = { command: "apply" } }: SaveOptions,
  io: CommandIo,
): Promise<void> {
  const at = new Date(io.clock.now()).toISOString();
  const ran = { ...run, at, outcome: "done", digest: plan.digest, ...sourcesOf(plan) } as const;
  try {
    await memory.store.update((current) => rememberRun(current, ran));
  } catch (error) {
    if (!(error instanceof ZivsyncError)) throw error;
    const why = error.problems.map(({ message }) => message).join(" ");
    io.note(
      `Nothing was to be done. That this run was one could not be remembered for \`zivsync status\`: ${why}`,
    );
  }
}
