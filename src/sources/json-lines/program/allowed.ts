import { access, constants, readdir, realpath, stat } from "node:fs/promises";
import { basename, delimiter, dirname, isAbsolute, join } from "node:path";
import { isBelow, succeeds } from "../../../file-bytes.ts";
import { type ErrorCode, InputError } from "../../../model/values/errors.ts";

/**
 * Names of programs that run whatever their arguments say: who may change the arguments could run anything. No list of names is
 * whole. It keeps people from listing an interpreter where they mean a script; who lists a program answers for its arguments.
 */
const INTERPRETERS =
  /^(?:(?:a|ba|rba|da|z|k|rk|mk|ok|pdk|lk|ya|c|tc|fi|s)?sh|py|python|pypy|i?node(?:js)?|deno|bun|tsx|ts-node|perl|j?ruby|php|lua(?:jit)?|tclsh|wish|expect|java|jshell|groovy|scala|dotnet|Rscript|julia|osascript|pwsh|powershell|cmd|wscript|cscript|mshta|rundll32|env|sudo|su|doas|runuser|chroot|unshare|nsenter|xargs|parallel|find|[gmn]?awk|wsl|npx|npm|pnpm|yarn|pipx?|uvx?|busybox|toybox|g?make|git|ssh|tar|vim?|nvim|emacs|gdb|strace|timeout|nice|ionice|nohup|setsid|stdbuf|flock|ld[-.](?:linux|musl|so).*)[\d.]*(?:-(?:static|dbg|debug))?w?$/i;

type Asked = { readonly program: string; readonly where: string; readonly directory: string };

/**
 * The real path of a program that a source may run. Only what `ZIVSYNC_PROGRAMS` names (absolute paths of programs, or of folders that
 * hold them, divided as PATH is), never what lies in the repository of the configuration, so that a change of the
 * configuration runs nothing new. Throws InputError.
 */
export async function allowedProgram(
  { program, where, directory }: Asked,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const fail = (code: ErrorCode, message: string, remedy: string): never => {
    throw new InputError({ code, where, message, remedy });
  };
  const listed = (environment.ZIVSYNC_PROGRAMS ?? "").split(delimiter).filter((path) => path !== "");
  if (listed.length === 0)
    return fail(
      "program-not-allowed",
      "No program may be run: ZIVSYNC_PROGRAMS is not set where zivsync runs.",
      `Set it there, outside the repository, to the programs that sources may run: ZIVSYNC_PROGRAMS=${program}`,
    );
  const file = await realpath(program).catch(() => undefined);
  if (file === undefined || !(await isFile(file)))
    return fail(
      "program-not-allowed",
      `There is no program ${program}.`,
      "Correct the path, or install the program.",
    );
  const way = await wayListed(program, file, listed);
  if (way === undefined)
    return fail(
      "program-not-allowed",
      `${program} is none of the programs that may be run here (ZIVSYNC_PROGRAMS: ${listed.join(", ")}).`,
      "The person who runs zivsync adds it to ZIVSYNC_PROGRAMS, outside the repository.",
    );
  if (isInterpreter(file) || isInterpreter(program))
    return fail(
      "program-not-allowed",
      `${basename(file)} runs whatever its arguments say, so a change of the configuration could run anything.`,
      "Name a script of your own that begins with `#!`, or a program that runs it, and list that one in ZIVSYNC_PROGRAMS.",
    );
  const interpreter = way === "folder" ? await interpreterIn(dirname(program)) : undefined;
  if (interpreter !== undefined)
    return fail(
      "program-not-allowed",
      `ZIVSYNC_PROGRAMS lists the folder ${dirname(program)}, which holds ${interpreter} and so all sorts of programs: a change of the configuration could run any of them.`,
      "List the programs themselves in ZIVSYNC_PROGRAMS, or a folder that holds nothing but exports.",
    );
  const top = await repositoryOf(directory);
  if (isBelow(file, top))
    return fail(
      "program-not-allowed",
      `${program} lies in the repository of the configuration, where a pull request can change it.`,
      "Install it elsewhere on the machine, and list that path in ZIVSYNC_PROGRAMS.",
    );
  if (process.platform !== "win32" && !(await succeeds(access(file, constants.X_OK))))
    return fail(
      "program-not-allowed",
      `${program} may not be run by this user.`,
      `Make it so: chmod +x ${program}`,
    );
  return file;
}

/**
 * Whether the list names a program or its folder. Relative paths in it are passed over: where they lead depends on the folder
 * in which zivsync starts.
 */
async function wayListed(
  program: string,
  file: string,
  listed: readonly string[],
): Promise<"program" | "folder" | undefined> {
  const entries = await Promise.all(
    listed.filter(isAbsolute).map((entry) => realpath(entry).catch(() => undefined)),
  );
  if (entries.includes(file)) return "program";
  // The folder itself, not those below it; a link in it leads where who set it up wanted.
  const folder = await realpath(dirname(program)).catch(() => undefined);
  return folder !== undefined && entries.includes(folder) ? "folder" : undefined;
}

async function interpreterIn(folder: string): Promise<string | undefined> {
  return (await readdir(folder)).sort().find(isInterpreter);
}

function isInterpreter(path: string): boolean {
  return INTERPRETERS.test(basename(path).replace(/\.exe$/i, ""));
}

/** The top of the Git checkout that a folder lies in, or the folder. */
async function repositoryOf(directory: string): Promise<string> {
  const start = await realpath(directory);
  for (let folder = start; ; folder = dirname(folder)) {
    const isTop = await succeeds(access(join(folder, ".git")));
    if (isTop) return folder;
    if (folder === dirname(folder)) return start;
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path)).isFile();
}
