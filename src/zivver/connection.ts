import type { RateLimit } from "../model/plan/policy.ts";
import type { Clock } from "../model/ports.ts";
import type { Secret } from "../model/values/secret.ts";
import { checkTargetUrl } from "./http/allowed-hosts.ts";
import type { OnReceived, Send } from "./http/client.ts";
import { type ApiKeyEncoding, authorizationOf } from "./http/credentials.ts";
import { DEFAULT_TIMEOUTS, type Timeouts } from "./http/network-errors.ts";
import { RateLimiter } from "./http/rate-limiter.ts";

export type ConnectionOptions = {
  readonly url: string;
  readonly apiKey: Secret;
  readonly apiKeyEncoding?: ApiKeyEncoding;
  readonly rateLimit: RateLimit;
  readonly clock: Clock;
  readonly version: string;
  /** Hosts besides zivver.com and loopback that may get the API key; never from a file that a pull request can change. */
  readonly allowedHosts: readonly string[];
  readonly timeouts?: Partial<Timeouts>;
  readonly onReceived?: OnReceived;
  readonly environment?: NodeJS.ProcessEnv;
};

/** A way to an organisation; nothing is sent yet. */
export type Connection = {
  /** The base address, without a final slash. */
  readonly base: string;
  readonly send: Send;
  /** The same with another API key. Throws InputError as `openConnection` does. */
  readonly sendWith: (apiKey: Secret) => Send;
  readonly limiter: RateLimiter;
};

/** Throws InputError `target-host`, `secret-empty` or `secret-white-space`. */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const { url, apiKey, apiKeyEncoding = "as-copied", allowedHosts, rateLimit, clock, onReceived } = options;
  const baseUrl = checkTargetUrl(url, allowedHosts);
  const authorization = authorizationOf(apiKey, apiKeyEncoding);
  // The HTTP library takes a while to load, and most commands that fail early need none.
  const { connect } = await import("./http/client.ts");
  const sendAs = (bearer: Secret) =>
    connect({
      baseUrl,
      authorization: bearer,
      version: options.version,
      timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
      environment: options.environment ?? process.env,
      ...(onReceived ? { onReceived } : {}),
    });
  return {
    base: baseUrl.href.replace(/\/$/, ""),
    send: sendAs(authorization),
    sendWith: (key) => sendAs(authorizationOf(key, apiKeyEncoding)),
    limiter: new RateLimiter(rateLimit, clock),
  };
}
