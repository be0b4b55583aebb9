import { mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { EMPTY_STATE } from "../../../src/model/plan/state.ts";
import { createGitStateStore, type GitStateStoreOptions } from "../../../src/storage/state/git-store.ts";
import { stateOf, withAccount } from "../../support/arbitrary-state.ts";
import { itInCampaigns, itOnce as test } from "../../support/runs.ts";
import { COMMON, emptyFolder, git, NOBODY, remoteWith, troubleOf } from "../../support/state-places.ts";

const BRANCH = "zivsync-state";

function open(folder: string, more: Partial<GitStateStoreOptions> = {}) {
  return createGitStateStore({ ...COMMON, folder, branch: BRANCH, environment: NOBODY, ...more });
}

/** A repository without a remote. */
function repository(): string {
  const folder = emptyFolder();
  git(folder, "init", "-q", "-b", "main");
  git(folder, "commit", "-q", "--allow-empty", "-m", "Begin");
  mkdirSync(join(folder, "desired-state"));
  return folder;
}

/** Everything of a checkout that a state must not touch. */
function checkoutOf(folder: string): readonly string[] {
  return [git(folder, "status", "--porcelain=v2", "--branch"), git(folder, "ls-files", "--stage")];
}

const messages = (folder: string, ref: string) =>
  git(folder, "log", "--format=%an <%ae> %cn <%ce> %s", ref).split("\n");

test("without a remote it is a branch of one's own, which leaves the checkout alone", async () => {
  const folder = repository();
  const before = checkoutOf(folder);
  const place = join(folder, "desired-state");
  const store = open(place);
  expect(await store.read()).toBeUndefined();
  await store.update((state) => {
    expect(state).toEqual(EMPTY_STATE);
    return stateOf("a", "b", "c");
  });
  await store.update(() => stateOf("b", "c", "d"));
  await store.update((state) => ({ ...state }));
  expect(await open(place).read()).toEqual(stateOf("b", "c", "d"));
  expect(checkoutOf(folder)).toEqual(before);
  expect(git(folder, "ls-tree", "-r", "--format=%(objectmode) %(path)", BRANCH)).toBe("100644 state.jsonl");
  const neutral = "zivsync <zivsync@example.org> zivsync <zivsync@example.org>";
  expect(messages(folder, BRANCH)).toEqual([
    `${neutral} 3 accounts, 2 changed`,
    `${neutral} 3 accounts, 3 changed`,
  ]);
  expect(git(folder, "branch", "--format=%(refname:short)")).toBe(`main\n${BRANCH}`);
});

test("commits have the name that Git knows, or that the environment says", async () => {
  const folder = repository();
  git(folder, "config", "user.name", "Bob");
  git(folder, "config", "user.email", "bob@example.org");
  await open(folder).update(() => stateOf("a"));
  const environment = { ...NOBODY, GIT_AUTHOR_NAME: "Eve", GIT_AUTHOR_EMAIL: "eve@example.org" };
  await open(folder, { environment }).update(() => stateOf("b"));
  expect(messages(folder, BRANCH)).toEqual([
    "Eve <eve@example.org> Bob <bob@example.org> 1 account, 2 changed",
    "Bob <bob@example.org> Bob <bob@example.org> 1 account, 1 changed",
  ]);
});

test("with a remote, clones see what others wrote", async () => {
  const { folder, remote } = remoteWith("one", "two");
  const [one, two] = ["one", "two"].map((name) => join(folder, name, "desired-state"));
  if (one === undefined || two === undefined) throw new Error("no clones");
  const before = checkoutOf(one);
  expect(await open(one).read()).toBeUndefined();
  await open(one).update(withAccount("a"));
  await open(two).update(withAccount("b"));
  await open(one).update(withAccount("c"));
  expect(await open(two).read()).toEqual(stateOf("a", "b", "c"));
  expect(checkoutOf(one)).toEqual(before);
  expect(git(remote, "log", "--format=%s", BRANCH).split("\n")).toEqual([
    "3 accounts, 1 changed",
    "2 accounts, 1 changed",
    "1 account, 1 changed",
  ]);
  expect(git(one, "branch", "--format=%(refname:short)")).toBe("main");
  expect(git(one, "rev-parse", "--is-shallow-repository")).toBe("false");
});

test("the remote is the one that is named, and none when the name is empty", async () => {
  const { folder, remote } = remoteWith("one");
  const one = join(folder, "one");
  git(one, "remote", "rename", "origin", "upstream");
  await open(one).update(withAccount("here"));
  await open(one, { remote: "upstream" }).update(withAccount("there"));
  expect(await open(one, { remote: "" }).read()).toEqual(stateOf("here"));
  expect(await open(one, { remote: "upstream" }).read()).toEqual(stateOf("there"));
  expect(git(remote, "log", "--format=%s", BRANCH)).toBe("1 account, 1 changed");
  expect(await troubleOf(open(one, { remote: "origin" }).read())).toEqual({
    name: "InputError",
    problems: [
      {
        code: "state-unreachable",
        where: one,
        message:
          "`state.remote` names the remote `origin`, and the Git repository has none of that name. Nothing was changed.",
        remedy: "Write the name of one that `git remote` shows, or leave `remote` out.",
      },
    ],
  });
});

itInCampaigns(
  "it works in a shallow clone, which stays shallow, with a detached HEAD and in a worktree",
  async () => {
    const { folder, remote } = remoteWith("one");
    const one = join(folder, "one");
    for (const id of ["a", "b", "c"]) await open(one).update(withAccount(id));
    git(folder, "clone", "-q", "--depth=1", `file://${remote}`, "shallow");
    const shallow = join(folder, "shallow");
    git(shallow, "checkout", "-q", "--detach");
    expect(await open(shallow).read()).toEqual(stateOf("a", "b", "c"));
    await open(shallow).update(withAccount("d"));
    expect(git(shallow, "rev-list", "--count", "HEAD")).toBe("1");
    expect(git(shallow, "rev-parse", "--is-shallow-repository")).toBe("true");
    git(one, "worktree", "add", "-q", "-b", "side", join(folder, "side"));
    await open(join(folder, "side")).update(withAccount("e"));
    await open(shallow).update(withAccount("f"));
    expect(await open(one).read()).toEqual(stateOf("a", "b", "c", "d", "e", "f"));
    expect(git(remote, "rev-list", "--count", BRANCH)).toBe("6");
  },
);

test("replacing begins again once, and the old one stays in the history", async () => {
  const folder = repository();
  await open(folder).update(() => stateOf("a", "b"));
  const other = open(folder, { replace: true });
  expect(await other.read()).toBeUndefined();
  await other.update((state) => {
    expect(state).toEqual(EMPTY_STATE);
    return stateOf("c");
  });
  await other.update(withAccount("d"));
  expect(await other.read()).toEqual(stateOf("c", "d"));
  expect(git(folder, "show", `${BRANCH}~2:state.jsonl`).split("\n")).toHaveLength(3);
});

test("a state that was edited is refused, with its place, and stays", async () => {
  const { folder } = remoteWith("one", "two");
  const [one, two] = [join(folder, "one"), join(folder, "two")];
  await open(one).update(() => stateOf("a"));
  git(two, "fetch", "-q");
  git(two, "checkout", "-q", BRANCH);
  writeFileSync(join(two, "state.jsonl"), git(two, "show", "HEAD:state.jsonl").replace("a@", "b@"));
  git(two, "commit", "-qam", "Edit");
  git(two, "push", "-q");
  const edited = git(two, "rev-parse", "HEAD");
  for (const attempt of [() => open(one).read(), () => open(one).update(() => stateOf("b"))]) {
    expect((await troubleOf(attempt())).problems).toMatchObject([
      { code: "state-damaged", where: `branch ${BRANCH} of origin: state.jsonl` },
    ]);
  }
  expect(git(one, "ls-remote", "origin", BRANCH)).toContain(edited);
});

test.each([false, true])("a branch of something else is left alone (replace: %s)", async (replace) => {
  const folder = repository();
  writeFileSync(join(folder, "work"), "");
  git(folder, "add", "work");
  git(folder, "commit", "-qm", "Work");
  const store = open(folder, { branch: "main", replace });
  expect(await troubleOf(store.update(() => EMPTY_STATE))).toEqual({
    name: "RefusedError",
    problems: [
      {
        code: "state-syntax",
        where: "branch main",
        message:
          "The branch holds something else than the state of zivsync, and its next commit would take that away. Nothing was changed.",
        remedy: "Name a branch of its own in `state.branch` of organization.yaml, such as `zivsync-state`.",
      },
    ],
  });
  expect(git(folder, "log", "-1", "--format=%s")).toBe("Work");
});

describe("what Git cannot do is an error for people", () => {
  const unreachable = (where: string, message: string, remedy: string) => [
    { code: "state-unreachable", where, message, remedy },
  ];

  test("no repository, and no Git", async () => {
    const folder = emptyFolder();
    const file = "set `state` in organization.yaml to a file: `state: { store: file, path: … }`.";
    const none =
      "The state is a branch of the Git repository that holds the configuration, and this folder lies in none. Nothing was changed.";
    for (const place of [folder, join(folder, "missing")]) {
      expect(await troubleOf(open(place).read())).toEqual({
        name: "InputError",
        problems: unreachable(place, none, `Run \`git init\` in the folder above it, or ${file}`),
      });
    }
    const environment = { ...NOBODY, PATH: folder };
    expect(await troubleOf(open(folder, { environment }).update(() => EMPTY_STATE))).toEqual({
      name: "InputError",
      problems: unreachable(
        folder,
        "The state is a branch of a Git repository, and there is no `git` on this machine. Nothing was changed.",
        `Install Git, or ${file}`,
      ),
    });
  });

  test("a repository that Git does not take", async () => {
    const folder = repository();
    writeFileSync(join(folder, ".git", "config"), "[core\n");
    expect(await troubleOf(open(folder).read())).toEqual({
      name: "InputError",
      problems: unreachable(
        folder,
        "Git cannot work with the repository: bad config line 1 in file .git/config. Nothing was changed.",
        "Make `git status` work in this folder, then run again.",
      ),
    });
  });

  test("a repository of another account", async () => {
    const folder = realpathSync(repository());
    // Git's own switch for its tests.
    const environment = { ...NOBODY, GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" };
    expect(await troubleOf(open(folder, { environment }).read())).toEqual({
      name: "InputError",
      problems: unreachable(
        folder,
        "The Git repository belongs to another account than the one that runs zivsync, so Git refuses to work with it. Nothing was changed.",
        `Let the account that runs zivsync own the checkout. If you trust its owner, run \`git config --global --add safe.directory ${folder}\` as that account, or with \`--system\` for one that nobody logs in with.`,
      ),
    });
  });

  test("a remote that is gone", async () => {
    const { folder, remote } = remoteWith("one");
    const store = open(join(folder, "one"));
    await store.update(() => stateOf("a"));
    rmSync(remote, { recursive: true });
    for (const attempt of [() => store.read(), () => store.update(() => EMPTY_STATE)]) {
      expect(await troubleOf(attempt())).toEqual({
        name: "RemoteError",
        problems: unreachable(
          `branch ${BRANCH} of origin`,
          `The state cannot be fetched from the remote \`origin\`: '${remote}' does not appear to be a git repository. Nothing was changed.`,
          "Make `git ls-remote origin` work here without a question (access, credentials, network), then run again.",
        ),
      });
    }
  });

  test("a remote that nobody answers for, without showing credentials", async () => {
    const folder = repository();
    git(folder, "remote", "add", "origin", "http://user:canary-token@127.0.0.1:9/x.git");
    const { name, problems } = await troubleOf(open(folder).read());
    expect(name).toBe("RemoteError");
    expect(problems[0]?.message).toMatch(
      /^The state cannot be fetched from the remote `origin`: unable to access 'http:\/\/127\.0\.0\.1:9\/x\.git\/': .*\. Nothing was changed\.$/,
    );
    expect(JSON.stringify(problems)).not.toContain("canary");
  });

  test.skipIf(process.platform === "win32")("a remote that refuses, which is asked once", async () => {
    const { folder, remote } = remoteWith("one");
    const asked = join(folder, "asked");
    const hook = `#!/bin/sh\necho x >> ${asked}\necho "error: GH006: Protected branch update failed." >&2\nexit 1\n`;
    writeFileSync(join(remote, "hooks", "pre-receive"), hook, { mode: 0o755 });
    expect(await troubleOf(open(join(folder, "one")).update(() => stateOf("a")))).toEqual({
      name: "RemoteError",
      problems: unreachable(
        `branch ${BRANCH} of origin`,
        "The state cannot be pushed to the remote `origin`: pre-receive hook declined (GH006: Protected branch update failed). Nothing was changed.",
        `Let the account that runs zivsync push to the branch \`${BRANCH}\` there, which no rule may protect; in a workflow this needs \`contents: write\`.`,
      ),
    });
    expect(readFileSync(asked, "utf8")).toBe("x\n");
    expect(git(remote, "branch", "--list", BRANCH)).toBe("");
  });

  test.skipIf(process.platform === "win32")("hooks of the clone are not run", async () => {
    const { folder, remote } = remoteWith("one");
    writeFileSync(join(folder, "one", ".git", "hooks", "pre-push"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    await open(join(folder, "one")).update(() => stateOf("a"));
    expect(git(remote, "log", "--format=%s", BRANCH)).toBe("1 account, 1 changed");
  });
});
