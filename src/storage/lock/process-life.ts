import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { errorCode } from "../../file-bytes.ts";

/**
 * The marks that distinguish one process from all others. Ids of processes are given out again: with the moment at which a process started (`start`,
 * Linux), its machine's boot (`boot`) and its space of ids (`space`, a container's own), two are not taken for one.
 */
export type ProcessMark = {
  readonly pid: number;
  readonly host: string;
  readonly boot?: string | undefined;
  readonly space?: string | undefined;
  readonly start?: string | undefined;
};

/**
 * `elsewhere`: on another machine. `unsure`: from here it shows neither that it lives nor that it does not, as where the
 * system does not say when a process started.
 */
export type Life = "alive" | "dead" | "elsewhere" | "unsure";

export async function markOfThisProcess(): Promise<ProcessMark> {
  const { pid } = process;
  const [boot, space, start] = await Promise.all([bootOfMachine(), spaceOfIds(), startOf(pid)]);
  return { pid, host: hostname(), boot, space, start };
}

/** Whether the process with a mark lives, for the process that `own` is the mark of. */
export async function lifeOf(
  mark: ProcessMark,
  own: ProcessMark,
  signal: (pid: number) => unknown = (pid) => process.kill(pid, 0),
): Promise<Life> {
  if (mark.host !== own.host) return "elsewhere";
  // A clone of this machine, a container that shares its name, or this machine before it was started again.
  if (differ(mark.boot, own.boot) || differ(mark.space, own.space)) return "unsure";
  if (!isThere(mark.pid, signal)) return "dead";
  const start = await startOf(mark.pid);
  if (start === ENDED) return "dead";
  if (mark.start === undefined || start === undefined) return "unsure";
  return start === mark.start ? "alive" : "dead";
}

function differ(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

function isThere(pid: number, signal: (pid: number) => unknown): boolean {
  try {
    signal(pid);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return errorCode(error) !== "ESRCH";
  }
}

/** A process that was killed keeps its id until its parent asks after it, and some supervisors never do. */
const ENDED = "ended";

/** In ticks since the boot, the 22nd field of `/proc/PID/stat` (proc(5)); the second one is in brackets and may hold spaces. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await read(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields?.[0] === "Z" ? ENDED : fields?.at(22 - 3);
}

const bootOfMachine = () => read("/proc/sys/kernel/random/boot_id");

const spaceOfIds = () => readlink("/proc/self/ns/pid").catch(() => undefined);

/** Undefined where the system has no such file, as outside Linux. */
async function read(path: string): Promise<string | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text?.trim();
}
