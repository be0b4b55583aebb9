import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { errorCode } from "../../../file-bytes.ts";

export type Start = {
  /** Absolute. */
  readonly file: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
};

/** Takes what a program writes. `stopped`: why it takes no more. */
export type Sink = {
  push(chunk: Uint8Array): void;
  /** Called before the start with the secrets that the program has. */
  forbid(secrets: readonly (readonly [name: string, value: string])[]): void;
  readonly stopped: string | undefined;
};

/** The way a program ended. `leftRunning`: something that it had started still held its output, and was ended too. */
export type Ended =
  | { readonly type: "not-started"; readonly code: string }
  | ({ readonly errors: string; readonly leftRunning: boolean } & (
      | { readonly type: "exit"; readonly code: number }
      | { readonly type: "signal"; readonly signal: string }
      | { readonly type: "timeout"; readonly seconds: number }
    ));

/** How much of its standard error is kept: the end of it. */
export const LARGEST_ERRORS = 16 * 1024;
/** How long its output may stay open after its end, in milliseconds. */
const GRACE_MS = 1_000;

/**
 * Runs a program without a shell and without input, and gives the stream its output. It is ended, with all that it started, when its
 * time is over, when the stream takes no more, and when zivsync itself is ended.
 */
export function runProgram(start: Start, stream: Sink): Promise<Ended> {
  const isPosix = process.platform !== "win32";
  let child: ChildProcess;
  try {
    child = spawn(start.file, start.args, {
      cwd: start.folder,
      env: start.environment,
      stdio: ["ignore", "pipe", "pipe"],
      shell: false,
      // A group of its own, so that all of it can be ended.
      detached: isPosix,
      windowsHide: true,
    });
  } catch (error) {
    return Promise.resolve({ type: "not-started", code: errorCode(error) ?? "unknown" });
  }
  const kill = () => endAll(child, start.environment);
  const forget = endWithZivsync(kill);
  return new Promise<Ended>((resolve) => {
    let errors = Buffer.alloc(0);
    let isLate = false;
    let leftRunning = false;
    let exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | undefined;
    const timer = setTimeout(() => {
      isLate = true;
      kill();
    }, start.timeoutMs);
    let grace: NodeJS.Timeout | undefined;
    const finish = (ended: Ended) => {
      clearTimeout(timer);
      clearTimeout(grace);
      forget();
      // Processes that it started may live on without its output.
      kill();
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve(ended);
    };
    const done = () => {
      const common = { errors: errors.toString("utf8"), leftRunning };
      if (isLate) finish({ type: "timeout", seconds: start.timeoutMs / 1000, ...common });
      else if (exit?.signal) finish({ type: "signal", signal: exit.signal, ...common });
      else finish({ type: "exit", code: exit?.code ?? 1, ...common });
    };
    child.once("error", (error) => finish({ type: "not-started", code: errorCode(error) ?? "unknown" }));
    child.stdout?.on("data", (chunk: Buffer) => {
      stream.push(chunk);
      if (stream.stopped !== undefined) kill();
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      errors = Buffer.concat([errors, chunk]).subarray(-LARGEST_ERRORS);
    });
    child.once("exit", (code, signal) => {
      exit = { code, signal };
      grace = setTimeout(() => {
        leftRunning = true;
        kill();
        done();
      }, GRACE_MS);
    });
    child.once("close", done);
  });
}

/** Ends the program and what it started; one that is gone already is no matter. */
function endAll({ pid }: ChildProcess, environment: NodeJS.ProcessEnv): void {
  if (pid === undefined) return;
  if (process.platform === "win32") {
    const root = environment.SYSTEMROOT ?? environment.SystemRoot ?? "C:\\Windows";
    spawnSync(join(root, "System32", "taskkill.exe"), ["/PID", String(pid), "/T", "/F"], {
      stdio: "ignore",
      windowsHide: true,
    });
    return;
  }
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** A program in a group of its own gets no Ctrl-C: what ends zivsync ends it. Gives what takes that back. */
function endWithZivsync(kill: () => void): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const handlers = signals.map((signal) => {
    const handle = () => {
      kill();
      process.removeListener(signal, handle);
      // Another listener decides about the end of zivsync; without one, the signal ends it.
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    };
    process.on(signal, handle);
    return { signal, handle };
  });
  process.on("exit", kill);
  return () => {
    process.removeListener("exit", kill);
    for (const { signal, handle } of handlers) process.removeListener(signal, handle);
  };
}
