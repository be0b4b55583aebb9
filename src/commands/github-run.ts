import { posix, relative, resolve, sep } from "node:path";
import { type Problem, ZivsyncError } from "../errors.ts";
import type { GitHubApi } from "../github/api.ts";
import type { WorkflowContext } from "../github/context.ts";
import { readContext, readToken } from "../github/context-reader.ts";
import { createGitHubApi } from "../github/octokit.ts";
import { annotate, writeSummary } from "../github/run-report.ts";
import type { Finding } from "../model/plan.ts";
import { neutralText } from "../review/neutral.ts";
import { renderTrouble } from "../review/trouble.ts";
import type { CommandIo, CommonOptions } from "./io.ts";

/** A run of a workflow, and the folder of the configuration as the repository names it. */
export type GitHubRun = {
  readonly context: WorkflowContext;
  readonly folder: string;
  readonly runUrl: string;
  /** GitHub's API with the run's token; a run without one throws InputError here. */
  readonly openApi: () => GitHubApi;
};

/** What the environment tells of the run. Throws InputError `github-context` outside a workflow. */
export async function readRun({ directory }: CommonOptions, io: CommandIo): Promise<GitHubRun> {
  const context = await readContext(io.environment);
  const { serverUrl, repository, runId } = context;
  const root = io.environment.GITHUB_WORKSPACE || ".";
  return {
    context,
    folder: relative(resolve(root), resolve(directory)).split(sep).join("/") || ".",
    runUrl: `${serverUrl}/${repository.owner}/${repository.name}/actions/runs/${runId}`,
    openApi: () =>
      createGitHubApi(context, readToken(io.environment), {
        environment: io.environment,
        version: io.version,
        clock: io.clock,
        onProgress: io.progress,
      }),
  };
}

/** Runs a command; what it throws is told in the summary and, where it has a place in a file, on the line at fault. */
export async function reportingTrouble<T>(
  run: GitHubRun,
  io: CommandIo,
  command: () => Promise<T>,
): Promise<T> {
  try {
    return await command();
  } catch (error) {
    if (!(error instanceof ZivsyncError)) throw error;
    await annotateProblems(error.problems, run);
    await writeSummary(renderTrouble(error.problems, run), io.environment);
    throw error;
  }
}

async function annotateProblems(problems: readonly Problem[], { folder }: GitHubRun): Promise<void> {
  for (const { code, where, message, remedy } of problems.slice(0, MOST)) {
    const place = placeOf(where, folder);
    if (place === undefined) continue;
    const text = remedy === undefined ? message : `${message} ${remedy}`;
    await annotate({ severity: "error", title: code, message: neutralText(text, MESSAGE), ...place });
  }
}

/** GitHub shows ten annotations of a kind in a step, and 50 in a run. */
const MOST = 50;
const MESSAGE = 2_000;

/** Errors and warnings that stand on a line of a YAML file; the others have no place in the repository. */
export async function annotateFindings(findings: readonly Finding[], { folder }: GitHubRun): Promise<void> {
  const placed = findings.flatMap((finding) => {
    const place = placeOf(finding.where.place, folder);
    return place === undefined || finding.severity === "info" ? [] : [{ finding, place }];
  });
  for (const { finding, place } of placed.slice(0, MOST)) {
    const severity = finding.severity === "error" ? "error" : "warning";
    const subject = finding.where.address === undefined ? "" : `${finding.where.address}: `;
    const message = neutralText(`${subject}${finding.summary}`, MESSAGE);
    await annotate({ severity, title: finding.code, message, ...place });
  }
}

type Place = { readonly file: string; readonly line: number; readonly column: number };

/** `profiles/staff.yaml:12:5` → the file as the repository names it. */
function placeOf(where: string | undefined, folder: string): Place | undefined {
  const [, file, line, column] = /^([^\n:]+\.ya?ml):(\d+):(\d+)$/i.exec(where ?? "") ?? [];
  if (file === undefined) return undefined;
  const path = posix.normalize(posix.join(folder, file));
  return { file: path, line: Number(line), column: Number(column) };
}
