#!/usr/bin/env node
import { createInterface } from "node:readline/promises";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { CommandIo, ExitCode } from "./commands/io.ts";
import { InternalError, RefusedError, ZivsyncError } from "./errors.ts";
import { renderProblems } from "./review/problems.ts";
import { VERSION } from "./version.ts";

let exitCode: ExitCode = 0;
const stop = { requested: false };
const terminal = process.stdout.isTTY === true;
const plainText = process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== "";

/** The one place where a command meets the process it runs in. */
function processIo(): CommandIo {
  const live = process.stderr.isTTY === true;
  return {
    out: (text) => {
      if (live) process.stderr.write("\r\u001b[K");
      process.stdout.write(text);
    },
    note: (text) => void process.stderr.write(`${live ? "\r\u001b[K" : ""}${text.replace(/\n+$/, "")}\n`),
    progress: (text) =>
      void (live && process.stderr.write(`\r\u001b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`)),
    environment: process.env,
    interactive: process.stdin.isTTY === true && live,
    color: terminal && !plainText,
    width: process.stdout.columns ?? 120,
    ask: askOnTerminal,
    clock: {
      now: () => Date.now(),
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    },
    stop,
    stopped: new Promise((resolve) => onStop(resolve)),
    version: VERSION,
  };
}

/** The first Ctrl-C asks the command to stop in good order, the second one ends the process. */
function onStop(resolve: () => void): void {
  const handle = () => {
    if (stop.requested) process.exit(4);
    stop.requested = true;
    process.stderr.write("\nStopping when what is under way is done. Press Ctrl-C again to end at once.\n");
    resolve();
  };
  process.on("SIGINT", handle);
  process.on("SIGTERM", handle);
}

async function askOnTerminal(question: string): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => reader.once("close", () => resolve("")));
  reader.once("SIGINT", () => reader.close());
  try {
    return await Promise.race([reader.question(question), closed]);
  } finally {
    reader.close();
  }
}

type Run = (io: CommandIo) => Promise<ExitCode>;

/** Runs a command and turns what it throws into messages and an exit code. */
async function run(command: Run): Promise<void> {
  const io = processIo();
  try {
    exitCode = await command(io);
    io.progress("");
  } catch (error) {
    const known =
      error instanceof ZivsyncError
        ? error
        : new InternalError(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    io.note(renderProblems(known.problems, { color: process.stderr.isTTY === true && !plainText }));
    exitCode = known instanceof RefusedError ? 3 : 1;
  }
}

function build(): Command {
  const program = new Command("zivsync")
    .description("Keeps the accounts of a Zivver organisation in step with the directories that own them.")
    .version(VERSION)
    .option("-C, --directory <dir>", "folder of the configuration", "desired-state")
    .option("--json", "print the result as JSON")
    .showSuggestionAfterError()
    .showHelpAfterError("Run `zivsync --help` for the commands and their options.")
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  for (const add of [addReading, addPlanning, addTrying]) add(program);
  return program;
}

const format = (...choices: string[]) =>
  new Option("-f, --format <format>", "how to print it").choices(choices).default(choices[0]);
const list = (value: string, earlier: string[] | undefined) => [...(earlier ?? []), value];

function addReading(program: Command): void {
  program
    .command("validate")
    .description("check every configuration file, offline")
    .action((_, command: Command) =>
      run(async (io) => (await import("./commands/validate.ts")).validate(command.optsWithGlobals(), io)),
    );
  program
    .command("accounts")
    .description("list the live accounts: managed, unmanaged or protected, and by which rule")
    .addOption(format("table", "json", "csv"))
    .action((_, command: Command) =>
      run(async (io) => (await import("./commands/accounts.ts")).accounts(command.optsWithGlobals(), io)),
    );
  program
    .command("records")
    .argument("[source]", "one source; all when left out")
    .description("show what the sources give and what it becomes, before any comparison")
    .addOption(format("table", "json"))
    .option("--profile <name>", "this profile only (may be given again)", list)
    .action((source: string | undefined, _, command: Command) =>
      run(async (io) =>
        (await import("./commands/records.ts")).records(source, command.optsWithGlobals(), io),
      ),
    );
}

function addPlanning(program: Command): void {
  program
    .command("plan")
    .description("compare sources and Zivver, write the plan file, print its review")
    .option("-o, --output <file>", "the plan file", "plan.json")
    .option("--profile <name>", "plan this profile only (may be given again)", list)
    .option("--only <address>", "plan this one account only")
    .option(
      "--accept <guard=count>",
      "accept exactly this effect, for example suspend=37 (may be given again)",
      list,
    )
    .option("--detailed-exitcode", "exit with 2 when there are changes")
    .option("--details", "shorten nothing in the review")
    .action((_, command: Command) =>
      run(async (io) => (await import("./commands/plan.ts")).plan(command.optsWithGlobals(), io)),
    );
  program
    .command("show")
    .argument("<plan>", "the plan file")
    .description("render a plan for review")
    .addOption(format("text", "markdown", "json"))
    .option("--details", "shorten nothing")
    .action((file: string, _, command: Command) =>
      run(async (io) => (await import("./commands/show.ts")).show(file, command.optsWithGlobals(), io)),
    );
  program
    .command("apply")
    .argument("<plan>", "the plan file")
    .description("carry out a plan after approval, and nothing else")
    .option("--approve <digest>", "approve the plan with this digest, where no terminal is there to ask")
    .action((file: string, _, command: Command) =>
      run(async (io) => (await import("./commands/apply.ts")).apply(file, command.optsWithGlobals(), io)),
    );
}

function addTrying(program: Command): void {
  program
    .command("simulator")
    .description("a Zivver API on loopback, with its quirks, for trials and tests")
    .option("--port <port>", "port to listen on (0: any free one)", wholeNumber, 0)
    .option("--seed <file>", "JSON with the organisation to begin with")
    .option("--state <file>", "keep the organisation in this file")
    .option("--quirk <name=on|off>", "switch a quirk (may be given again)", list)
    .option("--latency <ms>", "delay of every answer in milliseconds", wholeNumber, 0)
    .option("--fault <fault>", "make trouble, for example kind=503,every=10 (may be given again)", list)
    .option("--random-seed <number>", "seed of everything random", wholeNumber, 1)
    .option("--no-rate-limit", "answer without the rate limit of 50 requests per 10 s")
    .action((_, command: Command) =>
      run(async (io) => (await import("./commands/simulator.ts")).simulator(command.optsWithGlobals(), io)),
    );
  program
    .command("demo")
    .description("the whole way on the simulator and the example, with nothing to set up")
    .option("--rate-limit", "keep to 50 requests per 10 s, as with Zivver itself")
    .action((_, command: Command) =>
      run(async (io) => (await import("./commands/demo.ts")).demo(command.optsWithGlobals(), io)),
    );
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

/** Parses and runs one command line, and gives its exit code. */
async function main(argv: readonly string[]): Promise<ExitCode> {
  const program = build();
  if (argv.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 1;
  }
  return exitCode;
}

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) =>
  process.exit(error.code === "EPIPE" ? exitCode : 1),
);

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
