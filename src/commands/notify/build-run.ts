import { hostname } from "node:os";
import type { Configuration } from "../../config/organization/configuration.ts";
import type { Outcome } from "../../model/plan/outcome.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { State } from "../../model/plan/state.ts";
import { addActions, dueDeletions, heldAccounts, outcomesOf } from "../../model/run/facts.ts";
import type { RunCommand, SourceName } from "../../model/run/memory.ts";
import { outcomeOf, type Run, type Waiting } from "../../model/run/run.ts";
import type { Problem } from "../../model/values/errors.ts";
import type { ExitCode } from "../shared/io.ts";

/** The facts of a command's run, reported as soon as they are known; a run that ends early is reported with those known by then. */
export type RunFacts = {
  /** Verified: what a plan file claims is not reported before. */
  readonly plan?: Plan;
  readonly outcomes?: readonly Outcome[];
  /** The facts of an earlier sync with which this run went on first. */
  readonly earlier?: Pick<RunFacts, "plan" | "outcomes">;
  /** The plan that people are to look at, where that is another one than was carried out. */
  readonly shown?: Plan;
  /** null: nothing waits. Left out: the run does not know. */
  readonly waiting?: Waiting | null;
  /** Files where the run can be looked up. */
  readonly files?: readonly string[];
  /** Problems that did not end the run: the state could not be saved. */
  readonly problems?: readonly Problem[];
  /** The newest state that is known. */
  readonly state?: State;
};

export type Ended = {
  readonly command: RunCommand;
  readonly exitCode: ExitCode;
  readonly problems: readonly Problem[];
  /** As a date and time. */
  readonly at: string;
};

/** A run as plain data. Pure, except for the name of the machine. */
export function buildRun(
  { command, exitCode, problems, at }: Ended,
  { plan, outcomes = [], earlier = {}, waiting, files = [], problems: met = [], state }: RunFacts,
  configuration: Configuration,
  environment: NodeJS.ProcessEnv,
): Run {
  const { applied, unapplied } = outcomesOf(plan?.changes ?? [], outcomes);
  const before = outcomesOf(earlier.plan?.changes ?? [], earlier.outcomes ?? []).applied;
  return {
    command,
    organization: organizationOf(configuration),
    at,
    outcome: outcomeOf(exitCode),
    applied: addActions(before, applied),
    unapplied,
    ...(waiting === undefined ? {} : { waiting }),
    ...(plan === undefined ? {} : { digest: plan.digest, ...datedSources(plan, state, at) }),
    heldBack: heldAccounts(plan?.findings ?? [], at),
    guards: (plan?.guards ?? []).filter(({ verdict }) => verdict === "refused"),
    problems: [...met, ...problems],
    due: dueDeletions(state?.accounts ?? [], configuration.deletedAfterDays, at),
    look: placesOf(environment, files),
  };
}

/** An organisation has no name that zivsync knows: people recognise it by its first domain. */
export function organizationOf({ policy, target }: Configuration): string {
  return policy.claimedDomains[0] ?? target.url;
}

/** Since when a source is incomplete, the state knows; one of which it does not is incomplete since this run. */
function datedSources(
  plan: Plan,
  state: State | undefined,
  at: string,
): Pick<Run, "incomplete" | "profiles"> {
  const { incomplete, profiles } = sourcesOf(plan);
  if (incomplete === undefined || profiles === undefined) return {};
  const before = state?.runs?.incomplete ?? [];
  const sinceOf = ({ profile, name }: SourceName) =>
    before.find((one) => one.profile === profile && one.name === name)?.since ?? at;
  return { profiles, incomplete: incomplete.map((source) => ({ ...source, since: sinceOf(source) })) };
}

/** A plan of one account says nothing of the sources that the state would remember. */
export function sourcesOf({ sources, configuration }: Plan): Pick<Run, "incomplete" | "profiles"> {
  if (configuration.only !== null) return {};
  const incomplete = sources.filter(({ complete }) => !complete);
  return {
    incomplete: incomplete.map(({ profile, name }) => ({ profile, name })),
    profiles: configuration.profiles,
  };
}

/** The page of the workflow run, as GitHub's variables say it; else files, with the name of the machine. */
function placesOf(environment: NodeJS.ProcessEnv, files: readonly string[]): readonly string[] {
  const { GITHUB_SERVER_URL = "", GITHUB_REPOSITORY = "", GITHUB_RUN_ID = "" } = environment;
  const isRun =
    /^https:\/\/[\w.-]+(?::\d+)?$/.test(GITHUB_SERVER_URL) &&
    /^[\w.-]+\/[\w.-]+$/.test(GITHUB_REPOSITORY) &&
    /^\d+$/.test(GITHUB_RUN_ID);
  if (isRun) return [`${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`];
  return files.map((file) => `${file} on ${hostname()}`);
}
