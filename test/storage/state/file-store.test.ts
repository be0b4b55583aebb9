import { spawnSync } from "node:child_process";
import { lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { EMPTY_STATE } from "../../../src/model/plan/state.ts";
import { createFileStateStore, type FileStateStoreOptions } from "../../../src/storage/state/file-store.ts";
import { stateOf, withAccount } from "../../support/arbitrary-state.ts";
import { runs } from "../../support/runs.ts";
import { COMMON, createWriter, emptyFolder, troubleOf } from "../../support/state-places.ts";

const AT = "2026-01-05T08:00:00.000Z";
const open = (path: string, more: Partial<FileStateStoreOptions> = {}) =>
  createFileStateStore({ ...COMMON, path, at: () => AT, ...more });

test("nothing before the first time, then what was written, in a folder made for it", async () => {
  const path = join(emptyFolder(), "a", "b", "state.jsonl");
  const store = open(path);
  expect(await store.read()).toBeUndefined();
  await store.update((state) => {
    expect(state).toEqual(EMPTY_STATE);
    return stateOf("a");
  });
  await store.update(withAccount("b"));
  expect(await open(path).read()).toEqual(stateOf("a", "b"));
  if (process.platform !== "win32") expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(path, ".."))).toEqual(["state.jsonl"]);
});

test("an update that changes nothing writes nothing", async () => {
  const path = join(emptyFolder(), "state.jsonl");
  await open(path).update(() => stateOf("a"));
  const { ino } = await stat(path);
  await open(path).update((state) => ({ ...state }));
  expect((await stat(path)).ino).toBe(ino);
  await open(path).update(withAccount("b"));
  expect((await stat(path)).ino).not.toBe(ino);
});

test("replacing begins again once, and keeps what was there, readable or not", async () => {
  const folder = emptyFolder();
  const path = join(folder, "state.jsonl");
  await writeFile(path, Buffer.from([0xff, 0xfe]));
  expect((await troubleOf(open(path).read())).problems[0]).toMatchObject({
    code: "state-damaged",
    where: path,
    message:
      "The state is not UTF-8 text: it was cut off or changed. Without it an account that was renamed looks like a new one. Nothing was changed.",
  });
  const store = open(path, { replace: true });
  expect(await store.read()).toBeUndefined();
  await store.update((state) => {
    expect(state).toEqual(EMPTY_STATE);
    return stateOf("a");
  });
  await store.update(withAccount("b"));
  expect(await store.read()).toEqual(stateOf("a", "b"));
  expect(await readdir(folder)).toEqual(["state.jsonl", "state.jsonl.replaced-2026-01-05T080000.000Z"]);
  expect(await readFile(`${path}.replaced-2026-01-05T080000.000Z`)).toEqual(Buffer.from([0xff, 0xfe]));
  // What was kept at the same moment is never written over.
  expect(await troubleOf(open(path, { replace: true }).update(() => EMPTY_STATE))).toEqual({
    name: "InputError",
    problems: [
      {
        code: "file-unwritable",
        where: `${path}.replaced-2026-01-05T080000.000Z`,
        message: "The old state cannot be kept: a file of that name is there already.",
        remedy: "Check `state.path` in organization.yaml, and that you may write in its folder.",
      },
    ],
  });
  expect(await open(path).read()).toEqual(stateOf("a", "b"));
});

test("a link stays one, and the file that it leads to is written, kept and locked", async () => {
  const folder = emptyFolder();
  const [path, shared] = [join(folder, "state.jsonl"), join(folder, "share", "zivver.jsonl")];
  await open(shared).update(() => stateOf("a"));
  await symlink(shared, path);
  await open(path).update(withAccount("b"));
  expect(await open(shared).read()).toEqual(stateOf("a", "b"));
  await open(path, { replace: true }).update(() => stateOf("c"));
  expect(await open(shared).read()).toEqual(stateOf("c"));
  expect((await lstat(path)).isSymbolicLink()).toBe(true);
  expect(await readdir(folder)).toEqual(["share", "state.jsonl"]);
});

test("a link that leads to no file is no empty state: what it leads to may not be mounted", async () => {
  const path = join(emptyFolder(), "state.jsonl");
  await symlink(join(path, "..", "share", "state.jsonl"), path);
  for (const work of [() => open(path).read(), () => open(path).update(() => stateOf("a"))])
    expect((await troubleOf(work())).problems).toMatchObject([{ code: "file-unreadable", where: path }]);
});

test("replacing where there is nothing is the first time", async () => {
  const folder = emptyFolder();
  const store = open(join(folder, "state.jsonl"), { replace: true });
  await store.update(() => stateOf("a"));
  expect(await store.read()).toEqual(stateOf("a"));
  expect(await readdir(folder)).toEqual(["state.jsonl"]);
});

test("what cannot be read or written is an error for people, and leaves what was there", async () => {
  const folder = emptyFolder();
  const isFolder = join(folder, "folder");
  await mkdir(isFolder);
  await writeFile(join(folder, "file"), "");
  const below = join(folder, "file", "x", "state.jsonl");
  expect(await troubleOf(open(isFolder).read())).toEqual({
    name: "InputError",
    problems: [
      {
        code: "file-unreadable",
        where: isFolder,
        message: "The state cannot be read: it is a folder.",
        remedy: "Check `state.path` in organization.yaml and the permissions of the file.",
      },
    ],
  });
  expect(await troubleOf(open(below).update(() => EMPTY_STATE))).toEqual({
    name: "InputError",
    problems: [
      {
        code: "file-unwritable",
        where: below,
        message: "The folder of the state cannot be made: its folder does not exist.",
        remedy: "Check `state.path` in organization.yaml, and that you may write in its folder.",
      },
    ],
  });
  const path = join(folder, "state.jsonl");
  await open(path).update(() => stateOf("a"));
  const failing = open(path).update(() => {
    throw new RangeError("of the caller");
  });
  await expect(failing).rejects.toThrow(new RangeError("of the caller"));
  expect(await open(path).read()).toEqual(stateOf("a"));
  expect(await readdir(folder)).toEqual(["file", "folder", "state.jsonl"]);
});

const deadPid = () => spawnSync(process.execPath, ["-e", ""]).pid;

test.each([
  ["of a process that has died", () => ({ pid: deadPid(), host: hostname(), since: AT })],
  ["of nobody", () => ({})],
])("a lock %s does not stop anyone", async (_, owner) => {
  const folder = emptyFolder();
  const path = join(folder, "state.jsonl");
  await writeFile(`${path}.lock`, JSON.stringify(owner()));
  await open(path, { waitMs: 0 }).update(() => stateOf("a"));
  expect(await readdir(folder)).toEqual(["state.jsonl"]);
});

test("a lock of another machine is waited for, and then told of", async () => {
  const path = join(emptyFolder(), "state.jsonl");
  await open(path).update(() => stateOf("a"));
  await writeFile(`${path}.lock`, JSON.stringify({ pid: 1, host: "elsewhere.test", since: AT }));
  expect(await troubleOf(open(path, { waitMs: 100 }).update(() => EMPTY_STATE))).toEqual({
    name: "RefusedError",
    problems: [
      {
        code: "state-locked",
        where: path,
        message: `The state is being written by another zivsync since ${AT} (process 1 on elsewhere.test). Nothing was changed.`,
        remedy: `Wait until it has ended, then run again. If that process is gone, remove ${path}.lock.`,
      },
    ],
  });
  expect(await open(path).read()).toEqual(stateOf("a"));
});

test("many at once in one process lose nothing", async () => {
  const path = join(emptyFolder(), "state.jsonl");
  const ids = Array.from({ length: 40 }, (_, index) => `id-${index}`);
  await Promise.all(ids.map((id) => open(path).update(withAccount(id))));
  expect(await open(path).read()).toEqual(stateOf(...ids));
});

test("two processes at once lose nothing, and one that is killed leaves a whole state and no lock", async () => {
  const folder = emptyFolder();
  const path = join(folder, "state.jsonl");
  const WRITES = runs(10, 20);
  const write = createWriter();
  const place = { store: "file", path } as const;
  const writers = ["one", "two"].map((name) => write(place, folder, name, WRITES, "free"));
  expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual([0, 0]);
  expect((await open(path).read())?.accounts).toHaveLength(2 * WRITES);
  for (let round = 0; round < runs(1, 3); round++) {
    const before = (await open(path).read())?.accounts.length ?? 0;
    const writer = write(place, folder, `killed-${round}`, 100_000, "free");
    while (((await open(path).read())?.accounts.length ?? 0) < before + 5) await setTimeout(5);
    writer.kill();
    await writer.ended;
    const after = (await open(path).read())?.accounts.length ?? 0;
    await open(path).update(withAccount(`after-${round}`));
    expect((await open(path).read())?.accounts.length).toBe(after + 1);
  }
});
