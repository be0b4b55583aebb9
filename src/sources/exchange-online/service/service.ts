import type { ExchangeOnlineConfig } from "../../../model/source-config/exchange.ts";
import type { JsonObject } from "../../../model/values/json.ts";
import type { ServiceFailure } from "../../microsoft/errors/failure.ts";
import { type Question, ServiceRequests, type Services } from "../../microsoft/service/requests.ts";
import { EXCHANGE_MANNER } from "./answer-errors.ts";

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
