import { readdirSync, readlinkSync } from "node:fs";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { continueGrowingFile, createGrowingFile } from "../../../src/storage/files/growing-file.ts";
import { emptyFolder } from "../../support/state-places.ts";

const failed = (error: unknown) => new Error(`failed: ${(error as NodeJS.ErrnoException).code}`);
const isLinux = process.platform === "linux";

/** How many handles this process has on a file. */
const handlesOn = (path: string) =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  }).length;

test("a new file has its first text, takes lines in the order in which they were given, and is its owner's", async () => {
  const path = join(emptyFolder(), "a");
  const file = await createGrowingFile(path, "first\n", failed);
  expect(await readFile(path, "utf8")).toBe("first\n");
  const lines = Array.from({ length: 50 }, (_, index) => `caf\u00e9 ${index}\n`);
  await Promise.all(lines.map((line) => file.append(line)));
  await file.close();
  expect(await readFile(path, "utf8")).toBe(`first\n${lines.join("")}`);
  if (process.platform !== "win32") expect((await stat(path)).mode & 0o777).toBe(0o600);
  await expect(createGrowingFile(path, "", failed)).rejects.toMatchObject({ code: "EEXIST" });
});

test("one that goes on does so after the bytes that count", async () => {
  const path = join(emptyFolder(), "a");
  await writeFile(path, "caf\u00e9\ntorn");
  const file = await continueGrowingFile(path, Buffer.byteLength("caf\u00e9\n"), failed);
  expect(await readFile(path, "utf8")).toBe("caf\u00e9\n");
  await file.append("next\n");
  await file.close();
  expect(await readFile(path, "utf8")).toBe("caf\u00e9\nnext\n");
  await expect(continueGrowingFile(`${path}b`, 0, failed)).rejects.toMatchObject({ code: "ENOENT" });
});

test("after one line that failed, all others fail as it did", async () => {
  const path = join(emptyFolder(), "a");
  const file = await createGrowingFile(path, "first\n", failed);
  await file.close();
  await expect(file.append("second\n")).rejects.toThrow("failed: EBADF");
  await expect(file.append("third\n")).rejects.toThrow("failed: EBADF");
  expect(await readFile(path, "utf8")).toBe("first\n");
});

test.runIf(isLinux)("no handle stays open on what cannot be cut", async () => {
  await expect(continueGrowingFile("/dev/full", 0, failed)).rejects.toMatchObject({ code: "EINVAL" });
  expect(handlesOn("/dev/full")).toBe(0);
});

test("where the first text cannot be written, there is no file", async () => {
  const folder = emptyFolder();
  const tooMuch = Symbol("no text") as unknown as string;
  await expect(createGrowingFile(join(folder, "a"), tooMuch, failed)).rejects.toThrow("failed: ");
  expect(await readdir(folder)).toEqual([]);
});
