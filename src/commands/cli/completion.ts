import type { CommandIo, ExitCode } from "../shared/io.ts";
import type { Command, Option } from "./commander.ts";
import { type Shell, stubFor } from "./completion-stubs.ts";

/** `zivsync completion SHELL`: the script that makes a shell ask `zivsync __complete`. */
export async function completion(shell: Shell, io: CommandIo): Promise<ExitCode> {
  io.out(stubFor(shell));
  return 0;
}

/** `zivsync __complete -- WORD... :CURRENT`: what can be typed in place of the last word, for the scripts of the shells. */
export async function complete(program: Command, words: readonly string[], io: CommandIo): Promise<ExitCode> {
  const current = words.at(-1)?.replace(/^:/, "") ?? "";
  io.out(
    completionsOf(program, [...words.slice(0, -1), current])
      .map(lineOf)
      .join(""),
  );
  return 0;
}

/** One word that can be typed here, or the request that the shell completes names of files or folders. */
export type Completion = { readonly word: string; readonly description: string } | "files" | "folders";

/** A tab separates a word from its description. The two requests begin with a colon, as no word of zivsync does. */
function lineOf(one: Completion): string {
  return typeof one === "string" ? `:${one}\n` : `${one.word}\t${one.description}\n`;
}

/** The words that can follow those typed so far. The last word is the one under the cursor, and may be empty. Pure. */
export function completionsOf(program: Command, words: readonly string[]): readonly Completion[] {
  const current = words.at(-1) ?? "";
  let command = program;
  let waiting: Option | undefined;
  for (const word of words.slice(0, -1)) {
    if (waiting) waiting = undefined;
    else if (word.startsWith("-"))
      waiting = optionsOf(program, command).find((option) => takes(option, word));
    else command = command.commands.find((below) => below.name() === word) ?? command;
  }
  if (waiting) return startingWith(current, valuesOf(waiting));
  const equals = current.startsWith("--") ? current.indexOf("=") : -1;
  if (equals > 0) {
    const name = current.slice(0, equals);
    const option = optionsOf(program, command).find((one) => takes(one, name));
    return option ? startingWith(current, valuesOf(option).map(prefixed(`${name}=`))) : [];
  }
  return startingWith(
    current,
    current.startsWith("-") ? named(program, command) : following(program, command),
  );
}

/** The options of a command, and those that hold for every command. */
function optionsOf(program: Command, command: Command): readonly Option[] {
  const everywhere = program.options.filter(({ long }) => long !== "--version");
  return command === program ? everywhere : [...command.options, ...everywhere];
}

function takes({ short, long, required }: Option, word: string): boolean {
  return required && (word === short || word === long);
}

function named(program: Command, command: Command): readonly Completion[] {
  const known = optionsOf(program, command).map(({ short, long, description }) => ({
    names: [short, long].flatMap((name) => name ?? []),
    description,
  }));
  return [...known, { names: ["-h", "--help"], description: "display help for command" }].flatMap(
    ({ names, description }) => names.map((word) => ({ word, description })),
  );
}

/** The commands below this one, else the values of its argument. */
function following(program: Command, command: Command): readonly Completion[] {
  const below = command.commands.filter((one) => command !== program || !one.name().startsWith("__"));
  if (below.length > 0) return below.map((one) => ({ word: one.name(), description: one.description() }));
  const argument = command.registeredArguments[0];
  return argument === undefined ? [] : valuesFor(argument.name(), argument.argChoices);
}

function valuesOf({ flags, argChoices }: Option): readonly Completion[] {
  return valuesFor(/<(.*)>/.exec(flags)?.[1] ?? "", argChoices);
}

/** The meaning of the placeholder of a value or an argument, by its name. */
const PLACEHOLDERS: Readonly<Record<string, Completion>> = {
  file: "files",
  plan: "files",
  journal: "files",
  dir: "folders",
};

function valuesFor(placeholder: string, choices: readonly string[] | undefined): readonly Completion[] {
  if (choices) return choices.map((word) => ({ word, description: "" }));
  const stands = PLACEHOLDERS[placeholder];
  return stands === undefined ? [] : [stands];
}

const prefixed = (prefix: string) => (one: Completion) =>
  typeof one === "string" ? one : { ...one, word: `${prefix}${one.word}` };

function startingWith(current: string, all: readonly Completion[]): readonly Completion[] {
  return all.filter((one) => typeof one === "string" || one.word.startsWith(current));
}
