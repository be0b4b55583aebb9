import { type CompletedCommand, renderCompletion, type Shell, type Words } from "../review/completion.ts";
import type { CommandIo, ExitCode } from "./io.ts";
import type { buildProgram } from "./program.ts";

type Command = ReturnType<typeof buildProgram>;
type Option = Command["options"][number];
type Argument = Command["registeredArguments"][number];

/** `zivsync completion SHELL`: a script made of the commands that there are. */
export async function completion(program: Command, shell: Shell, io: CommandIo): Promise<ExitCode> {
  io.out(renderCompletion(shell, completedCommands(program)));
  return 0;
}

/** What shells are told of a program: every command, with the options that count for all. Pure. */
export function completedCommands(program: Command): readonly CompletedCommand[] {
  const all = program.options.filter(({ long }) => long !== "--version");
  const walk = (command: Command, path: string): CompletedCommand[] => [
    {
      path,
      description: command.description(),
      options: [...command.options, ...(command === program ? [] : all)].map(optionOf).concat(HELP),
      argument: argumentOf(command.registeredArguments[0]),
    },
    ...command.commands.flatMap((below) => walk(below, `${path} ${below.name()}`.trim())),
  ];
  return walk(program, "");
}

const HELP = { names: ["-h", "--help"], description: "display help for command" };

function optionOf({ short, long, description, required, argChoices, flags }: Option) {
  const names = [short, long].flatMap((name) => name ?? []);
  return required
    ? { names, description, value: wordsOf(/<(.*)>/.exec(flags)?.[1] ?? "", argChoices) }
    : { names, description };
}

function argumentOf(argument: Argument | undefined): Words {
  return argument === undefined ? "any" : wordsOf(argument.name(), argument.argChoices);
}

/** Names of placeholders say what they stand for. */
const FILES: Readonly<Record<string, Words>> = {
  file: "file",
  plan: "file",
  journal: "file",
  dir: "folder",
};

function wordsOf(placeholder: string, choices: readonly string[] | undefined): Words {
  return choices ?? FILES[placeholder] ?? "any";
}
