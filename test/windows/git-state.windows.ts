import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import { git } from "../support/state-places.ts";
import { BRANCH, remotesForAll } from "./support/git-stage.ts";
import { WITH_GIT, windowsPath } from "./support/machine.ts";
import type { Stage } from "./support/stage.ts";
import { begin, windowsForAll } from "./support/windows.ts";

/** A state that is kept on a branch, by the Git of Windows. */

const windows = windowsForAll(WITH_GIT);
const remotes = remotesForAll();
const NEW = ["Nieuw é p1", "Nieuw é p2", "Nieuw é p3", "Nieuw é p4", "Zoë"];
const OLD = ["Oud p1", "Oud p2", "Oud p3", "Oud p4"];
const SYSTEM = "C:\\windows\\system32";
const CONVERGED = ["plan", "--detailed-exitcode", "-o", "again.json"];

/** The words of the apply of a new plan. */
async function planned({ place, plan }: Pick<Stage, "place" | "plan">): Promise<readonly string[]> {
  expect(await windows.run(place, ["plan"])).toMatchObject({ code: 0 });
  return ["apply", "plan.json", "--approve", (await plan()).digest];
}

/** The same on the machine that runs the tests, which shares nothing but the remote. */
async function there({ place }: Pick<Stage, "place">, words: readonly string[]): Promise<void> {
  expect(await place.zivsync(...words)).toMatchObject({ code: 0 });
}

async function plannedThere(stage: Stage): Promise<readonly string[]> {
  await there(stage, ["plan"]);
  return ["apply", "plan.json", "--approve", (await stage.plan()).digest];
}

/** What holds the first write back until it is let go. */
function gate() {
  let arrive = () => {};
  let letGo = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const onRequest = async (_: unknown, { method }: { readonly method: string }) => {
    if (method === "GET") return;
    arrive();
    await held;
  };
  return { arrived, letGo: () => letGo(), onRequest };
}

/** The lines of a state that tell of accounts. */
const accountsIn = (state: string) => state.split("\n").filter((line) => line.includes('"zivverId"'));

describe("a state in Git", () => {
  it("is pushed by the first apply, read by the next plan, and leaves the checkout alone", async () => {
    const stage = await remotes.staged();
    const { folder } = stage.place;
    const apply = await planned(stage);
    expect(() => stage.state()).toThrow();
    const index = git(folder, "ls-files", "--stage");
    expect(await windows.run(stage.place, apply)).toMatchObject({ code: 0, out: "Applied 5.\n" });
    expect(accountsIn(stage.state())).toHaveLength(5);
    expect(git(stage.remote, "log", "--format=%an: %s", BRANCH)).toBe("zivsync: 5 accounts, 5 changed");
    expect(git(stage.remote, "ls-tree", "-r", "--format=%(objectmode) %(path)", BRANCH)).toBe(
      "100644 state.jsonl",
    );
    expect(await windows.run(stage.place, CONVERGED)).toMatchObject({ code: 0 });
    expect(git(folder, "branch", "--format=%(refname:short)")).toBe("");
    expect(git(folder, "ls-files", "--stage")).toBe(index);
  });

  it("goes to and fro between another machine and a folder whose path has spaces and other letters", async () => {
    const stage = await remotes.staged();
    const { folder } = await remotes.clone(stage, "Mijn map é", "日本語 (1)");
    await there(stage, await plannedThere(stage));
    const users = join(folder, "desired-state", "users.csv");
    await writeFile(users, (await readFile(users, "utf8")).replace("Zoë", "Zoé"));
    const here = (words: readonly string[]) => windows.run({ folder }, words);
    expect(await here(["plan", "--detailed-exitcode"])).toMatchObject({ code: 2 });
    const { digest }: Plan = JSON.parse(await readFile(join(folder, "plan.json"), "utf8"));
    const run = await here(["apply", "plan.json", "--approve", digest]);
    expect(run).toMatchObject({ code: 0, out: "Applied 1.\n" });
    await cp(users, join(stage.place.folder, "desired-state", "users.csv"));
    await there(stage, CONVERGED);
    expect(stage.names()).toContain("Zoé");
  });

  it("without a remote is the same bytes where Git is told to write line ends of Windows", async () => {
    const stage = await remotes.staged();
    const { folder } = stage.place;
    git(folder, "remote", "remove", "origin");
    git(folder, "config", "core.autocrlf", "true");
    git(folder, "config", "core.eol", "crlf");
    await writeFile(join(folder, ".gitattributes"), "* text eol=crlf\n");
    expect(await windows.run(stage.place, await planned(stage))).toMatchObject({ code: 0 });
    const state = git(folder, "cat-file", "blob", `${BRANCH}:state.jsonl`);
    expect(accountsIn(state)).toHaveLength(5);
    expect(state).not.toContain("\r");
    expect(await windows.run(stage.place, CONVERGED)).toMatchObject({ code: 0 });
  });

  it("refuses a branch that holds somebody's work", async () => {
    const stage = await remotes.staged();
    const { folder } = stage.place;
    git(folder, "commit", "-q", "--allow-empty", "-m", "Work");
    git(folder, "add", "desired-state/users.csv");
    git(folder, "commit", "-q", "-m", "More work");
    git(folder, "push", "-q", stage.remote, `main:${BRANCH}`);
    const run = await windows.run(stage.place, ["plan"]);
    expect(run).toMatchObject({ code: 3, err: expect.stringContaining("The branch holds something else") });
  });
});

describe("the lease of a state in Git", () => {
  it("keeps a second machine's apply out while the first is under way, and not after it", async () => {
    const { arrived, letGo, onRequest } = gate();
    const one = await remotes.staged("", { onRequest });
    const two = await remotes.clone(one, "two");
    const apply = await plannedThere(one);
    await cp(join(one.place.folder, "plan.json"), join(two.folder, "plan.json"));
    const running = begin(one.place, apply, WITH_GIT);
    await Promise.race([arrived, running.ended]);
    const refused = await windows.run(two, apply).finally(letGo);
    expect(refused).toMatchObject({ code: 3, err: expect.stringContaining("plan-locked") });
    expect(await running.ended).toMatchObject({ code: 0, out: "Applied 5.\n" });
    expect(one.names()).toEqual(NEW);
    expect(accountsIn(one.state())).toHaveLength(5);
    const after = await windows.run(two, apply);
    expect(after).toMatchObject({ code: 3 });
  });

  it("of a process that was killed is taken over on the same machine, and the apply goes on", async () => {
    const { arrived, letGo, onRequest } = gate();
    const stage = await remotes.staged("", { onRequest });
    const apply = await plannedThere(stage);
    const running = begin(stage.place, apply, WITH_GIT);
    await Promise.race([arrived, running.ended]);
    running.kill();
    expect(await running.ended).toMatchObject({ code: null });
    letGo();
    expect(await windows.run(stage.place, apply)).toMatchObject({ code: 0 });
    expect(stage.names()).toEqual(NEW);
    expect(accountsIn(stage.state())).toHaveLength(5);
    await there(stage, CONVERGED);
  });
});

describe("where the state cannot be had", () => {
  it("a machine without Git is told so, and nothing is sent", async () => {
    const stage = await remotes.staged();
    const folder = windowsPath(join(stage.place.folder, "desired-state"));
    expect(await windows.run(stage.place, ["plan"], { PATH: SYSTEM })).toEqual({
      code: 1,
      out: "",
      err: `error[state-unreachable] ${folder}
  The state is a branch of a Git repository, and there is no \`git\` on this machine. Nothing was changed.
  Install Git, or set \`state\` in organization.yaml to a file: \`state: { store: file, path: … }\`.
`,
    });
    expect(stage.names()).toEqual(OLD);
  });

  it("a remote that is gone is named, and nothing is sent", async () => {
    const stage = await remotes.staged();
    const apply = await plannedThere(stage);
    git(stage.place.folder, "remote", "set-url", "origin", "git://127.0.0.1:9/gone.git");
    const run = await windows.run(stage.place, apply);
    expect(run).toMatchObject({ code: 1, err: expect.stringContaining("unable to connect to 127.0.0.1") });
    expect(stage.names()).toEqual(OLD);
  });
});
