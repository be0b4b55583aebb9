import type { ServerResponse } from "node:http";
import type { Clock } from "../../model/ports.ts";
import type { SimResponse } from "../api/answers.ts";
import type { FaultRule } from "./faults.ts";

const PIECES = 8;

/** Sends an answer the way a fault says; without a fault, whole and at once. Never throws for a client that left. */
export async function deliver(
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
