import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { fileKey, findFiles } from "../../src/config/yaml/glob.ts";

async function folder(...files: readonly string[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "zivsync-glob-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await mkdir(join(root, "profiles"));
  await mkdir(join(root, "accounts"));
  for (const file of files) await writeFile(join(root, file), "");
  return root;
}

describe("on Windows", () => {
  it.each(["..\\accounts\\*.yaml", "../accounts/*.yaml", "..\\accounts/*.YAML"])(
    "%s finds the files",
    async (pattern) => {
      const root = await folder("accounts/a.yaml", "accounts/B.YAML");
      const found = await findFiles(join(root, "profiles"), pattern, "win32");
      expect(found).toEqual([join(root, "accounts/B.YAML"), join(root, "accounts/a.yaml")]);
    },
  );

  it("a path in other letters is the same file", () => {
    expect(fileKey("C:\\Data\\U.CSV", "win32")).toBe(fileKey("c:\\data\\u.csv", "win32"));
    expect(fileKey("/data/U.CSV", "linux")).not.toBe(fileKey("/data/u.csv", "linux"));
  });
});

it("elsewhere letters count, and a backslash is part of a name", async () => {
  const root = await folder("accounts/a.yaml", "accounts/B.YAML");
  const from = join(root, "profiles");
  expect(await findFiles(from, "../accounts/*.yaml", "linux")).toEqual([join(root, "accounts/a.yaml")]);
  expect(await findFiles(from, "..\\accounts\\*.yaml", "linux")).toEqual([]);
});
