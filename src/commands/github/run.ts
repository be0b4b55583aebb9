import { relative, resolve, sep } from "node:path";
import type { GitHubApi, WorkflowContext } from "../../github/api/api.ts";
import { createGitHubApi } from "../../github/api/client.ts";
import { readContext, readToken } from "../../github/context.ts";
import { annotate, annotationLines, writeSummary } from "../../github/run-report.ts";
import { countAttention } from "../../model/plan/attention.ts";
import { ACTIONS } from "../../model/plan/change.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { ZivsyncError } from "../../model/values/errors.ts";
import { renderTrouble } from "../../review/markdown/pull-request.ts";
import type { CommandIo, CommonOptions } from "../shared/io.ts";

/** A run of a workflow, and the folder of the configuration as the repository names it. */
export type GitHubRun = {
  readonly context: WorkflowContext;
  readonly folder: string;
  readonly runUrl: string;
  /** GitHub's API with the run's token; a run without one throws InputError here. */
  readonly openApi: () => GitHubApi;
};

/** The workflow run, from the environment. Throws InputError `github-context` outside a workflow. */
export async function readRun({ directory }: CommonOptions, io: CommandIo): Promise<GitHubRun> {
  const context = await readContext(io.environment);
  const { serverUrl, repository, runId } = context;
  return {
    context,
    folder: folderOf(directory, io),
    runUrl: `${serverUrl}/${repository.owner}/${repository.name}/actions/runs/${runId}`,
    openApi: () =>
      createGitHubApi({
        context,
        token: readToken(io.environment),
        environment: io.environment,
        version: io.version,
        clock: io.clock,
        onProgress: io.progress,
      }),
  };
}

/** Runs a command; what it throws is shown in the summary and, where it has a place in a file, on the line at fault. */
export async function reportingTrouble<T>(
  run: GitHubRun,
  io: CommandIo,
  command: () => Promise<T>,
): Promise<T> {
  try {
    return await command();
  } catch (error) {
    if (!(error instanceof ZivsyncError)) throw error;
    await annotate(error.problems, run.folder);
    await showDone(SUMMARY, run, io, () => writeSummary(renderTrouble(error.problems, run)));
    throw error;
  }
}

/**
 * The same for a command that other places than workflows use as well, and whose stdout is its result: in a workflow what it
 * throws is shown like that, with the annotations on stderr; `directory` is where its problems name their files from.
 */
export async function reportingOnStderr<T>(
  directory: string,
  io: CommandIo,
  command: () => Promise<T>,
): Promise<T> {
  try {
    return await command();
  } catch (error) {
    if (!(error instanceof ZivsyncError) || io.environment.GITHUB_ACTIONS !== "true") throw error;
    const folder = folderOf(directory, io);
    io.note(annotationLines(error.problems, folder));
    await showDone(SUMMARY, { folder }, io, () => writeSummary(renderTrouble(error.problems, { folder })));
    throw error;
  }
}

export const SUMMARY = "the summary of the run";

/**
 * Shows what is done already. Where that cannot be shown, stderr and an annotation say so, and nothing fails: it would not undo
 * what was done, and nobody would hear of the rest. Undefined then.
 */
export async function showDone<T>(
  place: string,
  { folder }: Pick<GitHubRun, "folder">,
  io: CommandIo,
  show: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await show();
  } catch (error) {
    if (!(error instanceof ZivsyncError)) throw error;
    const message = `The result could not be written into ${place}: ${error.message}`;
    io.note(
      annotationLines(
        error.problems.map((problem) => ({ ...problem, message })),
        folder,
        "warning",
      ),
    );
    return undefined;
  }
}

/** A folder as the repository names it. */
export function folderOf(directory: string, { environment }: CommandIo): string {
  const root = environment.GITHUB_WORKSPACE || ".";
  return relative(resolve(root), resolve(directory)).split(sep).join("/") || ".";
}

/** The outputs of a plan for later steps, among them those that show that something may be due although nothing is planned. */
export function planOutputs(plan: Plan): Readonly<Record<string, string>> {
  const { incomplete, heldBack } = countAttention(plan);
  return {
    digest: plan.digest,
    changes: String(plan.changes.length),
    refused: String(!plan.applicable),
    incomplete: String(incomplete),
    "held-back": String(heldBack),
    ...Object.fromEntries(ACTIONS.map((action) => [action, String(plan.summary[action])])),
  };
}

/** Errors and warnings that stand on a line of a YAML file; the others have no place in the repository. */
export async function annotateFindings(findings: readonly Finding[], { folder }: GitHubRun): Promise<void> {
  for (const severity of ["error", "warning"] as const) {
    const placed = findings.flatMap((finding) => {
      const { place, address } = finding.where;
      if (finding.severity !== severity || place === undefined || !YAML_PLACE.test(place)) return [];
      const subject = address === undefined ? "" : `${address}: `;
      return [{ code: finding.code, where: place, message: `${subject}${finding.summary}` }];
    });
    if (placed.length > 0) await annotate(placed, folder, severity);
  }
}

const YAML_PLACE = /^[^:\n]+\.ya?ml:\d+:\d+$/;
