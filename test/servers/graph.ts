import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { KeyPair } from "./certificates.ts";
import { FakeEntra, type FakeEntraOptions, type Reply } from "./exchange-entra.ts";

export type Row = Readonly<Record<string, unknown>>;
export type GraphTenant = {
  readonly users: readonly Row[];
  readonly groups: readonly Row[];
  /** Id of a group → ids of its direct members. */
  readonly members: Readonly<Record<string, readonly string[]>>;
  readonly contacts?: readonly Row[];
  /** Application id → assignments. */
  readonly assigned?: Readonly<Record<string, readonly Row[]>>;
};

/** Which request it is: its path below the version, and which of all, and of this path, it is. */
export type GraphAsked = {
  readonly path: string;
  readonly url: URL;
  readonly nth: number;
  readonly ofAll: number;
};
export type GraphOptions = {
  readonly certificate: Pick<KeyPair, "cert" | "key">;
  readonly entra: FakeEntraOptions;
  readonly tenant: GraphTenant;
  readonly pageSize?: number;
  readonly now?: () => number;
  /** Answers in place of Graph, where it gives something. */
  readonly fault?: (asked: GraphAsked) => Reply | "cut" | undefined;
  /** Changes a page before it goes out. */
  readonly bend?: (body: Record<string, unknown>, asked: GraphAsked) => Record<string, unknown>;
};

export type FakeGraph = {
  readonly origin: string;
  readonly entra: FakeEntra;
  readonly asked: readonly string[];
  /** What a client did that Graph refuses, or that it must not do. */
  readonly complaints: readonly string[];
  /** Another tenant from now on, and the requests counted again. */
  become(tenant: GraphTenant): void;
  close(): Promise<void>;
};

const SINGLE = /mailboxSettings|aboutMe/;

/** Microsoft Graph v1.0 with the token endpoint of Entra ID beside it, over HTTPS on a free port. */
export async function startGraph(options: GraphOptions): Promise<FakeGraph> {
  const entra = new FakeEntra(options.entra, options.now ?? Date.now);
  const state = { origin: "", asked: [] as string[], complaints: [] as string[] };
  const service = new Service(options, entra, state);
  const { cert, key } = options.certificate;
  const server = createServer({ cert, key }, (request, response) => void service.answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  state.origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    origin: state.origin,
    entra,
    asked: state.asked,
    complaints: state.complaints,
    become: (tenant) => service.become(tenant),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type State = { origin: string; readonly asked: string[]; readonly complaints: string[] };

class Service {
  readonly #options: GraphOptions;
  readonly #entra: FakeEntra;
  readonly #state: State;
  readonly #counts = new Map<string, number>();
  #tenant: GraphTenant;
  #types: ReadonlyMap<unknown, string>;
  #all = 0;

  constructor(options: GraphOptions, entra: FakeEntra, state: State) {
    this.#options = options;
    this.#tenant = options.tenant;
    this.#types = typesOf(options.tenant);
    this.#entra = entra;
    this.#state = state;
  }

  become(tenant: GraphTenant): void {
    this.#tenant = tenant;
    this.#types = typesOf(tenant);
    this.#counts.clear();
    this.#all = 0;
    this.#state.asked.length = 0;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request) text += chunk;
    const reply = this.#replyTo(request, text);
    if (reply === "cut") {
      response.destroy();
      return;
    }
    const { status, headers = {}, body } = reply;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  }

  #replyTo(request: IncomingMessage, text: string): Reply | "cut" {
    const url = new URL(request.url ?? "/", this.#state.origin);
    const token = /^\/([^/]+)\/oauth2\/v2\.0\/token$/.exec(url.pathname);
    if (token) return this.#entra.token(this.#state.origin, token[1] ?? "", new URLSearchParams(text));
    const path = decodeURIComponent(url.pathname.replace(/^\/v1\.0\//, ""));
    if (request.method !== "GET" || !url.pathname.startsWith("/v1.0/"))
      this.#state.complaints.push(`${request.method} ${url.pathname}`);
    const nth = this.#counts.get(path) ?? 0;
    this.#counts.set(path, nth + 1);
    const asked = { path, url, nth, ofAll: this.#all++ };
    this.#state.asked.push(path);
    const fault = this.#options.fault?.(asked);
    if (fault !== undefined) return fault;
    if (!this.#entra.takes(request.headers.authorization)) return error(401, "InvalidAuthenticationToken");
    const isEventual = request.headers.consistencylevel === "eventual";
    return this.#serve(asked, isEventual);
  }

  #serve(asked: GraphAsked, isEventual: boolean): Reply {
    const { path, url } = asked;
    const top = Number(url.searchParams.get("$top") ?? "100");
    if (!(top >= 1 && top <= 999)) return error(400, "Request_BadRequest");
    const counted = url.searchParams.get("$count") === "true" || path.endsWith("/$count");
    const isExpanded = url.searchParams.has("$expand");
    if (counted && (!isEventual || isExpanded)) return error(400, "Request_UnsupportedQuery");
    if (SINGLE.test(url.searchParams.get("$select") ?? "")) return error(501, "NotImplemented");
    const rows = this.#rowsOf(path.replace(/\/\$count$/, ""));
    if (rows === undefined) return error(404, "Request_ResourceNotFound");
    if (path.endsWith("/$count"))
      return { status: 200, headers: { "content-type": "text/plain" }, body: String(rows.length) };
    if (path.startsWith("users/")) return { status: 200, body: rows[0] };
    return { status: 200, body: this.#page(rows, asked, counted, top) };
  }

  #page(rows: readonly Row[], asked: GraphAsked, counted: boolean, top: number): Record<string, unknown> {
    const { url } = asked;
    const expanded = /^\w+/.exec(url.searchParams.get("$expand") ?? "")?.[0];
    const size = Math.min(this.#options.pageSize ?? top, top, expanded === undefined ? top : 100);
    const from = Number(url.searchParams.get("$skiptoken") ?? "0");
    const select = url.searchParams.get("$select")?.split(",");
    const next = new URL(url);
    next.searchParams.set("$skiptoken", String(from + size));
    const value = rows.slice(from, from + size).map((row) => chosen(row, select, expanded));
    const body = {
      ...(counted && from === 0 ? { "@odata.count": rows.length } : {}),
      ...(from + size < rows.length ? { "@odata.nextLink": next.href } : {}),
      value,
    };
    return this.#options.bend?.(body, asked) ?? body;
  }

  #rowsOf(path: string): readonly Row[] | undefined {
    const { users, groups, assigned = {} } = this.#tenant;
    if (path === "users") return users;
    const user = /^users\/([^/]+)$/.exec(path)?.[1];
    if (user !== undefined) return this.#types.get(user) === "user" ? [{ id: user }] : undefined;
    if (path === "groups") return groups;
    const app = /^servicePrincipals\(appId='([^']+)'\)\/appRoleAssignedTo$/.exec(path)?.[1];
    if (app !== undefined) return assigned[app];
    const [, id = "", list] = /^groups\/([^/]+)\/(members|transitiveMembers)$/.exec(path) ?? [];
    if (list === undefined || this.#types.get(id) !== "group") return undefined;
    return this.#members(id, list === "transitiveMembers");
  }

  #members(group: string, deep: boolean): readonly Row[] {
    const { members } = this.#tenant;
    const found = new Set<string>();
    const open = [group];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      for (const member of members[id] ?? []) {
        if (found.has(member)) continue;
        found.add(member);
        if (deep) open.push(member);
      }
    }
    const typeOf = (id: string) => this.#types.get(id) ?? "device";
    return [...found].map((id) => ({ "@odata.type": `#microsoft.graph.${typeOf(id)}`, id }));
  }
}

function typesOf({ users, groups, contacts = [] }: GraphTenant): ReadonlyMap<unknown, string> {
  return new Map([
    ...contacts.map(({ id }) => [id, "orgContact"] as const),
    ...groups.map(({ id }) => [id, "group"] as const),
    ...users.map(({ id }) => [id, "user"] as const),
  ]);
}

function chosen(row: Row, select: readonly string[] | undefined, expanded: string | undefined): Row {
  if (select === undefined) return row;
  return Object.fromEntries(
    Object.entries(row).filter(
      ([name]) => name.startsWith("@") || name === expanded || select.includes(name),
    ),
  );
}

export function error(status: number, code: string, headers: Record<string, string> = {}): Reply {
  const innerError = { "request-id": "11111111-0000-0000-0000-000000000000" };
  return { status, headers, body: { error: { code, message: `It is ${code}.`, innerError } } };
}
