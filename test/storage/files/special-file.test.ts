import { execFileSync } from "node:child_process";
import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { writeFileAtomically } from "../../../src/storage/files/files.ts";
import { openPasswordFile } from "../../../src/storage/password-file.ts";

it("never puts a file in the place of a pipe or a device, which root could, nor waits for one", async () => {
  const folder = await mkdtemp(join(tmpdir(), "zivsync-special-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  await expect(writeFileAtomically(pipe, "text")).rejects.toMatchObject({
    problems: [
      {
        code: "file-unwritable",
        where: pipe,
        message: "The file cannot be written: a pipe, a device or a socket has this name.",
        remedy: "Name an ordinary file.",
      },
    ],
  });
  expect((await lstat(pipe)).isFIFO()).toBe(true);
  expect(await readdir(folder)).toEqual(["pipe"]);
  // An apply that goes on reads the file of its earlier run, under the lock.
  await expect(openPasswordFile(pipe, { resumed: true, addresses: new Set() })).rejects.toMatchObject({
    problems: [{ code: "file-unwritable", where: pipe }],
  });
});
