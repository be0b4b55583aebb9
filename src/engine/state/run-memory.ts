import type { State } from "../../model/plan/state.ts";
import type { RunMemory, Undelivered } from "../../model/run/memory.ts";
import { isSuccess, type Run } from "../../model/run/run.ts";

/** A run as far as the state keeps it. */
export type RememberedRun = Pick<
  Run,
  "command" | "at" | "outcome" | "digest" | "waiting" | "incomplete" | "profiles"
>;

/** The state after a run. Since when something waits, or is incomplete, is counted from the first run in a row that said so. */
export function rememberRun(state: State, run: RememberedRun): State {
  const before = state.runs ?? {};
  const { at, command } = run;
  const success = isSuccess(run) && isLater(at, before.success?.at) ? { at, command } : before.success;
  const waiting = waitingAfter(run, before.waiting);
  return withRuns(state, {
    ...before,
    success,
    waiting,
    incomplete: incompleteAfter(run, before.incomplete),
  });
}

/** Of profiles that a run did not read, what was remembered stays. */
function incompleteAfter(
  { incomplete, profiles = [], at }: RememberedRun,
  before: RunMemory["incomplete"] = [],
): RunMemory["incomplete"] {
  if (incomplete === undefined) return before;
  const now = incomplete.map(({ profile, name }) => ({
    profile,
    name,
    since: before.find((one) => one.profile === profile && one.name === name)?.since ?? at,
  }));
  return [...before.filter(({ profile }) => !profiles.includes(profile)), ...now];
}

/** The last success of two runs that end at once is the later one, in whatever order they are remembered. */
function isLater(at: string, before: string | undefined): boolean {
  return before === undefined || Date.parse(at) >= Date.parse(before) || isAhead(before, at);
}

const HOUR = 3_600_000;

/** A success in the future was remembered while the clock was wrong: it must not hide that nothing runs any more. */
function isAhead(before: string, at: string): boolean {
  return Date.parse(before) - Date.parse(at) > HOUR;
}

/** A run that knows what waits says so; `apply` of the plan that waited settles it. */
function waitingAfter(
  { waiting, digest, outcome }: RememberedRun,
  before: RunMemory["waiting"],
): RunMemory["waiting"] {
  if (waiting === undefined) return before?.digest === digest && outcome === "done" ? undefined : before;
  if (waiting === null) return undefined;
  const { digest: now, since, changes } = waiting;
  return { digest: now, since: before?.since ?? since, changes };
}

/** The results of notifications: `failed` of each channel that failed, and the channels that were delivered to. */
export type Deliveries = { readonly delivered: readonly string[]; readonly failed: readonly Undelivered[] };

/** The state after notifications: a channel's failure is kept until something is delivered to it. */
export function rememberDeliveries(state: State, { delivered, failed }: Deliveries): State {
  const settled = new Set([...delivered, ...failed.map(({ channel }) => channel)]);
  const kept = (state.runs?.undelivered ?? []).filter(({ channel }) => !settled.has(channel));
  const last = new Map(failed.map((one) => [one.channel, one]));
  return withRuns(state, { ...state.runs, undelivered: [...kept, ...last.values()] });
}

/** Without what is empty, so that a state is written in one way. */
function withRuns(
  state: State,
  {
    success,
    waiting,
    incomplete = [],
    undelivered = [],
  }: { readonly [K in keyof RunMemory]?: RunMemory[K] | undefined },
): State {
  const runs: RunMemory = {
    ...(success === undefined ? {} : { success }),
    ...(waiting === undefined ? {} : { waiting }),
    ...(incomplete.length === 0 ? {} : { incomplete }),
    ...(undelivered.length === 0 ? {} : { undelivered }),
  };
  const { runs: _, ...rest } = state;
  return Object.keys(runs).length === 0 ? rest : { ...rest, runs };
}
