import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { InputError } from "../../../src/model/values/errors.ts";
import { readTextFile, writeFileAtomically } from "../../../src/storage/files/files.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "zivsync-files-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function problemsOf(promise: Promise<unknown>): Promise<unknown> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof InputError ? error.problems : error;
}

test("what was written is read again, and only its owner may read it", async () => {
  const path = join(folder, "a");
  await writeFileAtomically(path, "old");
  await writeFileAtomically(path, "caf\u00e9 \ud83d\ude00");
  expect(await readTextFile(path)).toBe("caf\u00e9 \ud83d\ude00");
  if (process.platform !== "win32") expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(["a"]);
});

test("reading says what is wrong", async () => {
  const missing = join(folder, "none");
  const below = join(folder, "file", "none");
  const binary = join(folder, "binary");
  await writeFile(join(folder, "file"), "");
  await writeFile(binary, Buffer.from([0x61, 0xc3]));
  const notFound = { code: "file-not-found", message: "There is no such file.", remedy: "Check the path." };
  const unreadable = { code: "file-unreadable", remedy: "Check that it is a text file that you may read." };
  expect(await problemsOf(readTextFile(missing))).toEqual([{ ...notFound, where: missing }]);
  expect(await problemsOf(readTextFile(below))).toEqual([{ ...notFound, where: below }]);
  expect(await problemsOf(readTextFile(folder))).toEqual([
    { ...unreadable, where: folder, message: "The file cannot be read: it is a folder." },
  ]);
  expect(await problemsOf(readTextFile(binary))).toEqual([
    { ...unreadable, where: binary, message: "The file cannot be read: it is not UTF-8 text." },
  ]);
});

test("writing says what is wrong, and leaves what was there and nothing beside it", async () => {
  const nowhere = join(folder, "none", "file");
  const taken = join(folder, "taken");
  await mkdir(taken);
  await writeFile(join(taken, "inside"), "kept");
  const unwritable = { code: "file-unwritable", remedy: "Check the folder and its permissions." };
  expect(await problemsOf(writeFileAtomically(nowhere, "new"))).toEqual([
    { ...unwritable, where: nowhere, message: "The file cannot be written: its folder does not exist." },
  ]);
  expect(await problemsOf(writeFileAtomically(taken, "new"))).toEqual([
    { ...unwritable, where: taken, message: "The file cannot be written: it is a folder." },
  ]);
  expect(await readFile(join(taken, "inside"), "utf8")).toBe("kept");
  expect(await readdir(folder)).toEqual(["taken"]);
});

test("a link that stands under a guessed name is not followed, and one in the file's place is replaced", async () => {
  const path = join(folder, "a");
  const victim = join(folder, "victim");
  await writeFile(victim, "kept");
  await symlink(victim, `${path}.${process.pid}.tmp`);
  await symlink(victim, `${path}.tmp`);
  await symlink(victim, path);
  await writeFileAtomically(path, "new");
  expect([await readFile(victim, "utf8"), await readFile(path, "utf8")]).toEqual(["kept", "new"]);
  expect((await lstat(path)).isSymbolicLink()).toBe(false);
  expect(await readdir(folder)).toEqual(["a", `a.${process.pid}.tmp`, "a.tmp", "victim"]);
});
