import { rm, utimes } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { InputError, type Problem, RefusedError } from "../../model/values/errors.ts";
import { retryWhileBusy } from "../files/busy-files.ts";
import { reasonOf } from "../files/files.ts";
import { createLockFile, idOf, type LockOwner, readLockFile, renderLock } from "./lock-file.ts";
import { type LockTiming, LockWatch, TIMING, type Verdict } from "./lock-watch.ts";
import { markOfThisProcess } from "./process-life.ts";

export type Lock = { release(): Promise<void> };

/** Who holds a lock, and the file that says so; `elsewhere`: on another machine, so that it cannot be asked whether it lives. */
export type Holder = { readonly owner: LockOwner; readonly path: string; readonly elsewhere: boolean };

/** How long to wait for somebody else's lock, and what to say when that was not enough. */
export type LockTerms = {
  readonly at: string;
  readonly waitMs: number;
  readonly locked: (holder: Holder) => Problem;
  /** What to do when the lock cannot be written. */
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
 * finds another first file, or none, and begins anew. A process may be killed between any two of these steps. A first file that belongs
 * to another user, and may not be removed, stays without harm.
 */

type Row = {
  /** The files of the dead, in order. */
  readonly dead: readonly { readonly path: string; readonly id: string }[];
  readonly end: string;
  readonly verdict: Exclude<Verdict, { readonly kind: "dead" }>;
};

/** Takes a lock that is a file, from a dead process too. Throws RefusedError with what `locked` says, or InputError. */
export async function takeFileLock(path: string, terms: LockTerms): Promise<Lock> {
  const timing = { ...TIMING, ...terms.timing };
  const own = await markOfThisProcess();
  const watch = new LockWatch(own, timing);
  const content = renderLock({ ...own, since: terms.at });
  const begun = performance.now();
  for (;;) {
    const deadline = begun + Math.max(timing.deadline, terms.waitMs);
    const row = await readRow(path, watch, deadline);
    const { verdict, end } = row;
    if (verdict.kind === "free") {
      if (await takeEnd(row, content, terms)) return heldLock(row, content, timing.beat);
    } else if (await isStillFirst(row)) {
      const waited = performance.now() - begun;
      if (verdict.kind === "held" && waited >= terms.waitMs)
        throw new RefusedError([terms.locked({ ...verdict, path: end })]);
      if (verdict.kind === "unusable") throw inTheWay(end, verdict.why);
    }
    if (performance.now() >= deadline)
      throw inTheWay(end, verdict.kind === "doubtful" ? verdict.why : "others were always quicker");
    // Those who meet here part by chance.
    await setTimeout(timing.poll * (0.5 + Math.random()));
  }
}

async function readRow(first: string, watch: LockWatch, deadline: number): Promise<Row> {
  const dead: { path: string; id: string }[] = [];
  let end = first;
  for (;;) {
    const verdict = await watch.judge(end);
    if (verdict.kind !== "dead") return { dead, end, verdict };
    if (performance.now() >= deadline)
      return { dead, end, verdict: { kind: "doubtful", why: "too many dead locks stand beside it" } };
    dead.push({ path: end, id: verdict.id });
    end = `${first}.${verdict.id}`;
  }
}

/** Without a dead lock the first file is the only one. */
async function isStillFirst({ dead: [first] }: Row): Promise<boolean> {
  if (first === undefined) return true;
  const seen = await readLockFile(first.path);
  return "id" in seen && seen.id === first.id;
}

async function takeEnd(row: Row, content: string, { remedy }: LockTerms): Promise<boolean> {
  try {
    if (!(await createLockFile(row.end, content))) return false;
  } catch (error) {
    const message = `The lock cannot be written: ${reasonOf(error)}.`;
    throw new InputError([{ code: "file-unwritable", where: row.end, message, remedy }]);
  }
  if (await isStillFirst(row)) return true;
  await removeOwn(row.end, content);
  return false;
}

function heldLock({ dead, end }: Row, content: string, beat: number): Lock {
  const signOfLife = () => {
    const now = new Date();
    void utimes(end, now, now).catch(() => undefined);
  };
  const timer = setInterval(signOfLife, beat);
  timer.unref();
  return {
    async release() {
      clearInterval(timer);
      await removeDead(dead);
      await removeOwn(end, content);
    },
  };
}

/** One that cannot be removed stays, with all that follow it: they are dead, and are passed by. */
async function removeDead(dead: Row["dead"]): Promise<void> {
  for (const { path, id } of dead) {
    const seen = await readLockFile(path);
    if (!("id" in seen) || seen.id !== id) return;
    const isGone = await rm(path, { force: true }).then(
      () => true,
      () => false,
    );
    if (!isGone) return;
  }
}

/** What stays is dead when this process has ended. A person may have removed it, and somebody else's be there. */
async function removeOwn(path: string, content: string): Promise<void> {
  const seen = await readLockFile(path);
  if (seen.kind === "none" || ("id" in seen && seen.id !== idOf(Buffer.from(content)))) return;
  await retryWhileBusy(() => rm(path, { force: true })).catch(() => undefined);
}

function inTheWay(where: string, why: string): InputError {
  return new InputError([
    {
      code: "file-unwritable",
      where,
      message: `The lock cannot be taken, for this file is in its place: ${why}. Nothing is changed without the lock.`,
      remedy: `If no other zivsync is at work, remove it, as its owner or an administrator: ${process.platform === "win32" ? "del" : "rm -r"} "${where}"`,
    },
  ]);
}
