import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** What `npm pack` makes of the build, unpacked and installed without a network. */

const root = fileURLToPath(new URL("../..", import.meta.url));
let place = "";
let tarball = "";
let files: readonly string[] = [];

function pack(folder: string): string {
  const words = ["pack", root, "--ignore-scripts", "--json", "--pack-destination", folder];
  const told = JSON.parse(
    execFileSync("npm", words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }),
  );
  const [{ filename }] = Object.values(told) as [{ filename: string }];
  return join(folder, filename);
}

const inside = (file: string) => join(place, "package", file);
const text = (file: string) => readFile(inside(file), "utf8");

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "zivsync-packed-"));
  tarball = pack(place);
  execFileSync("tar", ["-xzf", tarball, "-C", place]);
  const entries = await readdir(join(place, "package"), { recursive: true, withFileTypes: true });
  files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(place, "package").length + 1))
    .sort();
});
afterAll(() => rm(place, { recursive: true, force: true }));

describe("the packed zivsync", () => {
  it("has the same bytes each time", async () => {
    const again = join(place, "again");
    await mkdir(again);
    const [one, two] = await Promise.all([tarball, pack(again)].map((file) => readFile(file)));
    const digest = (content: Buffer | undefined) =>
      createHash("sha512")
        .update(content ?? "")
        .digest("hex");
    expect(digest(one)).toBe(digest(two));
  });

  it("holds what runs, and no test, source or source map", async () => {
    expect(files).toContain("dist/cli.js");
    expect(files).toContain("dist/THIRD-PARTY-LICENCES.txt");
    expect(files).toContain("schemas/organization.schema.json");
    expect(
      files.filter((file) => /(?:^|\/)(?:test|src|node_modules)\/|\.test\.|\.map$|(?<!\.d)\.ts$/.test(file)),
    ).toEqual([]);
    for (const file of files.filter((name) => /\.(?:js|d\.ts|css)$/.test(name)))
      expect([file, (await text(file)).match(/sourceMappingURL|sourcesContent/)]).toEqual([file, null]);
  });

  it("names no folder of the machine that made it", async () => {
    const folders = [root, tmpdir(), process.env.HOME ?? "/root"].map((path) => path.replace(/\/$/, ""));
    const named: string[] = [];
    for (const file of files) {
      const content = await text(file);
      const own = folders.filter((path) => path !== "/tmp" && content.includes(`${path}/`));
      named.push(...own.map((path) => `${file}: ${path}`));
    }
    expect(named).toEqual([]);
  });

  it("has no link that leads nowhere", async () => {
    const broken: string[] = [];
    for (const page of files.filter((file) => file.endsWith(".md"))) {
      const prose = (await text(page)).replaceAll(/^( *)```[\s\S]*?^\1```$/gm, "");
      for (const [, to = ""] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^(?:[a-z]+:|#)/.test(to)) continue;
        const file = normalize(join(dirname(page), to.replace(/#.*/, ""))).replace(/\/$/, "");
        if (!files.some((one) => one === file || one.startsWith(`${file}/`))) broken.push(`${page}: ${to}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it("needs no other package, and runs nothing when it is installed", async () => {
    const { dependencies, optionalDependencies, peerDependencies, scripts } = JSON.parse(
      await text("package.json"),
    );
    expect({ dependencies, optionalDependencies, peerDependencies }).toEqual({});
    expect(Object.keys(scripts).filter((name) => /install/.test(name))).toEqual([]);
  });

  it("has the licence of every library that is in it", async () => {
    const licences = await text("dist/THIRD-PARTY-LICENCES.txt");
    for (const name of [
      "got",
      "undici",
      "ldapts",
      "yaml",
      "commander",
      "@azure/msal-node",
      "libphonenumber-js",
    ])
      expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+$`, "m"));
    expect(
      licences
        .split("-".repeat(80))
        .slice(1)
        .filter((part) => part.trim().length < 300),
    ).toEqual([]);
  });

  it("installs without a network, and shows the demo", async () => {
    const home = join(place, "offline");
    await mkdir(home);
    await writeFile(join(home, "package.json"), "{}");
    const environment = { PATH: process.env.PATH, HOME: home, npm_config_cache: join(home, "cache") };
    const options = { cwd: home, env: environment, encoding: "utf8", stdio: "pipe" } as const;
    execFileSync(
      "npm",
      ["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", tarball],
      options,
    );
    expect(await readdir(join(home, "node_modules"))).toEqual([".bin", ".package-lock.json", "zivsync"]);
    const out = execFileSync(join(home, "node_modules/.bin/zivsync"), ["demo"], options);
    expect(out).toContain("No changes");
    const start = ["init", "--domain", "example.org", "--no-workflows"];
    const begun = execFileSync(join(home, "node_modules/.bin/zivsync"), start, options);
    expect(begun.slice(begun.indexOf("Next:"))).toBe(
      [
        "Next:",
        "  desired-state/organization.yaml: name your administrators under `protected`",
        "  look through the other files: each says what can be changed",
        "  npx --no zivsync validate    checks them",
        "  npx --no zivsync check       connects to Zivver and to every source",
        "  npx --no zivsync plan        shows what would be done, and does nothing",
        "",
      ].join("\n"),
    );
  });

  it("installs as a global command with its manual page, and leaves nothing when it is uninstalled", async () => {
    const home = join(place, "global");
    const prefix = join(home, "prefix");
    await mkdir(prefix, { recursive: true });
    const environment = {
      PATH: process.env.PATH,
      HOME: home,
      npm_config_cache: join(home, "cache"),
      npm_config_prefix: prefix,
    };
    const npm = (...words: readonly string[]) =>
      execFileSync("npm", [...words, "--offline", "--no-audit", "--no-fund"], {
        cwd: home,
        env: environment,
        stdio: "pipe",
      });
    const found = async () => {
      const entries = await readdir(prefix, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(prefix.length + 1))
        .filter((path) => !path.startsWith("lib/node_modules/zivsync/"))
        .sort();
    };
    npm("install", "--global", "--ignore-scripts", tarball);
    expect(await found()).toEqual(["bin/zivsync", "share/man/man1/zivsync.1"]);
    expect(await readFile(join(prefix, "share/man/man1/zivsync.1"), "utf8")).toMatch(/^\.TH ZIVSYNC 1 /);
    npm("uninstall", "--global", "zivsync");
    expect(await found()).toEqual([]);
    expect((await readdir(home)).sort()).toEqual(["cache", "prefix"]);
  });
});
