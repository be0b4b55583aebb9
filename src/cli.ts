#!/usr/bin/env node
import { once } from "node:events";
import { commandLine } from "./commands/cli/command-line.ts";
import type { CommandIo, ExitCode, Stop } from "./commands/shared/io.ts";

let exitCode: ExitCode = 0;
/** The reason why what goes to stdout is lost, as the code of a system error; undefined while it is not. */
let unread: string | undefined;
const terminal = process.stdout.isTTY === true;
const plainText = process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== "";

/** The one place where a command meets the process it runs in. */
function processIo(): Omit<CommandIo, "version"> {
  const live = process.stderr.isTTY === true;
  return {
    out: (text) => {
      if (live) process.stderr.write("\r\u001b[K");
      if (unread === undefined) process.stdout.write(text);
    },
    taken: async () => {
      if (process.stdout.writableNeedDrain) await once(process.stdout, "drain").catch(() => undefined);
      // A command that only lists has nothing left to do.
      if (unread !== undefined) process.exit(finalCode());
    },
    note: (text) => void process.stderr.write(`${live ? "\r\u001b[K" : ""}${text.replace(/\n+$/, "")}\n`),
    progress: (text) =>
      void (live && process.stderr.write(`\r\u001b[K${text.slice(0, (process.stderr.columns || 80) - 1)}`)),
    environment: process.env,
    interactive: process.stdin.isTTY === true && live,
    color: terminal && !plainText,
    width: process.stdout.columns || 120,
    tableWidth: terminal ? process.stdout.columns || 120 : Number.POSITIVE_INFINITY,
    ask: askOnTerminal,
    clock: {
      now: () => Date.now(),
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    },
    listenForStop,
  };
}

let listened: Stop | undefined;

/** The first Ctrl-C asks the command to stop in good order, whichever of its applies is under way; the second one ends the process. */
function listenForStop(): Stop {
  listened ??= listen();
  return listened;
}

function listen(): Stop {
  const stop = { requested: false };
  const stopped = new Promise<void>((resolve) => {
    const handle = () => {
      if (stop.requested) process.exit(4);
      stop.requested = true;
      process.stderr.write("\nStopping when what is under way is done. Press Ctrl-C again to end at once.\n");
      resolve();
    };
    process.on("SIGINT", handle);
    process.on("SIGTERM", handle);
    // Ctrl-Break, and what Windows' own service managers send.
    if (process.platform === "win32") process.on("SIGBREAK", handle);
  });
  return Object.assign(stop, { stopped });
}

async function askOnTerminal(question: string): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => reader.once("close", () => resolve("")));
  reader.once("SIGINT", () => reader.close());
  try {
    return await Promise.race([reader.question(question), closed]);
  } finally {
    reader.close();
  }
}

/** The work is done: only its output is lost. A reader that has seen enough, such as `head`, is not a failure. */
function finalCode(): ExitCode {
  return unread !== undefined && unread !== "EPIPE" && (exitCode === 0 || exitCode === 2) ? 1 : exitCode;
}

// A command goes on without its readers: an apply that ended here would neither remember what it did nor unlock anything.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (unread === undefined && error.code !== "EPIPE")
    process.stderr.write(`The output cannot be written (${error.code ?? error.name}).\n`);
  unread ??= error.code ?? error.name;
});
process.stderr.on("error", () => undefined);

const color = process.stderr.isTTY === true && !plainText;
commandLine(process.argv.slice(2), { io: processIo, color }).then((code) => {
  exitCode = code;
  process.exitCode = finalCode();
});
process.on("beforeExit", () => {
  process.exitCode = finalCode();
});
