import type { Clock, OnProgress } from "../../../model/ports.ts";
import type { ExchangeOnlineConfig } from "../../../model/source-config/exchange.ts";
import { asObject, type JsonObject, parseJson } from "../../../model/values/json.ts";
import { type Http, type HttpAnswer, NetworkTrouble } from "../../../network/http.ts";
import type { Token, TokenKeeper } from "../../microsoft/auth/token.ts";
import { ExchangeFailure } from "../../microsoft/errors/failure.ts";
import { isTls, networkWords } from "../../microsoft/errors/network-errors.ts";
import { Pace, retryAfter } from "../../microsoft/service/pace.ts";
import { answerWords, renewedInVain, throttledWords, wrongAnswer } from "./answer-errors.ts";

/** What is asked: a URL, or a cmdlet with its parameters. `what` ends a sentence: `read the permissions of desk@…`. */
export type Ask = {
  readonly what: string;
  readonly url: string;
  readonly cmdlet?: { readonly name: string; readonly parameters: JsonObject };
};

type Services = {
  readonly http: Http;
  readonly tokens: TokenKeeper;
  readonly clock: Clock;
  readonly onProgress?: OnProgress;
};
type ServiceConfig = Pick<ExchangeOnlineConfig, "baseUrl" | "apiPath" | "concurrency" | "timeoutMs">;

export const TRIES = 4;
export const PAUSES = 8;
/** Of a token that was taken and ended; one that never was is not worth another try. */
const RENEWALS = 3;
const FIRST_PAUSE_MS = 1_000;
/** So many requests in a row without one that succeeds: the next would not either. */
const MOST_FAILURES = 25;

/** The mailbox that routes requests of applications ("arbitration mailbox", the same in every tenant). */
const ANCHOR = "SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}";

/** The administration service of one tenant. Every request goes through here. */
export class ExchangeService {
  readonly base: string;
  readonly #config: ServiceConfig;
  readonly #services: Services;
  readonly #pace: Pace;
  readonly #anchor: string;
  #over: ExchangeFailure | undefined;
  /** The token that the service took last. */
  #taken: Token | undefined;
  #inARow = 0;
  #requests = 0;

  constructor(config: ServiceConfig, tenantId: string, services: Services) {
    this.base = `${config.baseUrl}/${config.apiPath}/${tenantId}`;
    this.#config = config;
    this.#services = services;
    this.#pace = new Pace(services.clock, config.concurrency);
    this.#anchor = `APP:${ANCHOR}@${tenantId}`;
  }

  /** Requests sent, repeated ones included. */
  get requests(): number {
    return this.#requests;
  }
  /** Why nothing more can be read, once that is so. */
  get over(): ExchangeFailure | undefined {
    return this.#over;
  }

  /** The JSON object that answers. Throws ExchangeFailure; after one that ends the reading, that one again. */
  async ask(ask: Ask): Promise<JsonObject> {
    try {
      const body = await this.#askPatiently(ask);
      this.#inARow = 0;
      return body;
    } catch (error) {
      if (!(error instanceof ExchangeFailure)) throw error;
      if (error.kind === "missing") this.#inARow = 0;
      else if (error.kind === "reading" || ++this.#inARow >= MOST_FAILURES) {
        this.#over ??= new ExchangeFailure(error.words, "reading");
      }
      throw error;
    }
  }

  async #askPatiently(ask: Ask): Promise<JsonObject> {
    const spent: Spent = { tries: 0, pauses: 0, renewals: 0 };
    for (;;) {
      const token = await this.#services.tokens.get();
      const { outcome, sentAt } = await this.#send(ask, token);
      if (!(outcome instanceof NetworkTrouble) && outcome.status !== 401) this.#taken = token;
      const verdict = this.#judge(outcome, ask, spent.tries + 1);
      if ("body" in verdict) return verdict.body;
      if (verdict.next === "renew") await this.#renew(ask, token, spent);
      else if (verdict.next === "wait") this.#wait(ask, verdict, sentAt, spent);
      else {
        if (++spent.tries >= TRIES) throw verdict.failure;
        await this.#services.clock.sleep(FIRST_PAUSE_MS * 2 ** (spent.tries - 1));
      }
    }
  }

  async #renew({ what }: Ask, token: Token, spent: Spent): Promise<void> {
    if (spent.renewals >= (this.#taken === token ? RENEWALS : 1)) throw renewedInVain(what, token);
    spent.renewals++;
    await this.#services.tokens.renew(token);
  }

  /** All requests wait, this one among them. */
  #wait({ what }: Ask, { status, waitMs }: Wait, sentAt: number, spent: Spent): void {
    const goesOn = this.#pace.throttled(sentAt, waitMs);
    if (!goesOn || ++spent.pauses >= PAUSES) throw throttledWords(what, status, spent.pauses);
  }

  async #send(ask: Ask, token: Token): Promise<{ outcome: HttpAnswer | NetworkTrouble; sentAt: number }> {
    const { url, cmdlet } = ask;
    const headers = {
      authorization: `Bearer ${token.value.reveal()}`,
      "odata-version": "4.0",
      "odata-maxversion": "4.0",
      prefer: "odata.maxpagesize=1000;",
      "x-anchormailbox": this.#anchor,
      accept: cmdlet ? "application/json" : "application/json;odata.metadata=minimal",
      ...(cmdlet ? { "content-type": "application/json" } : {}),
    };
    const body =
      cmdlet && JSON.stringify({ CmdletInput: { CmdletName: cmdlet.name, Parameters: cmdlet.parameters } });
    const sentAt = await this.#pace.enter();
    try {
      if (this.#over) throw this.#over;
      this.#requests++;
      this.#services.onProgress?.(this.#requests, "requests");
      const method = cmdlet ? "POST" : "GET";
      const outcome = await this.#services.http.send({ method, url, headers, ...(body ? { body } : {}) });
      this.#pace.observe(outcome);
      return { outcome: without(token, outcome), sentAt };
    } catch (error) {
      if (!(error instanceof NetworkTrouble)) throw error;
      return { outcome: error, sentAt };
    } finally {
      this.#pace.leave();
    }
  }

  #judge(outcome: HttpAnswer | NetworkTrouble, { what }: Ask, tries: number): Verdict {
    if (outcome instanceof NetworkTrouble) {
      const words = networkWords(outcome, this.#config.timeoutMs);
      const kind =
        words.code === "exchange-timeout" || words.code === "exchange-answer" ? "request" : "reading";
      const failure = new ExchangeFailure(words, kind);
      if (isTls(outcome)) throw failure;
      return { next: "again", failure };
    }
    const { status } = outcome;
    if (status === 401) return { next: "renew" };
    if (status === 429 || status === 503) {
      return { next: "wait", status, waitMs: retryAfter(outcome, this.#services.clock.now()) };
    }
    if (status >= 200 && status < 300) {
      const body = asObject(parseJson(outcome.text));
      return body ? { body } : { next: "again", failure: wrongAnswer(what, outcome) };
    }
    const failure = answerWords(what, outcome, tries);
    if (status < 500 && status !== 408) throw failure;
    // A cmdlet's own refusal comes as 500, too, and stays.
    if (failure.kind === "missing") throw failure;
    return { next: "again", failure };
  }
}

/** Whatever answers may show the request that it got, and messages quote answers. */
function without(token: Token, answer: HttpAnswer): HttpAnswer {
  const value = token.value.reveal();
  return answer.text.includes(value) ? { ...answer, text: answer.text.replaceAll(value, "…") } : answer;
}

type Wait = { readonly next: "wait"; readonly status: number; readonly waitMs: number | undefined };
/** What a request has used of the patience there is. */
type Spent = { tries: number; pauses: number; renewals: number };
type Verdict =
  | { readonly body: JsonObject }
  | { readonly next: "renew" }
  | Wait
  | { readonly next: "again"; readonly failure: ExchangeFailure };
