/** The parser of the command line. Its package is imported here alone; every command is described with these classes. */
export { Command, CommanderError, InvalidArgumentError, Option } from "commander";
