import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { accepts } from "./ports.ts";

export type Daemon = {
  readonly pid: number;
  /** What it wrote to its log so far. */
  log(): string;
  /** Ends it, by SIGTERM unless told otherwise, and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
};

const PATIENCE_MS = 30_000;
const GRACE_MS = 3_000;

/**
 * Starts a server that stays in the foreground, and waits until it accepts connections. It ends with this process,
 * however that ends. Throws with its log when it ends before.
 */
export async function startDaemon(
  command: string,
  words: readonly string[],
  at: { readonly host: string; readonly port: number },
): Promise<Daemon> {
  // setpriv (util-linux) asks the kernel to end the server together with us.
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", command, ...words], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      log = `${log}${text}`.slice(-100_000);
    });
  }
  let gone = false;
  const ended = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      log += error.message;
      gone = true;
      resolve();
    });
    child.once("exit", () => {
      gone = true;
      resolve();
    });
  });
  const stop = (signal: NodeJS.Signals = "SIGTERM") => end(child, ended, signal);
  const until = Date.now() + PATIENCE_MS;
  while (!(await accepts(at.host, at.port))) {
    if (gone || Date.now() > until) {
      await stop("SIGKILL");
      throw new Error(`${command} does not answer on ${at.host}:${at.port}:\n${log}`);
    }
    await sleep(20);
  }
  return { pid: child.pid ?? 0, log: () => log, stop };
}

async function end(child: ChildProcess, ended: Promise<void>, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  const late = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  await ended;
  clearTimeout(late);
}
