import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { git } from "../support/state-places.ts";
import { BRANCH, remotesForAll } from "./support/git-stage.ts";
import { windowsPath } from "./support/machine.ts";
import type { Stage } from "./support/stage.ts";
import { begin, folderIn, windowsForAll } from "./support/windows.ts";

/** A state that is kept on a branch, by the Git of Windows. */

const windows = windowsForAll();
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

  it("goes to and fro between two clones", async () => {
    const one = await remotes.staged();
    expect(await windows.run(one.place, await planned(one))).toMatchObject({ code: 0 });
    const two = await one.clone();
    expect(await windows.run(two.place, CONVERGED)).toMatchObject({ code: 0 });
    const users = await two.place.read("desired-state/users.csv");
    await two.place.write({ "desired-state/users.csv": users.replace("Zoë", "Zoé") });
    expect(await windows.run(two.place, await planned(two))).toMatchObject({ code: 0, out: "Applied 1.\n" });
    const changed = ["plan", "--detailed-exitcode", "-o", "again.json"];
    expect(await windows.run(one.place, changed)).toMatchObject({ code: 2 });
    await one.place.write({ "desired-state/users.csv": users.replace("Zoë", "Zoé") });
    expect(await windows.run(one.place, changed)).toMatchObject({ code: 0 });
    expect(one.names()).toContain("Zoé");
  });

  it("is the same bytes where Git is told to write line ends of Windows", async () => {
    const stage = await remotes.staged();
    const { folder } = stage.place;
    git(folder, "config", "core.autocrlf", "true");
    git(folder, "config", "core.eol", "crlf");
    await writeFile(join(folder, ".gitattributes"), "* text eol=crlf\n");
    expect(await windows.run(stage.place, await planned(stage))).toMatchObject({ code: 0 });
    expect(stage.state()).not.toContain("\r");
    expect(await windows.run(stage.place, CONVERGED)).toMatchObject({ code: 0 });
    git(folder, "config", "--unset", "core.autocrlf");
    expect(await windows.run(stage.place, CONVERGED)).toMatchObject({ code: 0 });
  });

  it("works from a folder whose path has spaces and letters of other scripts", async () => {
    const stage = await remotes.staged();
    const folder = await folderIn(stage.place, "Mijn map é", "日本語 (1)");
    for (const name of [".git", "desired-state"])
      await cp(join(stage.place.folder, name), join(folder, name), { recursive: true });
    const run = (words: readonly string[]) => windows.run({ folder }, words);
    expect(await run(["plan"])).toMatchObject({ code: 0 });
    const { digest } = await stage.plan("Mijn map é/日本語 (1)/plan.json");
    expect(await run(["apply", "plan.json", "--approve", digest])).toMatchObject({ code: 0 });
    expect(accountsIn(stage.state())).toHaveLength(5);
    expect(await run(CONVERGED)).toMatchObject({ code: 0 });
  });

  it("of the repository alone is a branch there", async () => {
    const stage = await remotes.staged();
    const { folder } = stage.place;
    git(folder, "remote", "remove", "origin");
    expect(await windows.run(stage.place, await planned(stage))).toMatchObject({ code: 0 });
    expect(accountsIn(git(folder, "show", `${BRANCH}:state.jsonl`))).toHaveLength(5);
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
    const two = await one.clone();
    const [first, second] = [await planned(one), await planned(two)];
    const running = begin(one.place, first);
    await Promise.race([arrived, running.ended]);
    const refused = await windows.run(two.place, second).finally(letGo);
    expect(refused).toMatchObject({ code: 3, err: expect.stringContaining("plan-locked") });
    expect(await running.ended).toMatchObject({ code: 0, out: "Applied 5.\n" });
    expect(one.names()).toEqual(NEW);
    expect(await windows.run(two.place, CONVERGED)).toMatchObject({ code: 0 });
  });

  it("of a process that was killed is taken over on the same machine, and the apply goes on", async () => {
    const { arrived, letGo, onRequest } = gate();
    const stage = await remotes.staged("", { onRequest });
    const apply = await planned(stage);
    const running = begin(stage.place, apply);
    await Promise.race([arrived, running.ended]);
    running.kill();
    expect(await running.ended).toMatchObject({ code: null });
    letGo();
    expect(await windows.run(stage.place, apply)).toMatchObject({ code: 0 });
    expect(stage.names()).toEqual(NEW);
    expect(accountsIn(stage.state())).toHaveLength(5);
    expect(await windows.run(stage.place, CONVERGED)).toMatchObject({ code: 0 });
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
    const apply = await planned(stage);
    git(stage.place.folder, "remote", "set-url", "origin", "git://127.0.0.1:9/gone.git");
    const run = await windows.run(stage.place, apply);
    expect(run).toMatchObject({ code: 1, err: expect.stringContaining("unable to connect to 127.0.0.1") });
    expect(stage.names()).toEqual(OLD);
  });
});
