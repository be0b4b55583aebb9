import type { LiveAccount } from "../../model/account/account.ts";
import type { Kind } from "../../model/account/kind.ts";
import type { AccountFields, Write } from "../../model/ports.ts";
import { asObject, type JsonObject } from "../../model/values/json.ts";
import type { HttpRequest } from "../http/client.ts";
import { ADDRESS, CORE, ZIVVER } from "./resource.ts";
import { changedEnterprise, changedTexts, ENTERPRISE, enterpriseOf } from "./text-fields.ts";

export const JSON_TYPE = "application/json";
/** PATCH answers 415 and 406 to anything else. */
const SCIM_TYPE = "application/scim+json";
const PATCH_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
export const PATHS = { personal: "/Users", functional: "/Groups" } as const;

/** The resource as Zivver last gave it: a write must send along the parts that no account of ours has. */
export type Kept = {
  readonly zivver: JsonObject;
  readonly enterprise: JsonObject | undefined;
  readonly phoneNumbers: readonly unknown[];
  /** Whether a functional account has its own id among its members. */
  readonly ownMember: boolean;
};

/** Takes from a resource what later writes to it must keep. */
export function keptOf(kind: Kind, resource: JsonObject): Kept {
  const members = Array.isArray(resource.members) ? resource.members : [];
  return {
    zivver: asObject(resource[ZIVVER[kind]]) ?? {},
    enterprise: asObject(resource[ENTERPRISE]),
    phoneNumbers: Array.isArray(resource.phoneNumbers) ? resource.phoneNumbers : [],
    ownMember: members.some((member) => asObject(member)?.value === resource.id),
  };
}

/** The requests that carry out one write, in order. Nearly always one; emptying while changing takes two. */
export function requestsOf(write: Write, kept: Kept | undefined): readonly HttpRequest[] {
  switch (write.op) {
    case "create": {
      const body = write.kind === "personal" ? newUser(write.fields) : newGroup(write.fields);
      return [{ method: "POST", path: PATHS[write.kind], body, mediaType: JSON_TYPE }];
    }
    case "update":
      return updates(write.live, write.fields, kept);
    case "empty":
      return [removeMembers(write.live)];
    case "delete":
      return [{ method: "DELETE", path: pathOf(write.live), mediaType: JSON_TYPE }];
  }
}

function updates(live: LiveAccount, fields: AccountFields, kept: Kept | undefined): readonly HttpRequest[] {
  const personal = live.kind === "personal";
  const body = personal ? changedUser(live, fields, kept) : changedGroup(live, fields, kept);
  const put: HttpRequest = { method: "PUT", path: pathOf(live), body, mediaType: JSON_TYPE };
  // A PUT with no members is answered with 200 and changes nothing.
  const empties =
    !personal && fields.members?.length === 0 && (live.members.length > 0 || kept?.ownMember === true);
  return empties ? [put, removeMembers(live)] : [put];
}

function removeMembers(live: LiveAccount): HttpRequest {
  const body = { schemas: [PATCH_SCHEMA], Operations: [{ op: "remove", path: "members" }] };
  return { method: "PATCH", path: pathOf(live), body, mediaType: SCIM_TYPE };
}

function pathOf(live: LiveAccount): string {
  return `${PATHS[live.kind]}/${encodeURIComponent(live.zivverId)}`;
}

function newUser(fields: AccountFields): JsonObject {
  const enterprise = changedEnterprise(fields);
  return {
    schemas: schemasOf("personal", enterprise !== undefined, true),
    userName: fields.address,
    name: { formatted: fields.fullName },
    active: fields.active ?? true,
    ...(fields.password === undefined ? {} : { password: fields.password.reveal() }),
    ...changedTexts(fields, []),
    ...(enterprise ? { [ENTERPRISE]: enterprise } : {}),
    [ZIVVER.personal]: {
      aliases: fields.aliases ?? [],
      delegates: fields.delegates ?? [],
      ...accountKey(fields),
    },
  };
}

function newGroup(fields: AccountFields): JsonObject {
  const enterprise = changedEnterprise(fields);
  return {
    schemas: schemasOf("functional", enterprise !== undefined, true),
    externalId: fields.address,
    displayName: fields.fullName,
    members: membersOf(fields.members ?? []),
    ...(enterprise ? { [ENTERPRISE]: enterprise } : {}),
    [ZIVVER.functional]: { aliases: fields.aliases ?? [] },
  };
}

/** Only what changes, address and name always: what a PUT leaves out at the top stays, what it leaves out within an extension is erased. */
function changedUser(live: LiveAccount, fields: AccountFields, kept: Kept | undefined): JsonObject {
  const extension =
    fields.aliases !== undefined || fields.delegates !== undefined || fields.accountKey !== undefined;
  const enterprise = changedEnterprise(fields);
  return {
    schemas: schemasOf("personal", enterprise !== undefined, extension),
    userName: fields.address ?? live.address,
    ...named(fields.fullName ?? live.fullName, (formatted) => ({ name: { formatted } })),
    ...(fields.active === undefined ? {} : { active: fields.active }),
    ...changedTexts(fields, kept?.phoneNumbers ?? []),
    ...(enterprise ? { [ENTERPRISE]: { ...kept?.enterprise, ...enterprise } } : {}),
    ...(extension
      ? {
          [ZIVVER.personal]: {
            ...kept?.zivver,
            aliases: fields.aliases ?? live.aliases,
            delegates: fields.delegates ?? live.delegates,
            ...accountKey(fields),
          },
        }
      : {}),
  };
}

/** The whole resource: of groups nobody knows for certain what a PUT that leaves something out does. */
function changedGroup(live: LiveAccount, fields: AccountFields, kept: Kept | undefined): JsonObject {
  const has = enterpriseOf(live);
  const changed = changedEnterprise(fields);
  const enterprise =
    has === undefined && changed === undefined && kept?.enterprise === undefined
      ? undefined
      : { ...kept?.enterprise, ...has, ...changed };
  const ids = fields.members ?? live.members;
  // The own id is not a decision of ours: it stays where it was, except where the account is emptied.
  const own = kept?.ownMember === true && fields.members?.length !== 0 ? [live.zivverId] : [];
  return {
    schemas: schemasOf("functional", enterprise !== undefined, true),
    externalId: fields.address ?? live.address,
    ...named(fields.fullName ?? live.fullName, (displayName) => ({ displayName })),
    members: membersOf([...ids, ...own]),
    ...(enterprise ? { [ENTERPRISE]: enterprise } : {}),
    [ZIVVER.functional]: { ...kept?.zivver, aliases: fields.aliases ?? live.aliases },
  };
}

function schemasOf(kind: Kind, enterprise: boolean, zivver: boolean): readonly string[] {
  return [CORE[kind], ...(enterprise ? [ENTERPRISE] : []), ...(zivver ? [ZIVVER[kind]] : [])];
}

/** An account without a name keeps none: an empty one is not known to be taken. */
function named(name: string, write: (name: string) => JsonObject): JsonObject {
  return name === "" ? {} : write(name);
}

function accountKey(fields: AccountFields): JsonObject {
  return fields.accountKey === undefined ? {} : { SsoAccountKey: fields.accountKey.reveal() };
}

function membersOf(ids: readonly string[]): readonly JsonObject[] {
  return [...new Set(ids)].map((value) => ({ value }));
}

/** The request again without the members that `drops` names, or undefined when that would change nothing. */
export function withoutMembers(
  request: HttpRequest,
  drops: (id: string) => boolean,
): HttpRequest | undefined {
  const body = asObject(request.body);
  const members = Array.isArray(body?.members) ? body.members : [];
  const kept = members.filter((member) => !drops(String(asObject(member)?.value)));
  return kept.length === members.length ? undefined : { ...request, body: { ...body, members: kept } };
}

/** The path that looks an account up by its primary address; at most one hit is known of, and the answer is a list. */
export function lookUpPath(kind: Kind, address: string): string {
  const filter = `${ADDRESS[kind]} eq "${escapeFilterValue(address)}"`;
  return `${PATHS[kind]}?filter=${encodeURIComponent(filter)}`;
}

/** A text for use between the quotes of a SCIM filter (RFC 7644, 3.4.2.2: as in a JSON string). */
export function escapeFilterValue(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
