import type { Kind } from "../../model/account/kind.ts";
import { shownAccounts } from "../world/lag.ts";
import { addressKey, remove, type StoredAccount, type World } from "../world/world.ts";
import {
  bad,
  created,
  empty,
  frameworkRefusal,
  json,
  type Refusal,
  refuse,
  SCIM_MEDIA_TYPE,
  type SimRequest,
  type SimResponse,
  written,
} from "./answers.ts";
import { createGroup, patchGroup, updateGroup } from "./groups.ts";
import { listAccounts } from "./lists.ts";
import { renderAccount } from "./resource.ts";
import { createUser, updateUser } from "./users.ts";
import { readBody, type WrittenBody } from "./written-body.ts";

/**
 * Zivver's API as a pure state machine: the answer to one request, and the world changed in place. No clock, no
 * network, no randomness but the world's seed: equal worlds and equal requests give equal answers. Whether the API key
 * is right is the server's business; whether it is still alive is the world's.
 */
export function handle(world: World, request: SimRequest): SimResponse {
  const [, resource, id] = /^\/(Users|Groups)(?:\/([^/]+))?$/.exec(request.path) ?? [];
  if (world.admin !== null && !world.accounts.has(world.admin)) return unauthorized(world);
  if (request.path === "/Organization" && request.method === "GET") return organization(world);
  if (resource === undefined) return frameworkRefusal(404, "Not Found");
  const kind = resource === "Users" ? "personal" : "functional";
  return id === undefined ? onCollection(world, kind, request) : onAccount(world, kind, id, request);
}

/** The API key is wrong, or its admin was deleted. */
export function unauthorized(world: World): SimResponse {
  return refuse(world, { status: 401, text: "Unauthorized" });
}

function organization(world: World): SimResponse {
  return world.quirks.has("organization-answers")
    ? json(200, { domains: [...world.claimedDomains] })
    : frameworkRefusal(404, "Not Found");
}

function onCollection(world: World, kind: Kind, request: SimRequest): SimResponse {
  if (request.method === "GET") return listAccounts(world, kind, request.query);
  if (request.method !== "POST") return frameworkRefusal(405, "Method Not Allowed");
  const body = readBody(world, kind, request.body);
  if ("status" in body) return refuse(world, body);
  const outcome = kind === "personal" ? createUser(world, body) : createGroup(world, body);
  return "status" in outcome ? refuse(world, outcome) : created(world, renderAccount(world, outcome));
}

function onAccount(world: World, kind: Kind, id: string, request: SimRequest): SimResponse {
  const { method } = request;
  if (!["GET", "PUT", "PATCH", "DELETE"].includes(method)) return frameworkRefusal(405, "Method Not Allowed");
  if (method === "PATCH" && kind === "personal") return frameworkRefusal(405, "Method Not Allowed");
  const mediaTypeRefusal = method === "PATCH" ? checkMediaTypes(world, request) : undefined;
  if (mediaTypeRefusal) return mediaTypeRefusal;
  if (method === "GET") return readOne(world, kind, id);
  const account = world.accounts.get(id);
  if (!account || account.kind !== kind) return refuse(world, unknownId(world, id));
  if (method === "PUT") return put(world, account, request.body);
  if (account.kind === "functional" && method === "PATCH") {
    const answer = answerUpdate(world, patchGroup(world, account, request.body));
    return answer.status === 200 && answer.body !== "" ? asScim(answer) : answer;
  }
  remove(world, account);
  return empty(204);
}

function readOne(world: World, kind: Kind, id: string): SimResponse {
  const account = shownAccounts(world, "reads-lag").get(id);
  if (!account || account.kind !== kind) return refuse(world, unknownId(world, id));
  const resource = renderAccount(world, account);
  return json(200, world.quirks.has("reads-in-list") ? { Resources: [resource], totalResults: 1 } : resource);
}

function unknownId(world: World, id: string): Refusal {
  const text = `Unknown account with uuid: ${id}`;
  return world.quirks.has("unknown-id-is-404") ? { status: 404, text } : bad(text);
}

function put(world: World, account: StoredAccount, text: string): SimResponse {
  const body = readBody(world, account.kind, text);
  if ("status" in body) return refuse(world, body);
  const written = withAddressAs(world, account, body);
  if ("status" in written) return refuse(world, written);
  return answerUpdate(
    world,
    account.kind === "personal" ? updateUser(world, account, written) : updateGroup(world, account, written),
  );
}

/** The body with the primary address that may be written, as the quirks of renames say. */
function withAddressAs(world: World, account: StoredAccount, body: WrittenBody): WrittenBody | Refusal {
  const { address } = body;
  if (address === undefined || addressKey(address) === addressKey(account.address)) return body;
  if (world.quirks.has("put-refuses-username")) return bad("The primary address cannot be changed");
  return world.quirks.has("put-ignores-username") ? { ...body, address: account.address } : body;
}

function answerUpdate(world: World, outcome: StoredAccount | Refusal): SimResponse {
  return "status" in outcome ? refuse(world, outcome) : written(world, 200, renderAccount(world, outcome));
}

function asScim(answer: SimResponse): SimResponse {
  return { ...answer, headers: { ...answer.headers, "content-type": SCIM_MEDIA_TYPE } };
}

function checkMediaTypes(world: World, request: SimRequest): SimResponse | undefined {
  if (!world.quirks.has("patch-media-type")) return undefined;
  if (!names(request.headers["content-type"])) return frameworkRefusal(415, "Unsupported Media Type");
  return names(request.headers.accept) ? undefined : frameworkRefusal(406, "Not Acceptable");
}

/** Whether a Content-Type or Accept header names SCIM's own media type. */
function names(header: string | undefined): boolean {
  const types = (header ?? "").split(",").map((part) => part.split(";")[0]?.trim().toLowerCase());
  return types.includes(SCIM_MEDIA_TYPE);
}
