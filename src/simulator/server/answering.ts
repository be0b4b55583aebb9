import type { RateLimit } from "../../model/plan/policy.ts";
import { empty, frameworkRefusal, json, plain, type SimRequest, type SimResponse } from "../api/answers.ts";
import { handle, unauthorized } from "../api/handle.ts";
import type { ReceivedRequest } from "../api/request.ts";
import { setTime } from "../world/lag.ts";
import type { World } from "../world/world.ts";
import { createFaultSchedule, type FaultRule, isDone } from "./faults.ts";

/** Zivver's own limit. */
export const ZIVVER_RATE_LIMIT: RateLimit = { requests: 50, seconds: 10 };

export type AnsweringOptions = {
  readonly apiKey: string;
  /** null: none. */
  readonly rateLimit: RateLimit | null;
  readonly faults?: readonly FaultRule[];
  /** Of the faults with a probability. */
  readonly seed?: number;
};

/** The answer to send, and the fault that it meets. */
export type Outcome = { readonly answer: SimResponse; readonly fault?: FaultRule };

const HTML = `<!DOCTYPE html>
<html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1></body></html>
`;

/** Everything that stands between the network and the state machine: key, rate limit, faults. `now` in milliseconds. */
export function createAnswering(
  options: AnsweringOptions,
  world: World,
): (received: ReceivedRequest, now: number) => Outcome {
  const { rateLimit } = options;
  const admit = rateLimit ? createRateWindow(rateLimit) : undefined;
  const nextFault = createFaultSchedule(options.faults ?? [], options.seed);
  const accepted = bearersOf(options.apiKey);
  return ({ request, isOurs, isTooLarge }, now) => {
    setTime(world, now);
    if (!accepted.includes(request.headers.authorization ?? "")) return { answer: unauthorized(world) };
    if (!isOurs) return { answer: frameworkRefusal(404, "Not Found") };
    const admission = admit?.(now);
    const headed = (answer: SimResponse) =>
      rateLimit && admission ? withRateHeaders(world, rateLimit, admission, answer) : answer;
    if (rateLimit && admission && !admission.passes) {
      return { answer: headed(tooManyRequests(world, rateLimit, admission.resetMs)) };
    }
    if (isTooLarge) return { answer: headed(frameworkRefusal(413, "Payload Too Large")) };
    const fault = nextFault(request);
    if (!fault) return { answer: headed(handle(world, request)) };
    return { answer: headed(answerWithFault(world, request, fault, rateLimit)), fault };
  };
}

function answerWithFault(
  world: World,
  request: SimRequest,
  fault: FaultRule,
  rateLimit: RateLimit | null,
): SimResponse {
  const done = isDone(fault) ? handle(world, request) : undefined;
  if (fault.kind === "429") {
    const limit = rateLimit ?? ZIVVER_RATE_LIMIT;
    return tooManyRequests(world, limit, limit.seconds * 1000);
  }
  if (fault.kind === "500") return plain(500, "Internal Server Error");
  if (fault.kind === "503") return plain(503, "Service Unavailable");
  if (fault.kind === "html") {
    return { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, body: HTML };
  }
  if (fault.kind === "reset-before") return empty(0);
  return done ?? plain(503, "Service Unavailable");
}

/** The documentation says that the key is sent in base64, every working client sends it as it was copied. */
function bearersOf(apiKey: string): readonly string[] {
  return [`Bearer ${apiKey}`, `Bearer ${Buffer.from(apiKey, "utf8").toString("base64")}`];
}

/** The verdict on one request: whether it passes, how many more would, and after how many milliseconds one more will. */
type Admission = { readonly passes: boolean; readonly remaining: number; readonly resetMs: number };

/** A sliding window: at most so many requests in any span of so many seconds. Refused requests do not count. */
function createRateWindow(limit: RateLimit): (now: number) => Admission {
  const span = limit.seconds * 1000;
  let taken: number[] = [];
  return (now) => {
    taken = taken.filter((at) => at > now - span);
    const passes = taken.length < limit.requests;
    if (passes) taken.push(now);
    return { passes, remaining: limit.requests - taken.length, resetMs: (taken[0] ?? now) + span - now };
  };
}

/** The documented answer to a request too many, with the headers that the quirks add. */
function tooManyRequests(world: World, limit: RateLimit, resetMs: number): SimResponse {
  const body = {
    code: 429,
    message: "Too Many Requests",
    emptiedBucketDetails: { limiterId: "cab", budget: limit.requests, windowSeconds: limit.seconds },
    reference: "https://tools.ietf.org/html/draft-polli-ratelimit-headers-02",
  };
  const answer = world.quirks.has("rate-body") ? json(429, body) : plain(429, "Too Many Requests");
  if (!world.quirks.has("retry-after-header")) return answer;
  return { ...answer, headers: { ...answer.headers, "retry-after": String(Math.ceil(resetMs / 1000)) } };
}

/** The answer with the RateLimit headers of draft-polli, where the quirk adds them. */
function withRateHeaders(
  world: World,
  limit: RateLimit,
  admission: Admission,
  answer: SimResponse,
): SimResponse {
  if (!world.quirks.has("ratelimit-headers")) return answer;
  const headers = {
    ...answer.headers,
    "ratelimit-limit": String(limit.requests),
    "ratelimit-remaining": String(admission.remaining),
    "ratelimit-reset": String(Math.ceil(admission.resetMs / 1000)),
  };
  return { ...answer, headers };
}
