import { clearEnvironment } from "./commands/cli/process-environment.ts";
import { buildProgram, usageExitCode } from "./commands/cli/program.ts";
import type { CommandIo, ExitCode } from "./commands/shared/io.ts";
import { InternalError, RefusedError, ZivsyncError } from "./model/values/errors.ts";
import { VERSION } from "./model/values/version.ts";

/** The surroundings of a command line: the ports of its command, and how its problems are shown. */
export type CommandPlace = {
  readonly io: () => Omit<CommandIo, "version">;
  /** Whether problems are shown in colour. */
  readonly color: boolean;
};

/** Parses and runs one command line, turns what it throws into messages, and gives its exit code. */
export async function commandLine(words: readonly string[], place: CommandPlace): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = buildProgram(async (command) => {
    exitCode = await run(command, place);
  }, VERSION);
  if (words.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync([...words], { from: "user" });
  } catch (error) {
    return usageExitCode(error);
  }
  return exitCode;
}

async function run(
  command: (io: CommandIo) => Promise<ExitCode>,
  { io: open, color }: CommandPlace,
): Promise<ExitCode> {
  const io: CommandIo = { ...open(), version: VERSION };
  try {
    clearEnvironment(io.environment, io.note);
    const exitCode = await command(io);
    io.progress("");
    return exitCode;
  } catch (error) {
    const known =
      error instanceof ZivsyncError
        ? error
        : new InternalError(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    const { renderProblems } = await import("./review/text/problems.ts");
    io.note(renderProblems(known.problems, { color }));
    return known instanceof RefusedError ? 3 : 1;
  }
}
