import { InputError, type Problem, RefusedError } from "../../model/values/errors.ts";
import { retryWhileBusy } from "../files/busy-files.ts";
import { reasonOf } from "../files/files.ts";
import { idOf, type LockOwner, renderLock } from "./lock-file.ts";
import { type LockPorts, SYSTEM_PORTS } from "./lock-ports.ts";
import { type LockTiming, LockWatch, TIMING, type Verdict } from "./lock-watch.ts";
import { markOfThisProcess } from "./process-life.ts";

export type Lock = { release(): Promise<void> };

/** The holder of a lock, and the file that names it; `elsewhere`: on another machine, so that it cannot be asked whether it lives. */
export type Holder = { readonly owner: LockOwner; readonly path: string; readonly elsewhere: boolean };

/** How long to wait for somebody else's lock, and what to say when that was not enough. */
export type LockTerms = {
  readonly at: string;
  readonly waitMs: number;
  readonly locked: (holder: Holder) => Problem;
  /** The remedy when the lock cannot be written. */
  readonly remedy: string;
  readonly timing?: Partial<LockTiming>;
};

/*
 * The lock is a file. Nobody ever takes a dead process's file away to put another in its place, since between the two somebody else
 * might come. The file of whoever follows stands beside it instead, under a name made of the dead one's id:
 *
 *     x.lock          of a process that died
 *     x.lock.3f…      of the one that followed it, and died as well
 *     x.lock.a0…      of the one that holds the lock
 *
 * Who makes the file at the end of the row, which the system lets one process do, and still finds the first file in its place
 * after that, holds the lock. Who lets go removes the first file before all others, so that everybody who looked at the row before
 * finds another first file, or none, and begins again. A process may be killed between any two of these steps. A first file that belongs
 * to another user, and may not be removed, stays without harm.
 */

type Row = {
  /** The files of the dead, in order. */
  readonly dead: readonly { readonly path: string; readonly id: string }[];
  readonly end: string;
  readonly verdict: Exclude<Verdict, { readonly kind: "dead" }>;
};

/** Takes a lock that is a file, from a dead process too. Throws RefusedError with what `locked` says, or InputError. */
export async function takeFileLock(
  path: string,
  terms: LockTerms,
  ports: LockPorts = SYSTEM_PORTS,
): Promise<Lock> {
  const timing = { ...TIMING, ...terms.timing };
  const own = await markOfThisProcess();
  const { clock } = ports;
  const watch = new LockWatch(own, timing, ports);
  const content = renderLock({ ...own, since: terms.at });
  const begun = clock.steady();
  for (;;) {
    const deadline = begun + Math.max(timing.deadline, terms.waitMs);
    const row = await readRow(path, watch, () => clock.steady() >= deadline);
    const { verdict, end } = row;
    if (verdict.kind === "free") {
      if (await takeEnd(row, content, terms, ports)) return heldLock(row, content, timing.beat, ports);
    } else if (await isStillFirst(row, ports)) {
      const waited = clock.steady() - begun;
      if (verdict.kind === "held" && waited >= terms.waitMs)
        throw new RefusedError(terms.locked({ ...verdict, path: end }));
      if (verdict.kind === "unusable") throw inTheWay(end, verdict.why);
    }
    if (clock.steady() >= deadline)
      throw inTheWay(end, verdict.kind === "doubtful" ? verdict.why : "others were always quicker");
    // Those who meet here part by chance.
    await clock.sleep(timing.poll * (0.5 + Math.random()));
  }
}

async function readRow(first: string, watch: LockWatch, isLate: () => boolean): Promise<Row> {
  const dead: { path: string; id: string }[] = [];
  let end = first;
  for (;;) {
    const verdict = await watch.judge(end);
    if (verdict.kind !== "dead") return { dead, end, verdict };
    if (isLate())
      return { dead, end, verdict: { kind: "doubtful", why: "too many dead locks stand beside it" } };
    dead.push({ path: end, id: verdict.id });
    end = `${first}.${verdict.id}`;
  }
}

/** Without a dead lock the first file is the only one. */
async function isStillFirst({ dead: [first] }: Row, { folder }: LockPorts): Promise<boolean> {
  if (first === undefined) return true;
  const seen = await folder.read(first.path);
  return "id" in seen && seen.id === first.id;
}

async function takeEnd(row: Row, content: string, { remedy }: LockTerms, ports: LockPorts): Promise<boolean> {
  try {
    if (!(await ports.folder.create(row.end, content))) return false;
  } catch (error) {
    const message = `The lock cannot be written: ${reasonOf(error)}.`;
    throw new InputError({ code: "file-unwritable", where: row.end, message, remedy });
  }
  if (await isStillFirst(row, ports)) return true;
  await removeOwn(row.end, content, ports);
  return false;
}

function heldLock({ dead, end }: Row, content: string, beat: number, ports: LockPorts): Lock {
  const { clock, folder } = ports;
  const stop = clock.every(beat, () => void folder.touch(end).catch(() => undefined));
  return {
    async release() {
      stop();
      await removeDead(dead, folder);
      await removeOwn(end, content, ports);
    },
  };
}

/** One that cannot be removed stays, with all that follow it: they are dead, and are passed by. */
async function removeDead(dead: Row["dead"], folder: LockPorts["folder"]): Promise<void> {
  for (const { path, id } of dead) {
    const seen = await folder.read(path);
    if (!("id" in seen) || seen.id !== id) return;
    try {
      await folder.remove(path);
    } catch {
      return;
    }
  }
}

/** A file left behind is dead when this process has ended. A person may have removed it, and somebody else's be there. */
async function removeOwn(path: string, content: string, { folder, clock }: LockPorts): Promise<void> {
  const seen = await folder.read(path);
  if (seen.kind === "none" || ("id" in seen && seen.id !== idOf(Buffer.from(content)))) return;
  await retryWhileBusy(() => folder.remove(path), clock).catch(() => undefined);
}

/** The command that removes a file or folder. */
export function removalOf(path: string, platform: NodeJS.Platform = process.platform): string {
  return `${platform === "win32" ? "del" : "rm -r"} "${path}"`;
}

function inTheWay(where: string, why: string): InputError {
  return new InputError({
    code: "file-unwritable",
    where,
    message: `The lock cannot be taken, for this file is in its place: ${why}. Nothing is changed without the lock.`,
    remedy: `If no other zivsync is at work, remove it, as its owner or an administrator: ${removalOf(where)}`,
  });
}
