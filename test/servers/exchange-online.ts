import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { KeyPair } from "./certificates.ts";
import { FakeEntra, type FakeEntraOptions, type Reply } from "./exchange-entra.ts";
import { type FakeGroup, type FakeTenant, groupRow, type Row } from "./exchange-tenant.ts";

/** What was asked: `list`, `permissions`, `Get-Recipient` …; of whom; which request of this kind and of all it is. */
export type Asked = {
  readonly kind: string;
  readonly key: string;
  readonly nth: number;
  readonly ofAll: number;
  readonly authorization?: string | undefined;
};

export type FakeExchangeOptions = {
  readonly certificate: Pick<KeyPair, "cert" | "key">;
  readonly entra: FakeEntraOptions;
  readonly tenant: FakeTenant;
  /** More requests at once are a complaint. */
  readonly concurrency?: number;
  readonly pageSize?: number;
  readonly now?: () => number;
  /** So many requests in so many milliseconds; `kind`: whether 429 says for how long. */
  readonly rate?: { readonly requests: number; readonly windowMs: number; readonly kind: boolean };
  /** Answers instead of the service, where it gives something. */
  readonly fault?: (asked: Asked) => Reply | string | undefined;
};

export type FakeExchange = {
  readonly origin: string;
  readonly entra: FakeEntra;
  /** Requests answered by the service itself, as `kind key`. */
  readonly asked: readonly string[];
  /** What a client did that it must not do. */
  readonly complaints: readonly string[];
  /** Requests refused as too many. */
  readonly throttled: () => number;
  /** The identity endpoint of an App Service, on loopback. */
  readonly identityEndpoint: string;
  close(): Promise<void>;
};

export const IDENTITY_HEADER = "canary-identity-header";
export const GITHUB_TOKEN = "canary-github-token";

/** Exchange Online with Entra ID beside it, over HTTPS on a free port. It counts, and complains. */
export async function startExchange(options: FakeExchangeOptions): Promise<FakeExchange> {
  const now = options.now ?? Date.now;
  const entra = new FakeEntra(options.entra, now);
  const state = { origin: "", asked: [] as string[], complaints: [] as string[], throttled: 0 };
  const service = new Service(options, entra, state, now);
  const server = createTlsServer(
    { cert: options.certificate.cert, key: options.certificate.key },
    (request, response) => {
      void service.answer(request, response);
    },
  );
  const identity = createServer((request, response) => {
    const good = request.headers["x-identity-header"] === IDENTITY_HEADER && !entra.silent;
    const body = good
      ? { ...entra.issue(state.origin), expires_on: Math.floor(Date.now() / 1000) + 3600 }
      : { error: "unauthorized", message: "no such identity" };
    entra.proofs.push(`identity ${request.url}`);
    send(response, { status: good ? 200 : 400, body });
  });
  for (const one of [server, identity])
    await new Promise<void>((resolve) => one.listen(0, "127.0.0.1", resolve));
  state.origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    get origin() {
      return state.origin;
    },
    entra,
    asked: state.asked,
    complaints: state.complaints,
    throttled: () => state.throttled,
    identityEndpoint: `http://127.0.0.1:${(identity.address() as AddressInfo).port}/msi/token`,
    close: async () => {
      for (const one of [server, identity]) {
        one.closeAllConnections();
        await new Promise((resolve) => one.close(resolve));
      }
    },
  };
}

type State = { origin: string; readonly asked: string[]; readonly complaints: string[]; throttled: number };

class Service {
  readonly #options: FakeExchangeOptions;
  readonly #entra: FakeEntra;
  readonly #state: State;
  readonly #now: () => number;
  readonly #counts = new Map<string, number>();
  readonly #base: string;
  #all = 0;
  /** Requests that have arrived and are not answered; their bodies may still be on the way. */
  #under = 0;
  #window = { start: 0, used: 0 };
  /** Until when nobody may ask, and how many requests may come all the same: sent before the client could know. */
  #quiet = { until: 0, tolerated: 0 };

  constructor(options: FakeExchangeOptions, entra: FakeEntra, state: State, now: () => number) {
    this.#options = options;
    this.#entra = entra;
    this.#state = state;
    this.#now = now;
    this.#base = `/adminapi/beta/${options.entra.tenantId}/`;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#under++;
    let text = "";
    for await (const chunk of request) text += chunk;
    const reply = await this.#replyTo(request, text);
    this.#under--;
    send(response, reply);
  }

  async #replyTo(request: IncomingMessage, text: string): Promise<Reply> {
    const url = new URL(request.url ?? "/", this.#state.origin);
    const [, tenant = "", rest = ""] = /^\/([^/]+)\/(.*)$/.exec(url.pathname) ?? [];
    if (rest === "v2.0/.well-known/openid-configuration")
      return this.#entra.discover(this.#state.origin, tenant);
    if (rest === "oauth2/v2.0/token")
      return (
        this.#fault("token", "") ?? this.#entra.token(this.#state.origin, tenant, new URLSearchParams(text))
      );
    if (url.pathname === "/github/oidc") return this.#github(request, url);
    const most = this.#options.concurrency ?? 8;
    if (this.#under > most) this.#complain(`${this.#under} requests at once`);
    const reply = this.#serve(request, url, text);
    await new Promise(setImmediate);
    return reply;
  }

  #github(request: IncomingMessage, url: URL): Reply {
    if (request.headers.authorization !== `bearer ${GITHUB_TOKEN}`)
      return { status: 401, body: { message: "no" } };
    if (
      url.searchParams.get("audience") !== "api://AzureADTokenExchange" ||
      url.searchParams.get("run") !== "1"
    )
      return { status: 400, body: { message: "another audience" } };
    return { status: 200, body: { value: this.#options.entra.trusted } };
  }

  #serve(request: IncomingMessage, url: URL, text: string): Reply {
    const now = this.#now();
    const { rate } = this.#options;
    if (now < this.#quiet.until && this.#quiet.tolerated-- <= 0)
      this.#complain("it did not wait as it was told");
    const headers = this.#budget(now);
    if (rate && this.#window.used > rate.requests) return this.#tooMany(now, rate, headers);
    if (!this.#entra.takes(request.headers.authorization))
      return { status: 401, headers, body: { error: { code: "Unauthorized" } } };
    const { kind, key, reply } = this.#route(request, url, text);
    const fault = this.#fault(kind, key, request.headers.authorization);
    if (fault) {
      const wait = Number(fault.headers?.["retry-after"] ?? "");
      if (wait > 0) this.#hush(now, wait);
      return fault;
    }
    this.#state.asked.push(key === "" ? kind : `${kind} ${key}`);
    return { ...reply(), headers };
  }

  #budget(now: number): Record<string, string> {
    const { rate } = this.#options;
    if (!rate) return {};
    if (now >= this.#window.start + rate.windowMs) this.#window = { start: now, used: 0 };
    this.#window.used++;
    return {
      "rate-limit-limit": String(rate.requests),
      "rate-limit-remaining": String(Math.max(0, rate.requests - this.#window.used)),
      "rate-limit-reset": new Date(this.#window.start + rate.windowMs).toISOString(),
      date: new Date(now).toUTCString(),
    };
  }

  #tooMany(now: number, rate: { windowMs: number; kind: boolean }, headers: Record<string, string>): Reply {
    this.#state.throttled++;
    const wait = Math.ceil((this.#window.start + rate.windowMs - now) / 1000);
    if (!rate.kind) return { status: 429, body: { error: { code: "TooManyRequests" } } };
    this.#hush(now, wait);
    return {
      status: 429,
      headers: { ...headers, "retry-after": String(wait) },
      body: { error: { code: "TooManyRequests" } },
    };
  }

  /** What is under way, and what follows answers that are, is not the client's fault. */
  #hush(now: number, seconds: number): void {
    const { concurrency: most = 8 } = this.#options;
    const tolerated = now < this.#quiet.until ? this.#quiet.tolerated : 2 * most;
    this.#quiet = { until: Math.max(this.#quiet.until, now + seconds * 1000), tolerated };
  }

  #complain(about: string): void {
    this.#state.complaints.push(about);
  }

  #fault(kind: string, key: string, authorization?: string): Reply | undefined {
    const nth = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, nth);
    const given = this.#options.fault?.({ kind, key, nth, ofAll: ++this.#all, authorization });
    return typeof given === "string" ? { status: 200, body: given } : given;
  }

  #route(
    request: IncomingMessage,
    url: URL,
    text: string,
  ): { kind: string; key: string; reply: () => Reply } {
    const nowhere = { kind: "unknown", key: url.pathname, reply: (): Reply => ({ status: 404, body: {} }) };
    if (!url.pathname.startsWith(this.#base)) return nowhere;
    this.#checkHeaders(request);
    const path = decodeURIComponent(url.pathname.slice(this.#base.length));
    if (path === "Mailbox") {
      const from = Number(url.searchParams.get("$skiptoken") ?? "0");
      return { kind: "list", key: "", reply: () => this.#list(url, from) };
    }
    const [, encoded] = /^Mailbox\('([^']*)'\)\/MailboxPermission$/.exec(path) ?? [];
    if (encoded !== undefined && url.searchParams.get("isEncoded") === "true") {
      const address = Buffer.from(encoded, "base64").toString("utf8").toLowerCase();
      return { kind: "permissions", key: address, reply: () => this.#permissions(address) };
    }
    if (path !== "InvokeCommand" || request.method !== "POST") return nowhere;
    const { CmdletName, Parameters } = JSON.parse(text).CmdletInput;
    const key = String(Parameters.Identity);
    const name = this.#groups(key)[0]?.name ?? key;
    return { kind: CmdletName, key: name, reply: () => this.#cmdlet(CmdletName, key, Parameters) };
  }

  #checkHeaders({ headers }: IncomingMessage): void {
    const anchor = `APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@${this.#options.entra.tenantId}`;
    if (headers["x-anchormailbox"] !== anchor) this.#complain(`anchor ${headers["x-anchormailbox"]}`);
    if (headers.prefer !== "odata.maxpagesize=1000;") this.#complain(`prefer ${headers.prefer}`);
    if (headers["odata-version"] !== "4.0") this.#complain("no version of OData");
  }

  #list(url: URL, from: number): Reply {
    const { tenant, pageSize = 1000 } = this.#options;
    const wanted = (url.searchParams.get("$select") ?? "").split(",");
    const value = tenant.mailboxes.slice(from, from + pageSize).map((row) => selected(row, wanted));
    const next = from + pageSize;
    if (next >= tenant.mailboxes.length) return { status: 200, body: { value } };
    const link = new URL(url);
    link.searchParams.set("$skiptoken", String(next));
    return { status: 200, body: { value, "@odata.nextLink": link.href } };
  }

  #permissions(address: string): Reply {
    const value = this.#options.tenant.permissions[address];
    return value === undefined ? missing(address) : { status: 200, body: { value } };
  }

  #cmdlet(name: string, identity: string, parameters: Row): Reply {
    const groups = this.#groups(identity);
    const [found] = groups;
    if (name === "Get-Recipient") return this.#recipients(identity);
    if (name === "Get-User") return this.#users(identity);
    if (found === undefined) return missing(identity);
    if (name === "Get-Group") {
      const value = groups.map((one) => ({ ...groupRow(one), Members: one.members }));
      return { status: 200, body: { value } };
    }
    if (name !== memberCmdlet(found)) return missing(identity);
    if (parameters.ResultSize !== "Unlimited") this.#complain("members asked for without ResultSize");
    return { status: 200, body: { value: found.members } };
  }

  #recipients(identity: string): Reply {
    const { tenant } = this.#options;
    const all = [
      ...tenant.mailboxes,
      ...tenant.recipients.filter((row) => !isUserOnly(row)),
      ...tenant.groups.filter(isMail).map(groupRow),
    ] as Row[];
    return foundIn(all, identity);
  }

  /** All users, those without a mailbox too. */
  #users(identity: string): Reply {
    const { mailboxes, recipients } = this.#options.tenant;
    return foundIn([...(mailboxes as Row[]), ...recipients.filter(isUserOnly)], identity);
  }

  #groups(identity: string): readonly FakeGroup[] {
    const key = folded(identity);
    return this.#options.tenant.groups.filter(({ name, guid, address }) =>
      [name, guid, address].some((one) => one !== undefined && folded(one) === key),
    );
  }
}

function isUserOnly({ RecipientTypeDetails: type }: Row): boolean {
  return type === "User" || type === "DisabledUser";
}

/** As Active Directory compares: case, marks over letters and further space do not count. */
function folded(text: string): string {
  const letters = text.normalize("NFKD").replace(/\p{M}/gu, "");
  return letters.replace(/\s+/g, " ").trim().toLowerCase();
}

const IDENTITIES = ["PrimarySmtpAddress", "DisplayName", "Name", "Alias", "UserPrincipalName", "Guid"];

/** Rows with this identity; an asterisk is any run of characters. */
function foundIn(rows: readonly Row[], identity: string): Reply {
  const pattern = folded(identity)
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*");
  const fits = new RegExp(`^${pattern}$`);
  const value = rows.filter((row) =>
    IDENTITIES.some((name) => typeof row?.[name] === "string" && fits.test(folded(String(row[name])))),
  );
  return value.length === 0 ? missing(identity) : { status: 200, body: { value } };
}

function isMail(one: FakeGroup): boolean {
  return memberCmdlet(one) !== undefined;
}

/** A security group without mail has none. */
function memberCmdlet({ type }: FakeGroup): string | undefined {
  if (type === "DynamicDistributionGroup") return "Get-DynamicDistributionGroupMember";
  if (type === "GroupMailbox") return "Get-UnifiedGroupLinks";
  return type.startsWith("Mail") ? "Get-DistributionGroupMember" : undefined;
}

function selected(row: unknown, wanted: readonly string[]): unknown {
  if (row === null || typeof row !== "object") return row;
  return Object.fromEntries(Object.entries(row).filter(([name]) => wanted.includes(name)));
}

function missing(identity: string): Reply {
  const message = `Ex6F9304|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|The operation couldn't be performed because object '${identity}' couldn't be found.`;
  return {
    status: 404,
    body: {
      error: { code: "NotFound", message: "Error executing cmdlet", details: [{ code: "Context", message }] },
    },
  };
}

function send(response: ServerResponse, { status, headers = {}, body, delayMs = 0 }: Reply): void {
  const text = typeof body === "string" || body instanceof Buffer ? body : JSON.stringify(body);
  const answer = () =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
  if (delayMs === 0) answer();
  else setTimeout(answer, delayMs);
}
