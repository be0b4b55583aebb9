import type { CommandRun } from "../shared/io.ts";
import { type Command, list, withOptions } from "./commander.ts";

const ACCEPT = ["--accept <guard=count>", "accept exactly this effect (may be given again)", list] as const;

/** `zivsync github …`: what a workflow on GitHub runs. */
export function addGitHub(program: Command, run: CommandRun): void {
  const github = program
    .command("github")
    .description("within a workflow on GitHub: plan, apply, sync, drift");
  github
    .command("plan")
    .description("plan a pull request and what is pending without it, and show both in its comment")
    .option("-o, --output <file>", "the plan file", "plan.json")
    .option(
      "--base <ref>",
      "the commit or branch to hold the plan against (default: the pull request's base)",
    )
    .option("--approved <file>", "the plan file of a merged pull request, to accept what it accepted")
    .option(...ACCEPT)
    .action(withOptions(run, async () => (await import("../github/plan.ts")).githubPlan));
  github
    .command("apply")
    .description("plan what was merged, and apply it if it is still what the pull request showed")
    .option("-o, --output <file>", "the plan file; the journal is beside it", "plan.json")
    .option("--approved <file>", "the plan file of the pull request, to show what differs")
    .option(
      "--digest <digest>",
      "of the plan that a job of this run showed to those who approve its environment",
    )
    .option(...ACCEPT)
    .action(withOptions(run, async () => (await import("../github/apply.ts")).githubApply));
  github
    .command("approved-run")
    .description("the run whose artefacts hold the plan file of the merged pull request")
    .action(withOptions(run, async () => (await import("../github/approved-run.ts")).githubApprovedRun));
  github
    .command("sync")
    .description("apply what standing approval covers, and keep an issue open for what waits")
    .option("--routine <file>", "the plan file of what standing approval covers", "routine.json")
    .option("--waiting <file>", "the plan file of what waits for people", "waiting.json")
    .option("--dry-run", "write the plan files, and change nothing")
    .option(...ACCEPT)
    .action(withOptions(run, async () => (await import("../github/sync.ts")).githubSync));
  github
    .command("drift")
    .description("keep an issue open for as long as Zivver is not as the configuration says")
    .option("-o, --output <file>", "the plan file", "plan.json")
    .option(...ACCEPT)
    .action(withOptions(run, async () => (await import("../github/drift.ts")).githubDrift));
}
