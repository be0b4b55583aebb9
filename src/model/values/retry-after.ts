/**
 * RFC 9110 `Retry-After`: seconds or a date, as milliseconds to wait. A date counts from the server's own clock, which is the
 * answer's `Date`.
 */
export function retryAfter(
  text: string | undefined,
  date: string | undefined,
  now: number,
): number | undefined {
  const stamp = text?.trim() ?? "";
  if (/^\d+(?:\.\d+)?$/.test(stamp)) return Number(stamp) * 1000;
  const wait = waitUntil(stamp, date, now);
  return Number.isNaN(wait) ? undefined : wait;
}

/** The milliseconds until a date, or a time stamp in seconds, by the server's clock; NaN where it is neither. */
export function waitUntil(stamp: string, date: string | undefined, now: number): number {
  const until = /^\d{9,11}$/.test(stamp.trim()) ? Number(stamp) * 1000 : Date.parse(stamp);
  const there = Date.parse(date ?? "");
  return Math.max(0, until - (Number.isNaN(there) ? now : there));
}
