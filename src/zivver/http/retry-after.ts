import { asObject, parseJson } from "../../model/values/json.ts";
import type { Answer } from "./client.ts";

/** RFC 9110 `Retry-After`: seconds or a date, as milliseconds to wait. A date counts from the server's own clock. */
export function retryAfter(answer: Answer, now: number): number | undefined {
  const text = headerOf(answer, "retry-after");
  if (text === undefined) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const until = Date.parse(text);
  if (Number.isNaN(until)) return undefined;
  const there = Date.parse(headerOf(answer, "date") ?? "");
  return Math.max(0, until - (Number.isNaN(there) ? now : there));
}

/**
 * How long a 429 asks to wait, in milliseconds: Retry-After, else RateLimit-Reset or RateLimit
 * (draft-polli-ratelimit-headers and its successors), else the window in the body, else `windowSeconds`.
 */
export function rateLimitWait(answer: Answer, now: number, windowSeconds: number): number {
  return retryAfter(answer, now) ?? (resetSeconds(answer) ?? bodyWindow(answer.body) ?? windowSeconds) * 1000;
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
