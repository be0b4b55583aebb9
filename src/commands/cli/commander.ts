import type { Command, OptionValues } from "commander";
import type { CommandIo, CommandRun, ExitCode } from "../shared/io.ts";

/** The parser of the command line. Its package is imported here alone; every command is described with these classes. */
export { Command, CommanderError, InvalidArgumentError, Option } from "commander";

/** The action of a command that takes options alone. `load` imports it when it runs, so that start-up loads no library. */
export function withOptions<O extends OptionValues>(
  run: CommandRun,
  load: () => Promise<(options: O, io: CommandIo) => Promise<ExitCode>>,
) {
  return (_: unknown, command: Command) =>
    run(async (io) => (await load())(command.optsWithGlobals<O>(), io));
}

/** The same of a command that takes an argument before its options. */
export function withArgument<A, O extends OptionValues>(
  run: CommandRun,
  load: () => Promise<(argument: A, options: O, io: CommandIo) => Promise<ExitCode>>,
) {
  return (argument: A, _: unknown, command: Command) =>
    run(async (io) => (await load())(argument, command.optsWithGlobals<O>(), io));
}

/** Gathers the values of an option that may be given again. */
export const list = (value: string, earlier: string[] | undefined) => [...(earlier ?? []), value];
