import { parse } from "yaml";

/** A workflow file as far as tests look at it. */
export type Step = {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string | boolean;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
  readonly env?: Record<string, string>;
  readonly "continue-on-error"?: boolean;
};
export type Job = {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly permissions?: Record<string, string>;
  readonly environment?: string;
  readonly concurrency?: Record<string, unknown>;
  readonly steps: readonly Step[];
  readonly "timeout-minutes"?: number;
  readonly strategy?: Record<string, unknown>;
  readonly outputs?: Record<string, string>;
};
export type Workflow = {
  readonly on: Record<string, unknown>;
  readonly permissions?: Record<string, string>;
  readonly jobs: Record<string, Job>;
};

export const workflow = (text: string): Workflow => parse(text);
export const jobsOf = (text: string): [string, Job][] => Object.entries(workflow(text).jobs);

/** What is wrong with a workflow beyond what actionlint looks at. */
export function concerns(text: string): string[] {
  const { permissions } = workflow(text);
  return [
    ...text.split("\n").flatMap(unpinned),
    ...jobsOf(text).flatMap(([name, job]) => [
      ...(permissions === undefined && job.permissions === undefined ? [`${name}: no permissions`] : []),
      ...(job["timeout-minutes"] === undefined ? [`${name}: no time limit`] : []),
      ...job.steps.flatMap((step) => concernsOf(step).map((concern) => `${name}: ${concern}`)),
    ]),
  ];
}

function unpinned(line: string): string[] {
  const [, uses = ""] = /^\s*(?:- )?uses: *(.*)$/.exec(line) ?? [];
  const pinned = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
  return uses === "" || pinned.test(uses) ? [] : [`not pinned: ${uses}`];
}

function concernsOf({ run = "", uses = "", with: inputs = {} }: Step): string[] {
  const found: string[] = [];
  if (run.includes("${{")) found.push("an expression in a script");
  if (uses.includes("upload-artifact") && !(Number(inputs["retention-days"]) <= 5))
    found.push("kept for long");
  if (uses.includes("checkout") && inputs["persist-credentials"] === undefined)
    found.push("nobody decided on the credentials");
  return found;
}
