import type { EntraIdConfig } from "../../../model/source-config/entra.ts";
import type { JsonObject } from "../../../model/values/json.ts";
import type { Token } from "../../microsoft/auth/token.ts";
import { ServiceFailure } from "../../microsoft/errors/failure.ts";
import { ServiceRequests, type Services } from "../../microsoft/service/requests.ts";
import { GRAPH_MANNER } from "./answers.ts";

/** A request to Graph: `needs` is the permission; `eventual` asks its index, which alone can count. */
export type GraphAsk = {
  readonly what: string;
  readonly url: string;
  readonly needs: string;
  readonly eventual: boolean;
};

const VERSION = "v1.0";
/** Graph's own application id, which is in some tokens in place of its address. */
const GRAPH_APP = "00000003-0000-0000-c000-000000000000";

/** Microsoft Graph of one tenant. Every request goes through here. */
export class Graph {
  /** The path below which every answer lies. */
  readonly path = `/${VERSION}/`;
  readonly #base: string;
  readonly #requests: ServiceRequests;

  constructor(config: Pick<EntraIdConfig, "baseUrl" | "concurrency" | "timeoutMs">, services: Services) {
    this.#base = config.baseUrl;
    this.#requests = new ServiceRequests(GRAPH_MANNER, config, services);
  }

  /** Requests sent, repeated ones included. */
  get requests(): number {
    return this.#requests.sent;
  }
  /** The reason why nothing more can be read, once that is so. */
  get over(): ServiceFailure | undefined {
    return this.#requests.over;
  }

  urlOf(path: string, query: Readonly<Record<string, string>> = {}): string {
    const words = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    const end = words.length === 0 ? "" : `?${words.join("&").replaceAll("%2C", ",")}`;
    return `${this.#base}${this.path}${path}${end}`;
  }

  /** The JSON object that answers. Throws ServiceFailure; after one that ends the reading, that one again. */
  ask({ what, url, needs, eventual }: GraphAsk): Promise<JsonObject> {
    const headers = { accept: "application/json", ...(eventual ? EVENTUAL : {}) };
    return this.#requests.ask({ what, needs, method: "GET", url, headers });
  }

  /**
   * How many there are, by a request of its own; undefined where Graph does not count here. Throws ServiceFailure where the answer is
   * no number: then it is not known whether all came.
   */
  async count(what: string, path: string, needs: string): Promise<number | undefined> {
    const headers = { accept: "text/plain", ...EVENTUAL };
    const url = this.urlOf(`${path}/$count`);
    try {
      const { text } = await this.#requests.ask({ what, needs, method: "GET", url, headers, isText: true });
      const digits = typeof text === "string" ? text.replace(/^\ufeff/, "").trim() : "";
      if (/^\d{1,9}$/.test(digits)) return Number(digits);
    } catch (error) {
      if (error instanceof ServiceFailure && error.kind !== "reading") return undefined;
      throw error;
    }
    const message = `Asked to ${what}, Graph gave no number where it was asked how many there are.`;
    throw new ServiceFailure({ code: "answer", message, remedy: "Run zivsync again." }, "request");
  }
}

const EVENTUAL = { consistencylevel: "eventual" };

/** A token of another cloud or service is worthless here. Throws ServiceFailure. */
export function requireAudience({ audience }: Token, { baseUrl }: Pick<EntraIdConfig, "baseUrl">): void {
  if (audience === undefined || audience === GRAPH_APP) return;
  if (audience.replace(/\/$/, "").toLowerCase() === baseUrl) return;
  const message = `The token is for ${JSON.stringify(audience)}, and Graph answers at ${baseUrl}: it is of another cloud or service.`;
  const remedy = "Correct `cloud`, or `baseUrl` and `authority`.";
  throw new ServiceFailure({ code: "credentials", message, remedy }, "reading");
}
