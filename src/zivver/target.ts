import type { RateLimit } from "../model/plan/policy.ts";
import type { Clock, Target } from "../model/ports.ts";
import { InternalError } from "../model/values/errors.ts";
import type { Secret } from "../model/values/secret.ts";
import { checkTargetUrl } from "./http/allowed-hosts.ts";
import type { OnReceived } from "./http/client.ts";
import { type ApiKeyEncoding, authorizationOf, redactorOf } from "./http/credentials.ts";
import { DEFAULT_TIMEOUTS, type Timeouts } from "./http/network-errors.ts";
import { RateLimiter } from "./http/rate-limiter.ts";
import type { Line } from "./http/retry.ts";
import { AccountReader } from "./reader.ts";
import { AccountWriter } from "./writer.ts";

export type TargetOptions = {
  readonly url: string;
  readonly apiKey: Secret;
  readonly apiKeyEncoding?: ApiKeyEncoding;
  readonly rateLimit: RateLimit;
  readonly clock: Clock;
  readonly version: string;
  /** Hosts besides zivver.com and loopback that may get the API key; never from a file that a pull request can change. */
  readonly allowedHosts: readonly string[];
  readonly timeouts?: Partial<Timeouts>;
  /** At least 0 and less than 1: spreads the pauses before a repetition. */
  readonly random?: () => number;
  readonly onProgress?: (text: string) => void;
  readonly onReceived?: OnReceived;
  readonly environment?: NodeJS.ProcessEnv;
  /** Of each account a write sends along what Zivver gave; a target that never writes does not keep it. */
  readonly readsOnly?: boolean;
  /** How long lists may take to show a write, in milliseconds; DEFAULT_SETTLE_MS when left out. */
  readonly settleMs?: number;
  /** Asked right before each request that changes something; once it is false, no more is sent (`lease-lost`). */
  readonly mayWrite?: () => boolean;
};

/**
 * The Zivver organisation behind an address. Nothing is sent yet. Throws InputError `target-host`, `secret-empty` or
 * `secret-white-space`. Many writes may be under way at once, as long as they are about different accounts.
 */
export async function createTarget(options: TargetOptions): Promise<Target> {
  const baseUrl = checkTargetUrl(options.url, options.allowedHosts);
  const encoding = options.apiKeyEncoding ?? "as-copied";
  const authorization = authorizationOf(options.apiKey, encoding);
  // The HTTP library takes a while to load, and most commands that fail early need none.
  const { connect } = await import("./http/client.ts");
  const send = connect({
    baseUrl,
    authorization,
    version: options.version,
    timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
    environment: options.environment ?? process.env,
    ...(options.onReceived ? { onReceived: options.onReceived } : {}),
  });
  const line: Line = {
    base: baseUrl.href.replace(/\/$/, ""),
    send,
    limiter: new RateLimiter(options.rateLimit, options.clock),
    clock: options.clock,
    random: options.random ?? Math.random,
    windowSeconds: options.rateLimit.seconds,
    onProgress: options.onProgress ?? (() => {}),
    mayWrite: options.mayWrite,
  };
  const readsOnly = options.readsOnly ?? false;
  const reader = new AccountReader(
    line,
    redactorOf([options.apiKey]),
    readsOnly ? () => undefined : undefined,
  );
  const writer = new AccountWriter(line, reader, options.apiKey, options.settleMs);
  return {
    read: () => reader.readAll(),
    readOne: (account) => reader.readOne(account),
    write: async (write) => {
      if (readsOnly) throw new InternalError("A target that was opened for reading is written to.");
      return writer.write(write);
    },
  };
}
