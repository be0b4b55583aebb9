import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { fakePull, fakeRun, startGitHub } from "../servers/github.ts";
import { API_KEY, simulated } from "./cli.ts";
import { placeWithOrigin } from "./git-origin.ts";
import { type JobResult, workflowRunner } from "./workflow-run.ts";

export const PEOPLE = Array.from({ length: 12 }, (_, at) => `p${String(at + 1).padStart(2, "0")}`);
const HEAD = "Id;Full name;Email;Aliases;Account key;Active;Division;Phone";
const row = (name: string) => `${name};Person ${name};${name}@example.org;;canary-account-key-${name};yes;;`;
const list = (...names: string[]) => `${[HEAD, ...names.map(row)].join("\n")}\n`;

/** A repository as `zivsync init` leaves it, on a fake GitHub, with the runner of its workflows. */
export async function hospital() {
  const simulator = await simulated({
    claimedDomains: ["example.org"],
    personal: PEOPLE.map((name) => ({ address: `${name}@example.org`, fullName: `Person ${name}` })),
  });
  const github = await startGitHub();
  onTestFinished(() => github.close());
  const { origin, place, git } = await placeWithOrigin();
  const made = await place.zivsync("init", "--source", "spreadsheet", "--url", simulator.url);
  expect(made).toMatchObject({ code: 0, err: "" });
  const commit = async (people: readonly string[], message: string): Promise<string> => {
    await writeFile(join(place.folder, "desired-state/sources/personal.csv"), list(...people));
    git("add", "-A");
    git("commit", "-q", "--allow-empty", "-m", message);
    return git("rev-parse", "HEAD");
  };
  await commit(PEOPLE, "The people there are");
  const profile = await place.read("desired-state/profiles/accounts.yaml");
  await writeFile(
    join(place.folder, "desired-state/profiles/accounts.yaml"),
    profile.replace("[personal, functional]", "[personal]").replace(/^ +functional:.*\n/gm, ""),
  );
  git("commit", "-qam", "People only");
  git("push", "-q", "origin", "main");

  const runner = await workflowRunner({
    origin,
    token: github.state.token,
    onJob: ({ permissions }) => {
      github.state.permissions = { ...permissions } as typeof github.state.permissions;
    },
  });
  let runs = 0;
  const run = async (
    file: "plan" | "apply" | "drift" | "sync",
    event: { name: string; sha: string; payload?: object; fork?: boolean; approvers?: string[] },
  ): Promise<readonly JobResult[]> => {
    runs += 1;
    const { name, sha } = event;
    if (name !== "pull_request") github.state.commits.push({ sha, author: "ann" });
    const approvals = (event.approvers ?? []).map((author) => ({
      author,
      environments: ["zivver-production"],
      state: "approved",
    }));
    github.state.runs.push(fakeRun({ id: runs, sha, event: name, approvals }));
    return runner.run(join(place.folder, `.github/workflows/${file}.yml`), {
      name,
      runId: runs,
      sha,
      payload: { ...event.payload },
      environment: github.environment({ id: runs, sha, event: name }),
      secrets: event.fork ? {} : { ZIVVER_API_KEY: API_KEY },
    });
  };
  return { simulator, github, place, git, commit, run, artifacts: runner.artifacts };
}

export type Hospital = Awaited<ReturnType<typeof hospital>>;

/** Pushes the present branch as a pull request, and runs plan.yml for what its merge would be, as GitHub does. */
export async function plan({ git, github, run }: Hospital, number: number, fork = false) {
  const head = git("rev-parse", "HEAD");
  const branch = git("rev-parse", "--abbrev-ref", "HEAD");
  const base = git("rev-parse", "main");
  const repository = fork ? "mallory/zivver" : "hospital/zivver";
  const commits = [{ sha: head, author: fork ? "mallory" : "ann" }];
  const facts = { head: { sha: head, ref: branch, repository }, base: { sha: base, ref: "main" }, commits };
  const there = github.state.pulls.find((one) => one.number === number);
  if (there === undefined)
    github.state.pulls.push(fakePull({ number, author: fork ? "mallory" : "ann", ...facts }));
  else Object.assign(there, facts);
  git("checkout", "-q", "--detach", "main");
  git("merge", "-q", "--no-ff", "-m", "merge", branch);
  const sha = git("rev-parse", "HEAD");
  git("push", "-q", "-f", "origin", `HEAD:refs/pull/${number}/merge`, `${branch}:refs/heads/${branch}`);
  git("checkout", "-q", branch);
  const payload = JSON.parse(github.pullRequestEvent(number));
  return run("plan", { name: "pull_request", sha, payload, fork });
}

/** Merges the present branch, and runs apply.yml for the push. */
export async function merge({ git, github, run }: Hospital, number: number, approvers: string[]) {
  const branch = git("rev-parse", "--abbrev-ref", "HEAD");
  const before = git("rev-parse", "main");
  git("checkout", "-q", "main");
  git("merge", "-q", "--no-ff", "-m", `Merge #${number}`, branch);
  git("push", "-q", "origin", "main");
  const sha = git("rev-parse", "HEAD");
  const pull = github.state.pulls.find((one) => one.number === number);
  Object.assign(pull ?? {}, { merged: true, open: false, mergeCommit: sha });
  return run("apply", { name: "push", sha, payload: { before }, approvers });
}

export const told = (results: readonly JobResult[]) =>
  Object.fromEntries(results.map(({ job, result }) => [job, result]));
export const logs = (results: readonly JobResult[]) =>
  results.map(({ job, log }) => `── ${job}\n${log}`).join("\n");
