import { resolve } from "node:path";
import { loadConfiguration } from "../../config/load.ts";
import type { Configuration } from "../../config/organization/configuration.ts";
import type { ApplyResult } from "../../engine/apply/ports.ts";
import { splitByCause } from "../../engine/plan/causes.ts";
import { isInPlace } from "../../model/plan/outcome.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { Problem } from "../../model/values/errors.ts";
import { renderApplied, renderNothingLeft } from "../../review/markdown/apply-result.ts";
import { actionCounts } from "../../review/markdown/changes.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import { renderText } from "../../review/text/plan.ts";
import { journalPath } from "../../storage/journal.ts";
import { writePlan } from "../../storage/plan/plan-file.ts";
import { unsealChanges } from "../../storage/plan/seal.ts";
import { requireApprovals } from "../apply/approvals.ts";
import { carryOut, checkApplicable, refuse, rememberUnchanged, showOutcomes } from "../apply/carry-out.ts";
import { checkPasswordOption } from "../apply/temporary-passwords.ts";
import { type Announce, announced } from "../notify/announce.ts";
import { parseAcceptances } from "../shared/acceptances.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";
import { decide, type Read, readAll } from "../shared/read-and-decide.ts";
import { sealDecided } from "../shared/write-plan.ts";
import { ApplyReport } from "./apply-report.ts";
import { acceptedIn, readApproved } from "./approved-plan.ts";
import { mergeDoubt, type Reviewed, reviewedBefore } from "./comment/sticky-comment.ts";
import { type GitHubRun, readRun } from "./run.ts";

export type GitHubApplyOptions = CommonOptions & {
  readonly output: string;
  readonly approved?: string;
  readonly digest?: string;
  readonly accept?: readonly string[];
};

/**
 * `zivsync github apply`: plans what was merged, and carries the plan out if it is still the one on the pull request, or
 * the one that the approvers of this run's environment saw. What became of it is shown on the pull request and in the summary.
 */
export async function githubApply(options: GitHubApplyOptions, io: CommandIo): Promise<ExitCode> {
  const run = await readRun(options, io);
  const report = new ApplyReport(run, io);
  return report.reporting(async () => {
    const configuration = await loadConfiguration(options.directory);
    return announced("apply", configuration, io, (announce) =>
      applyMerged(configuration, run, report, options, announce, io),
    );
  });
}

async function applyMerged(
  configuration: Configuration,
  run: GitHubRun,
  report: ApplyReport,
  options: GitHubApplyOptions,
  announce: Announce,
  io: CommandIo,
): Promise<ExitCode> {
  const api = run.openApi();
  const { plan, read, approved } = await planAgain(configuration, options, io);
  announce({ plan, files: [resolve(options.output)], ...(read.memory ? { state: read.memory.state } : {}) });
  const reviews = await reviewedBefore(api, run.context.sha, read.keys);
  const reviewed = reviews.find(({ marker }) => marker.digest === plan.digest) ?? reviews[0];
  report.about({ api, keys: read.keys, plan, approved, reviewed });
  if (plan.changes.length === 0) {
    const save = { again: AGAIN, unsaved: (problems: readonly Problem[]) => announce({ problems }) };
    const code = await rememberUnchanged(plan, read.memory, configuration, save, io);
    await report.write((page) => renderNothingLeft(plan, page), true);
    if (options.json) io.out(jsonLine(JSON.stringify({ outcomes: [], unfinished: false })));
    return code;
  }
  checkApplicable(plan, options.output, configuration);
  const changes = unsealChanges(plan, read.keys);
  checkPasswordOption(undefined, configuration, changes, io);
  const byPush = run.context.event === "push";
  const seen = requireSeen({ plan, approved, reviewed, shown: options.digest, byPush });
  await requireApproved(seen, plan, configuration, read, options, io);
  const verified = { plan, changes, path: resolve(options.output), memory: read.memory };
  return carryOutAndReport(verified, configuration, options, report, announce, io);
}

/** A merge says that what the pull request showed is wanted; more is asked for where the configuration asks. */
async function requireApproved(
  seen: ReturnType<typeof requireSeen>,
  plan: Plan,
  { approval, directory, profiles, expiresMs }: Configuration,
  { keys, memory }: Read,
  options: GitHubApplyOptions,
  io: CommandIo,
): Promise<void> {
  if (approval !== undefined) {
    const beside = resolve(options.approved ?? options.output);
    const shownInRun = options.digest === plan.digest;
    const place = { directory, profiles, expiresMs, keys, shownInRun, state: memory?.state };
    await requireApprovals(plan, beside, approval, place, io);
  } else if (seen === "run") {
    refuse(
      "plan-unapproved",
      "--digest",
      "The digest was shown in this run, but organization.yaml asks nobody to approve it.",
      "Add `approval: { github: { environment: NAME } }` and let people approve that environment, or open a pull request.",
    );
  }
}

/** Plans what is checked out, accepting what the approved plan accepted, and writes the plan file. */
async function planAgain(
  configuration: Configuration,
  options: GitHubApplyOptions,
  io: CommandIo,
): Promise<{ readonly plan: Plan; readonly read: Read; readonly approved: Plan | undefined }> {
  const given = parseAcceptances(options.accept ?? []);
  const read = await readAll(configuration, configuration.profiles, io);
  const approved = await readApproved(options.approved, read.keys, io);
  const accepted = given.length > 0 ? given : acceptedIn(approved);
  const { decided } = decide(configuration, read, { accepted });
  const plan = await sealDecided(decided, configuration, read.keys, options, io);
  await writePlan(resolve(options.output), plan);
  const look = { color: io.color, width: io.width, sealChecked: "valid" } as const;
  if (!options.json) io.out(renderText(plan, look));
  io.note(`The plan was written to ${options.output}.`);
  return { plan, read, approved };
}

/** It plans again, finds nothing left to do, and remembers that. */
const AGAIN = "start this workflow again";

type Verified = Parameters<typeof carryOut>[0];

async function carryOutAndReport(
  verified: Verified,
  configuration: Configuration,
  options: GitHubApplyOptions,
  report: ApplyReport,
  announce: Announce,
  io: CommandIo,
): Promise<ExitCode> {
  const { plan } = verified;
  const results: ApplyResult[] = [];
  const journal = journalPath(options.output, plan);
  const code = await carryOut(
    verified,
    configuration,
    {
      again: AGAIN,
      unsaved: (problems) => announce({ problems }),
      report(result) {
        results.push(result);
        announce({ outcomes: result.outcomes });
        showOutcomes(plan, result, journal, options, io);
      },
    },
    io,
  );
  for (const { outcomes, unfinished } of results) {
    const inPlace = outcomes.filter(({ state }) => isInPlace(state));
    const isWhole = !unfinished && inPlace.length === plan.changes.length;
    await report.write((page) => renderApplied(plan, { outcomes, finished: !unfinished }, page), isWhole);
  }
  return code;
}

/** A plan, and what was reviewed before it. */
type Asked = {
  readonly plan: Plan;
  /** The plan file of the pull request, where it is at hand. */
  readonly approved: Plan | undefined;
  /** The pull request whose comment fits best; its digest may be another one. */
  readonly reviewed: Reviewed | undefined;
  /** The digest of `--digest`: what a plan job of this very run showed to those who approved its environment. */
  readonly shown: string | undefined;
  /** Whether a push started the run: that is for what its pull request showed, and for nothing else. */
  readonly byPush: boolean;
};

/**
 * Was this very plan, by its digest, before people's eyes: on the merged pull request, or in this run? Whether enough of
 * them approved it is another question. Throws RefusedError `plan-unapproved`, with how the plan differs.
 */
export function requireSeen({ plan, approved, reviewed, shown, byPush }: Asked): "pull request" | "run" {
  const isSame = reviewed?.marker.digest === plan.digest;
  const doubt = isSame ? mergeDoubt(reviewed) : undefined;
  if (isSame && doubt === undefined) return "pull request";
  if (!byPush && shown === plan.digest) return "run";
  if (reviewed === undefined) {
    const isOther = shown !== undefined && shown !== plan.digest;
    return refuse(
      "plan-unapproved",
      isOther ? "--digest" : "github apply",
      isOther
        ? `The plan has become another one than ${shown.slice(0, 80)}.`
        : "No merged pull request of this commit has a plan of this organisation in its comment, so nobody has seen this plan.",
      "Open a pull request: `zivsync github plan` writes what it would do into its comment. Nothing was applied.",
    );
  }
  const place = `pull request #${reviewed.pullRequest.number}`;
  if (doubt !== undefined)
    return refuse(
      "plan-unapproved",
      place,
      doubt,
      "Run the workflow by hand: it shows the plan to those who approve its environment. Or open a new pull request. Nothing was applied.",
    );
  return refuse(
    "plan-unapproved",
    place,
    `The plan has become another one since it was approved. ${differenceOf(plan, approved)}`,
    "Open a new pull request: its comment shows what is planned now. Nothing was applied.",
  );
}

function differenceOf(plan: Plan, approved: Plan | undefined): string {
  if (approved === undefined) return `Its digest is now ${plan.digest}.`;
  const { caused, prevented } = splitByCause(plan.changes, approved.changes);
  if (caused.length + prevented.length === 0)
    return "The changes are the same; what differs is the organisation, or what was accepted of the guards.";
  const fresh = actionCounts(caused) || "nothing";
  const gone = actionCounts(prevented) || "nothing";
  return `Planned now, and not approved: ${fresh}. Approved, and no longer planned: ${gone}.`;
}
