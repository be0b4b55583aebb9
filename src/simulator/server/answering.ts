import type { RateLimit } from "../../model/plan/policy.ts";
import { empty, frameworkRefusal, plain, type SimRequest, type SimResponse } from "../api/answers.ts";
import { handle, unauthorized } from "../api/handle.ts";
import type { ReceivedRequest } from "../api/request.ts";
import { setTime } from "../world/lag.ts";
import type { World } from "../world/world.ts";
import { createFaultSchedule, type FaultRule, isDone } from "./faults.ts";
import { createRateWindow, tooManyRequests, withRateHeaders } from "./rate-window.ts";

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
