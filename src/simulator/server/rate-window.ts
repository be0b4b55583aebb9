import type { RateLimit } from "../../model/plan/policy.ts";
import { json, plain, type SimResponse } from "../api/answers.ts";
import type { World } from "../world/world.ts";

/** The verdict on one request: whether it passes, how many more would, and after how many milliseconds one more will. */
export type Admission = { readonly passes: boolean; readonly remaining: number; readonly resetMs: number };

/** A sliding window: at most so many requests in any span of so many seconds. Refused requests do not count. */
export function createRateWindow(limit: RateLimit): (now: number) => Admission {
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
export function tooManyRequests(world: World, limit: RateLimit, resetMs: number): SimResponse {
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
export function withRateHeaders(
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
