import { InputError, InternalError, RefusedError, ZivsyncError } from "../../model/values/errors.ts";
import { VERSION } from "../../model/values/version.ts";
import type { CommandIo, ExitCode } from "../shared/io.ts";
import { buildProgram, usageExitCode } from "./program.ts";

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
    const { renderProblems } = await import("../../review/text/problems.ts");
    io.note(renderProblems(known.problems, { color }));
    return known instanceof RefusedError ? 3 : 1;
  }
}

/**
 * Takes out of the process's environment what would switch verification off or print secrets, and says so. Node itself has
 * read NODE_DEBUG before any program runs, and would print the API key with every request. Throws InputError
 * `environment-unsafe` for that one.
 */
function clearEnvironment(environment: NodeJS.ProcessEnv, note: (text: string) => void): void {
  if ((environment.NODE_DEBUG ?? "") !== "")
    throw new InputError({
      code: "environment-unsafe",
      where: "NODE_DEBUG",
      message:
        "This variable makes Node print requests with the API key in them, and zivsync cannot switch that off.",
      remedy: "Unset NODE_DEBUG, and run zivsync again.",
    });
  // Libraries print what they send and receive.
  delete environment.DEBUG;
  if (environment.NODE_TLS_REJECT_UNAUTHORIZED === "0")
    note(
      "NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: certificates are always verified. Name a CA of your own in `caFile` or NODE_EXTRA_CA_CERTS.",
    );
  delete environment.NODE_TLS_REJECT_UNAUTHORIZED;
}
