import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workflow } from "../support/workflows.ts";

/** The steps of the job `package` in `release.yml`, in a copy of the checkout that has no packages, as GitHub runs them. */

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
let home = "";

const bash = (script: string, cwd: string) =>
  execFileSync("bash", ["--noprofile", "--norc", "-e", "-c", script], {
    cwd,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "pipe"],
  });

function checkout(name: string): string {
  const folder = join(home, name);
  const list = bash("git ls-files -z --cached --others --exclude-standard --deduplicate", ROOT);
  for (const file of list.split("\0").filter((one) => one !== "" && one !== "node_modules")) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file));
  }
  return folder;
}

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "zivsync-released-"));
  const { jobs } = workflow(readFileSync(join(ROOT, ".github/workflows/release.yml"), "utf8"));
  const steps = jobs.package?.steps.flatMap(({ run }) => (run === undefined ? [] : [run])) ?? [];
  expect(steps.length).toBeGreaterThan(1);
  const one = checkout("one");
  for (const step of steps) bash(`umask 022\n${step}`, one);
  // Another folder, mask of modes and time zone: none of it is in the files.
  const another = checkout("another");
  bash(`cp -al ${join(one, "node_modules")} ${another}`, home);
  bash("umask 077\nexport TZ=Asia/Tokyo\nnpm run package", another);
}, 1_200_000);
afterAll(() => rmSync(home, { recursive: true, force: true }), 120_000);

describe("the packages of a release", () => {
  it("are all there, each with its checksum", () => {
    const names = [
      "SHA512SUMS",
      `zivsync-${version}-linux-x64.tar.gz`,
      `zivsync-${version}-win-x64.zip`,
      `zivsync-${version}.cdx.json`,
      `zivsync-${version}.tgz`,
    ];
    const folder = join(home, "one/packages");
    expect(readdirSync(folder).sort()).toEqual(names);
    const checked = bash("sha512sum --check --strict SHA512SUMS", folder);
    expect(checked.trim().split("\n").sort()).toEqual(names.slice(1).map((name) => `${name}: OK`));
  });

  it("have the same bytes when they are made again, elsewhere", () => {
    const sums = (name: string) => readFileSync(join(home, name, "packages/SHA512SUMS"), "utf8");
    expect(sums("another")).toBe(sums("one"));
  });
});
