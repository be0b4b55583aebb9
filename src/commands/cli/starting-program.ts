import { STARTER_SOURCES } from "../../config/starter/sources.ts";
import type { CommandRun } from "../shared/io.ts";
import { type Command, list, withArgument, withOptions } from "./commander.ts";

/** `zivsync init` and `zivsync matrix`. */
export function addStarting(program: Command, run: CommandRun): void {
  program
    .command("init")
    .description("write a configuration to begin with, and GitHub workflows; overwrites nothing")
    .addOption(
      program
        .createOption("--source <type>", "where accounts come from (may be given again)")
        .choices(STARTER_SOURCES)
        // Another source is refused by the command itself, which says which ones there are.
        .argParser(list),
    )
    .option(
      "--domain <domain>",
      "a domain that the organisation has claimed in Zivver (may be given again)",
      list,
    )
    .addOption(
      program
        .createOption("--login <method>", "how people log in")
        .choices(["sso", "password"])
        .default("sso"),
    )
    .option("--file <file>", "a csv or xlsx file that there is already, with personal accounts")
    .addOption(
      program.createOption("--state <store>", "where zivsync remembers what it did").choices(["git", "file"]),
    )
    .option(
      "--environment <name>",
      "the GitHub environment that apply waits for; * stands for the organisation",
      "zivver-production",
    )
    .option("--no-workflows", "write no GitHub workflows")
    .addOption(
      program
        .createOption("--from-live", "declare the accounts that Zivver has, so that a plan changes nothing")
        .conflicts(["source", "file"]),
    )
    .option(
      "--seal-key [variable]",
      "seal plans and state with a key of its own, read from this variable (default: ZIVSYNC_SEAL_KEY)",
    )
    .option("--url <url>", "where Zivver answers, where that is not the usual address")
    .option(
      "--package <spec>",
      "the zivsync that the workflows install: URL#sha512-…, a .tgz or a folder (default: as npm installed this one)",
    )
    .action(withOptions(run, async () => (await import("../init/init.ts")).init));
  program
    .command("matrix")
    .argument("[dir...]", "where to look for configurations (default: here and below)")
    .description("list the configuration folders as JSON for the job matrix of a GitHub workflow")
    .addOption(
      program
        .createOption("--by <what>", "one job for each of these")
        .choices(["organization", "profile"])
        .default("organization"),
    )
    .option("--changed-since <ref>", "only folders with files that changed since this commit or branch")
    .addOption(
      program
        .createOption("--standing <whether>", "only organisations with a standing approval, or without one")
        .choices(["yes", "no"]),
    )
    .option("--shard <part>", "one part of the list, for example 1/3: GitHub takes 256 jobs a matrix")
    .action(withArgument(run, async () => (await import("../matrix/matrix.ts")).matrix));
}
