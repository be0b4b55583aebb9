import { asObject, parseJson } from "../../model/values/json.ts";
import { retryAfter } from "../../model/values/retry-after.ts";
import type { Answer } from "./client.ts";

/** How long an answer asks to wait, in milliseconds. */
export function askedWait(answer: Answer, now: number): number | undefined {
  return retryAfter(headerOf(answer, "retry-after"), headerOf(answer, "date"), now);
}

/**
 * How long a 429 asks to wait, in milliseconds: Retry-After, else RateLimit-Reset or RateLimit
 * (draft-polli-ratelimit-headers and its successors), else the window in the body, else `windowSeconds`.
 */
export function rateLimitWait(answer: Answer, now: number, windowSeconds: number): number {
  return askedWait(answer, now) ?? (resetSeconds(answer) ?? bodyWindow(answer.body) ?? windowSeconds) * 1000;
}

function resetSeconds(answer: Answer): number | undefined {
  const own = headerOf(answer, "ratelimit-reset") ?? headerOf(answer, "x-ratelimit-reset");
  // X-RateLimit-Reset is a point in time with some servers; no window is that long.
  if (own !== undefined && /^\d{1,6}$/.test(own)) return Number(own);
  const found = /(?:^|[\s,;])(?:reset|t)\s*=\s*(\d{1,6})(?:$|[\s,;])/i.exec(
    headerOf(answer, "ratelimit") ?? "",
  );
  return found ? Number(found[1]) : undefined;
}

function bodyWindow(body: string): number | undefined {
  const details = asObject(asObject(parseJson(body))?.emptiedBucketDetails);
  const seconds = details?.windowSeconds;
  return typeof seconds === "number" && seconds > 0 ? seconds : undefined;
}

function headerOf(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name];
  const text = typeof value === "string" ? value : value?.[0];
  return text?.trim() === "" ? undefined : text?.trim();
}
