import { bornWith, kept, keptBy } from "../world/extension.ts";
import { nextId, type StoredPersonal, store, type World } from "../world/world.ts";
import { bad, type Refusal } from "./answers.ts";
import { checkAddress, checkAliases, checkDelegates, checkDivision, withoutRepeats } from "./checks.ts";
import type { WrittenBody } from "./written-body.ts";

/** POST /Users: the new account, already in the world, or why not. */
export function createUser(world: World, body: WrittenBody): StoredPersonal | Refusal {
  const { address, fullName, extension } = body;
  if (address === undefined) return bad("Missing value: userName");
  if (fullName === undefined) return bad("Missing value: name.formatted");
  if (body.password !== undefined && world.quirks.has("create-refuses-password"))
    return bad("Invalid value: password");
  const aliases = withoutRepeats(extension?.aliases ?? [], address);
  const delegates = world.quirks.has("create-drops-delegates")
    ? []
    : withoutRepeats(extension?.delegates ?? []);
  const refusal =
    checkAddress(world, "personal", address) ??
    checkAliases(world, aliases) ??
    checkDelegates(world, delegates) ??
    checkDivision(world, body.division);
  if (refusal) return refusal;
  const id = nextId(world);
  const account: StoredPersonal = {
    kind: "personal",
    id,
    address,
    fullName,
    aliases,
    delegates,
    active: world.quirks.has("create-ignores-inactive") || (body.active ?? true),
    nickName: body.nickName ?? "",
    phoneNumbers: body.phoneNumbers ?? [],
    ssoAccountKey: extension?.ssoAccountKey ?? null,
    password: body.password ?? null,
    ...bornWith(world, id, body),
  };
  store(world, account);
  return account;
}

/** PUT /Users/{id}: what is left out at the top stays; of the extension, `put-erases-extension` decides. */
export function updateUser(
  world: World,
  account: StoredPersonal,
  body: WrittenBody,
): StoredPersonal | Refusal {
  const { extension } = body;
  const address = body.address ?? account.address;
  const aliases = withoutRepeats(kept(world, extension, extension?.aliases, account.aliases, []), address);
  const delegates = withoutRepeats(kept(world, extension, extension?.delegates, account.delegates, []));
  const refusal =
    checkAddress(world, "personal", address, account) ??
    checkAliases(world, aliases, account) ??
    checkDelegates(world, extension?.delegates ?? []) ??
    checkDivision(world, body.division);
  if (refusal) return refusal;
  const updated: StoredPersonal = {
    ...keptBy(world, account, body),
    address,
    aliases,
    delegates,
    active: body.active ?? account.active,
    nickName: body.nickName ?? account.nickName,
    phoneNumbers: body.phoneNumbers ?? account.phoneNumbers,
    ssoAccountKey: kept(world, extension, extension?.ssoAccountKey, account.ssoAccountKey, null),
    password: body.password ?? account.password,
  };
  store(world, updated);
  return updated;
}
