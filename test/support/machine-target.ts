import type { RateLimit } from "../../src/model/plan/policy.ts";
import type { Clock, Target } from "../../src/model/ports.ts";
import { Secret } from "../../src/model/values/secret.ts";
import { handle } from "../../src/simulator/api/handle.ts";
import { setTime } from "../../src/simulator/world/lag.ts";
import type { World } from "../../src/simulator/world/world.ts";
import type { Send } from "../../src/zivver/http/client.ts";
import { RateLimiter } from "../../src/zivver/http/rate-limiter.ts";
import type { Line } from "../../src/zivver/http/retry.ts";
import { AccountReader } from "../../src/zivver/reader.ts";
import { AccountWriter } from "../../src/zivver/writer.ts";

const NO_LIMIT: RateLimit = { requests: 1000, seconds: 1 };

/** Time that passes only when somebody sleeps. */
export function virtualClock(start = Date.parse("2026-01-05T08:00:00Z")): Clock {
  let now = start;
  return {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
  };
}

export type MachineTarget = {
  readonly target: Target;
  readonly log: { readonly method: string; readonly path: string; readonly status: number }[];
};

/** The real SCIM code over the simulator's state machine, without a socket between them, so that thousands of worlds run fast. */
export function machineTarget(world: World, clock: Clock = virtualClock()): MachineTarget {
  const log: { method: string; path: string; status: number }[] = [];
  const send: Send = async ({ method, path, body, mediaType }) => {
    const url = new URL(path, "http://localhost");
    setTime(world, clock.now());
    const answer = handle(world, {
      method,
      path: decodeURIComponent(url.pathname),
      query: Object.fromEntries(url.searchParams),
      headers: { accept: mediaType, ...(body === undefined ? {} : { "content-type": mediaType }) },
      body: body === undefined ? "" : JSON.stringify(body),
    });
    log.push({ method, path: url.pathname, status: answer.status });
    return { answer };
  };
  const line: Line = {
    base: "http://localhost/api/scim/v2",
    send,
    limiter: new RateLimiter(NO_LIMIT, clock),
    clock,
    random: () => 0,
    windowSeconds: 1,
    onProgress: () => {},
  };
  const reader = new AccountReader(line, (text) => text);
  const writer = new AccountWriter(line, reader, new Secret("machine-key"));
  const target: Target = {
    read: () => reader.readAll(),
    readOne: (account) => reader.readOne(account),
    write: (write) => writer.write(write),
  };
  return { target, log };
}
