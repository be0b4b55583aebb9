import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IS_WINDOWS, WINDOWS_NODE, windowsPath } from "./support/machine.ts";

/** The bundles as people get them, run with the Node that is in them and no other. */

const SCRIPT = fileURLToPath(new URL("../../scripts/package.mjs", import.meta.url));
// GNU tar makes the bundle for Linux.
const PLATFORMS = IS_WINDOWS ? ["win-x64"] : ["win-x64", "linux-x64"];
const LARGEST_MB = 60;
let home = "";
let made: readonly string[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "zivsync-bundles-"));
  const only = PLATFORMS.flatMap((platform) => ["--only", platform]);
  // What was built for the tests is packed as it is: others use it meanwhile.
  const env = { ...process.env, npm_config_ignore_scripts: "true" };
  execFileSync(process.execPath, [SCRIPT, ...only, join(home, "packages")], { stdio: "pipe", env });
  made = await readdir(join(home, "packages"));
}, 600_000);
afterAll(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));

const bundle = (end: string) => join(home, "packages", made.find((name) => name.endsWith(end)) ?? end);

async function unpackZip(file: string, folder: string): Promise<string> {
  for (const [name, content] of Object.entries(unzipSync(await readFile(file)))) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  const [only = ""] = await readdir(folder);
  return join(folder, only);
}

/** Runs a program with its output in files, which is all that Wine knows, and tells how long it took. */
async function run(words: readonly string[], folder: string, env: NodeJS.ProcessEnv) {
  const [out, err] = ["out", "err"].map((end) => openSync(join(home, end), "w"));
  const [program = "", ...rest] = words;
  const began = performance.now();
  const { status } = spawnSync(program, rest, {
    cwd: folder,
    env,
    stdio: ["ignore", out, err],
    timeout: 100_000,
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  for (const descriptor of [out, err]) if (descriptor !== undefined) closeSync(descriptor);
  const text = await readFile(join(home, "err"), "utf8");
  return { code: status, text: `${await readFile(join(home, "out"), "utf8")}${text}`, seconds };
}

async function megabytes(file: string): Promise<number> {
  return (await stat(file)).size / 1024 / 1024;
}

describe("the bundle for Windows", () => {
  it("runs its demo by zivsync.cmd, with its own Node", async () => {
    const file = bundle("-win-x64.zip");
    const folder = await unpackZip(file, join(home, "with spaces é"));
    const size = await megabytes(file);
    const shell = IS_WINDOWS ? ["cmd.exe"] : [...WINDOWS_NODE.words.slice(0, -1), "cmd"];
    const program = windowsPath(join(folder, "zivsync.cmd"));
    const words = [...shell, "/d", "/c", program, "demo"];
    const demo = await run(words, home, WINDOWS_NODE.environment);
    process.stdout.write(`Windows bundle: ${size.toFixed(1)} MB, demo in ${demo.seconds} s\n`);
    expect(demo.text).toContain("That was the whole way.");
    expect(demo.code).toBe(0);
    expect(size).toBeLessThan(LARGEST_MB);
  });

  it("passes the exit code of zivsync on", async () => {
    const folder = await unpackZip(bundle("-win-x64.zip"), join(home, "exit code"));
    const shell = IS_WINDOWS ? ["cmd.exe"] : [...WINDOWS_NODE.words.slice(0, -1), "cmd"];
    const program = windowsPath(join(folder, "zivsync.cmd"));
    const words = [...shell, "/d", "/c", program, "-C", "absent", "validate"];
    const failed = await run(words, home, WINDOWS_NODE.environment);
    expect(failed).toMatchObject({ code: 1, text: expect.stringContaining("absent") });
  });
});

describe("the task that install-task.ps1 registers", () => {
  /** Starts cmd with exactly this command line, as the Task Scheduler does. Wine itself would quote it again. */
  const START = `const { spawnSync } = require("node:child_process");
    process.exit(spawnSync("cmd.exe", [process.argv[1]], { windowsVerbatimArguments: true, stdio: "ignore" }).status);`;

  it("runs zivsync on paths with spaces and ampersands, keeps its output, and ends with its exit code", async () => {
    const folder = await unpackZip(bundle("-win-x64.zip"), join(home, "a & b (c)"));
    const script = await readFile(join(folder, "install-task.ps1"), "utf8");
    const [, format = ""] = /\$line = '([^']+)' -f/.exec(script) ?? [];
    const output = join(home, "a & b (c)", "review é.txt");
    const values = [join(folder, "zivsync.cmd"), join(home, "no configuration"), "validate --json", output];
    const line = format.replace(/\{(\d)\}/g, (_, at) => {
      const value = values[Number(at)] ?? "";
      return at === "2" ? value : windowsPath(value);
    });
    const started = await run([...WINDOWS_NODE.words, "-e", START, line], home, WINDOWS_NODE.environment);
    expect(started).toMatchObject({ code: 1, text: "" });
    expect(await readFile(output, "utf8")).toContain("no configuration");
  });
});

describe.runIf(!IS_WINDOWS)("the bundle for Linux", () => {
  it("runs its demo with nothing of Node on the PATH", async () => {
    const file = bundle("-linux-x64.tar.gz");
    const folder = join(home, "linux");
    await mkdir(folder);
    execFileSync("tar", ["-xzf", file, "-C", folder, "--strip-components=1"]);
    const size = await megabytes(file);
    const demo = await run([join(folder, "zivsync"), "demo"], folder, {
      PATH: "/usr/bin:/bin",
      HOME: folder,
    });
    process.stdout.write(`Linux bundle: ${size.toFixed(1)} MB, demo in ${demo.seconds} s\n`);
    expect(demo).toMatchObject({ code: 0, text: expect.stringContaining("That was the whole way.") });
    expect(size).toBeLessThan(LARGEST_MB);
  });
});
