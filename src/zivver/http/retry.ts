import type { Clock } from "../../model/ports.ts";
import { type Problem, RemoteError } from "../../model/values/errors.ts";
import { asObject, parseJson } from "../../model/values/json.ts";
import { retryAfter } from "../../model/values/retry-after.ts";
import { describeBody, isWebPage, statusInBody } from "./answers/excerpt.ts";
import type { Answer, HttpRequest, Send } from "./client.ts";
import type { Failure } from "./network-errors.ts";
import type { RateLimiter } from "./rate-limiter.ts";
import { type Asked, redirectOf } from "./refusals.ts";

export const TRIES = 5;
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 30_000;
/** Between two tries, whatever the target asks for. */
export const LONGEST_WAIT_MS = 60_000;
export const PAUSES = 10;
export const LONGEST_PAUSE_MS = 300_000;
const SHORTEST_PAUSE_MS = 250;

export type Line = {
  /** The base address, without a final slash. */
  readonly base: string;
  readonly send: Send;
  readonly limiter: RateLimiter;
  readonly clock: Clock;
  readonly random: () => number;
  readonly windowSeconds: number;
  readonly onProgress: (text: string) => void;
  /** Asked right before each try of a write, after all waiting: once it is false, nothing that changes anything is sent. */
  readonly mayWrite?: (() => boolean) | undefined;
};

/** An answer that is not worth another try, and whether an earlier try may have been carried out. */
export type Delivered = { readonly answer: Answer; readonly json: unknown; readonly uncertain: boolean };

/** Finds what an uncertain try made, if it made it. */
export type LookUp<T> = () => Promise<T | undefined>;

/**
 * Sends a request until it is answered for good: five tries with growing pauses of random length (full jitter), and a
 * 429 costs none of them. Where a try may have been carried out, `lookUp` is asked before the next one, and what it finds
 * is the result. Throws RemoteError when the tries run out, `uncertain` if a write may have been carried out.
 */
export async function deliver(line: Line, request: HttpRequest, asked: Asked): Promise<Delivered>;
export async function deliver<T>(
  line: Line,
  request: HttpRequest,
  asked: Asked,
  lookUp: LookUp<T> | undefined,
): Promise<Delivered | { readonly found: T }>;
export async function deliver<T>(
  line: Line,
  request: HttpRequest,
  asked: Asked,
  lookUp?: LookUp<T>,
): Promise<Delivered | { readonly found: T }> {
  let uncertain = false;
  for (let tried = 1; ; tried += 1) {
    const result = await sendPastRateLimit(line, request, asked);
    if ("answer" in result) return { ...result, uncertain };
    const { failure } = result;
    if (failure.sent && request.method !== "GET") uncertain = true;
    if (!failure.again) throw gaveUp(failure, asked, tried, uncertain);
    if (tried < TRIES || (uncertain && lookUp)) await pauseBefore(line, failure, asked, tried);
    if (uncertain && lookUp) {
      const found = await settled(lookUp);
      if (found !== undefined) return { found };
    }
    if (tried >= TRIES) throw gaveUp(failure, asked, tried, uncertain);
  }
}

async function pauseBefore(line: Line, failure: Failure, asked: Asked, tried: number): Promise<void> {
  const ceiling = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (tried - 1));
  const wait = Math.min(LONGEST_WAIT_MS, Math.max(line.random() * ceiling, failure.waitMs ?? 0));
  line.onProgress(
    `${asked.where}: ${failure.message} Trying again in ${seconds(wait)} (${tried} of ${TRIES} tries made).`,
  );
  await line.clock.sleep(wait);
}

/** Asks whether an uncertain try was carried out. A look-up that fails leaves open what it was to settle. */
export async function settled<T>(lookUp: LookUp<T>): Promise<T | undefined> {
  try {
    return await lookUp();
  } catch (error) {
    if (error instanceof RemoteError) throw new RemoteError(error.problems, { uncertain: true });
    throw error;
  }
}

type Read = Pick<Delivered, "answer" | "json">;
type Attempt = Read | { readonly failure: Failure };

async function sendPastRateLimit(line: Line, request: HttpRequest, asked: Asked): Promise<Attempt> {
  let start: number | undefined;
  for (let pauses = 0; ; pauses += 1) {
    const leave = await line.limiter.enter(pauses > 0);
    if (request.method !== "GET" && line.mayWrite?.() === false) {
      leave();
      return { failure: LEASE_LOST };
    }
    const exchange = await line.send(request).finally(leave);
    if ("failure" in exchange) return exchange;
    const now = line.clock.now();
    const read = readAnswer(exchange.answer);
    if (read.answer.status !== 429) return judge(read, request, asked, now);
    start ??= now;
    // A target that says "at once" again and again is asked less and less often.
    const floor = Math.min(SHORTEST_PAUSE_MS * 2 ** pauses, line.windowSeconds * 1000);
    const wait = Math.max(rateLimitWait(read.answer, now, line.windowSeconds), floor);
    if (pauses >= PAUSES || now + wait - start > LONGEST_PAUSE_MS)
      return { failure: stillLimited(pauses, wait) };
    line.onProgress(`Zivver's rate limit is used up: waiting ${seconds(wait)}.`);
    line.limiter.pauseUntil(now + wait);
  }
}

const LEASE_LOST: Failure = {
  code: "lease-lost",
  message: "Nothing was sent: this apply lost its lease of the state, and another machine may apply by now.",
  remedy: "Check the connection to the Git remote, then run the same command again.",
  sent: false,
  again: false,
};

/** An answer with its JSON. An error in the body of a success counts with the status that is written there. */
function readAnswer(answer: Answer): Read {
  if (answer.status < 200 || answer.status >= 300) return { answer, json: undefined };
  const json = answer.list === undefined ? parseJson(answer.body) : answer.list.json;
  const refused = statusInBody(json);
  return refused === undefined
    ? { answer, json }
    : { answer: { ...answer, status: refused }, json: undefined };
}

/** Sorts an answer: worth another try (server errors, half an answer), or final. */
function judge({ answer, json }: Read, request: HttpRequest, asked: Asked, now: number): Attempt {
  const { status, body } = answer;
  if (status >= 500 || status === 408) return { failure: unavailable(answer, asked, now) };
  const write = request.method !== "GET";
  if (write && status >= 300 && status < 400)
    return { failure: { ...redirectOf(answer, asked.redact), sent: true, again: false } };
  if (status < 200 || status >= 300) return { answer, json };
  if (isWebPage(body)) return { failure: notZivver(answer, asked, false) };
  // A write without a usable answer is a write that was carried out; a list without one is not a list.
  if (json === undefined && !write) return { failure: notZivver(answer, asked, true) };
  return { answer, json };
}

function unavailable(answer: Answer, asked: Asked, now: number): Failure {
  const wait = askedWait(answer, now);
  return {
    code: "target-unavailable",
    message: `Zivver could not ${asked.action}: it answered ${answer.status} with ${describeBody(answer.body, asked.redact)}.`,
    remedy: "Run it again later. If it stays, ask Zivver.",
    sent: true,
    again: true,
    ...(wait === undefined ? {} : { waitMs: wait }),
  };
}

function notZivver(answer: Answer, asked: Asked, again: boolean): Failure {
  const page = isWebPage(answer.body);
  return {
    code: "target-answer",
    message: `Asked to ${asked.action}, the target answered ${answer.status} with ${describeBody(answer.body, asked.redact)}, which is ${page ? "not what Zivver's API gives" : "not JSON, or only the beginning of it"}.`,
    remedy: page
      ? "Something between here and Zivver answered instead, such as a proxy or a login page. Check target.url and the proxy settings."
      : "Run it again. If it stays, check target.url: it ends in /api/scim/v2.",
    sent: true,
    again,
  };
}

function stillLimited(pauses: number, wait: number): Failure {
  const asks = `it asks to wait ${pauses === 0 ? "" : "another "}${seconds(wait)}`;
  return {
    code: "target-rate-limited",
    message:
      pauses === 0
        ? `Zivver's rate limit is used up, and ${asks}; zivsync waits ${seconds(LONGEST_PAUSE_MS)} at most.`
        : `Zivver's rate limit stays used up: after ${pauses} ${pauses === 1 ? "pause" : "pauses"} ${asks}.`,
    remedy:
      "Find out what else uses the API of this organisation, or lower target.rateLimit, and run it again.",
    sent: false,
    again: false,
  };
}

function gaveUp(failure: Failure, asked: Asked, tried: number, uncertain: boolean): RemoteError {
  const tries = tried > 1 ? ` It was tried ${tried} times.` : "";
  const { code, remedy } = failure;
  const problem = { code, where: asked.where, message: `${failure.message}${tries}`, remedy };
  return failed(problem, uncertain);
}

/** The error of a request that failed for good; of an uncertain one the message says so. */
export function failed(problem: Problem, uncertain: boolean): RemoteError {
  if (!uncertain) return new RemoteError(problem);
  const open = "Whether it was carried out is not known; the next reading of the accounts shows it.";
  return new RemoteError({ ...problem, message: `${problem.message} ${open}` }, { uncertain });
}

/** Whole seconds from one second on, for people. */
function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.ceil(milliseconds)} ms` : `${Math.ceil(milliseconds / 1000)} s`;
}

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
