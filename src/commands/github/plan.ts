import { loadConfiguration } from "../../config/load.ts";
import type { Configuration } from "../../config/organization/configuration.ts";
import { splitByCause } from "../../engine/plan/causes.ts";
import type { PullRequest } from "../../github/api/api.ts";
import { setOutputs, writeSummary } from "../../github/run-report.ts";
import type { Causes } from "../../model/plan/causes.ts";
import type { Plan } from "../../model/plan/plan.ts";
import {
  approvalSteps,
  type Base,
  type PlanPage,
  renderFork,
  renderPlanPage,
  SUMMARY_BYTES,
} from "../../review/markdown/pull-request.ts";
import { openGitRepository } from "../../storage/git/repository.ts";
import { validate } from "../inspect/validate.ts";
import { parseAcceptances } from "../shared/acceptances.ts";
import type { CommandIo, ExitCode } from "../shared/io.ts";
import { decide, readAll } from "../shared/read-and-decide.ts";
import { type HandOverOptions, handOver } from "../shared/write-plan.ts";
import { acceptedIn, readApproved } from "./approved-plan.ts";
import { showPlan } from "./comment/plan-comment.ts";
import { baseOf, type Head, planBase } from "./plan-base.ts";
import { annotateFindings, type GitHubRun, planOutputs, readRun, reportingTrouble } from "./run.ts";

export type GitHubPlanOptions = HandOverOptions & {
  readonly base?: string;
  /** The plan file of the merged pull request: what it accepted of the guards is accepted again. */
  readonly approved?: string;
  readonly accept?: readonly string[];
};

/**
 * `zivsync github plan`: plans what is checked out, and the base of the pull request from the same reading, and shows both
 * in one comment, the run's summary, its outputs and annotations.
 */
export async function githubPlan(options: GitHubPlanOptions, io: CommandIo): Promise<ExitCode> {
  const run = await readRun(options, io);
  return reportingTrouble(run, io, async () => {
    const given = parseAcceptances(options.accept ?? []);
    const configuration = await loadConfiguration(options.directory);
    const { pullRequest } = run.context;
    if (pullRequest?.fork) return checkFork(configuration, run, options, io);
    const api = pullRequest && run.openApi();
    const read = await readAll(configuration, configuration.profiles, io);
    const accepted =
      given.length > 0 ? given : acceptedIn(await readApproved(options.approved, read.keys, io));
    const { decided } = decide(configuration, read, { accepted });
    const plan = await handOver(decided, configuration, read.keys, options, io);
    const base = await holdAgainst(plan, { configuration, read }, pullRequest, options, io);
    const page = pageOf(plan, base, configuration, run);
    await annotateFindings(plan.findings, run);
    await writeSummary(renderPlanPage(plan, page));
    const comment =
      api &&
      pullRequest &&
      (await showPlan(plan, page, { api, pullRequest, context: run.context, keys: read.keys }, io.note));
    await setOutputs(outputsOf(plan, base, comment));
    return plan.applicable ? 0 : 3;
  });
}

async function checkFork(
  configuration: Configuration,
  run: GitHubRun,
  options: GitHubPlanOptions,
  io: CommandIo,
): Promise<ExitCode> {
  const profiles = configuration.profiles.map(({ policy }) => policy.name);
  await writeSummary(renderFork(profiles, run));
  if (options.json) await validate(options, io);
  else io.out("The configuration is valid. It was not planned: the pull request comes from a fork.\n");
  io.note(
    "Runs of forks have no secrets. A plan is made once a member of the repository pushes the branch to it.",
  );
  return 0;
}

async function holdAgainst(
  plan: Plan,
  head: Head,
  pullRequest: PullRequest | undefined,
  options: GitHubPlanOptions,
  io: CommandIo,
): Promise<Base> {
  const repository = openGitRepository(head.configuration.directory);
  const commit = options.base ?? (pullRequest && (await baseOf(pullRequest, repository)));
  if (commit === undefined) return { state: "none" };
  const base = await planBase(head, commit, repository, io);
  if ("problems" in base) {
    io.note(`The base could not be planned: ${base.problems.map(({ message }) => message).join(" ")}`);
    return { state: "unknown", problems: base.problems };
  }
  return { state: "known", causes: splitByCause(plan.changes, base.changes), standing: base.standing };
}

function pageOf(
  plan: Plan,
  base: Base,
  { approval, standing }: Configuration,
  { folder, runUrl }: GitHubRun,
): PlanPage {
  const ending = approvalSteps(plan, approval);
  return { marker: "", folder, base, standing, runUrl, kept: true, ending, maxBytes: SUMMARY_BYTES };
}

/** The outputs for later steps of the workflow. Where the base is not known, neither are the causes. */
function outputsOf(plan: Plan, base: Base, comment: number | undefined): Record<string, string> {
  const causes: Causes | undefined = base.state === "known" ? base.causes : undefined;
  return {
    ...planOutputs(plan),
    caused: String(causes?.caused.length ?? "unknown"),
    pending: String(causes?.pending.length ?? "unknown"),
    comment: String(comment ?? ""),
  };
}
