import { idOf, type LockOwner, type SeenLock } from "../../src/storage/lock/lock-file.ts";
import type { LockPorts } from "../../src/storage/lock/lock-ports.ts";
import type { Life } from "../../src/storage/lock/process-life.ts";

/** The clock that nobody can set began earlier, so that a moment is not taken for a duration. */
const EARLIER = 1_000_000;

type File = { readonly content: string; touched: number };

/**
 * A folder for locks in memory, and time that passes where somebody waits. Who holds a lock is known by its `since`: `lives` says what is
 * known of each, and those that are not in it are alive.
 */
export function lockWorld() {
  let now = 0;
  const files = new Map<string, File>();
  const lives = new Map<string, Life>();
  const timers = new Set<{ readonly every: number; readonly work: () => void }>();
  const pauses: number[] = [];

  const seen = (file: File | undefined): SeenLock => {
    if (file === undefined) return { kind: "none" };
    const id = idOf(file.content);
    const { touched } = file;
    return file.content.startsWith("{")
      ? { kind: "owned", id, touched, owner: JSON.parse(file.content) as LockOwner }
      : { kind: "unclear", id, touched };
  };

  const folder: LockPorts["folder"] = {
    read: async (path) => seen(files.get(path)),
    async create(path, content) {
      if (files.has(path)) return false;
      files.set(path, { content, touched: now });
      return true;
    },
    async remove(path) {
      files.delete(path);
    },
    async touch(path) {
      const file = files.get(path);
      if (file) file.touched = now;
    },
  };

  const ports: LockPorts = {
    folder,
    lifeOf: async (mark) => lives.get((mark as LockOwner).since) ?? "alive",
    clock: {
      wall: () => now,
      steady: () => EARLIER + now,
      async sleep(milliseconds) {
        pauses.push(milliseconds);
        now += milliseconds;
      },
      every(every, work) {
        const timer = { every, work };
        timers.add(timer);
        return () => void timers.delete(timer);
      },
    },
  };

  return {
    ports,
    lives,
    pauses,
    timers,
    names: () => [...files.keys()].sort(),
    now: () => now,
    pass(milliseconds: number) {
      now += milliseconds;
    },
    plant: (path: string, content: string) => void files.set(path, { content, touched: now }),
    owner: (since: string) => JSON.stringify({ pid: 7, host: "one", since }),
    take: (path: string) => void files.delete(path),
    touchedAt: (path: string) => files.get(path)?.touched,
    /** The same, for one who stands still before a step with the folder: `isStill` once it is there, until `goOn`. */
    stoppedAt(step: number) {
      let left = step;
      let stand: () => void = () => undefined;
      const isStill = new Promise<true>((resolve) => {
        stand = () => resolve(true);
      });
      let goOn: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      const stepped =
        <Words extends readonly unknown[], Result>(work: (...words: Words) => Promise<Result>) =>
        async (...words: Words) => {
          left -= 1;
          if (left === 0) {
            stand();
            await gate;
          }
          return work(...words);
        };
      const { read, create, remove, touch } = folder;
      const slow = { read: stepped(read), create: stepped(create), remove: stepped(remove), touch };
      return { ports: { ...ports, folder: slow }, isStill, goOn: () => goOn() };
    },
  };
}
