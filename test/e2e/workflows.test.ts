import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { accountAt, store } from "../../src/simulator/index.ts";
import { fakePull, fakeRun, startGitHub } from "../servers/github.ts";
import { API_KEY, simulated, workplace } from "../support/cli.ts";
import { type JobResult, workflowRunner } from "../support/workflow-run.ts";

const PEOPLE = Array.from({ length: 12 }, (_, at) => `p${String(at + 1).padStart(2, "0")}`);
const HEAD = "Id;Full name;Email;Aliases;Account key;Active;Division;Phone";
const row = (name: string) => `${name};Person ${name};${name}@example.org;;canary-account-key-${name};yes;;`;
const list = (...names: string[]) => `${[HEAD, ...names.map(row)].join("\n")}\n`;

/** A repository as `zivsync init` leaves it, on a fake GitHub, with the runner of its workflows. */
async function hospital() {
  const simulator = await simulated({
    claimedDomains: ["example.org"],
    personal: PEOPLE.map((name) => ({ address: `${name}@example.org`, fullName: `Person ${name}` })),
  });
  const github = await startGitHub();
  onTestFinished(() => github.close());
  const origin = await mkdtemp(join(tmpdir(), "zivsync-origin-"));
  onTestFinished(() => rm(origin, { recursive: true, force: true }));
  execFileSync("git", ["init", "-q", "--bare", "-b", "main", origin]);
  const place = await workplace();
  const git = (...words: string[]): string =>
    execFileSync("git", ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", ...words], {
      cwd: place.folder,
      env: { PATH: process.env.PATH, HOME: place.folder, GIT_CONFIG_NOSYSTEM: "1" },
      encoding: "utf8",
    }).trim();
  git("init", "-q", "-b", "main");
  git("remote", "add", "origin", origin);
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

type Hospital = Awaited<ReturnType<typeof hospital>>;

/** Pushes the present branch as a pull request, and runs plan.yml for what its merge would be, as GitHub does. */
async function plan({ git, github, run }: Hospital, number: number, fork = false) {
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
async function merge({ git, github, run }: Hospital, number: number, approvers: string[]) {
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

const told = (results: readonly JobResult[]) =>
  Object.fromEntries(results.map(({ job, result }) => [job, result]));
const logs = (results: readonly JobResult[]) => results.map(({ job, log }) => `── ${job}\n${log}`).join("\n");

describe("the workflows that init writes", () => {
  it("plan a pull request, keep its comment, and apply what was merged", async () => {
    const there = await hospital();
    const { github, git, commit, simulator, artifacts } = there;
    git("checkout", "-q", "-b", "newcomer");
    await commit([...PEOPLE, "new"], "A newcomer");
    const opened = await plan(there, 7);
    expect(told(opened), logs(opened)).toEqual({
      organizations: "success",
      validate: "skipped",
      plan: "success",
    });
    expect(github.state.comments).toHaveLength(1);
    expect(github.state.comments[0]?.body).toContain("new@example.org");

    await commit([...PEOPLE, "new", "newer"], "Another one");
    expect(told(await plan(there, 7)).plan).toBe("success");
    expect(github.state.comments).toHaveLength(1);
    expect(github.state.comments[0]?.body).toContain("newer@example.org");
    expect(simulator.log.every(({ method }) => method === "GET")).toBe(true);
    expect(await readdir(join(artifacts, "2"))).toEqual(["zivsync-plan-organization"]);

    github.state.pulls[0]?.reviews.push({
      author: "bob",
      state: "APPROVED",
      commit: git("rev-parse", "HEAD"),
    });
    const applied = await merge(there, 7, ["bob"]);
    expect(told(applied), logs(applied)).toEqual({
      organizations: "success",
      plan: "success",
      apply: "success",
    });
    expect(accountAt(simulator.world, "newer@example.org")).toBeDefined();
    expect(github.state.comments).toHaveLength(2);
    expect(github.state.comments[0]?.body).toContain("newer@example.org");
    expect(github.state.comments[1]?.body).toContain("### Applied: ");
    expect(applied.find(({ job }) => job.startsWith("plan"))?.summary).toContain("newer@example.org");
    expect(await readdir(join(artifacts, "3", "zivsync-journal-organization-1"))).toEqual([
      "plan.html",
      "plan.json",
      expect.stringMatching(/^plan\.json\..*\.journal$/),
    ]);
    expect(git("ls-remote", "origin", "refs/heads/zivsync-state")).not.toBe("");
    expect(github.complaints).toEqual([]);
  });

  it("refuse what has become another plan since, and say how it differs", async () => {
    const there = await hospital();
    const { github, git, commit, simulator } = there;
    git("checkout", "-q", "-b", "newcomer");
    await commit([...PEOPLE, "new"], "A newcomer");
    await plan(there, 7);
    const changed = accountAt(simulator.world, "p01@example.org");
    if (changed !== undefined) store(simulator.world, { ...changed, fullName: "Somebody else" });
    const applied = await merge(there, 7, ["bob"]);
    expect(told(applied).apply, logs(applied)).toBe("failure");
    expect(logs(applied)).toContain("Planned now, and not approved: 1 to update.");
    expect(accountAt(simulator.world, "new@example.org")).toBeUndefined();
    expect(github.state.comments[0]?.body).toContain("new@example.org");
    expect(github.state.comments[1]?.body).toContain("has become another one");
  });

  it("refuse what nobody but its author approved", async () => {
    const there = await hospital();
    const { git, commit, simulator } = there;
    git("checkout", "-q", "-b", "newcomer");
    await commit([...PEOPLE, "new"], "A newcomer");
    await plan(there, 7);
    const alone = await merge(there, 7, ["ann"]);
    expect(told(alone).apply, logs(alone)).toBe("failure");
    expect(accountAt(simulator.world, "new@example.org")).toBeUndefined();
    expect(logs(alone)).toContain("plan-unapproved");
  });

  it("give forks no secret, no plan and no comment", async () => {
    const there = await hospital();
    const { github, git, commit, simulator } = there;
    git("checkout", "-q", "-b", "theirs");
    await commit([...PEOPLE, "mallory"], "Let me in");
    const before = simulator.log.length;
    const results = await plan(there, 8, true);
    expect(told(results), logs(results)).toEqual({
      organizations: "success",
      validate: "success",
      plan: "skipped",
    });
    expect(github.state.comments).toEqual([]);
    expect(simulator.log).toHaveLength(before);
  });

  it("say on the line at fault what is wrong in a configuration, before any job starts", async () => {
    const there = await hospital();
    const { git, place, github } = there;
    git("checkout", "-q", "-b", "typo");
    const organization = await place.read("desired-state/organization.yaml");
    await writeFile(
      join(place.folder, "desired-state/organization.yaml"),
      organization.replace("loginMethod: sso", "loginMethod: saml"),
    );
    git("commit", "-qam", "A typo");
    const line = organization.split("\n").findIndex((text) => text.startsWith("loginMethod")) + 1;
    const results = await plan(there, 7);
    expect(told(results)).toEqual({ organizations: "failure", validate: "skipped", plan: "skipped" });
    const [job] = results;
    expect(job?.log.split("\n").filter((text) => text.startsWith("::"))).toEqual([
      `::error title=zivsync%3A config-shape,file=desired-state/organization.yaml,line=${line},col=14::\`loginMethod\` must be one of \`sso\`, \`password\`. How people log in to Zivver: with single sign-on, which needs an account key for every personal account, or with a password.%0AWrite one of these.`,
    ]);
    expect(job?.summary).toContain(
      `### 1 problem\n\n- **config-shape** \`desired-state/organization.yaml:${line}:14\`: `,
    );
    expect(github.state.comments).toEqual([]);
  });

  it("start no job for a pull request that changes no configuration", async () => {
    const there = await hospital();
    there.git("checkout", "-q", "-b", "words");
    await writeFile(join(there.place.folder, "README.md"), "# ours\n");
    there.git("add", "README.md");
    there.git("commit", "-qm", "Words");
    expect(told(await plan(there, 9))).toEqual({
      organizations: "success",
      validate: "skipped",
      plan: "skipped",
    });
  });

  it("keep one issue for as long as there is drift, which a run by hand repairs", async () => {
    const there = await hospital();
    const { github, git, commit, run, simulator } = there;
    const sha = git("rev-parse", "main");
    const look = async () => {
      const results = await run("drift", { name: "schedule", sha: git("rev-parse", "main") });
      expect(told(results), logs(results)).toEqual({ organizations: "success", drift: "success" });
    };
    await look();
    expect(github.state.issues).toEqual([]);
    await commit([...PEOPLE, "late"], "Somebody who was pushed without a pull request");
    git("push", "-q", "origin", "main");
    const pushed = await run("apply", {
      name: "push",
      sha: git("rev-parse", "HEAD"),
      payload: { before: sha },
      approvers: ["bob"],
    });
    expect(told(pushed).apply, logs(pushed)).toBe("failure");
    await look();
    await look();
    expect(github.state.issues).toMatchObject([{ open: true }]);
    const byHand = await run("apply", {
      name: "workflow_dispatch",
      sha: git("rev-parse", "HEAD"),
      approvers: ["bob"],
    });
    expect(told(byHand), logs(byHand)).toEqual({
      organizations: "success",
      plan: "success",
      apply: "success",
    });
    expect(byHand.find(({ job }) => job === "plan")?.summary).toContain("late@example.org");
    expect(accountAt(simulator.world, "late@example.org")).toBeDefined();
    await look();
    expect(github.state.issues).toMatchObject([{ open: false }]);
    expect(await readFile(join(there.place.folder, ".github/workflows/drift.yml"), "utf8")).toContain("cron");
  });

  it("apply at night what standing approval covers, and ask people for the rest", async () => {
    const there = await hospital();
    const { github, git, commit, run, simulator, place, artifacts } = there;
    git("checkout", "-q", "-b", "standing");
    const organization = await place.read("desired-state/organization.yaml");
    await writeFile(
      join(place.folder, "desired-state/organization.yaml"),
      `${organization.replace(/^approval:\n/m, "approval:\n  standing: { window: 7d, create: 2 }\n")}guards: { suspend: off }\nprotected: none\n`,
    );
    await commit([...PEOPLE, "new"], "A newcomer, and a standing approval");
    await plan(there, 7);
    github.state.pulls[0]?.reviews.push({
      author: "bob",
      state: "APPROVED",
      commit: git("rev-parse", "HEAD"),
    });
    const merged = await merge(there, 7, ["bob"]);
    expect(told(merged).apply, logs(merged)).toBe("success");

    const night = async (approvers: string[]) => {
      git("push", "-q", "origin", "main");
      return run("sync", { name: "schedule", sha: git("rev-parse", "HEAD"), approvers });
    };
    await commit([...PEOPLE.slice(1), "new", "newer"], "One comes, and one leaves");
    const asked = await night(["bob"]);
    expect(told(asked), logs(asked)).toEqual({
      organizations: "success",
      sync: "success",
      asked: "success",
      waiting: "success",
    });
    const [, synced] = asked;
    expect(synced?.summary).toContain("- Applied by standing approval: 1 creation.");
    expect(synced?.summary).toContain("**Suspensions and deletions (1)**");
    expect(github.state.issues.map(({ open, title }) => ({ open, title }))).toEqual([
      { open: true, title: "zivsync: 1 change is due in desired-state" },
    ]);
    expect(github.state.issues[0]?.body).toContain("1 suspension; approved in advance: 0: `p01@example.org`");
    expect(await readdir(join(artifacts, "3", "zivsync-waiting-organization"))).toEqual([
      "entry.json",
      "waiting.html",
      "waiting.json",
    ]);
    expect(accountAt(simulator.world, "newer@example.org")).toBeDefined();
    expect(accountAt(simulator.world, "p01@example.org")).toMatchObject({ active: false });
    const after = await night([]);
    expect(told(after), logs(after)).toMatchObject({ sync: "success", waiting: "skipped" });
    expect(github.state.issues.map(({ open }) => open)).toEqual([false]);
    expect(told(await run("drift", { name: "schedule", sha: git("rev-parse", "HEAD") }))).toEqual({
      organizations: "success",
      drift: "skipped",
    });
    expect(github.complaints).toEqual([]);
  }, 180_000);
});
