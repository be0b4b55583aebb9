import type { RateLimit } from "../model/plan/policy.ts";
import type { Clock } from "../model/ports.ts";
import { InputError } from "../model/values/errors.ts";
import { Secret } from "../model/values/secret.ts";
import type { WireOptions } from "./conformance/lab/wire.ts";
import { checkTargetUrl } from "./http/allowed-hosts.ts";
import type { OnReceived, Send } from "./http/client.ts";
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

/** The documentation speaks of a base64 encoded key; every client that is known to work sends it as it was copied. */
export type ApiKeyEncoding = "as-copied" | "base64";

/** The value of the Authorization header. Throws InputError for a key that was pasted with something around it. */
function authorizationOf(apiKey: Secret, encoding: ApiKeyEncoding): Secret {
  const key = apiKey.reveal();
  if (key === "") {
    throw new InputError({
      code: "secret-empty",
      where: "target.apiKey",
      message: "The API key is empty.",
      remedy: "Put the key that Zivver showed when it was made where target.apiKey points.",
    });
  }
  if (key !== key.trim() || !/^[\x20-\x7e]+$/.test(key)) {
    throw new InputError({
      code: "secret-white-space",
      where: "target.apiKey",
      message:
        key === key.trim()
          ? "The API key holds control characters or letters that no API key has. It was not sent."
          : "The API key starts or ends with white space, as keys do that were pasted with a line end. It was not sent.",
      remedy: "Store the key again, without anything before or after it.",
    });
  }
  return new Secret(`Bearer ${encoding === "base64" ? base64(key) : key}`);
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

/** Says what it is, should somebody look for it in a log. */
const WRONG_KEY = new Secret("zivsync-conformance-asks-what-a-wrong-key-answers");

/** Connections for the experiments: one with the API key, and one with a wrong one. Throws InputError as openConnection does. */
export async function openWire(options: ConnectionOptions): Promise<WireOptions> {
  const { send, sendWith, limiter } = await openConnection(options);
  const { clock, rateLimit } = options;
  return {
    send,
    sendWithWrongKey: sendWith(WRONG_KEY),
    limiter,
    clock,
    windowSeconds: rateLimit.seconds,
  };
}
