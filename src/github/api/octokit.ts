import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import type { Clock } from "../../model/ports.ts";
import { ZivsyncError } from "../../model/values/errors.ts";
import type { Secret } from "../../model/values/secret.ts";
import { NetworkTrouble } from "../../network/http.ts";
import { Answer, NotAsDocumented } from "./answer.ts";
import { type Errand, type Failure, failureError, visible } from "./errors.ts";
import { openFetch } from "./fetch.ts";

export type RequesterOptions = {
  readonly apiUrl: string;
  readonly token: Secret;
  readonly version: string;
  readonly clock: Clock;
  readonly environment: NodeJS.ProcessEnv;
  readonly onProgress: (text: string) => void;
  /** Of one list; MOST_PAGES when left out. */
  readonly mostPages?: number;
};

type Parameters = Readonly<Record<string, unknown>>;

/** Requests to GitHub's REST API, within its limits. Both throw RemoteError, `uncertain` where a create may have been done. */
export type Requester = {
  ask<T>(route: string, parameters: Parameters, errand: Errand, read: (answer: Answer) => T): Promise<T>;
  /** All pages. */
  list<T>(
    route: string,
    parameters: Parameters,
    errand: Errand,
    read: (answer: readonly Answer[]) => T,
  ): Promise<T>;
  /** One GraphQL query; `read` gets its `data`. */
  query<T>(text: string, variables: Parameters, errand: Errand, read: (data: Answer) => T): Promise<T>;
};

const API_VERSION = "2022-11-28";
/** Of one request: how often it is repeated after a failure, and how often and how long it waits for a limit. */
export const REPEATS = 3;
export const WAITS = 3;
export const LONGEST_WAIT_S = 15 * 60;
/** All waiting of a run, since a limit may meet each of its requests. */
export const LONGEST_WAITS_S = 60 * 60;
/** Of a list, of 100 entries each. */
export const MOST_PAGES = 1_000;
/** A repetition does not help, or is the other plugin's business. */
const DO_NOT_REPEAT = [400, 401, 403, 404, 409, 410, 422, 429, 451];
const nothing = () => {};
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };

export function createRequester(options: RequesterOptions): Requester {
  const octokit = openOctokit(options);
  const { mostPages = MOST_PAGES } = options;
  const where = new URL(options.apiUrl).host;
  const failed = (error: unknown, errand: Errand) => {
    if (error instanceof ZivsyncError) return error;
    if (error instanceof NotAsDocumented)
      return failureError({ kind: "undocumented", why: error.message }, errand, where);
    return error instanceof Failed ? failureError(error.failure, errand, where) : error;
  };
  return {
    async ask(route, parameters, errand, read) {
      try {
        const request = errand.creates ? { retries: 0 } : {};
        const { data } = await octokit.request(route, { ...parameters, request });
        return read(new Answer(data, "the answer"));
      } catch (error) {
        throw failed(error, errand);
      }
    },
    async list(route, parameters, errand, read) {
      try {
        let data: unknown[] = [];
        let pages = 0;
        for await (const page of octokit.paginate.iterator(route, { ...parameters, per_page: 100 })) {
          pages += 1;
          if (pages > mostPages) throw new NotAsDocumented(`it is a list of more than ${mostPages} pages`);
          // Also where it is not a list: then its one entry is not as documented.
          data = data.concat(page.data);
        }
        return read(data.map((item, index) => new Answer(item, `entry ${index + 1}`)));
      } catch (error) {
        throw failed(error, errand);
      }
    },
    async query(text, variables, errand, read) {
      try {
        // A GitHub Enterprise server has REST at /api/v3 and GraphQL at /api/graphql.
        const url = `${options.apiUrl.replace(/\/v3$/, "")}/graphql`;
        const { data } = await octokit.request({ method: "POST", url, query: text, variables });
        const answer = new Answer(data, "the answer");
        if (!answer.at("errors").isAbsent) throw new NotAsDocumented("it reports errors in the query");
        return read(answer.at("data"));
      } catch (error) {
        throw failed(error, errand);
      }
    },
  };
}

let opened = 0;

function openOctokit({ apiUrl, token, version, clock, environment, onProgress }: RequesterOptions) {
  opened += 1;
  const waiting = new Waiting(clock, LONGEST_WAITS_S);
  const waitForLimit = async (seconds: number, _options: unknown, _octokit: unknown, waits: number) => {
    if (seconds > LONGEST_WAIT_S || waits >= WAITS || !waiting.isFor(seconds)) return false;
    onProgress(`GitHub limits requests: waiting ${seconds} seconds`);
    await waiting.spend(seconds);
    return true;
  };
  const pauses = pausesBy(waiting, onProgress);
  const ZivsyncOctokit = Octokit.plugin(pauses, paginateRest, retry, throttling);
  const octokit = new ZivsyncOctokit({
    auth: token.reveal(),
    baseUrl: apiUrl,
    userAgent: `zivsync/${version}`,
    // Of its own accord octokit writes warnings to stderr.
    log: SILENT,
    request: { fetch: openFetch(apiUrl, environment), log: SILENT },
    // All waiting is done by the clock that was given: hence the zeros.
    retry: { retries: REPEATS, retryAfterBaseValue: 0, doNotRetry: DO_NOT_REPEAT },
    throttle: {
      id: `zivsync ${opened}`,
      retryAfterBaseValue: 0,
      // The plugin awaits what its handlers return, although its types do not say so.
      onRateLimit: waitForLimit,
      onSecondaryRateLimit: waitForLimit,
    },
  });
  octokit.hook.before("request", (request) => {
    request.headers["x-github-api-version"] = API_VERSION;
  });
  // The library takes an empty page for a list without entries.
  octokit.hook.after("request", ({ data }) => {
    if (typeof data !== "object" || data === null) throw new NotAsDocumented("it is not JSON");
  });
  // It also takes status 409 for the end of a list: what leaves here has no status any more.
  octokit.hook.error("request", (error, request) => {
    const failure = failureOf(error, Number(request.request?.retryCount ?? 0));
    throw failure === undefined ? error : new Failed(failure);
  });
  return octokit;
}

/** The reason why a request failed for good. Octokit's own error holds the whole request, and stays behind. */
class Failed extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.kind);
    this.failure = failure;
  }
}

/** The properties of octokit's errors, as far as they are used. */
type HttpTrouble = {
  readonly message: string;
  readonly status?: number;
  readonly cause?: unknown;
  readonly response?:
    | { readonly headers: Readonly<Record<string, string | number | undefined>>; readonly data?: unknown }
    | undefined;
};

/** Sleeps before what the retry plugin repeats, so that the waiting is the clock's and is shown. Innermost: first to see an error. */
function pausesBy(waiting: Waiting, onProgress: (text: string) => void) {
  return (octokit: Octokit) => {
    octokit.hook.error("request", async (error: HttpTrouble, options) => {
      const { request } = options;
      // A refusal before sending is not a network problem.
      if (error.cause instanceof ZivsyncError) throw error.cause;
      const repeated = Number(request?.retryCount ?? 0);
      const repeats = Number(request?.retries ?? REPEATS);
      if ((error.status ?? 0) >= 500 && repeated < repeats) {
        const asked = Number(error.response?.headers["retry-after"] ?? 0);
        const seconds = Math.min(Math.max((repeated + 1) ** 2, asked || 0), LONGEST_WAIT_S);
        if (!waiting.isFor(seconds)) {
          options.request = { ...request, retries: 0 };
          throw error;
        }
        onProgress(`GitHub does not answer as it should: trying again in ${seconds} seconds`);
        await waiting.spend(seconds);
      }
      throw error;
    });
    return {};
  };
}

/** Undefined for what is not a failure of a request. `repeated`: as the plugins counted, the last time included. */
function failureOf(error: unknown, repeated: number): Failure | undefined {
  const { status, cause, message, response }: Partial<HttpTrouble> = error instanceof Error ? error : {};
  if (status === undefined) return undefined;
  const tries = Math.max(1, repeated);
  if (response === undefined) {
    const why =
      cause instanceof NetworkTrouble
        ? `${cause.host}, ${cause.code}`
        : visible((message ?? "").slice(0, 200));
    return { kind: "network", why, tries };
  }
  const said = saidIn(response.data);
  if (status === 429 || (status === 403 && isLimit(said, response.headers)))
    return { kind: "limited", seconds: secondsIn(response.headers), waits: repeated };
  return { kind: "status", status, said, tries };
}

function isLimit(said: string, headers: Readonly<Record<string, unknown>>): boolean {
  return headers["x-ratelimit-remaining"] === "0" || /\brate limit/i.test(said);
}

function secondsIn(headers: Readonly<Record<string, unknown>>): number | undefined {
  const after = Number(headers["retry-after"] ?? Number.NaN);
  if (Number.isFinite(after)) return after;
  const reset = Number(headers["x-ratelimit-reset"] ?? Number.NaN);
  return Number.isFinite(reset) ? Math.max(0, reset - Date.now() / 1000) : undefined;
}

/** GitHub's own words on one line, short: they go into messages and notes for people. */
function saidIn(data: unknown): string {
  const message = typeof data === "object" && data !== null && "message" in data ? data.message : "";
  return typeof message === "string" ? visible(message.slice(0, 200).replace(/\s+/g, " ")) : "";
}

/** The time that a run may wait for GitHub in all, however many of its requests ask for it. */
class Waiting {
  readonly #clock: Clock;
  #left: number;

  constructor(clock: Clock, seconds: number) {
    this.#clock = clock;
    this.#left = seconds;
  }

  isFor(seconds: number): boolean {
    return seconds <= this.#left;
  }

  async spend(seconds: number): Promise<void> {
    this.#left -= seconds;
    await this.#clock.sleep(seconds * 1000);
  }
}
