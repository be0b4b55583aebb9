import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, onTestFinished } from "vitest";
import { parsePackage } from "../../src/commands/init/package.ts";
import { fakeRun, startGitHub } from "../servers/github.ts";
import { API_KEY, simulated, type Workplace } from "../support/cli.ts";
import { placeWithOrigin } from "../support/git-origin.ts";
import { itOnce as it, itInCampaigns } from "../support/runs.ts";
import { type JobResult, workflowRunner } from "../support/workflow-run.ts";

/*
 * How the workflows that init writes get their zivsync: by npm itself, on a machine without one, while a registry offers a package
 * of that name to whoever asks.
 */

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
let packed: Buffer;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "zivsync-packed-"));
  try {
    const words = ["pack", ROOT, "--ignore-scripts", "--silent", "--pack-destination", folder];
    const name = execFileSync("npm", words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    packed = readFileSync(join(folder, name.split("\n").at(-1) ?? ""));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** A registry with an evil `zivsync`, and a site with the real one. `asked` has what the registry was asked. */
async function servers() {
  const asked: string[] = [];
  const registry = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const evil = {
      name: "zivsync",
      version: "9.9.9",
      dist: { tarball: `http://${request.headers.host}/evil.tgz` },
    };
    response.end(
      JSON.stringify({ name: "zivsync", "dist-tags": { latest: "9.9.9" }, versions: { "9.9.9": evil } }),
    );
  });
  const site = createServer((_, response) => void response.end(packed));
  const urls = await Promise.all(
    [registry, site].map(async (server) => {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      onTestFinished(() => void server.close());
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }),
  );
  return { asked, registry: `${urls[0]}/`, site: urls[1] ?? "" };
}

async function repository() {
  const simulator = await simulated({ claimedDomains: ["example.org"], personal: [] });
  const github = await startGitHub();
  onTestFinished(() => github.close());
  const { origin, place, git } = await placeWithOrigin();
  const { asked, registry, site } = await servers();
  const runner = await workflowRunner({
    origin,
    token: github.state.token,
    registry,
    onJob: ({ permissions }) => {
      github.state.permissions = { ...permissions } as typeof github.state.permissions;
    },
  });
  const drift = async (): Promise<readonly JobResult[]> => {
    git("add", "-A");
    git("commit", "-q", "--allow-empty", "-m", "As init left it");
    git("push", "-q", "origin", "main");
    const sha = git("rev-parse", "HEAD");
    github.state.commits.push({ sha, author: "ann" });
    github.state.runs.push(fakeRun({ id: 1, sha, event: "schedule" }));
    return runner.run(join(place.folder, ".github/workflows/drift.yml"), {
      name: "schedule",
      runId: 1,
      sha,
      payload: {},
      environment: github.environment({ id: 1, sha, event: "schedule" }),
      secrets: { ZIVVER_API_KEY: API_KEY },
    });
  };
  const init = (spec: string) =>
    place.zivsync(
      "init",
      "--source",
      "spreadsheet",
      "--domain",
      "example.org",
      "--url",
      simulator.url,
      "--package",
      spec,
    );
  return { place, drift, init, asked, site };
}

const results = (jobs: readonly JobResult[]) =>
  Object.fromEntries(jobs.map(({ job, result }) => [job, result]));
const logs = (jobs: readonly JobResult[]) => jobs.map(({ log }) => log).join("\n");
const INSTALLS = { organizations: "success", drift: "success" };

async function integrity({ folder }: Workplace): Promise<string> {
  await writeFile(join(folder, "there.tgz"), packed);
  const source = await parsePackage(join(folder, "there.tgz"), folder);
  await rm(join(folder, "there.tgz"));
  return source.integrity ?? "";
}

describe("the workflows that init writes install zivsync", () => {
  itInCampaigns("from a URL, by its checksum, and ask no registry", async () => {
    const { place, drift, init, asked, site } = await repository();
    expect(await init(`${site}/zivsync.tgz#${await integrity(place)}`)).toMatchObject({ code: 0, err: "" });
    const done = await drift();
    expect(results(done), logs(done)).toEqual(INSTALLS);
    expect(asked).toEqual([]);
  });

  it("from a file of the repository, and ask no registry", async () => {
    const { place, drift, init, asked } = await repository();
    await place.write({ "tools/zivsync.tgz": packed });
    expect(await init(join(place.folder, "tools/zivsync.tgz"))).toMatchObject({ code: 0, err: "" });
    const done = await drift();
    expect(results(done), logs(done)).toEqual(INSTALLS);
    expect(asked).toEqual([]);
  });

  // The longest of them, and the least usual.
  itInCampaigns(
    "from a folder of the repository, without what its developers need, and ask no registry",
    async () => {
      const { place, drift, init, asked } = await repository();
      await place.write({ "tools.tgz": packed });
      await mkdir(join(place.folder, ".tools"));
      execFileSync("tar", ["-xzf", join(place.folder, "tools.tgz"), "-C", join(place.folder, ".tools")]);
      await writeFile(join(place.folder, ".git/info/exclude"), "tools.tgz\n");
      expect(await init(join(place.folder, ".tools/package"))).toMatchObject({ code: 0, err: "" });
      expect(await readFile(join(place.folder, ".npmrc"), "utf8")).toBe("install-links=true\n");
      const done = await drift();
      expect(results(done), logs(done)).toEqual(INSTALLS);
      expect(asked).toEqual([]);
    },
  );

  it("not from a file of the repository that somebody has changed since", async () => {
    const { place, drift, init, asked } = await repository();
    await place.write({ "my tools/zivsync 0.1.0.tgz": packed });
    expect(await init(join(place.folder, "my tools/zivsync 0.1.0.tgz"))).toMatchObject({ code: 0, err: "" });
    await place.write({ "my tools/zivsync 0.1.0.tgz": Buffer.concat([packed, Buffer.from("x")]) });
    const done = await drift();
    expect(results(done)).toEqual({ organizations: "failure", drift: "skipped" });
    expect(logs(done)).toContain("EINTEGRITY");
    expect(asked).toEqual([]);
  });

  it("not where the file is another than its checksum says", async () => {
    const { drift, init, asked, site } = await repository();
    expect(await init(`${site}/zivsync.tgz#sha512-${"A".repeat(86)}==`)).toMatchObject({ code: 0 });
    const done = await drift();
    expect(results(done)).toEqual({ organizations: "failure", drift: "skipped" });
    expect(logs(done)).toContain("EINTEGRITY");
    expect(asked).toEqual([]);
  });
});
