import type { JsonObject } from "../../model/values/json.ts";
import type { StoredAccount, StoredFunctional, StoredPersonal, World } from "../world/world.ts";

export const ENTERPRISE_EXTENSION = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
export const USER_EXTENSION = "urn:ietf:params:scim:schemas:zivver:0.1:User";
export const GROUP_EXTENSION = "urn:ietf:params:scim:schemas:zivver:0.1:Group";

const CREATED = "2024-03-28";

/** The account as Zivver answers it. The account key is never part of it. */
export function renderAccount(world: World, account: StoredAccount): JsonObject {
  return account.kind === "personal" ? renderUser(world, account) : renderGroup(world, account);
}

function renderUser(world: World, account: StoredPersonal): JsonObject {
  const { id, active, fullName, nickName, phoneNumbers, delegates } = account;
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE_EXTENSION, USER_EXTENSION],
    id,
    userName: shown(world, account.address),
    active,
    name: { formatted: fullName },
    ...(nickName === "" ? {} : { nickName }),
    phoneNumbers,
    meta: { created: CREATED, location: `/scim/v2/Users/${id}`, resourceType: "User" },
    ...enterprise(world, account),
    ...extension(world, account, USER_EXTENSION, {
      delegates: delegates.map((address) => shown(world, address)),
    }),
  };
}

function renderGroup(world: World, account: StoredFunctional): JsonObject {
  const { id, fullName, members } = account;
  const withOwn =
    world.quirks.has("group-holds-own-id") && !members.includes(id) ? [id, ...members] : members;
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group", GROUP_EXTENSION, ENTERPRISE_EXTENSION],
    id,
    externalId: shown(world, account.address),
    displayName: fullName,
    members: withOwn.map((value) => ({ value })),
    meta: { created: CREATED, location: `/scim/v2/Groups/${id}`, resourceType: "Group" },
    ...enterprise(world, account),
    ...extension(world, account, GROUP_EXTENSION, {}),
  };
}

function shown(world: World, address: string): string {
  return world.quirks.has("upper-case-addresses") ? address : address.toLowerCase();
}

function enterprise(world: World, account: StoredAccount): JsonObject {
  const { division, enterprise: others } = account;
  return division === "/" && others === undefined && world.quirks.has("division-absent")
    ? {}
    : { [ENTERPRISE_EXTENSION]: { division, ...others } };
}

function extension(
  world: World,
  account: StoredAccount,
  key: string,
  more: Readonly<Record<string, readonly string[]>>,
): JsonObject {
  const lists = { aliases: account.aliases.map((alias) => shown(world, alias)), ...more };
  const isEmpty =
    Object.keys(account.extra).length === 0 && Object.values(lists).every((list) => list.length === 0);
  return isEmpty && world.quirks.has("extension-absent") ? {} : { [key]: { ...account.extra, ...lists } };
}
