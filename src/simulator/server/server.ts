import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../../model/ports.ts";
import { InputError } from "../../model/values/errors.ts";
import type { SimRequest, SimResponse } from "../api/answers.ts";
import { BASE_PATH, receive } from "../api/request.ts";
import { createStateFile, readStateFile } from "../world/state-file.ts";
import type { World } from "../world/world.ts";
import { type AnsweringOptions, createAnswering } from "./answering.ts";
import type { FaultKind, FaultRule } from "./faults.ts";

export type SimulatorOptions = AnsweringOptions & {
  readonly world: World;
  /** 0, the default: any free one. */
  readonly port?: number;
  /** A loopback address; 127.0.0.1 by default. */
  readonly host?: string;
  /** Delay of every answer, before the work is done. */
  readonly latencyMs?: number;
  /** Called before the nth request (from 1) is looked at; it may change the world. */
  readonly onRequest?: (n: number, request: SimRequest) => void | Promise<void>;
  readonly clock?: Clock;
  /** Read at the start, where it exists, in place of `world`; written before the answer to every change. */
  readonly stateFile?: string;
};

/** One request and what became of it; `status` is the one answered, or lost on the way; 0: there was none. */
export type LogEntry = {
  readonly at: number;
  readonly method: string;
  /** Below the base address, with its query. */
  readonly path: string;
  readonly status: number;
  readonly fault?: FaultKind;
};

export type Simulator = {
  readonly url: string;
  readonly port: number;
  /** The live state: what a test changes here, the next request sees. */
  readonly world: World;
  readonly log: readonly LogEntry[];
  close(): Promise<void>;
};

const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds) => {
    await wait(milliseconds, undefined, { ref: false });
  },
};

/** Longer than any client keeps an idle connection: a test never meets a connection that closes by itself. */
const KEEP_ALIVE_MS = 600_000;

/** Starts a simulator on loopback. Throws InputError: `usage` for host and port, `simulator-state` for the state file. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { host = "127.0.0.1", stateFile } = options;
  checkHost(host);
  const loaded = stateFile === undefined ? undefined : await readStateFile(stateFile, options.world.quirks);
  const world = loaded ?? options.world;
  const save = stateFile === undefined ? async () => {} : createStateFile(stateFile, world);
  await save();
  const log: LogEntry[] = [];
  const serve = createServing(options, world, save, log);
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => fail(response, error));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const port = await listen(server, options.port ?? 0, host);
  const shownHost = host.includes(":") ? `[${host}]` : host;
  return { url: `http://${shownHost}:${port}${BASE_PATH}`, port, world, log, close: () => close(server) };
}

/** How often each method was asked for, for tests that count: `{ GET: 4, PUT: 1 }`. */
export function countByMethod(log: readonly LogEntry[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { method } of log) counts[method] = (counts[method] ?? 0) + 1;
  return counts;
}

function createServing(options: SimulatorOptions, world: World, save: () => Promise<void>, log: LogEntry[]) {
  const { clock = SYSTEM_CLOCK, latencyMs = 0 } = options;
  const answer = createAnswering(options, world);
  let count = 0;
  return async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    count += 1;
    const n = count;
    const received = await receive(incoming);
    const { method } = received.request;
    if (latencyMs > 0) await clock.sleep(latencyMs);
    const before = world.writes;
    await options.onRequest?.(n, received.request);
    const at = clock.now();
    const outcome = answer(received, at);
    const fault = outcome.fault ? { fault: outcome.fault.kind } : {};
    log.push({ at, method, path: received.shownPath, status: outcome.answer.status, ...fault });
    if (world.writes !== before) await save();
    await deliver(outcome.answer, response, clock, outcome.fault);
  };
}

/** Failures of the simulator itself, or of a test's `onRequest`, are reported aloud. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const reason = error instanceof Error ? error.message : String(error);
  response.writeHead(500, { "content-type": "text/plain; charset=utf-8" });
  response.end(`The simulator failed: ${reason}`);
}

function checkHost(host: string): void {
  if (host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host)) return;
  throw new InputError({
    code: "usage",
    message: `The simulator answers on loopback only, and ${host} is elsewhere: its accounts and keys are for trials.`,
    remedy: "Use 127.0.0.1, ::1 or localhost.",
  });
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const code = "code" in error ? String(error.code) : error.message;
      const message =
        code === "EADDRINUSE"
          ? `Port ${port} is taken.`
          : `The simulator cannot listen on ${host}, port ${port} (${code}).`;
      reject(
        new InputError({ code: "usage", message, remedy: "Choose another port, or 0 for any free one." }),
      );
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

const PIECES = 8;

/** Sends an answer the way a fault says; without a fault, whole and at once. Never throws for a client that left. */
async function deliver(
  answer: SimResponse,
  response: ServerResponse,
  clock: Clock,
  fault?: FaultRule,
): Promise<void> {
  if (fault?.kind === "reset-before" || fault?.kind === "reset-after") return reset(response);
  if (fault?.kind === "stall") {
    // Without a time the client has to give up by itself.
    if (fault.milliseconds === undefined) return;
    await clock.sleep(fault.milliseconds);
  }
  const bytes = Buffer.from(answer.body, "utf8");
  const half = bytes.subarray(0, Math.floor(bytes.length / 2));
  if (fault?.kind === "truncated") return send(answer, response, half);
  if (fault?.kind === "cut-off") return cutOff(answer, response, bytes.length, half);
  if (fault?.kind === "slow") return spread(answer, response, bytes, clock, fault.milliseconds ?? 1000);
  send(answer, response, bytes);
}

function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

function send(answer: SimResponse, response: ServerResponse, bytes: Buffer): void {
  writeHead(answer, response, bytes.length);
  response.end(bytes);
}

/** 204 has no body and no length (RFC 9110, 8.6). */
function writeHead(answer: SimResponse, response: ServerResponse, length: number): void {
  const size = answer.status === 204 ? {} : { "content-length": String(length) };
  response.writeHead(answer.status, { ...answer.headers, ...size });
}

function cutOff(answer: SimResponse, response: ServerResponse, length: number, half: Buffer): void {
  if (length < 2) {
    reset(response);
    return;
  }
  writeHead(answer, response, length);
  response.write(half, () => response.socket?.destroy());
}

async function spread(
  answer: SimResponse,
  response: ServerResponse,
  bytes: Buffer,
  clock: Clock,
  milliseconds: number,
): Promise<void> {
  writeHead(answer, response, bytes.length);
  response.flushHeaders();
  const size = Math.max(1, Math.ceil(bytes.length / PIECES));
  for (let from = 0; from < bytes.length && !response.destroyed; from += size) {
    await clock.sleep(milliseconds / PIECES);
    response.write(bytes.subarray(from, from + size));
  }
  response.end();
}
