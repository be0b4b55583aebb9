import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { accountAt, store } from "../../src/simulator/index.ts";
import { hospital, logs, merge, PEOPLE, plan, told } from "../support/workflow-hospital.ts";

/* The longer stories of the workflows; the others are in `e2e/workflows`. */

describe("the workflows that init writes", () => {
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
});
