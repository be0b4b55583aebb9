import { execFileSync, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { validateStateLine } from "../../src/config/schema/state.ts";
import { Secret } from "../../src/model/values/secret.ts";
import { deriveSealKeys } from "../../src/storage/plan/seal.ts";
import type { StatePlace } from "../../src/storage/state/create-store.ts";
import { emptyFolder } from "./empty-folder.ts";

export { emptyFolder, troubleOf } from "./empty-folder.ts";

/** What every store of these tests is made with. */
export const COMMON = {
  keys: deriveSealKeys(new Secret("key"), "https://app.zivver.com/api/scim/v2"),
  validate: validateStateLine,
  version: "0.1.0",
};

const WHO = { GIT_AUTHOR_NAME: "Ann", GIT_AUTHOR_EMAIL: "ann@example.org" };
const AS = { GIT_COMMITTER_NAME: "Ann", GIT_COMMITTER_EMAIL: "ann@example.org" };

/** What a command of Git says, with no configuration of this machine. */
export function git(folder: string, ...words: readonly string[]): string {
  const env = { ...NOBODY, ...WHO, ...AS };
  return execFileSync("git", [...words], {
    cwd: folder,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trimEnd();
}

/** The environment of a machine whose Git knows no name. */
export const NOBODY: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
};

/** Folders that were made once for all tests of this process. */
const templates = new Map<string, string>();
process.on("exit", () => {
  for (const folder of templates.values()) rmSync(folder, { recursive: true, force: true });
});

/** A copy, of a test's own, of what `make` puts into a folder; the settings of repositories in it name the copy. */
function copyOf(name: string, make: (folder: string) => void): string {
  const folder = emptyFolder();
  const template = templates.get(name) ?? mkdtempSync(join(tmpdir(), "zivsync-template-"));
  if (!templates.has(name)) make(template);
  templates.set(name, template);
  cpSync(template, folder, { recursive: true });
  for (const one of readdirSync(folder)) {
    const config = join(folder, one, ".git", "config");
    if (existsSync(config)) writeFileSync(config, readFileSync(config, "utf8").replaceAll(template, folder));
  }
  return folder;
}

/** A bare remote with a first commit on main, and clones of it, each with a folder `desired-state`. */
export function remoteWith(...clones: readonly string[]): { folder: string; remote: string } {
  const folder = copyOf(`remote with ${clones.join(", ")}`, (made) => {
    git(made, "init", "-q", "--bare", "-b", "main", "remote.git");
    const remote = join(made, "remote.git");
    const tree = git(remote, "mktree");
    const begun = git(remote, "commit-tree", tree, "-m", "Begin");
    git(
      remote,
      "update-ref",
      "refs/heads/main",
      git(remote, "commit-tree", tree, "-p", begun, "-m", "Go on"),
    );
    for (const clone of clones) {
      git(made, "clone", "-q", remote, clone);
      mkdirSync(join(made, clone, "desired-state"));
    }
  });
  return { folder, remote: join(folder, "remote.git") };
}

type Writer = {
  readonly ended: Promise<number | null>;
  /** Lets a writer that was started in step write once. */
  step(): Promise<unknown>;
  kill(): void;
};

/** Starts processes that write to a state, each `rounds` times: as fast as they can, or each time that they are let. */
export function createWriter(): (
  place: StatePlace,
  folder: string,
  name: string,
  rounds: number,
  pace: "free" | "in-step",
) => Writer {
  const script = join(emptyFolder(), "writer.mjs");
  buildSync({
    entryPoints: [fileURLToPath(new URL("state-writer.ts", import.meta.url))],
    outfile: script,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  return (place, folder, name, rounds, pace) => {
    const words = [script, JSON.stringify(place), folder, name, String(rounds)];
    const stdio: StdioOptions = ["ignore", "ignore", "inherit"];
    const child = spawn(process.execPath, words, {
      stdio: pace === "free" ? stdio : [...stdio, "ipc"],
    });
    const ended = new Promise<number | null>((resolve, reject) =>
      child.on("error", reject).on("close", resolve),
    );
    return {
      ended,
      step() {
        child.send("go");
        return Promise.race([once(child, "message"), ended]);
      },
      kill: () => void child.kill("SIGKILL"),
    };
  };
}
