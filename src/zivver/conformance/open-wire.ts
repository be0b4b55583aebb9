import type { RateLimit } from "../../model/plan/policy.ts";
import type { Clock } from "../../model/ports.ts";
import { Secret } from "../../model/values/secret.ts";
import { checkTargetUrl } from "../http/allowed-hosts.ts";
import { type ApiKeyEncoding, authorizationOf } from "../http/credentials.ts";
import { DEFAULT_TIMEOUTS, type Timeouts } from "../http/network-errors.ts";
import { RateLimiter } from "../http/rate-limiter.ts";
import type { WireOptions } from "./lab/wire.ts";

export type WireTarget = {
  readonly url: string;
  readonly apiKey: Secret;
  readonly apiKeyEncoding?: ApiKeyEncoding;
  readonly rateLimit: RateLimit;
  readonly clock: Clock;
  readonly version: string;
  readonly allowedHosts: readonly string[];
  readonly timeouts?: Partial<Timeouts>;
  readonly environment?: NodeJS.ProcessEnv;
};

/** Says what it is, should somebody look for it in a log. */
const WRONG_KEY = new Secret("zivsync-conformance-asks-what-a-wrong-key-answers");

/** Connections for the experiments: one with the API key, and one with a wrong one. Throws InputError as createTarget does. */
export async function openWire(target: WireTarget): Promise<WireOptions> {
  const baseUrl = checkTargetUrl(target.url, target.allowedHosts);
  const encoding = target.apiKeyEncoding ?? "as-copied";
  const { connect } = await import("../http/client.ts");
  const sendWith = (key: Secret) =>
    connect({
      baseUrl,
      authorization: authorizationOf(key, encoding),
      version: target.version,
      timeouts: { ...DEFAULT_TIMEOUTS, ...target.timeouts },
      environment: target.environment ?? process.env,
    });
  return {
    send: sendWith(target.apiKey),
    sendWithWrongKey: sendWith(WRONG_KEY),
    limiter: new RateLimiter(target.rateLimit, target.clock),
    clock: target.clock,
    windowSeconds: target.rateLimit.seconds,
  };
}
