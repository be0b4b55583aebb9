import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createGitStateStore, type GitStateStoreOptions } from "../../../src/storage/state/git-store.ts";
import { stateOf, withAccount } from "../../support/arbitrary-state.ts";
import { runs } from "../../support/runs.ts";
import {
  COMMON,
  createWriter,
  emptyFolder,
  git,
  NOBODY,
  remoteWith,
  troubleOf,
} from "../../support/state-places.ts";

const BRANCH = "zivsync-state";
const ROUNDS = runs(3, 12);

const open = (folder: string, more: Partial<GitStateStoreOptions> = {}) =>
  createGitStateStore({ ...COMMON, folder, branch: BRANCH, environment: NOBODY, ...more });

const named = (writers: readonly string[], rounds: number) =>
  writers.flatMap((name) => Array.from({ length: rounds }, (_, round) => `${name}-${round}`));

/** Every account that anyone added is there, and every update was one commit. */
async function expectAll(folder: string, repository: string, ids: readonly string[]): Promise<void> {
  expect(await open(folder).read()).toEqual(stateOf(...ids));
  expect(git(repository, "rev-list", "--count", BRANCH)).toBe(String(ids.length));
}

test("two writers in one process, in two clones, lose no update", async () => {
  const { folder, remote } = remoteWith("one", "two");
  const [one, two] = [open(join(folder, "one")), open(join(folder, "two"))];
  for (let round = 0; round < ROUNDS; round++) {
    const both = [one.update(withAccount(`one-${round}`)), two.update(withAccount(`two-${round}`))];
    await Promise.all(both);
  }
  await expectAll(join(folder, "one"), remote, named(["one", "two"], ROUNDS));
});

test("two processes in two clones lose no update", async () => {
  const { folder, remote } = remoteWith("one", "two");
  const start = createWriter();
  const place = { store: "git", branch: BRANCH } as const;
  const writers = ["one", "two"].map((name) => start(place, join(folder, name), name, ROUNDS, "in-step"));
  for (let round = 0; round < ROUNDS; round++) await Promise.all(writers.map((writer) => writer.step()));
  expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual([0, 0]);
  await expectAll(join(folder, "one"), remote, named(["one", "two"], ROUNDS));
});

test.each([
  ["with a remote", () => remoteWith("one").folder, "one"],
  [
    "without one",
    () => {
      const folder = emptyFolder();
      git(folder, "init", "-q", "one");
      return folder;
    },
    "one",
  ],
])("several at once in one clone lose no update, %s", async (_, make, clone) => {
  const place = join(make(), clone);
  const ids = named(["a", "b"], 2);
  await Promise.all(ids.map((id) => open(place).update(withAccount(id))));
  await expectAll(place, git(place, "remote") === "" ? place : join(place, "..", "remote.git"), ids);
});

test("equal writes at the same moment are two writes", async () => {
  const { folder, remote } = remoteWith("one", "two");
  let calls = 0;
  const add = (state: ReturnType<typeof stateOf>) => {
    calls++;
    return {
      ...state,
      sources: [{ profile: "p", name: "s", records: (state.sources[0]?.records ?? 0) + 1 }],
    };
  };
  await Promise.all(["one", "two"].map((name) => open(join(folder, name)).update(add)));
  expect((await open(join(folder, "one")).read())?.sources[0]?.records).toBe(2);
  expect(git(remote, "rev-list", "--count", BRANCH)).toBe("2");
  expect(calls).toBeGreaterThanOrEqual(2);
});

test.skipIf(process.platform === "win32")("a branch that never holds still is given up", async () => {
  const { folder, remote } = remoteWith("one");
  await open(join(folder, "one")).update(() => stateOf("a"));
  // Whatever is pushed, somebody else's commit is there first.
  const hook = `#!/bin/sh
unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
tree=$(git rev-parse ${BRANCH}^{tree})
commit=$(git -c user.name=x -c user.email=x@example.org commit-tree $tree -p ${BRANCH} -m other)
git update-ref refs/heads/${BRANCH} $commit
exit 1
`;
  writeFileSync(join(remote, "hooks", "pre-receive"), hook, { mode: 0o755 });
  expect(await troubleOf(open(join(folder, "one"), { longestWaitMs: 1 }).update(() => stateOf("b")))).toEqual(
    {
      name: "RefusedError",
      problems: [
        {
          code: "state-race",
          where: `branch ${BRANCH} of origin`,
          message:
            "Others wrote to the state each of the 20 times that it was to be written. Nothing was changed.",
          remedy: "Run again when fewer others do.",
        },
      ],
    },
  );
  expect(await open(join(folder, "one")).read()).toEqual(stateOf("a"));
});
