import type { Clock, OnProgress } from "../../../model/ports.ts";
import { asObject, type JsonObject, parseJson } from "../../../model/values/json.ts";
import { retryAfter } from "../../../model/values/retry-after.ts";
import { redactorOf } from "../../../model/values/secret-forms.ts";
import { type Http, type HttpAnswer, type HttpRequest, NetworkTrouble } from "../../../network/http.ts";
import type { Token, TokenKeeper } from "../auth/token.ts";
import { ServiceFailure } from "../errors/failure.ts";
import { isTls, networkWords } from "../errors/network-errors.ts";
import { Pace } from "./pace.ts";

/** A request without its token. `what` ends a sentence: `read the permissions of desk@…`. */
export type Question = HttpRequest & {
  readonly what: string;
  /** The permission without which the service refuses it. */
  readonly needs?: string;
  /** The answer is a text, not an object: the object has it as `text`. */
  readonly isText?: true;
};

type Asked = Pick<Question, "what" | "needs">;

/** The meaning of one service's answers, as failures. */
export type Manner = {
  /** An answer with an error, after so many tries. */
  refused(asked: Asked, answer: HttpAnswer, tries: number, token: Token): ServiceFailure;
  /** An answer that says it is one, and is not a JSON object. */
  wrong(asked: Asked, answer: HttpAnswer): ServiceFailure;
  /** A new token was not taken either. */
  renewedInVain(asked: Asked, token: Token): ServiceFailure;
  /** The service goes on asking to wait. */
  throttled(asked: Asked, status: number, pauses: number): ServiceFailure;
};

export type Services = {
  readonly http: Http;
  readonly tokens: TokenKeeper;
  readonly clock: Clock;
  readonly onProgress?: OnProgress;
};
type Patience = { readonly concurrency: number; readonly timeoutMs: number };

export const TRIES = 4;
export const PAUSES = 8;
/** Of a token that was taken and ended; one that never was is not worth another try. */
const RENEWALS = 3;
const FIRST_PAUSE_MS = 1_000;
/** So many requests in a row without one that succeeds: the next would not either. */
const MOST_FAILURES = 25;

/** All requests to one service: so many at once, with a token, as often as it takes. */
export class ServiceRequests {
  readonly #manner: Manner;
  readonly #timeoutMs: number;
  readonly #services: Services;
  readonly #pace: Pace;
  #over: ServiceFailure | undefined;
  /** The token that the service took last. */
  #taken: Token | undefined;
  #inARow = 0;
  #requests = 0;

  constructor(manner: Manner, { concurrency, timeoutMs }: Patience, services: Services) {
    this.#manner = manner;
    this.#timeoutMs = timeoutMs;
    this.#services = services;
    this.#pace = new Pace(services.clock, concurrency);
  }

  /** Requests sent, repeated ones included. */
  get sent(): number {
    return this.#requests;
  }
  /** The reason why nothing more can be read, once that is so. */
  get over(): ServiceFailure | undefined {
    return this.#over;
  }

  /** The JSON object that answers. Throws ServiceFailure; after one that ends the reading, that one again. */
  async ask(question: Question): Promise<JsonObject> {
    try {
      const body = await this.#askPatiently(question);
      this.#inARow = 0;
      return body;
    } catch (error) {
      if (!(error instanceof ServiceFailure)) throw error;
      if (error.kind === "missing") this.#inARow = 0;
      else if (error.kind === "reading" || ++this.#inARow >= MOST_FAILURES) {
        this.#over ??= new ServiceFailure(error.words, "reading", error.status);
      }
      throw error;
    }
  }

  async #askPatiently(question: Question): Promise<JsonObject> {
    const spent: Spent = { tries: 0, pauses: 0, renewals: 0 };
    for (;;) {
      const token = await this.#services.tokens.get();
      const { outcome, sentAt } = await this.#send(question, token);
      if (!(outcome instanceof NetworkTrouble) && outcome.status !== 401) this.#taken = token;
      const verdict = this.#judge(outcome, question, spent.tries + 1, token);
      if ("body" in verdict) return verdict.body;
      if (verdict.next === "renew") await this.#renew(question, token, spent);
      else if (verdict.next === "wait") this.#wait(question, verdict, sentAt, spent);
      else {
        if (++spent.tries >= TRIES) throw verdict.failure;
        await this.#services.clock.sleep(FIRST_PAUSE_MS * 2 ** (spent.tries - 1));
      }
    }
  }

  async #renew(question: Question, token: Token, spent: Spent): Promise<void> {
    if (spent.renewals >= (this.#taken === token ? RENEWALS : 1))
      throw this.#manner.renewedInVain(question, token);
    spent.renewals++;
    await this.#services.tokens.renew(token);
  }

  /** All requests wait, this one among them. */
  #wait(question: Question, { status, waitMs }: Wait, sentAt: number, spent: Spent): void {
    const goesOn = this.#pace.throttled(sentAt, waitMs);
    if (!goesOn || ++spent.pauses >= PAUSES) throw this.#manner.throttled(question, status, spent.pauses);
  }

  async #send(
    { method, url, headers, body }: Question,
    token: Token,
  ): Promise<{ outcome: HttpAnswer | NetworkTrouble; sentAt: number }> {
    const withToken = { authorization: `Bearer ${token.value.reveal()}`, ...headers };
    const sentAt = await this.#pace.enter();
    try {
      if (this.#over) throw this.#over;
      this.#requests++;
      this.#services.onProgress?.(this.#requests, "requests");
      const request = { method, url, headers: withToken, ...(body ? { body } : {}) };
      const outcome = await this.#services.http.send(request);
      this.#pace.observe(outcome);
      return { outcome: without(token, outcome), sentAt };
    } catch (error) {
      if (!(error instanceof NetworkTrouble)) throw error;
      return { outcome: error, sentAt };
    } finally {
      this.#pace.leave();
    }
  }

  #judge(outcome: HttpAnswer | NetworkTrouble, question: Question, tries: number, token: Token): Verdict {
    if (outcome instanceof NetworkTrouble) {
      const words = networkWords(outcome, this.#timeoutMs);
      const kind = words.code === "timeout" || words.code === "answer" ? "request" : "reading";
      const failure = new ServiceFailure(words, kind);
      if (isTls(outcome)) throw failure;
      return { next: "again", failure };
    }
    const { status } = outcome;
    if (status === 401) return { next: "renew" };
    if (status === 429 || status === 503) {
      return {
        next: "wait",
        status,
        // One that is busy and asks for no time at all does not say how long.
        waitMs:
          retryAfter(outcome.headers["retry-after"], outcome.headers.date, this.#services.clock.now()) ||
          undefined,
      };
    }
    if (status >= 200 && status < 300) {
      if (question.isText) return { body: { text: outcome.text } };
      const body = asObject(parseJson(outcome.text));
      return body ? { body } : { next: "again", failure: this.#manner.wrong(question, outcome) };
    }
    const failure = this.#manner.refused(question, outcome, tries, token);
    if (status < 500 && status !== 408) throw failure;
    // A cmdlet's own refusal comes as 500, too, and stays.
    if (failure.kind === "missing") throw failure;
    return { next: "again", failure };
  }
}

/** An answer may show the request that it got, and messages quote answers. */
function without(token: Token, answer: HttpAnswer): HttpAnswer {
  return answer.text.includes(token.value.reveal())
    ? { ...answer, text: redactorOf([token.value])(answer.text) }
    : answer;
}

type Wait = { readonly next: "wait"; readonly status: number; readonly waitMs: number | undefined };
/** The patience that a request has used. */
type Spent = { tries: number; pauses: number; renewals: number };
type Verdict =
  | { readonly body: JsonObject }
  | { readonly next: "renew" }
  | Wait
  | { readonly next: "again"; readonly failure: ServiceFailure };
