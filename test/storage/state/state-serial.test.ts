import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGitStateStore, type GitStateStoreOptions } from "../../../src/storage/state/git-store.ts";
import { stateOf } from "../../support/arbitrary-state.ts";
import { COMMON, emptyFolder, git, NOBODY, troubleOf } from "../../support/state-places.ts";

const BRANCH = "zivsync-state";

function open(folder: string, more: Partial<GitStateStoreOptions> = {}) {
  return createGitStateStore({ ...COMMON, folder, branch: BRANCH, environment: NOBODY, ...more });
}

/** What every test gets a copy of: a repository whose state was written three times. */
const original = mkdtempSync(join(tmpdir(), "zivsync-serial-"));
afterAll(() => rmSync(original, { recursive: true, force: true }));
beforeAll(async () => {
  git(original, "init", "-q", "-b", "main");
  git(original, "commit", "-q", "--allow-empty", "-m", "Begin");
  mkdirSync(join(original, "desired-state"));
  for (const names of [["a"], ["a", "b"], ["a", "b", "c"]])
    await open(original).update(() => stateOf(...names));
});

function written(): string {
  const folder = emptyFolder();
  cpSync(original, folder, { recursive: true });
  return folder;
}

/** Puts what a commit held on top of the branch again. */
function putBack(folder: string, commit: string, message = "Restore"): void {
  const made = git(folder, "commit-tree", `${commit}^{tree}`, "-p", BRANCH, "-m", message);
  git(folder, "update-ref", `refs/heads/${BRANCH}`, made);
}

function rolledBack(serial: number, newest: number) {
  return {
    name: "RefusedError",
    problems: [
      {
        code: "state-rolled-back",
        where: `branch ${BRANCH}`,
        message: `An old state was put back: this one was written as number ${serial}, and number ${newest} is known. It would give back links, keys and applied plans that are out of date. Nothing was changed.`,
        remedy: `Find out who put it back, and bring the newest one back. If the old one is meant, run \`zivsync adopt\` once with ZIVSYNC_STATE_RESTORED=${serial} in the environment: it counts on from the newest.`,
      },
    ],
  };
}

describe("a state in Git counts its writes", () => {
  it("and what changes nothing is not a write", async () => {
    const folder = written();
    const store = open(folder);
    await store.read();
    expect(store.witness?.()?.serial).toBe(3);
    await store.update((state) => state);
    await store.update(() => stateOf("a"));
    expect(store.witness?.()?.serial).toBe(4);
  });

  it("so an old one that is put on top of the branch is refused, to read and to write", async () => {
    const folder = written();
    putBack(folder, `${BRANCH}~2`);
    expect(await troubleOf(open(folder).read())).toEqual(rolledBack(1, 3));
    expect(await troubleOf(open(folder).update(() => stateOf("z")))).toEqual(rolledBack(1, 3));
  });

  it("so old ones in their order are refused, whatever their commits say", async () => {
    const folder = written();
    const [one, two] = [git(folder, "rev-parse", `${BRANCH}~2`), git(folder, "rev-parse", `${BRANCH}~1`)];
    putBack(folder, one, "Serial: 4");
    putBack(folder, two, "Serial: 999");
    expect(await troubleOf(open(folder).read())).toEqual(rolledBack(2, 3));
  });

  it("so an old one is refused under any number of commits that claim higher numbers", async () => {
    const folder = written();
    const one = git(folder, "rev-parse", `${BRANCH}~2`);
    for (let number = 0; number < 25; number++) putBack(folder, one, `Serial: ${1000 + number}`);
    expect(await troubleOf(open(folder).read())).toEqual(rolledBack(1, 3));
  });

  it("so a branch that was reset is refused where the newer one was read", async () => {
    const folder = written();
    await open(folder).read();
    git(folder, "update-ref", `refs/heads/${BRANCH}`, `${BRANCH}~1`);
    expect(await troubleOf(open(folder).read())).toEqual(rolledBack(2, 3));
    expect(await troubleOf(open(folder).read())).toEqual(rolledBack(2, 3));
  });

  it("so one that is restored on purpose counts on from the newest", async () => {
    const folder = written();
    putBack(folder, `${BRANCH}~2`);
    expect((await troubleOf(open(folder, { restored: 2 }).read())).name).toBe("RefusedError");
    const store = open(folder, { restored: 1 });
    expect(await store.read()).toEqual(stateOf("a"));
    await store.update((state) => state);
    const later = open(folder);
    expect(await later.read()).toEqual(stateOf("a"));
    expect(later.witness?.()?.serial).toBe(4);
  });

  it("and one that begins again counts on, too", async () => {
    const folder = written();
    await open(folder, { replace: true }).update(() => stateOf("z"));
    const store = open(folder);
    expect(await store.read()).toEqual(stateOf("z"));
    expect(store.witness?.()?.serial).toBe(4);
  });
});
