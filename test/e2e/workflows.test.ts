import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { accountAt } from "../../src/simulator/index.ts";
import { hospital, logs, merge, PEOPLE, plan, told } from "../support/workflow-hospital.ts";

describe("the workflows that init writes", () => {
  it("plan a pull request, keep its comment, refuse what nobody but its author approved, and apply what somebody else did", async () => {
    const there = await hospital();
    const { github, git, commit, run, simulator, artifacts } = there;
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

    const [head, before] = [git("rev-parse", "HEAD"), git("rev-parse", "main")];
    const alone = await merge(there, 7, ["ann"]);
    expect(told(alone).apply, logs(alone)).toBe("failure");
    expect(accountAt(simulator.world, "new@example.org")).toBeUndefined();
    expect(logs(alone)).toContain("plan-unapproved");

    github.state.pulls[0]?.reviews.push({ author: "bob", state: "APPROVED", commit: head });
    const push = { name: "push", sha: git("rev-parse", "HEAD"), payload: { before }, approvers: ["bob"] };
    const applied = await run("apply", push);
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
    expect(await readdir(join(artifacts, "4", "zivsync-journal-organization-1"))).toEqual([
      "plan.html",
      "plan.json",
      expect.stringMatching(/^plan\.json\..*\.journal$/),
    ]);
    expect(git("ls-remote", "origin", "refs/heads/zivsync-state")).not.toBe("");
    expect(github.complaints).toEqual([]);
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
    git("checkout", "-q", "main");
    git("merge", "-q", "standing");
    git("push", "-q", "origin", "main");
    const byHand = { name: "workflow_dispatch", sha: git("rev-parse", "HEAD"), approvers: ["bob"] };
    const begun = await run("apply", byHand);
    expect(told(begun).apply, logs(begun)).toBe("success");

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
    expect(await readdir(join(artifacts, "2", "zivsync-waiting-organization"))).toEqual([
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
