import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect } from "vitest";
import { API_KEY, type Run, type Workplace } from "../../support/cli.ts";
import { WINDOWS_NODE, windowsPath } from "./machine.ts";

/* The command line on Windows' Node: many runs in one process, or one in a process of its own. */

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const BUNDLE = file("../../../dist/command-line.js");
const CLI = file("../../../dist/cli.js");
const WORKER = file("worker.mjs");
const EMULATION = file("../../support/windows-emulation.cjs");
const CANARY = /canary-(?:api|account)-key/;
/** Files that somebody has open, for the emulation of what Wine lets pass. */
export const OPEN_FILES = "open-elsewhere";

export type Environment = Readonly<Record<string, string>>;
export type Windows = {
  /** Runs `zivsync` in the folder of a workplace, or in another one. */
  run(place: Pick<Workplace, "folder">, words: readonly string[], environment?: Environment): Promise<Run>;
};

/** A Windows for all tests of a file, started with more variables. It refuses what Windows refuses and Wine lets pass. */
export function windowsForAll(more: Environment = {}): Windows {
  let home = "";
  let port = 0;
  let worker: ChildProcess;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "zivsync-windows-"));
    const words = [
      "--require",
      windowsPath(EMULATION),
      windowsPath(WORKER),
      windowsPath(BUNDLE),
      windowsPath(join(home, "port")),
    ];
    worker = start(words, home, join(home, "worker"), more);
    port = await readPort(join(home, "port"));
  }, 120_000);
  afterAll(async () => {
    const ended = new Promise((resolve) => worker.once("close", resolve));
    worker.kill("SIGKILL");
    await ended;
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });
  return {
    async run({ folder }, words, environment = {}) {
      const asked = {
        words,
        folder: windowsPath(folder),
        environment: { ...variables(folder), ...environment },
      };
      const response = await fetch(`http://127.0.0.1:${port}/`, {
        method: "POST",
        body: JSON.stringify(asked),
      });
      return checked((await response.json()) as Run);
    },
  };
}

async function readPort(path: string): Promise<number> {
  for (;;) {
    const text = await readFile(path, "utf8").catch(() => "");
    if (text !== "") return Number(text);
    await setTimeout(50);
  }
}

/** A process of its own that is under way. */
export type WindowsProcess = { readonly ended: Promise<Run>; kill(): void };

let count = 0;

/** Starts `zivsync` as a process. One that ends with 1 and without a word is started again: Wine does that now and then. */
export function begin(
  { folder }: Pick<Workplace, "folder">,
  words: readonly string[],
  environment: Environment = {},
): WindowsProcess {
  let child: ChildProcess | undefined;
  let isKilled = false;
  const once = async (): Promise<Run> => {
    const base = join(tmpdir(), `zivsync-windows-${process.pid}-${count++}`);
    child = start([windowsPath(CLI), ...words], folder, base, { ...variables(folder), ...environment });
    const running = child;
    const code = await new Promise<number | null>((resolve) =>
      running.once("close", (value) => resolve(value)),
    );
    const [out, err] = await Promise.all(["out", "err"].map((end) => readFile(`${base}.${end}`, "utf8")));
    await Promise.all(["out", "err"].map((end) => rm(`${base}.${end}`, { force: true })));
    return checked({ code, out: out ?? "", err: err ?? "" });
  };
  const ended = once().then((run) =>
    run.code === 1 && run.out + run.err === "" && !isKilled ? once() : run,
  );
  return {
    ended,
    kill() {
      isKilled = true;
      child?.kill("SIGKILL");
    },
  };
}

function variables(folder: string): Environment {
  return {
    USERPROFILE: windowsPath(folder),
    ZIVVER_API_KEY: API_KEY,
    // Nothing that this machine or its user has set for Git.
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "NUL",
    ZIVSYNC_TEST_OPEN_FILES: windowsPath(join(folder, OPEN_FILES)),
  };
}

/** Output goes to files, since Wine gives pipes that Node cannot write to. */
function start(
  words: readonly string[],
  folder: string,
  base: string,
  environment: Environment,
): ChildProcess {
  const [out, err] = ["out", "err"].map((end) => openSync(`${base}.${end}`, "w"));
  const [program = "", ...first] = WINDOWS_NODE.words;
  const env = { ...WINDOWS_NODE.environment, ...environment };
  const child = spawn(program, [...first, ...words], { cwd: folder, env, stdio: ["ignore", out, err] });
  for (const descriptor of [out, err]) if (descriptor !== undefined) closeSync(descriptor);
  return child;
}

function checked(run: Run): Run {
  const all = `${run.out}${run.err}`;
  expect(all).not.toMatch(CANARY);
  expect(all).not.toMatch(/\n\s+at .*:\d+:\d+\)?\n/);
  return run;
}

/** Makes a folder in a workplace that another test folder can be. */
export async function folderIn({ folder }: Workplace, ...steps: readonly string[]): Promise<string> {
  const path = join(folder, ...steps);
  await mkdir(path, { recursive: true });
  return path;
}
