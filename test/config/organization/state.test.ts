import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { loadConfiguration } from "../../../src/config/load.ts";
import { isRefName } from "../../../src/config/organization/organization.ts";
import { changed, load, ORGANIZATION, problemsOf, withFolder } from "../folder.ts";

const withState = (state: string) =>
  changed("organization", "kind: Organization\n", `kind: Organization\nstate: ${state}\n`);

test.each([
  ["{ store: git }", { store: "git", branch: "zivsync-state" }],
  ["{ store: git, branch: memory/zivsync }", { store: "git", branch: "memory/zivsync" }],
  ["{ store: git, remote: upstream }", { store: "git", branch: "zivsync-state", remote: "upstream" }],
  ['{ store: git, remote: "" }', { store: "git", branch: "zivsync-state", remote: "" }],
  ["{ store: file, path: /var/lib/state.jsonl }", { store: "file", path: resolve("/var/lib/state.jsonl") }],
])("%s", async (written, state) => {
  expect((await load(withState(written))).state).toEqual(state);
});

test("a path counts from the file that it stands in, and without `state` nothing is remembered", async () => {
  await withFolder(withState("{ store: file, path: ../state.jsonl }"), async (folder) => {
    const { state } = await loadConfiguration(folder);
    expect(state).toEqual({ store: "file", path: resolve(folder, "../state.jsonl") });
  });
  expect(await load({ "organization.yaml": ORGANIZATION })).not.toHaveProperty("state");
});

test("names that Git would not take are told with their place, and an address is not shown", async () => {
  expect(
    await problemsOf(withState('{ store: git, branch: "a..b", remote: "https://u:canary@example.org/x" }')),
  ).toEqual([
    {
      code: "config-shape",
      where: "organization.yaml:3:30",
      message: '"a..b" cannot be the name of a branch in Git.',
      remedy: "Write a name such as `zivsync-state`, or leave `branch` out.",
    },
    {
      code: "config-shape",
      where: "organization.yaml:3:46",
      message: "`state.remote` is not the name of a Git remote, and an address is not taken here.",
      remedy: "Write a name that `git remote` shows, such as `origin`, or leave `remote` out.",
    },
  ]);
});

describe("names of branches are those of Git", () => {
  test.each([
    "main",
    "a/b",
    "a.b",
    "é",
    "a-",
    "@a",
    "a@b",
    "a{b",
    "-a",
    "a..b",
    ".a",
    "a/.b",
    "a.lock",
    "a.lock/b",
    "a.",
    "a b",
    "a~1",
    "a^",
    "a:b",
    "a?",
    "a*",
    "a[",
    "a\\b",
    "a//b",
    "/a",
    "a/",
    "a@{1}",
    "HEAD",
    "a\u0007",
    "a\u007f",
  ])("%j", (name) => {
    const { status } = spawnSync("git", ["check-ref-format", "--branch", name], { cwd: "/" });
    expect(isRefName(name)).toBe(status === 0);
  });
});
