import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { read, root } from "./pages.ts";

/** Everything that people read, and all that zivsync writes for them. */
const PLACES = [
  "README.md",
  "CONTRIBUTING.md",
  "docs",
  "templates",
  "src",
  "scripts",
  "desired-state",
  ".ci",
];

function filesBelow(path: string): readonly string[] {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path)).flatMap((name) => filesBelow(join(path, name)));
}

/** Commands that take `zivsync` from the registry, or may, by its name alone. */
const BY_NAME = [
  /\bnpx (?!--no )(?:-\S+ )*zivsync\b/,
  /\b(?:npm|pnpm|yarn|bun) (?:install|i|add|global add|exec|dlx|x)\b[^\n`]*\s(?:--\s+)?zivsync(?:@\S*)?(?=[\s`"']|$)/m,
];

test.each([
  ["npx zivsync plan", true],
  ["npx --yes zivsync plan", true],
  ["npm install --global --ignore-scripts zivsync@0.1.0", true],
  ["npm i zivsync", true],
  ["npm exec -- zivsync plan", true],
  ["npx --no zivsync plan", false],
  ["npm install --save-exact --ignore-scripts ../zivsync/zivsync-0.1.0.tgz", false],
  ["npm ci --ignore-scripts", false],
])("%s installs by name: %s", (line, expected) => {
  expect(BY_NAME.some((pattern) => pattern.test(line))).toBe(expected);
});

test("nothing that is written here or for users installs zivsync by its bare name", () => {
  const files = PLACES.flatMap(filesBelow);
  expect(files.length).toBeGreaterThan(200);
  const found = files.flatMap((file) =>
    read(file)
      .split("\n")
      .flatMap((line, at) =>
        BY_NAME.some((pattern) => pattern.test(line)) ? [`${file}:${at + 1} ${line}`] : [],
      ),
  );
  expect(found).toEqual([]);
});

test("every package of the lock file has its checksum, and no registry is named", () => {
  const { packages } = JSON.parse(read("package-lock.json")) as {
    packages: Record<string, { integrity?: string; resolved?: string; link?: boolean }>;
  };
  const installed = Object.entries(packages).filter(([path, { link }]) => path !== "" && link !== true);
  expect(installed.length).toBeGreaterThan(100);
  for (const [path, { integrity, resolved }] of installed)
    expect([path, integrity, resolved]).toEqual([path, expect.stringMatching(/^sha512-/), undefined]);
});
