/** The parser of the command line. Its package is imported here alone; every command is described with these classes. */
export { Command, CommanderError, InvalidArgumentError, Option } from "commander";

/** Gathers the values of an option that may be given again. */
export const list = (value: string, earlier: string[] | undefined) => [...(earlier ?? []), value];
