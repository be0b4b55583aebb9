import type { ExchangeOnlineConfig } from "../../../model/source-config/exchange.ts";
import { asObject, asText, type JsonObject, parseJson } from "../../../model/values/json.ts";
import type { HttpAnswer } from "../../../network/http.ts";
import type { Token } from "../../microsoft/auth/token.ts";
import { ServiceFailure } from "../../microsoft/errors/failure.ts";
import { commonManner, NO_REDIRECT, OUTAGE } from "../../microsoft/service/manner.ts";
import { readPages as readAllPages } from "../../microsoft/service/pages.ts";
import {
  type Manner,
  type Question,
  ServiceRequests,
  type Services,
} from "../../microsoft/service/requests.ts";
import { quoted } from "../../records/findings.ts";

/** A request: a URL, or a cmdlet with its parameters. `what` ends a sentence: `read the permissions of desk@…`. */
export type Ask = {
  readonly what: string;
  readonly url: string;
  readonly cmdlet?: { readonly name: string; readonly parameters: JsonObject };
};

type ServiceConfig = Pick<ExchangeOnlineConfig, "baseUrl" | "apiPath" | "concurrency" | "timeoutMs">;

/** The mailbox that routes requests of applications ("arbitration mailbox", the same in every tenant). */
const ANCHOR = "SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}";

/** The administration service of one tenant. Every request goes through here. */
export class ExchangeService {
  readonly base: string;
  readonly #requests: ServiceRequests;
  readonly #anchor: string;

  constructor(config: ServiceConfig, tenantId: string, services: Services) {
    this.base = `${config.baseUrl}/${config.apiPath}/${tenantId}`;
    this.#requests = new ServiceRequests(EXCHANGE_MANNER, config, services);
    this.#anchor = `APP:${ANCHOR}@${tenantId}`;
  }

  /** Requests sent, repeated ones included. */
  get requests(): number {
    return this.#requests.sent;
  }
  /** The reason why nothing more can be read, once that is so. */
  get over(): ServiceFailure | undefined {
    return this.#requests.over;
  }

  /** The JSON object that answers. Throws ServiceFailure; after one that ends the reading, that one again. */
  ask(ask: Ask): Promise<JsonObject> {
    return this.#requests.ask(this.#questionOf(ask));
  }

  #questionOf({ what, url, cmdlet }: Ask): Question {
    const headers = {
      "odata-version": "4.0",
      "odata-maxversion": "4.0",
      prefer: "odata.maxpagesize=1000;",
      "x-anchormailbox": this.#anchor,
      accept: cmdlet ? "application/json" : "application/json;odata.metadata=minimal",
      ...(cmdlet ? { "content-type": "application/json" } : {}),
    };
    if (cmdlet === undefined) return { what, method: "GET", url, headers };
    const { name, parameters } = cmdlet;
    const body = JSON.stringify({ CmdletInput: { CmdletName: name, Parameters: parameters } });
    return { what, method: "POST", url, headers, body };
  }
}

const ROLE = "Exchange.ManageAsApp";
const RIGHTS = `Give the application the permission ${ROLE} (application permission of Office 365 Exchange Online, with consent of an administrator) and the role Global Reader, or View-Only Recipients in Exchange.`;

/** The message of a refusal, in quotes: the message in the JSON that carries it, or its text. Never longer than 200 characters. */
function saidIn({ text }: HttpAnswer): string {
  const error = asObject(asObject(parseJson(text))?.error);
  const details = Array.isArray(error?.details) ? error.details : [];
  const detail = details.map((one) => asText(asObject(one)?.message)).find((one) => one !== undefined);
  // Exchange writes `code|class of the exception|words`.
  const words = detail?.split("|").at(-1)?.trim() || asText(error?.message) || text;
  return words.trim() === "" ? "nothing more" : quoted(words);
}

/** The reason why an answer with an error is of no use, and what that ends. */
function answerWords(what: string, answer: HttpAnswer, tries: number): ServiceFailure {
  const { status } = answer;
  const tried = tries > 1 ? ` It was tried ${tries} times.` : "";
  const message = `Asked to ${what}, Exchange answered ${status} with ${saidIn(answer)}.${tried}`;
  if (status === 404 || isMissing(answer)) {
    const remedy = "Check `tenant`, `baseUrl` and `apiPath`.";
    const kind = isMissing(answer) ? "missing" : "request";
    return new ServiceFailure({ code: "answer", message, remedy }, kind);
  }
  if (status === 403) return new ServiceFailure({ code: "forbidden", message, remedy: RIGHTS }, "request");
  if (status >= 500) {
    return new ServiceFailure({ code: "unavailable", message, remedy: OUTAGE }, "request");
  }
  const remedy =
    status >= 300 && status < 400
      ? NO_REDIRECT
      : "Check `baseUrl`, `apiPath`, and the names of properties in `map`.";
  return new ServiceFailure({ code: "answer", message, remedy }, "request");
}

/** Whether Exchange itself says that there is no such object. A 404 of something between here and there does not. */
function isMissing({ status, text }: HttpAnswer): boolean {
  if (/ManagementObjectNotFound/.test(text)) return true;
  return status === 404 && /NotFound/i.test(asText(asObject(asObject(parseJson(text))?.error)?.code) ?? "");
}

/** A new token was not taken either. */
function renewedInVain(what: string, token: Token): ServiceFailure {
  const lacks = token.roles.includes(ROLE) ? "" : ` The token does not carry the permission ${ROLE}.`;
  return new ServiceFailure(
    {
      code: "credentials",
      message: `Asked to ${what}, Exchange answered 401: it accepts neither the token of this application nor a new one.${lacks}`,
      remedy: RIGHTS,
    },
    "reading",
  );
}

const SPEECH = { service: "Exchange", check: "`baseUrl` and `apiPath`" };

const EXCHANGE_MANNER: Manner = {
  refused: ({ what }, answer, tries) => answerWords(what, answer, tries),
  ...commonManner(SPEECH),
  renewedInVain: ({ what }, token) => renewedInVain(what, token),
};

/**
 * All pages of an answer; `take` gets the rows of each as it comes. Gives the warnings, each of which may mean that
 * something is missing. Throws ServiceFailure when a page is not what it must be.
 */
export async function readPages(
  service: Pick<ExchangeService, "ask">,
  first: Ask,
  take: (rows: readonly unknown[]) => void,
  mostRows?: number,
): Promise<readonly string[]> {
  const warnings: string[] = [];
  const paging = { service, speech: SPEECH, ...(mostRows === undefined ? {} : { mostRows }) };
  await readAllPages(paging, first, (rows, body) => {
    warnings.push(...warningsIn(body));
    take(rows);
  });
  return warnings;
}

function warningsIn(body: JsonObject): readonly string[] {
  const warnings = body["@adminapi.warnings"];
  if (warnings === undefined || warnings === null) return [];
  const list = Array.isArray(warnings) ? warnings : [warnings];
  return list.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
}
