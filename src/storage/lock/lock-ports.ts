import { rm, utimes } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { createLockFile, readLockFile, type SeenLock } from "./lock-file.ts";
import { type Life, lifeOf, type ProcessMark } from "./process-life.ts";

/** The time of one machine. */
export type LeaseClock = {
  /** Milliseconds since 1970. It goes on while the machine sleeps, and a person can set it. */
  wall(): number;
  /** Milliseconds since any moment. Nobody can set it, and it can stand still while the machine sleeps. */
  steady(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Begins something again and again, until the function that it gives is called. */
  every(milliseconds: number, work: () => void | Promise<void>): () => void;
};

const SYSTEM_CLOCK: LeaseClock = {
  wall: Date.now,
  steady: () => performance.now(),
  sleep: (milliseconds) => setTimeout(milliseconds),
  every(milliseconds, work) {
    const timer = setInterval(work, milliseconds);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** The operations of a lock on its folder, each in one step that no other process sees half of. */
export type LockFolder = {
  read(path: string): Promise<SeenLock>;
  /** False where there is something already. */
  create(path: string, content: string): Promise<boolean>;
  remove(path: string): Promise<void>;
  /** A sign of life. */
  touch(path: string): Promise<void>;
};

const SYSTEM_FOLDER: LockFolder = {
  read: readLockFile,
  create: createLockFile,
  remove: (path) => rm(path, { force: true }),
  async touch(path) {
    const now = new Date();
    await utimes(path, now, now);
  },
};

/** The dependencies of a lock outside this process's own decisions. */
export type LockPorts = {
  readonly clock: LeaseClock;
  readonly folder: LockFolder;
  readonly lifeOf: (mark: ProcessMark, own: ProcessMark) => Promise<Life>;
};

export const SYSTEM_PORTS: LockPorts = { clock: SYSTEM_CLOCK, folder: SYSTEM_FOLDER, lifeOf };
