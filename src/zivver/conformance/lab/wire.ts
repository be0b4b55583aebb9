import type { Clock } from "../../../model/ports.ts";
import { type ErrorCode, RemoteError } from "../../../model/values/errors.ts";
import { parseJson } from "../../../model/values/json.ts";
import { isWebPage } from "../../http/answers/excerpt.ts";
import type { Answer, HttpRequest, Send } from "../../http/client.ts";
import type { RateLimiter } from "../../http/rate-limiter.ts";
import { rateLimitWait } from "../../http/retry.ts";
import { JSON_TYPE } from "../../scim/requests.ts";

/** One request; without a media type it goes as application/json. */
export type Asking = Pick<HttpRequest, "method" | "path" | "body"> & {
  readonly mediaType?: string;
  /** With another API key than the real one. */
  readonly wrongKey?: boolean;
};

export type Seen = Answer & { readonly json: unknown; readonly ok: boolean };

/** The reason why a question has no answer. */
export class Unanswered extends Error {
  override readonly name = "Unanswered";
  readonly code: ErrorCode;

  constructor(message: string, code: ErrorCode = "target-unreachable") {
    super(message);
    this.code = code;
  }
}

/** For `catch`: whether a request without an answer was carried out, the next reading shows. */
export function unanswered(error: unknown): undefined {
  if (!(error instanceof Unanswered)) throw error;
}

export type WireOptions = {
  readonly send: Send;
  readonly sendWithWrongKey: Send;
  readonly limiter: RateLimiter;
  readonly clock: Clock;
  readonly windowSeconds: number;
};

const TRIES = 3;
const MOST_PAUSES = 6;
const PAUSE_MS = 1_000;
const AT_ONCE = 10;

/** Sends requests within the rate limit, and keeps what was seen of the limit itself. */
export class Wire {
  readonly #options: WireOptions;
  requests = 0;
  /** The first answer that said that the limit is used up. */
  limited: Seen | undefined;
  /** The RateLimit headers of the first answer that carried some, in words. */
  rateHeaders: string | undefined;
  /** How many requests in a row stayed without an answer. */
  unanswered = 0;

  constructor(options: WireOptions) {
    this.#options = options;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /** Sends a request until it is answered; a write that is not answered is not sent again. Throws Unanswered. */
  async ask(asking: Asking): Promise<Seen> {
    this.unanswered += 1;
    const seen = await this.#answerTo(asking);
    this.unanswered = 0;
    return seen;
  }

  async #answerTo(asking: Asking): Promise<Seen> {
    const { limiter, clock, windowSeconds } = this.#options;
    let failures = 0;
    for (let pauses = 0; ; ) {
      const leave = await limiter.enter(pauses > 0);
      const result = await this.#once(asking).finally(leave);
      if (typeof result === "string") {
        failures += 1;
        if (asking.method !== "GET" || failures >= TRIES) throw new Unanswered(result);
        await clock.sleep(PAUSE_MS * failures);
      } else if (result.status === 429) {
        if (pauses >= MOST_PAUSES) throw new Unanswered("The rate limit stayed used up.");
        pauses += 1;
        limiter.pauseUntil(clock.now() + rateLimitWait(result, clock.now(), windowSeconds));
      } else return result;
    }
  }

  /** Asks the same again and again, several at a time and without regard for the limit, until an answer says that it is used up. */
  async useUp(asking: Asking, most: number): Promise<void> {
    for (let sent = 0; sent < most && this.limited === undefined; sent += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, () => this.#once(asking)));
    const { limiter, clock, windowSeconds } = this.#options;
    const wait = this.limited ? rateLimitWait(this.limited, clock.now(), windowSeconds) : 0;
    limiter.pauseUntil(clock.now() + Math.max(wait, windowSeconds * 1000));
  }

  /** A text says why there is no answer. */
  async #once({ wrongKey, mediaType = JSON_TYPE, ...request }: Asking): Promise<Seen | string> {
    const { send, sendWithWrongKey } = this.#options;
    this.requests += 1;
    const exchange = await (wrongKey ? sendWithWrongKey : send)({ ...request, mediaType });
    if ("failure" in exchange) return exchange.failure.message;
    const { answer } = exchange;
    const seen = { ...answer, json: parseJson(answer.body), ok: answer.status >= 200 && answer.status < 300 };
    if (answer.status === 429) this.limited ??= seen;
    this.rateHeaders ??= rateHeadersIn(answer);
    return isAnswer(seen) ? seen : `Something else than an answer came: ${answer.status}.`;
  }
}

/** A server that fails and a page of a proxy say nothing about the API. */
function isAnswer({ status, body, ok }: Seen): boolean {
  return status < 500 && status !== 408 && !(ok && isWebPage(body));
}

function rateHeadersIn({ headers }: Answer): string | undefined {
  const found = Object.entries(headers).filter(([name]) => /^(x-)?ratelimit/i.test(name));
  return found.length === 0 ? undefined : found.map(([name, value]) => `${name}: ${value}`).join(", ");
}

/** An answer that ends the whole run. */
export function stopAt(seen: Seen, action: string): never {
  throw new RemoteError({
    code: "target-answer",
    message: `Asked to ${action}, the target answered ${seen.status}, and not with such a list: nothing else can be asked.`,
    remedy: "Run `zivsync check` and correct what it reports.",
  });
}
