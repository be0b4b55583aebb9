import { spawn } from "node:child_process";
import type { Dirent } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";
import type { Clock } from "../../src/model/ports.ts";
import {
  type Simulator,
  type SimulatorOptions,
  type SimulatorSeed,
  startSimulator,
  worldFromSeed,
} from "../../src/simulator/index.ts";
import { needsProcess, runInProcess } from "./in-process.ts";

/*
 * The command line as a person runs it: the bundle, in a folder of its own, against a simulator over HTTP. Every API key
 * and account key in these tests is a canary, and every run is searched for it: output, plan, journal and whatever else
 * was written. A run has a process of its own where the process is tested: signals, terminals, locks, lost output.
 */

export const API_KEY = "canary-api-key-7f3b1c";
/** The account keys of these tests all begin like this. */
export const ACCOUNT_KEY = "canary-account-key-";
const CANARY = /canary-(api|account)-key/;
const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

export type Run = { readonly code: number | null; readonly out: string; readonly err: string };

/** A run that is under way. `ended` has the code null when a signal ended it. */
export type Running = {
  readonly ended: Promise<Run>;
  /** Resolves once the text is in what was written so far to stdout and stderr. */
  shows(text: string): Promise<void>;
  type(text: string): void;
  kill(signal: NodeJS.Signals): void;
};

export type Workplace = {
  readonly folder: string;
  /** Writes files, by path relative to the folder. */
  write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>;
  /** Runs `zivsync` in the folder, within this process; the configuration is its `desired-state`. */
  zivsync(...words: string[]): Promise<Run>;
  /** The same with other variables of the environment. */
  zivsyncWith(environment: Readonly<Record<string, string>>, ...words: string[]): Promise<Run>;
  /** Runs it as a process of its own, to the end. */
  process(...words: string[]): Promise<Run>;
  /** Begins a process, to send it signals. */
  begin(...words: string[]): Running;
  beginWith(environment: Readonly<Record<string, string>>, ...words: string[]): Running;
  /** The same on a pseudo terminal of 100 columns, or what COLUMNS says, where everything comes on stdout. */
  beginOnTerminal(...words: string[]): Running;
  beginOnTerminalWith(environment: Readonly<Record<string, string>>, ...words: string[]): Running;
  read(file: string): Promise<string>;
  /** What is in the folder, the configuration and its sources left out. */
  written(): Promise<string[]>;
};

/** An empty folder that goes when the test ends. `clock`: of runs within this process. */
export async function workplace(clock?: Clock): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), "zivsync-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const inputs = new Set<string>();
  const place: Workplace = {
    folder,
    async write(files) {
      for (const [file, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, file)), { recursive: true });
        await writeFile(join(folder, file), content);
        inputs.add(file);
      }
    },
    zivsync: (...words) => place.zivsyncWith({}, ...words),
    zivsyncWith: async (environment, ...words) => {
      if (needsProcess(words, environment)) return place.beginWith(environment, ...words).ended;
      const given = {
        folder,
        environment: environmentIn(folder, environment),
        ...(clock === undefined ? {} : { clock }),
      };
      return checkRun(place, await runInProcess(words, given));
    },
    process: (...words) => place.begin(...words).ended,
    begin: (...words) => place.beginWith({}, ...words),
    beginWith: (environment, ...words) =>
      checked(start([process.execPath, CLI, ...words], place, environment)),
    beginOnTerminal: (...words) => place.beginOnTerminalWith({}, ...words),
    beginOnTerminalWith: (environment, ...words) =>
      checked(start(["python3", "-c", TERMINAL, process.execPath, CLI, ...words], place, environment)),
    read: (file) => readFile(join(folder, file), "utf8"),
    async written() {
      const all = await everythingIn(folder);
      const files = all
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
      return files.filter((file) => !inputs.has(file)).sort();
    },
  };
  const checked = (running: Running): Running => ({
    ...running,
    ended: running.ended.then((run) => checkRun(place, run)),
  });
  return place;
}

async function checkRun(place: Workplace, run: Run): Promise<Run> {
  expect(run.out).not.toMatch(CANARY);
  expect(run.err).not.toMatch(CANARY);
  expect(`${run.out}${run.err}`).not.toMatch(/\n\s+at .*:\d+:\d+\)?\n/);
  for (const file of (await place.written()).filter(isText))
    expect(await readIfThere(place, file)).not.toMatch(CANARY);
  return run;
}

/** Not packed by Git, nor one of the samples that it puts into every repository. */
const isText = (file: string) => !/(^|\/)\.git\/(objects\/|hooks\/.*\.sample$)/.test(file);

/** What is in a folder and below it. Another process may have removed a folder since it was listed, as Git does: then once more. */
async function everythingIn(folder: string, tries = 20): Promise<Dirent[]> {
  return readdir(folder, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT" || error.path === folder || tries === 1) throw error;
    return everythingIn(folder, tries - 1);
  });
}

/** A file's text, or nothing: another process in the folder may have renamed its temporary file since it was listed. */
async function readIfThere(place: Workplace, file: string): Promise<string> {
  return place.read(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
}

/** Runs its arguments on a pseudo terminal, passes stdin on to it, and ends as they end. */
const TERMINAL = `
import fcntl, os, pty, struct, sys, termios
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(os.environ.get("COLUMNS", "100")), 0, 0))
import threading
def type_on():
    while data := os.read(0, 1024):
        os.write(terminal, data)
threading.Thread(target=type_on, daemon=True).start()
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    os.write(1, data)
os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
`;

function environmentIn(folder: string, more: Readonly<Record<string, string>>): Record<string, string> {
  return { PATH: process.env.PATH ?? "", HOME: folder, ZIVVER_API_KEY: API_KEY, ...more };
}

function start(
  [command = "", ...words]: readonly string[],
  { folder }: Workplace,
  more: Readonly<Record<string, string>>,
): Running {
  const child = spawn(command, words, {
    cwd: folder,
    env: environmentIn(folder, more),
    stdio: [command === process.execPath ? "ignore" : "pipe", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  const watchers = new Set<() => void>();
  const saw = () => {
    for (const watch of watchers) watch();
  };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    saw();
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    err += text;
    saw();
  });
  const ended = new Promise<Run>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
  return {
    ended,
    shows: (text) =>
      new Promise((resolve, reject) => {
        const watch = () => {
          if (`${out}${err}`.includes(text)) resolve();
        };
        watchers.add(watch);
        watch();
        ended.then(() => reject(new Error(`it ended without ${text}:\n${out}${err}`)), reject);
      }),
    type: (text) => void child.stdin?.write(text),
    kill: (signal) => void child.kill(signal),
  };
}

/** A simulator over HTTP on a free port, without a rate limit unless one is asked for, that goes when the test ends. */
export async function simulated(
  seed: SimulatorSeed,
  options: Partial<SimulatorOptions> = {},
): Promise<Simulator> {
  const simulator = await startSimulator({
    apiKey: API_KEY,
    world: worldFromSeed(seed),
    rateLimit: null,
    ...options,
  });
  onTestFinished(() => simulator.close());
  return simulator;
}

/** `organization.yaml` for a simulator, which protects nobody unless `extra` does. `extra` lines follow at the top level. */
export function organizationYaml(url: string, extra = ""): string {
  const shield = /^protected:/m.test(extra) ? "" : "protected: none\n";
  return `apiVersion: zivsync/v1
kind: Organization
target:
  url: ${url}
  apiKey: { env: ZIVVER_API_KEY }
  rateLimit: { requests: 1000, seconds: 1 }
loginMethod: sso
claimedDomains: [example.org, example.com]
${shield}${extra}`;
}

/** One profile over both kinds, fed by two CSV files in the folder of the configuration. */
export const PROFILE_YAML = `apiVersion: zivsync/v1
kind: Profile
name: all
manages: { kinds: [personal, functional] }
sources:
  - name: lists
    type: spreadsheet
    personal: { file: ../users.csv }
    functional: { file: ../shared.csv }
`;
