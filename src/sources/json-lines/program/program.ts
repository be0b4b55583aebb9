import { dirname, join } from "node:path";
import type { SecretReader } from "../../../model/ports.ts";
import type { RecordsProgram } from "../../../model/source-config/records.ts";
import { InputError, type Problem, ZivsyncError } from "../../../model/values/errors.ts";
import { formsOfAll, redactorOfForms, type SecretForms } from "../../../model/values/secret-forms.ts";
import { allowedProgram } from "./allowed.ts";
import { type Ended, LARGEST_ERRORS, runProgram, type Sink } from "./run.ts";

export type ProgramPlace = {
  /** `ZIVSYNC_PROGRAMS`, and what programs get of the rest. */
  readonly environment: NodeJS.ProcessEnv;
  /** The folder of the configuration: nothing in its repository is run. */
  readonly directory: string;
};

export type ProgramDependencies = { readonly readSecret: SecretReader; readonly programs?: ProgramPlace };

/** Where nothing is set up for programs, none is allowed. */
const NOWHERE: ProgramPlace = { environment: {}, directory: "." };

/** `failed`: why what the program wrote may lack something. `ending`: how it ended, for people. */
export type ProgramEnd = { readonly failed?: string; readonly ending: string };

/** The environment that any program needs, without access to anything: no token, no agent, no proxy with a password. */
const PASSED_ON =
  /^(?:HOME|USER|USERNAME|LOGNAME|USERPROFILE|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|PROGRAMDATA|PATH|PATHEXT|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PROGRAMFILES(?:\(X86\))?|PROGRAMW6432|PSMODULEPATH|TEMP|TMP|TMPDIR|LANG|LANGUAGE|LC_\w+|TZ)$/i;

/** Runs the program of a source and gives the stream what it writes. Throws InputError where it may not or cannot be run. */
export async function runRecordsProgram(
  program: RecordsProgram,
  stream: Sink,
  { readSecret, programs: { environment, directory } = NOWHERE }: ProgramDependencies,
): Promise<ProgramEnd> {
  const { argv, where, timeoutMs } = program;
  const [name = "", ...given] = argv;
  const file = await allowedProgram({ program: name, where, directory }, environment);
  const secrets = await readSecrets(program, readSecret);
  stream.forbid(secrets);
  const { command, before } = startOf(file, environment);
  const ended = await runProgram(
    {
      file: command,
      args: [...before, ...given],
      // Its own folder: the present one may be a checkout, whose files a library of the program would read.
      folder: dirname(file),
      environment: { ...passedOn(environment), ...Object.fromEntries(secrets) },
      timeoutMs,
    },
    stream,
  );
  if (ended.type === "not-started")
    throw new InputError({
      code: "program-failed",
      where,
      message: `${name} could not be started (${ended.code}).`,
      remedy:
        "A script needs a first line such as `#!/usr/bin/python3`, and the right to be run. On Windows a program is an .exe or a .ps1.",
    });
  return { ...describe(ended, stream, formsOfAll(secrets)), ending: endingOf(ended) };
}

/** Windows cannot start a script of PowerShell by itself: its own PowerShell does, without anybody's profile. */
function startOf(file: string, environment: NodeJS.ProcessEnv) {
  if (process.platform !== "win32" || !/\.ps1$/i.test(file)) return { command: file, before: [] };
  const root = environment.SYSTEMROOT ?? environment.SystemRoot ?? "C:\\Windows";
  return {
    command: join(root, "System32", "WindowsPowerShell", "v1.0", "powershell.exe"),
    before: ["-NoProfile", "-NonInteractive", "-File", file],
  };
}

function passedOn(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => PASSED_ON.test(name)));
}

async function readSecrets(
  { secrets }: RecordsProgram,
  readSecret: SecretReader,
): Promise<readonly (readonly [string, string])[]> {
  const problems: Problem[] = [];
  const read: (readonly [string, string])[] = [];
  for (const [name, { ref, where }] of Object.entries(secrets)) {
    try {
      read.push([name, (await readSecret(ref, where)).reveal()]);
    } catch (error) {
      if (!(error instanceof ZivsyncError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new InputError(problems);
  return read;
}

type Finished = Exclude<Ended, { readonly type: "not-started" }>;

function describe(ended: Finished, stream: Sink, secrets: SecretForms): Pick<ProgramEnd, "failed"> {
  const why = whyFailed(ended, stream);
  if (why === undefined) return {};
  return { failed: `${why}${saidOf(ended.errors, secrets)}` };
}

function whyFailed(ended: Finished, stream: Sink): string | undefined {
  // The stream, which had the program ended, reports the bound.
  if (stream.stopped !== undefined) return undefined;
  switch (ended.type) {
    case "timeout":
      return `The program had not ended after ${ended.seconds} seconds (\`timeout\`), and was ended.`;
    case "signal":
      return `The program was ended by ${ended.signal}.`;
    case "exit":
      return ended.code === 0 ? undefined : `The program ended with exit code ${ended.code}.`;
  }
}

const TOLD_CHARACTERS = 400;

/** The end of what it wrote for people, without the secrets that it was given. */
function saidOf(errors: string, secrets: SecretForms): string {
  const text = redactorOfForms(secrets)(withoutTorn(errors, secrets));
  const words = text.trim().replace(/\s+/g, " ");
  if (words === "") return " It wrote nothing to its standard error.";
  return ` Its standard error ends with “${words.slice(-TOLD_CHARACTERS)}”.`;
}

/** Where only the end of it was kept, its beginning may be the rest of a secret. */
function withoutTorn(errors: string, secrets: SecretForms): string {
  if (Buffer.byteLength(errors) < LARGEST_ERRORS) return errors;
  return errors.slice(Math.max(0, ...secrets.flatMap(([, forms]) => forms.map(({ length }) => length))));
}

function endingOf(ended: Finished): string {
  const left = ended.leftRunning ? "; what it had started was ended" : "";
  switch (ended.type) {
    case "timeout":
      return `ended after ${ended.seconds} seconds, when its time was over${left}`;
    case "signal":
      return `ended by ${ended.signal}${left}`;
    case "exit":
      return `exit code ${ended.code}${left}`;
  }
}
