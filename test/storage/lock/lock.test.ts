import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { sharedFolder, takeLock } from "../../../src/storage/lock/lock.ts";
import { emptyFolder, troubleOf } from "../../support/empty-folder.ts";

const AT = "2026-01-05T08:00:00.000Z";
const timing = { grace: 50, deadline: 1_000 };
const stateIn = (folder: string) => ({ store: "file", path: join(folder, "deep", "state.jsonl") }) as const;

const underWay = (where: string) => ({
  name: "RefusedError",
  problems: [
    {
      code: "plan-locked",
      where,
      message: `Another apply to this organisation is under way since ${AT} (process ${process.pid} on ${hostname()}).`,
      remedy: "Wait until it has ended, then run again.",
    },
  ],
});

test("one organisation, one lock, wherever its state is; another organisation has its own", async () => {
  const folder = emptyFolder();
  const first = await takeLock("aa", AT, { folder });
  const path = join(folder, "zivsync-aa.lock");
  expect(await readdir(folder)).toEqual(["zivsync-aa.lock"]);
  const states = [undefined, { store: "git", branch: "zivsync-state" } as const, stateIn(emptyFolder())];
  for (const state of states)
    expect(await troubleOf(takeLock("aa", AT, { folder, state }))).toEqual(underWay(path));
  const other = await takeLock("bb", AT, { folder });
  await other.release();
  await first.release();
  await (await takeLock("aa", AT, { folder })).release();
  expect(await readdir(folder)).toEqual([]);
});

test("a state that is a file has one beside it, in a folder made for it, so that who shares it sees it", async () => {
  const state = stateIn(emptyFolder());
  const [one, other] = [emptyFolder(), emptyFolder()];
  const first = await takeLock("aa", AT, { folder: one, state });
  expect(await readdir(dirname(state.path))).toEqual(["state.jsonl.apply.lock"]);
  expect(await troubleOf(takeLock("aa", AT, { folder: other, state }))).toEqual(
    underWay(`${state.path}.apply.lock`),
  );
  // What was taken before it was refused is let go.
  expect(await readdir(other)).toEqual([]);
  await first.release();
  expect([await readdir(one), await readdir(dirname(state.path))]).toEqual([[], []]);
});

test("a state that is a link has one beside the file that it leads to", async () => {
  const state = stateIn(emptyFolder());
  await mkdir(dirname(state.path), { recursive: true });
  await writeFile(state.path, "");
  const path = join(emptyFolder(), "state.jsonl");
  await symlink(state.path, path);
  const first = await takeLock("aa", AT, { folder: emptyFolder(), state: { ...state, path } });
  expect(await readdir(dirname(path))).toEqual(["state.jsonl"]);
  expect(await troubleOf(takeLock("aa", AT, { folder: emptyFolder(), state }))).toEqual(
    underWay(`${state.path}.apply.lock`),
  );
  await first.release();
});

test("a lock of another machine stands, and says what to do", async () => {
  const state = stateIn(emptyFolder());
  const path = `${state.path}.apply.lock`;
  await mkdir(dirname(path));
  const owner = JSON.stringify({ pid: 2 ** 22 + 1, host: "elsewhere.test", since: AT });
  await writeFile(path, owner);
  expect(await troubleOf(takeLock("aa", AT, { folder: emptyFolder(), state, timing }))).toEqual({
    name: "RefusedError",
    problems: [
      {
        code: "plan-locked",
        where: path,
        message: `Another apply to this organisation is under way since ${AT} (process ${2 ** 22 + 1} on elsewhere.test).`,
        remedy: `Wait until it has ended, then run again. If that process is gone, remove ${path}.`,
      },
    ],
  });
  expect(await readFile(path, "utf8")).toBe(owner);
});

test("a folder that cannot be written to, or made, is an error for people", async () => {
  const folder = join(emptyFolder(), "missing");
  expect(await troubleOf(takeLock("aa", AT, { folder }))).toEqual({
    name: "InputError",
    problems: [
      {
        code: "file-unwritable",
        where: join(folder, "zivsync-aa.lock"),
        message: "The lock cannot be written: its folder does not exist.",
        remedy:
          "Let everybody who runs zivsync write in the folder of the lock; all users of this machine share it.",
      },
    ],
  });
  const place = emptyFolder();
  await writeFile(join(place, "deep"), "");
  expect(await troubleOf(takeLock("aa", AT, { folder: place, state: stateIn(place) }))).toEqual({
    name: "InputError",
    problems: [
      {
        code: "file-unwritable",
        where: join(place, "deep"),
        message: "The folder of the state cannot be made: a file of that name is there already.",
        remedy: "Check `state.path` in organization.yaml, and that you may write in its folder.",
      },
    ],
  });
});

test("the folder that all users share is an error for people where it cannot be made", async () => {
  const full = () => Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" }));
  expect(await troubleOf(sharedFolder(full))).toEqual({
    name: "InputError",
    problems: [
      {
        code: "file-unwritable",
        where: "%ProgramData%\\zivsync",
        message: "The folder for locks cannot be made: the disc is full.",
        remedy:
          "Let everybody who runs zivsync write in the folder of the lock; all users of this machine share it.",
      },
    ],
  });
  expect(await sharedFolder(async () => "folder")).toBe("folder");
});
