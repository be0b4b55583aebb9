import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock, Target } from "../../src/model/ports.ts";
import { RemoteError, ZivsyncError } from "../../src/model/values/errors.ts";
import { Secret } from "../../src/model/values/secret.ts";
import { createTarget, type TargetOptions } from "../../src/zivver/target.ts";

export const API_KEY = "canary-api-key-5bC/+9==";

export type Received = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

/** What the server does with a request: answers, answers half, hangs up, or says nothing at all. */
export type Reply =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | "hang-up"
  | "half"
  | "silence";

export type Server = {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  close(): Promise<void>;
};

/** A server on a free port of loopback that answers whatever a test wants; `n` counts from 1. */
export async function serve(reply: (request: Received, n: number) => Reply): Promise<Server> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = "", url = "", headers } = request;
    const body = Buffer.concat(chunks).toString("utf8");
    const path = url.replace(/^\/api\/scim\/v2/, "");
    const one = { method, path, headers, body };
    received.push(one);
    answer(response, reply(one, received.length));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api/scim/v2`,
    port,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, reply: Reply): void {
  if (reply === "silence") return;
  if (reply === "hang-up") {
    response.destroy();
    return;
  }
  if (reply === "half") {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write('{"totalResults":2,"Resources":[', () => response.destroy());
    return;
  }
  const { body = "", headers = {} } = reply;
  const plain = typeof body === "string" || Buffer.isBuffer(body);
  response.writeHead(reply.status ?? 200, headers);
  response.end(plain ? body : JSON.stringify(body));
}

/** A clock whose sleeps end at once, having moved the time on; `slept` says how long each was. */
export class FastClock implements Clock {
  time = Date.UTC(2026, 0, 1);
  readonly slept: number[] = [];
  now(): number {
    return this.time;
  }
  async sleep(milliseconds: number): Promise<void> {
    this.slept.push(milliseconds);
    this.time += milliseconds;
  }
}

export type Bench = { readonly target: Target; readonly server: Server; readonly clock: FastClock };

/** A target at a server of the test's own. Retries pause for the whole of their time, on a fast clock. */
export async function bench(
  reply: (request: Received, n: number) => Reply,
  options: Partial<TargetOptions> = {},
): Promise<Bench> {
  const server = await serve(reply);
  const clock = new FastClock();
  const target = await createTarget({
    url: server.url,
    apiKey: new Secret(API_KEY),
    rateLimit: { requests: 1000, seconds: 10 },
    clock,
    version: "1.2.3",
    allowedHosts: [],
    random: () => 1,
    environment: {},
    ...options,
  });
  return { target, server, clock };
}

/** What a promise is refused with. Fails when it is not. */
export async function refusalBy(promise: Promise<unknown>): Promise<ZivsyncError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ZivsyncError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

export async function remoteErrorBy(promise: Promise<unknown>): Promise<RemoteError> {
  const error = await refusalBy(promise);
  if (error instanceof RemoteError) return error;
  throw error;
}

export function list(resources: readonly unknown[], total = resources.length): Reply {
  return { body: { totalResults: total, Resources: resources } };
}

export function user(id: string, address: string, more: object = {}): object {
  return { id, userName: address, active: true, name: { formatted: `Name of ${id}` }, ...more };
}

export function group(id: string, address: string, members: readonly string[], more: object = {}): object {
  return {
    id,
    externalId: address,
    displayName: `Name of ${id}`,
    members: members.map((value) => ({ value })),
    ...more,
  };
}
