import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { OtherServer } from "./scimmy.ts";

/*
 * A SCIM server that takes RFC 7643 and RFC 7644 by the letter, and not as Zivver does: application/scim+json only, pages of two,
 * ETags that a write must name where it names any, 404 for unknown ids, refusals as SCIM errors, no extension that it does not know,
 * a PUT that replaces the resource, and a PATCH by the RFC.
 */

const SCIM = "application/scim+json";
const PAGE = 2;
const CORE = {
  Users: "urn:ietf:params:scim:schemas:core:2.0:User",
  Groups: "urn:ietf:params:scim:schemas:core:2.0:Group",
} as const;

type Collection = keyof typeof CORE;
type Resource = { id: string; version: number; [key: string]: unknown };
type Answer = { readonly status: number; readonly body?: unknown; readonly etag?: string };

class ScimError extends Error {
  readonly status: number;
  readonly scimType: string | undefined;
  constructor(status: number, detail: string, scimType?: string) {
    super(detail);
    this.status = status;
    this.scimType = scimType;
  }
}

/** Starts it on a free port of loopback, with these users in it. */
export async function startStrictScim(
  apiKey: string,
  seed: readonly Readonly<Record<string, unknown>>[] = [],
): Promise<OtherServer> {
  const stores = { Users: new Map<string, Resource>(), Groups: new Map<string, Resource>() };
  for (const one of seed) {
    const id = randomUUID();
    stores.Users.set(id, { ...one, id, version: 1 });
  }
  const writes: { method: string; path: string }[] = [];
  const server = createServer(async (request, response) => {
    const { method = "GET", url = "" } = request;
    if (method !== "GET") writes.push({ method, path: url });
    try {
      send(response, await answer(request, stores, apiKey));
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      const { status, message, scimType } = error;
      const schemas = ["urn:ietf:params:scim:api:messages:2.0:Error"];
      send(response, { status, body: { schemas, status: String(status), scimType, detail: message } });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v2`,
    users: stores.Users,
    groups: stores.Groups,
    writes,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, { status, body, etag }: Answer): void {
  const headers = { "content-type": SCIM, ...(etag ? { etag } : {}) };
  response.writeHead(status, body === undefined ? {} : headers);
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

type Stores = Readonly<Record<Collection, Map<string, Resource>>>;

async function answer(request: IncomingMessage, stores: Stores, apiKey: string): Promise<Answer> {
  const { method = "GET", headers } = request;
  if (headers.authorization !== `Bearer ${apiKey}`) throw new ScimError(401, "Authorization failure");
  const url = new URL(request.url ?? "/", "http://localhost");
  const [, collection, id] = /^\/v2\/(Users|Groups)(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
  if (collection === undefined) throw new ScimError(404, "No such endpoint");
  const name = collection as Collection;
  if (id !== undefined) return onResource(name, id, request, stores);
  if (method === "GET") return list(name, [...stores[name].values()], url.searchParams);
  if (method !== "POST") throw new ScimError(405, "Method not allowed");
  return write(name, await bodyOf(request), { id: randomUUID(), version: 0 }, stores[name], 201);
}

async function onResource(
  name: Collection,
  id: string,
  request: IncomingMessage,
  stores: Stores,
): Promise<Answer> {
  const { method, headers } = request;
  const store = stores[name];
  const found = store.get(id);
  if (found === undefined) throw new ScimError(404, `Resource ${id} not found`);
  const wanted = headers["if-match"];
  if (wanted !== undefined && wanted !== etagOf(found)) throw new ScimError(412, "Version mismatch");
  if (method === "GET") return { status: 200, body: shown(name, found), etag: etagOf(found) };
  if (method === "DELETE") {
    store.delete(id);
    for (const group of stores.Groups.values())
      if (Array.isArray(group.members)) group.members = group.members.filter(({ value }) => value !== id);
    return { status: 204 };
  }
  if (method !== "PUT" && method !== "PATCH") throw new ScimError(405, "Method not allowed");
  const body = await bodyOf(request);
  return write(name, method === "PUT" ? body : patched(found, body), found, store, 200);
}

function list(name: Collection, all: readonly Resource[], query: URLSearchParams): Answer {
  const filter = query.get("filter");
  const [, attribute = "", value] = /^(\w+) eq "(.*)"$/.exec(filter ?? "") ?? [];
  if (filter !== null && value === undefined) throw new ScimError(400, "Unknown filter", "invalidFilter");
  const hits = filter === null ? all : all.filter((one) => one[attribute] === value);
  const start = Math.max(1, Number(query.get("startIndex") ?? 1));
  const count = Math.min(PAGE, Math.max(0, Number(query.get("count") ?? PAGE)));
  const page = hits.slice(start - 1, start - 1 + count).map((one) => shown(name, one));
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:ListResponse"];
  const body = {
    schemas,
    totalResults: hits.length,
    startIndex: start,
    itemsPerPage: page.length,
    Resources: page,
  };
  return { status: 200, body };
}

async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  if (request.headers["content-type"] !== SCIM)
    throw new ScimError(415, "Only application/scim+json is taken");
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  try {
    return JSON.parse(Buffer.concat(pieces).toString("utf8"));
  } catch {
    throw new ScimError(400, "Invalid JSON", "invalidSyntax");
  }
}

/** A PUT replaces the resource (RFC 7644, 3.5.1); what is not known is refused. */
function write(
  name: Collection,
  body: Readonly<Record<string, unknown>>,
  before: Resource,
  store: Map<string, Resource>,
  status: number,
): Answer {
  const { schemas } = body;
  if (!Array.isArray(schemas) || !schemas.includes(CORE[name]))
    throw new ScimError(400, "schemas is missing", "invalidSyntax");
  const unknown = [...schemas, ...Object.keys(body)].find(
    (one) => String(one).startsWith("urn:") && one !== CORE[name] && !String(one).includes(":PatchOp"),
  );
  if (unknown !== undefined) throw new ScimError(400, `Unknown schema ${unknown}`, "invalidSyntax");
  const key = name === "Users" ? "userName" : "displayName";
  if (typeof body[key] !== "string") throw new ScimError(400, `${key} is required`, "invalidValue");
  const isTaken = [...store.values()].some((one) => one.id !== before.id && one[key] === body[key]);
  if (isTaken) throw new ScimError(409, `${key} is taken`, "uniqueness");
  const { id, version } = before;
  const { password: _, ...kept } = body;
  const next = { ...kept, id, version: version + 1 };
  store.set(id, next);
  return { status, body: shown(name, next), etag: etagOf(next) };
}

function patched(
  { version: _, ...before }: Resource,
  { Operations }: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const next: Record<string, unknown> = { schemas: [CORE.Groups], ...before };
  for (const { op, path, value } of Array.isArray(Operations) ? Operations : []) {
    if (path !== "members") throw new ScimError(400, "Unknown path", "invalidPath");
    const members = Array.isArray(next.members) ? next.members : [];
    next.members = op === "remove" ? [] : op === "add" ? [...members, ...value] : value;
  }
  return next;
}

const etagOf = ({ version }: Resource) => `W/"${version}"`;

function shown(name: Collection, { version: _, ...resource }: Resource): object {
  return {
    schemas: [CORE[name]],
    ...resource,
    meta: { resourceType: name.slice(0, -1), location: `/v2/${name}/${resource.id}` },
  };
}
