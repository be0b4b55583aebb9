import type { RecordsOptions } from "../inspect/records.ts";
import { type CommandRun, DEFAULT_DIRECTORY, type ExitCode } from "../shared/io.ts";
import {
  Command,
  CommanderError,
  InvalidArgumentError,
  list,
  Option,
  withArgument,
  withOptions,
} from "./commander.ts";
import { SHELLS, type Shell } from "./completion-stubs.ts";
import { addGitHub } from "./github-program.ts";
import { addStarting } from "./starting-program.ts";

type Program = { readonly program: Command; readonly run: CommandRun };

/** The commands and their options. Each action imports its command when it runs, so that start-up loads no library. */
export function buildProgram(run: CommandRun, version: string): Command {
  const program = new Command("zivsync")
    .description("Keeps the accounts of a Zivver organisation in step with the directories that own them.")
    .version(version)
    .option("-C, --directory <dir>", "folder of the configuration", DEFAULT_DIRECTORY)
    .option("--json", "print the result as JSON")
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  addStarting(program, run);
  addReading({ program, run });
  addExplaining({ program, run });
  addPlanning({ program, run });
  addSyncing({ program, run });
  addReverting({ program, run });
  addJournal({ program, run });
  addRemembering({ program, run });
  addWatching({ program, run });
  addTrying({ program, run });
  addGitHub(program, run);
  addCompletion({ program, run });
  pointToHelp(program, "zivsync");
  return program;
}

/** A wrong command line is answered with the help of the command that it names. */
function pointToHelp(command: Command, words: string): void {
  const lists = command.commands.length > 0 ? "the commands and their options" : "its options";
  command.showHelpAfterError(`Run \`${words} --help\` for ${lists}.`);
  for (const one of command.commands) pointToHelp(one, `${words} ${one.name()}`);
}

const format = (...choices: string[]) =>
  new Option("-f, --format <format>", "how to print it").choices(choices).default(choices[0]);
const ACCEPT = [
  "--accept <guard=count>",
  "accept exactly this effect, for example suspend=37 (may be given again)",
  list,
] as const;

function addReading({ program, run }: Program): void {
  program
    .command("validate")
    .description("check every configuration file, offline")
    .action(withOptions(run, async () => (await import("../inspect/validate.ts")).validate));
  program
    .command("check")
    .argument("[source]", "this source only; Zivver and all sources when left out")
    .description("connect to Zivver and to every source, and report what each gives")
    .option("--profile <name>", "the sources of this profile only (may be given again)", list)
    .action(withArgument(run, async () => (await import("../inspect/check.ts")).check));
  program
    .command("accounts")
    .description("list the live accounts: managed, unmanaged or protected, and by which rule")
    .addOption(format("table", "json", "csv", "xlsx"))
    .option("-o, --output <file>", "write to this file (xlsx: accounts.xlsx when left out)")
    .action(withOptions(run, async () => (await import("../inspect/accounts.ts")).accounts));
  program
    .command("records")
    .argument("[source]", "one source; all when left out")
    .description("show what the sources give and what it becomes, before any comparison")
    .addOption(format("table", "json"))
    .option("--profile <name>", "this profile only (may be given again)", list)
    .option("--check-program", "say what is wrong with the output of programs and files of `type: records`")
    .action((source: string | undefined, _, command: Command) =>
      run(async (io) => {
        const options = command.optsWithGlobals<RecordsOptions>();
        if (options.checkProgram === true)
          return (await import("../inspect/check-program.ts")).checkProgram(source, options, io);
        return (await import("../inspect/records.ts")).records(source, options, io);
      }),
    );
}

function addExplaining({ program, run }: Program): void {
  program
    .command("explain")
    .argument("<address>", "primary address or alias, at the source or in Zivver")
    .description("explain one account: why it is, will be or is not in Zivver")
    .action(withArgument(run, async () => (await import("../inspect/explain.ts")).explain));
}

function addPlanning({ program, run }: Program): void {
  program
    .command("plan")
    .description("compare sources and Zivver, write the plan file, print its review")
    .option("-o, --output <file>", "the plan file", "plan.json")
    .option("--profile <name>", "plan this profile only (may be given again)", list)
    .option("--only <address>", "plan this one account only", oneAddress)
    .option(...ACCEPT)
    .option(
      "--detailed-exitcode",
      "exit with 2 when there are changes, a source is incomplete, or a removal is held back",
    )
    .option("--details", "shorten nothing in the review")
    .action(withOptions(run, async () => (await import("../plan/plan.ts")).plan));
  program
    .command("show")
    .argument("<plan>", "the plan file")
    .description("render a plan for review")
    .addOption(format("text", "markdown", "html", "json"))
    .option("--details", "shorten nothing")
    .option("-o, --output <file>", "write it to this file, which its owner alone may read")
    .option("--journal <file>", "html: show what an apply did (default: the journal beside the plan)")
    .action(withArgument(run, async () => (await import("../inspect/show.ts")).show));
  program
    .command("approve")
    .argument("<plan>", "the plan file")
    .description("sign a plan with an SSH key, for plans that need approvals")
    .option("--key <file>", "the private key (default: your usual one in ~/.ssh)")
    .addOption(new Option("--agent", "sign with a key that your SSH agent holds").conflicts("key"))
    .addOption(
      new Option("--statement", "print what is to be signed, and sign nothing").conflicts(["key", "agent"]),
    )
    .option("-o, --output <file>", "with --statement: write it to this file")
    .action(withArgument(run, async () => (await import("../apply/approve.ts")).approve));
  program
    .command("apply")
    .argument("<plan>", "the plan file")
    .description("carry out a plan after approval, and nothing else")
    .option("--approve <digest>", "approve the plan with this digest, where no terminal is there to ask")
    .option(
      "--temporary-passwords <file>",
      "give every new personal account a temporary password, and write them to this new file",
    )
    .action(withArgument(run, async () => (await import("../apply/apply.ts")).apply));
}

function addSyncing({ program, run }: Program): void {
  program
    .command("sync")
    .description("apply what is approved in advance, and write what waits for people to a plan of its own")
    .option("--routine <file>", "the plan file of what is applied", "routine.json")
    .option("--waiting <file>", "the plan file of what waits for people", "waiting.json")
    .option("--dry-run", "write the plan files, and nothing to Zivver or the state")
    .option(
      "--accept <guard=count>",
      "accept exactly this effect; then all of the plan waits for people (may be given again)",
      list,
    )
    .option("--details", "shorten nothing in the review")
    .action(withOptions(run, async () => (await import("../sync/sync.ts")).sync));
}

function addRemembering({ program, run }: Program): void {
  program
    .command("adopt")
    .description("remember which account is whose, by address, and write nothing to Zivver")
    .option("--profile <name>", "the accounts of this profile only (may be given again)", list)
    .option("--relink <address>", "forget whose the account with this address was (may be given again)", list)
    .option(
      "--forget-fields [addresses...]",
      "forget the fields that no source gives now, of these accounts or of all: Zivver's values stay",
    )
    .option("--forget-unmanaged", "forget the accounts that no profile manages now")
    .option("--replace", "begin again where what is remembered cannot be used; the old file is kept")
    .action(withOptions(run, async () => (await import("../plan/adopt.ts")).adopt));
}

function addReverting({ program, run }: Program): void {
  program
    .command("revert")
    .argument("<journal>", "the journal of an apply")
    .description("write the plan that undoes what a journal did, for review like any other")
    .option("-o, --output <file>", "the plan file", "revert.json")
    .option("--delete-created", "delete the accounts that were created, instead of suspending them")
    .option(...ACCEPT)
    .option("--details", "shorten nothing in the review")
    .action(withArgument(run, async () => (await import("../plan/revert.ts")).revert));
}

function addWatching({ program, run }: Program): void {
  program
    .command("status")
    .description("show from the state: the last success, what waits, what is held back, and what is due")
    .addOption(format("text", "json", "prometheus"))
    .option("--max-age <time>", "exit with 1 when the last success is older, for example 26h")
    .action(withOptions(run, async () => (await import("../inspect/status.ts")).status));
  const notify = program.command("notify").description("notifications about runs");
  notify
    .command("test")
    .description("send a test message to every channel of `notify`, on the real path")
    .action(withOptions(run, async () => (await import("../notify/test.ts")).notifyTest));
}

function addJournal({ program, run }: Program): void {
  program
    .command("journal")
    .description("the log of what applies did")
    .command("export")
    .argument("<journal...>", "journals of applies, in order")
    .description("print the changes of journals, a line each, for a log or an archive")
    .addOption(format("csv", "jsonl"))
    .option("-o, --output <file>", "write it to this file")
    .action(withArgument(run, async () => (await import("../inspect/journal-export.ts")).exportJournals));
}

function addTrying({ program, run }: Program): void {
  program
    .command("simulator")
    .description("a Zivver API on loopback, with its quirks, for trials and tests")
    .option("--port <port>", "port to listen on (0: any free one)", portNumber, 0)
    .option("--seed <file>", "JSON with the organisation to begin with")
    .option("--state <file>", "keep the organisation in this file")
    .option("--like <file>", "behave as the report of `zivsync conformance` says")
    .option(
      "--quirk <name=on|off>",
      "switch a quirk (may be given again); lists-lag takes milliseconds",
      list,
    )
    .option("--latency <ms>", "delay of every answer in milliseconds", wholeNumber, 0)
    .option("--fault <fault>", "make trouble, for example kind=503,every=10 (may be given again)", list)
    .option("--random-seed <number>", "seed of everything random", wholeNumber, 1)
    .option("--no-rate-limit", "answer without the rate limit of 50 requests per 10 s")
    .action(withOptions(run, async () => (await import("../try/simulator.ts")).simulator));
  program
    .command("conformance")
    .description("find out on a test organisation how Zivver's API behaves, and delete what that made")
    .option("--domain <domain>", "a claimed domain in which accounts are made and deleted again")
    .option("--yes", "go on without asking for the domain again")
    .option("--in-production", "go on in an organisation of more than 50 accounts")
    .option("--clean-up <file>", "delete what a run that was killed has left, by the file that it kept")
    .option("-o, --output <file>", "the report", "conformance.json")
    .action(withOptions(run, async () => (await import("../conformance/conformance.ts")).conformance));
  program
    .command("demo")
    .description("the whole way on the simulator and the example, with nothing to set up")
    .option("--rate-limit", "keep to 50 requests per 10 s, as with Zivver itself")
    .action(withOptions(run, async () => (await import("../try/demo.ts")).demo));
}

function addCompletion({ program, run }: Program): void {
  program
    .command("completion")
    .addArgument(program.createArgument("<shell>", "which one").choices(SHELLS))
    .description("print a script that lets a shell complete commands, options and files")
    .action((shell: Shell) => run(async (io) => (await import("./completion.ts")).completion(shell, io)));
  program
    .command("__complete", { hidden: true })
    .argument("[words...]")
    .action((words: string[]) =>
      run(async (io) => (await import("./completion.ts")).complete(program, words, io)),
    );
}

/** The last one alone would be planned, and the others passed over in silence. */
function oneAddress(text: string, earlier: string | undefined): string {
  if (earlier !== undefined) throw new InvalidArgumentError("One account can be planned alone, not several.");
  return text;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

function portNumber(text: string): number {
  const port = wholeNumber(text);
  if (port > LAST_PORT) throw new InvalidArgumentError(`A port is at most ${LAST_PORT}.`);
  return port;
}

const LAST_PORT = 65_535;

/** The exit code of what the parser threw: it has printed its message, or the help that was asked for. */
export function usageExitCode(error: unknown): ExitCode {
  if (!(error instanceof CommanderError)) throw error;
  return error.exitCode === 0 ? 0 : 1;
}
