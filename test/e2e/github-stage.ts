import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import type { Simulator, SimulatorSeed } from "../../src/simulator/index.ts";
import { type FakeGitHub, type FakePull, fakePull, startGitHub } from "../servers/github.ts";
import { organizationYaml, type Run, simulated, type Workplace, workplace } from "../support/cli.ts";
import { git } from "../support/state-places.ts";

/*
 * A repository with a configuration, a GitHub and a Zivver: what a workflow's steps find on a runner. Each run has files of
 * its own for summary and outputs; the token of GitHub is a canary like the API key.
 */

export type WorkflowRun = Run & {
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
};

export type Stage = {
  readonly place: Workplace;
  readonly simulator: Simulator;
  readonly github: FakeGitHub;
  /** Commits what is in the folder, and gives the commit. */
  commit(files: Readonly<Record<string, string | null>>): Promise<string>;
  /** Pull request 7 of the present commit against `base`. */
  openPullRequest(base: string, given?: Partial<FakePull>): FakePull;
  /** `zivsync github …` in a run of the pull request. */
  onPullRequest(id: number, ...words: string[]): Promise<WorkflowRun>;
  /** The same in a run after a push of the present commit. */
  onPush(id: number, ...words: string[]): Promise<WorkflowRun>;
  /** The same in a run that somebody started by hand. */
  byHand(id: number, ...words: string[]): Promise<WorkflowRun>;
};

const TOKEN = "canary-github-token";

export async function stage(
  seed: SimulatorSeed,
  files: Readonly<Record<string, string>>,
  extra = "guards: { suspend: off, delete: off, update: off, create: off, memberRemoval: off }\n",
): Promise<Stage> {
  const place = await workplace();
  const [simulator, github] = await Promise.all([simulated(seed), startGitHub()]);
  onTestFinished(() => github.close());
  onTestFinished(() => expect(github.complaints).toEqual([]));
  git(place.folder, "init", "--quiet", "--initial-branch=main");
  const write = async (changed: Readonly<Record<string, string | null>>) => {
    for (const [file, content] of Object.entries(changed)) {
      if (content === null) git(place.folder, "rm", "--quiet", file);
      else await place.write({ [file]: content });
    }
  };
  const head = () => git(place.folder, "rev-parse", "HEAD");
  const run = async (id: number, environment: Record<string, string>, words: readonly string[]) => {
    const folder = join(place.folder, ".git", "runs", String(id), String(++count));
    mkdirSync(folder, { recursive: true });
    const [summary, output] = ["summary", "output"].map((name) => join(folder, name)) as [string, string];
    writeFileSync(summary, "");
    writeFileSync(output, "");
    const ended = await place.zivsyncWith(
      {
        ...environment,
        GITHUB_WORKSPACE: place.folder,
        TMPDIR: folder,
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_OUTPUT: output,
      },
      "github",
      ...words,
    );
    // Nothing is left behind, of the base's files for example.
    expect(readdirSync(folder).filter((name) => name.startsWith("zivsync-base"))).toEqual([]);
    const written = { summary: readFileSync(summary, "utf8"), output: readFileSync(output, "utf8") };
    for (const text of [ended.out, ended.err, written.summary, written.output])
      expect(text).not.toContain(TOKEN);
    return { ...ended, summary: written.summary, outputs: outputsOf(written.output) };
  };
  let count = 0;
  await write({
    ".gitignore": "/plan.json*\n/approved.json\n",
    "desired-state/organization.yaml": organizationYaml(simulator.url, extra).replace("sso", "password"),
    ...files,
  });
  const made: Stage = {
    place,
    simulator,
    github,
    async commit(changed) {
      await write(changed);
      git(place.folder, "add", "--all");
      git(place.folder, "commit", "--quiet", "--allow-empty", "--message", "Change");
      return head();
    },
    openPullRequest(base, given = {}) {
      const pull = fakePull({
        number: 7,
        head: { sha: head(), ref: "change", repository: "hospital/zivver" },
        base: { sha: base, ref: "main" },
        commits: [{ sha: head(), author: "ann" }],
        ...given,
      });
      github.state.pulls = [...github.state.pulls.filter(({ number }) => number !== pull.number), pull];
      return pull;
    },
    onPullRequest(id, ...words) {
      const event = join(place.folder, ".git", "event.json");
      writeFileSync(event, github.pullRequestEvent(7));
      const environment = {
        ...github.environment({ id, sha: head(), event: "pull_request" }),
        GITHUB_EVENT_PATH: event,
        GITHUB_REF: "refs/pull/7/merge",
      };
      return run(id, environment, words);
    },
    byHand: (id, ...words) =>
      run(id, github.environment({ id, sha: head(), event: "workflow_dispatch" }), words),
    onPush: (id, ...words) => run(id, github.environment({ id, sha: head() }), words),
  };
  return made;
}

function outputsOf(text: string): Record<string, string> {
  const found = [...text.matchAll(/^([\w-]+)<<(ghadelimiter_\S+)\n([\s\S]*?)\n\2$/gm)];
  return Object.fromEntries(found.map(([, name = "", , value = ""]) => [name, value]));
}
