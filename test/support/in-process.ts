import { appendFileSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { commandLine } from "../../src/commands/cli/command-line.ts";
import type { CommandIo } from "../../src/commands/shared/io.ts";
import type { Clock } from "../../src/model/ports.ts";
import type { Run } from "./cli.ts";

/*
 * The command line of the bundle within this process, as in one of its own: in a folder, with an environment and with what
 * it writes to stdout and stderr caught. The three belong to the whole process, so runs wait for each other.
 */

const BUNDLE = new URL("../../dist/command-line.js", import.meta.url).href;
/** The library that writes summaries keeps the path of its first one for good. */
const SUMMARY = join(tmpdir(), `zivsync-summary-${process.pid}.md`);

export type Place = {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The machine's own where it is left out. */
  readonly clock?: Clock;
};

const MACHINE: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

let last: Promise<unknown> = Promise.resolve();

/** Does it hang on what only a process of its own has: Node's own variables, a command that has a server, a file that is not a file? */
export function needsProcess(words: readonly string[], environment: Place["environment"]): boolean {
  const summary = environment.GITHUB_STEP_SUMMARY;
  return (
    Object.keys(environment).some((name) => /^(NODE_|TZ$)/.test(name)) ||
    words.includes("simulator") ||
    words.includes("demo") ||
    (summary !== undefined && statSync(summary, { throwIfNoEntry: false })?.isFile() !== true)
  );
}

export function runInProcess(words: readonly string[], place: Place): Promise<Run> {
  const run = last.then(() => runAlone(words, place));
  last = run.catch(() => undefined);
  return run;
}

async function runAlone(
  words: readonly string[],
  { folder, environment, clock = MACHINE }: Place,
): Promise<Run> {
  const bundle: { commandLine: typeof commandLine } = await import(/* @vite-ignore */ BUNDLE);
  const written = { out: "", err: "" };
  const undo = [
    enter(folder),
    setEnvironment(environment),
    caught(process.stdout, (text) => {
      written.out += text;
    }),
    caught(process.stderr, (text) => {
      written.err += text;
    }),
  ];
  try {
    if (environment.GITHUB_STEP_SUMMARY) {
      writeFileSync(SUMMARY, "");
      process.env.GITHUB_STEP_SUMMARY = SUMMARY;
    }
    const code = await bundle.commandLine(words, { io: ioOver(written, clock), color: false });
    return { code, ...written };
  } finally {
    for (const back of undo.reverse()) back();
    if (environment.GITHUB_STEP_SUMMARY) handOver(environment.GITHUB_STEP_SUMMARY);
  }
}

function ioOver(written: { out: string; err: string }, clock: Clock): () => Omit<CommandIo, "version"> {
  return () => ({
    out: (text) => {
      written.out += text;
    },
    note: (text) => {
      written.err += `${text.replace(/\n+$/, "")}\n`;
    },
    progress: () => undefined,
    environment: process.env,
    interactive: false,
    color: false,
    width: 120,
    tableWidth: Number.POSITIVE_INFINITY,
    ask: async () => "",
    clock,
    listenForStop: () => ({ requested: false, stopped: new Promise(() => undefined) }),
  });
}

type Undo = () => void;

function enter(folder: string): Undo {
  const before = process.cwd();
  process.chdir(folder);
  return () => process.chdir(before);
}

function setEnvironment(wanted: Place["environment"]): Undo {
  const before = { ...process.env };
  const become = (variables: NodeJS.ProcessEnv) => {
    for (const name of Object.keys(process.env)) if (!(name in variables)) delete process.env[name];
    Object.assign(process.env, variables);
  };
  become(wanted);
  return () => become(before);
}

function caught(stream: NodeJS.WriteStream, take: (text: string) => void): Undo {
  const { write } = stream;
  stream.write = (chunk: string | Uint8Array) => {
    take(String(chunk));
    return true;
  };
  return () => {
    stream.write = write;
  };
}

function handOver(file: string): void {
  appendFileSync(file, readFileSync(SUMMARY));
  rmSync(SUMMARY);
}
