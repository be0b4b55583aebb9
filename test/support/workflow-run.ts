import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { writeServedCommand } from "./served-command.ts";
import { evaluate, fill, truth, type Values } from "./workflow-expression.ts";
import { type Job, type Step, workflow } from "./workflows.ts";

/*
 * Just enough of a runner to carry out the workflows that init writes: their `run:` steps with bash as GitHub runs it, in a
 * fresh clone for each job; the few actions as what they do to files; `if:`, `needs`, outputs and the matrix.
 */

export type Event = {
  /** `pull_request`, `push` … */
  readonly name: string;
  readonly runId: number;
  /** The commit that is checked out. */
  readonly sha: string;
  readonly payload: Values;
  /** What the runner's environment says of GitHub. */
  readonly environment: Readonly<Record<string, string>>;
  /** None in runs of forks. */
  readonly secrets: Readonly<Record<string, string>>;
};

export type JobResult = {
  readonly job: string;
  readonly organization: string;
  readonly result: "success" | "failure" | "skipped";
  readonly log: string;
  readonly summary: string;
};

export type WorkflowRunner = {
  /** Artefacts by run and name: folders of files. */
  readonly artifacts: string;
  run(file: string, event: Event): Promise<readonly JobResult[]>;
};

type Hooks = {
  /** A clone URL, as `origin` of every checkout. */
  readonly origin: string;
  readonly token: string;
  readonly onJob: (job: Job) => void;
  /** Packages are installed by npm itself, with this registry; otherwise `zivsync` is there already. */
  readonly registry?: string;
};

/** A runner whose PATH has a `zivsync` that runs within this process, and an `npm` that installs nothing; or neither, where there is a registry. */
export async function workflowRunner(hooks: Hooks): Promise<WorkflowRunner> {
  const home = await mkdtemp(join(tmpdir(), "zivsync-runner-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const bin = join(home, "bin");
  await mkdir(bin);
  if (hooks.registry === undefined) {
    await writeServedCommand(join(bin, "zivsync"));
    await writeFile(join(bin, "npm"), '#!/bin/sh\necho npm "$@"\n', { mode: 0o755 });
  }
  const artifacts = join(home, "artifacts");
  return {
    artifacts,
    async run(file, event) {
      const { jobs } = workflow(await readFile(file, "utf8"));
      const needs: Record<string, { result: string; outputs: Values }> = {};
      const results: JobResult[] = [];
      for (const [name, job] of Object.entries(jobs)) {
        const context = contextOf(event, hooks.token, needs);
        const goes = isDue(job, needs, context);
        if (!goes) {
          needs[name] = { result: "skipped", outputs: {} };
          results.push({ job: name, organization: "", result: "skipped", log: "", summary: "" });
          continue;
        }
        hooks.onJob(job);
        const outcomes: JobResult[] = [];
        let outputs: Values = {};
        for (const matrix of entriesOf(job, context)) {
          const done = await runJob(
            job,
            { ...context, matrix },
            { event, home, bin, artifacts, origin: hooks.origin, registry: hooks.registry },
          );
          outputs = done.outputs;
          const { ok, log, summary } = done;
          const organization = String(matrix.organization ?? "");
          outcomes.push({ job: name, organization, result: ok ? "success" : "failure", log, summary });
        }
        results.push(...outcomes);
        const failed = outcomes.some(({ result }) => result === "failure");
        needs[name] = { result: failed ? "failure" : "success", outputs };
      }
      return results;
    },
  };
}

type Needs = Readonly<Record<string, { readonly result: string; readonly outputs: Values }>>;

/** What a job needs must have succeeded, unless its condition asks about that itself. */
function isDue(job: Job, needs: Needs, context: Values): boolean {
  const fine = [job.needs ?? []].flat().every((one) => needs[one]?.result === "success");
  if (job.if === undefined) return fine;
  return (fine || job.if.includes("cancelled()")) && truth(job.if, context);
}

function contextOf(event: Event, token: string, needs: Values): Values {
  const github = {
    event: event.payload,
    event_name: event.name,
    repository: event.environment.GITHUB_REPOSITORY,
    run_attempt: "1",
    token,
  };
  return { github, needs, secrets: event.secrets, runner: {}, steps: {} };
}

function entriesOf(job: Job, context: Values): readonly Values[] {
  const matrix = job.strategy?.matrix;
  if (typeof matrix !== "string") return [{}];
  const { include } = JSON.parse(
    String(evaluate(matrix.replace(/^\$\{\{ fromJSON\((.*)\) \}\}$/, "$1"), context)),
  );
  return include;
}

type Place = {
  readonly event: Event;
  readonly home: string;
  readonly bin: string;
  readonly artifacts: string;
  readonly origin: string;
  readonly registry: string | undefined;
};

async function runJob(job: Job, context: Values, place: Place) {
  const folder = await mkdtemp(join(place.home, "job-"));
  const workspace = join(folder, "workspace");
  await mkdir(workspace);
  const summaryFile = join(folder, "summary");
  await writeFile(summaryFile, "");
  await writeFile(join(folder, "event.json"), JSON.stringify(place.event.payload));
  const steps: Record<string, { outputs: Values }> = {};
  let ok = true;
  let log = "";
  for (const [at, step] of job.steps.entries()) {
    const inside = { ...context, steps };
    const condition = String(step.if ?? "success()");
    const always = /always\(\)|cancelled\(\)/.test(condition);
    if ((!ok && !always) || !truth(condition, inside)) continue;
    const output = join(folder, `output-${at}`);
    await writeFile(output, "");
    const files = {
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summaryFile,
      GITHUB_PATH: join(folder, "path"),
      GITHUB_EVENT_PATH: join(folder, "event.json"),
      GITHUB_WORKSPACE: workspace,
      RUNNER_TEMP: folder,
    };
    const done = await runStep(step, inside, { ...place, workspace, files });
    log += done.log;
    if (step.id !== undefined) steps[step.id] = { outputs: readOutputs(await readFile(output, "utf8")) };
    if (!done.ok && step["continue-on-error"] !== true) ok = false;
  }
  const outputs = Object.fromEntries(
    Object.entries(job.outputs ?? {}).map(([name, text]) => [name, fill(text, { ...context, steps })]),
  );
  return { ok, log, outputs, summary: await readFile(summaryFile, "utf8") };
}

type StepPlace = Place & { readonly workspace: string; readonly files: Readonly<Record<string, string>> };

async function runStep(step: Step, context: Values, place: StepPlace): Promise<{ ok: boolean; log: string }> {
  const inputs = Object.fromEntries(
    Object.entries(step.with ?? {}).map(([name, value]) => [name, fill(String(value), context)]),
  );
  if (step.run !== undefined) {
    const env = Object.fromEntries(
      Object.entries(step.env ?? {}).map(([name, text]) => [name, fill(text, context)]),
    );
    return execute(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.run], env, place);
  }
  const action = ACTIONS[step.uses?.split("@")[0] ?? ""];
  return action === undefined ? { ok: false, log: `unknown action ${step.uses}\n` } : action(inputs, place);
}

type Inputs = Readonly<Record<string, string>>;
type Done = { readonly ok: boolean; readonly log: string };

const ACTIONS: Readonly<Record<string, (inputs: Inputs, place: StepPlace) => Promise<Done>>> = {
  "actions/setup-node": async () => ({ ok: true, log: "" }),
  "actions/checkout": (_, place) => {
    const script =
      'git clone -q --no-local "$ORIGIN" . && git fetch -q origin "$SHA" && git checkout -q --detach "$SHA"';
    return execute(["bash", "-ec", script], { ORIGIN: place.origin, SHA: place.event.sha }, place);
  },
  "actions/upload-artifact": async ({ name = "artifact", path = "" }, { workspace, artifacts, event }) => {
    const patterns = path.split("\n").filter((line) => line !== "");
    const kept = (await readdir(workspace)).filter((file) =>
      patterns.some((pattern) => matches(pattern, file)),
    );
    for (const file of kept)
      await cp(join(workspace, file), join(artifacts, String(event.runId), name, file));
    return { ok: true, log: "" };
  },
  "actions/download-artifact": async (inputs, { workspace, artifacts, event }) => {
    const { name = "", path = ".", pattern } = inputs;
    // By a pattern, each artefact goes into a folder of its name.
    const from = join(artifacts, inputs["run-id"] ?? String(event.runId), pattern === undefined ? name : "");
    return cp(from, join(workspace, path), { recursive: true }).then(
      () => ({ ok: true, log: "" }),
      () => ({ ok: false, log: `there is no artefact ${name}\n` }),
    );
  },
};

function matches(pattern: string, file: string): boolean {
  return pattern.endsWith("*") ? file.startsWith(pattern.slice(0, -1)) : file === pattern;
}

async function execute(
  [command = "", ...words]: readonly string[],
  env: Readonly<Record<string, string>>,
  { workspace, files, bin, home, event, registry }: StepPlace,
): Promise<{ ok: boolean; log: string }> {
  const { GITHUB_TOKEN: _, ...runner } = event.environment;
  const added = (await readFile(files.GITHUB_PATH ?? "", "utf8").catch(() => "")).split("\n").filter(Boolean);
  const path = [...added.reverse(), bin, process.env.PATH].join(":");
  const npm =
    registry === undefined ? {} : { npm_config_registry: registry, npm_config_cache: join(home, "npm") };
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, {
      cwd: workspace,
      env: { ...runner, ...files, ...npm, PATH: path, HOME: home, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let log = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        log += text;
      });
    child.on("error", reject);
    child.on("close", (code) => resolve({ ok: code === 0, log }));
  });
}

/** `name=value` and `name<<END … END`. */
function readOutputs(text: string): Values {
  const outputs: Record<string, string> = {};
  for (const [, name = "", value, , block] of text.matchAll(/^([\w-]+)(?:=(.*)|<<(.+)\n([\s\S]*?)\n\3)$/gm))
    outputs[name] = value ?? block ?? "";
  return outputs;
}
