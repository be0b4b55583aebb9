import { execFile } from "node:child_process";
import { mkdtemp, rename, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished } from "vitest";
import { itOnce as it, itInCampaigns } from "../support/runs.ts";
import { STANDING, type Stage, syncStage } from "./sync-stage.ts";

/*
 * Numbers count once people have reviewed them: what the default branch says, and no other branch and no file that is not
 * committed.
 */

async function gitIn({ place }: Stage, ...words: string[]): Promise<void> {
  const as = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
  await promisify(execFile)("git", [...as, ...words], { cwd: place.folder });
}

/** On the branch `main`, with everything committed; `create: 0`. */
async function committed(): Promise<Stage> {
  const stage = await syncStage({ standing: { ...STANDING, create: 0 } });
  await gitIn(stage, "init", "-q", "-b", "main");
  await gitIn(stage, "add", "desired-state");
  await gitIn(stage, "commit", "-q", "-m", "first");
  return stage;
}

async function raise(stage: Stage): Promise<void> {
  await stage.configure({ standing: { ...STANDING, create: 5 } });
}

const notReviewed = { code: 2, result: { applied: {}, waiting: { changes: [{ because: "not-reviewed" }] } } };
const created = { code: 0, result: { applied: { create: 1 }, nothingCovered: null } };

itInCampaigns("counts a number that was raised on a branch once it is merged", async () => {
  const stage = await committed();
  stage.join("n1");
  expect(await stage.sync()).toMatchObject({
    code: 2,
    result: { waiting: { changes: [{ because: "number" }] } },
  });
  await gitIn(stage, "checkout", "-q", "-b", "raise");
  await raise(stage);
  const uncommitted = await stage.sync();
  expect(uncommitted).toMatchObject(notReviewed);
  expect(uncommitted.result.nothingCovered).toBe(
    "the configuration in this folder is not that of main. Merge it, or pull",
  );
  await gitIn(stage, "commit", "-q", "-a", "-m", "raise");
  expect(await stage.sync()).toMatchObject(notReviewed);
  expect(stage.writes()).toEqual([]);
  await gitIn(stage, "checkout", "-q", "main");
  await gitIn(stage, "merge", "-q", "--ff-only", "raise");
  expect(await stage.sync()).toMatchObject(created);
});

itInCampaigns("goes by the remote's default branch where there is one", async () => {
  const stage = await committed();
  await gitIn(stage, "init", "-q", "--bare", "origin.git");
  await gitIn(stage, "remote", "add", "origin", "origin.git");
  await gitIn(stage, "push", "-q", "origin", "main");
  stage.join("n1");
  await raise(stage);
  await gitIn(stage, "commit", "-q", "-a", "-m", "raise");
  expect(await stage.sync()).toMatchObject(notReviewed);
  await gitIn(stage, "push", "-q", "origin", "main");
  expect(await stage.sync()).toMatchObject(created);
});

it("applies no routine plan that was made on a branch", async () => {
  const stage = await committed();
  stage.join("n1");
  await raise(stage);
  await gitIn(stage, "commit", "-q", "-a", "-m", "raise");
  await stage.sync("--dry-run");
  await gitIn(stage, "checkout", "-q", "-b", "other");
  await gitIn(stage, "branch", "-q", "-f", "main", "HEAD~1");
  const applied = await stage.place.zivsync("apply", "routine.json");
  expect(applied.code).toBe(3);
  expect(applied.err).toContain("the configuration in this folder is not that of main");
  expect(stage.writes()).toEqual([]);
});

it("takes the folder as it is where nothing was ever committed, and asks Git which branch is the first", async () => {
  const stage = await syncStage({});
  await gitIn(stage, "init", "-q", "-b", "trunk");
  stage.join("n1");
  expect(await stage.sync()).toMatchObject(created);
  await gitIn(stage, "add", "desired-state");
  await gitIn(stage, "commit", "-q", "-m", "first");
  await gitIn(stage, "branch", "other");
  stage.join("n2");
  const unknown = await stage.sync();
  expect(unknown).toMatchObject(notReviewed);
  expect(unknown.result.nothingCovered).toContain("Git does not say which branch is reviewed");
  await gitIn(stage, "config", "init.defaultBranch", "trunk");
  expect(await stage.sync()).toMatchObject(created);
});

it("needs a run of the default branch in a workflow", async () => {
  const stage = await committed();
  stage.join("n1");
  await raise(stage);
  await gitIn(stage, "checkout", "-q", "-b", "raise");
  await gitIn(stage, "commit", "-q", "-a", "-m", "raise");
  await stage.place.write({ "event.json": JSON.stringify({ repository: { default_branch: "main" } }) });
  const environment = {
    GITHUB_ACTIONS: "true",
    GITHUB_EVENT_NAME: "workflow_dispatch",
    GITHUB_EVENT_PATH: "event.json",
  };
  const branch = await stage.syncWith({ ...environment, GITHUB_REF: "refs/heads/raise" });
  expect(branch.result.nothingCovered).toBe("this run is not of the repository's default branch");
  expect(branch).toMatchObject(notReviewed);
  expect(await stage.syncWith({ ...environment, GITHUB_REF: "refs/heads/main" })).toMatchObject(created);
});

it("keeps the ledger on a branch, under the lease of the state", async () => {
  const stage = await syncStage({ standing: { ...STANDING, create: 2 }, state: "" });
  await stage.configure({ state: "state: { store: git, branch: zivsync-state }\n" });
  await gitIn(stage, "init", "-q", "-b", "main");
  await gitIn(stage, "add", "desired-state");
  await gitIn(stage, "commit", "-q", "-m", "first");
  const first = await stage.sync();
  expect(first).toMatchObject({
    code: 2,
    result: { nothingCovered: expect.stringContaining("the state is new") },
  });
  expect(await stage.place.zivsync("apply", "waiting.json")).toMatchObject({ code: 0 });
  stage.join("n1", "n2");
  expect(await stage.sync()).toMatchObject({ code: 0, result: { applied: { create: 2 } } });
  stage.join("n3");
  expect(await stage.sync()).toMatchObject({
    code: 2,
    result: { applied: {}, waiting: { changes: [{ because: "number", used: 2 }] } },
  });
});

it("does not take what a link leads to outside of the repository for reviewed", async () => {
  const stage = await committed();
  const outside = await mkdtemp(join(tmpdir(), "zivsync-outside-"));
  onTestFinished(() => rm(outside, { recursive: true }));
  const [inside, file] = [
    join(stage.place.folder, "desired-state/organization.yaml"),
    join(outside, "o.yaml"),
  ];
  await raise(stage);
  await rename(inside, file);
  await symlink(file, inside);
  await gitIn(stage, "commit", "-q", "-a", "-m", "link");
  stage.join("n1");
  const linked = await stage.sync();
  expect(linked).toMatchObject(notReviewed);
  expect(linked.result.nothingCovered).toBe(
    "desired-state/organization.yaml of main is a link to what the repository does not keep",
  );
  expect(stage.writes()).toEqual([]);
});

it("does not take a configuration folder for reviewed that is itself a link to outside of the repository", async () => {
  const stage = await committed();
  const outside = await mkdtemp(join(tmpdir(), "zivsync-outside-"));
  onTestFinished(() => rm(outside, { recursive: true }));
  await raise(stage);
  const [inside, elsewhere] = [join(stage.place.folder, "desired-state"), join(outside, "desired-state")];
  await rename(inside, elsewhere);
  await symlink(elsewhere, inside);
  await gitIn(stage, "add", "-A", "desired-state");
  await gitIn(stage, "commit", "-q", "-m", "link");
  stage.join("n1");
  const linked = await stage.sync();
  expect(linked).toMatchObject(notReviewed);
  expect(linked.result.nothingCovered).toBe(
    "the configuration folder is a link that leads out of its repository",
  );
  expect(stage.writes()).toEqual([]);
});
