import { asObject, parseJson } from "../../model/values/json.ts";
import { bornWith, kept, keptBy } from "../world/extension.ts";
import { nextId, type StoredFunctional, store, type World } from "../world/world.ts";
import { bad, type Refusal } from "./answers.ts";
import { checkAddress, checkAliases, checkDivision, checkMembers, withoutRepeats } from "./checks.ts";
import { checkSchemas, memberIds, type WrittenBody } from "./written-body.ts";

const MEMBER_NOT_FOUND = "Error creating member: Member Not Found";
const UNKNOWN_IN_SET = "Unknown in set";

/** POST /Groups: the new account, already in the world, or why not. */
export function createGroup(world: World, body: WrittenBody): StoredFunctional | Refusal {
  const { address, fullName, extension } = body;
  if (address === undefined) return bad("Missing value: externalId");
  if (fullName === undefined) return bad("Missing value: displayName");
  const aliases = withoutRepeats(extension?.aliases ?? [], address);
  const members = [...new Set(body.members)];
  const refusal =
    checkAddress(world, "functional", address) ??
    checkAliases(world, aliases) ??
    checkMembers(world, members, MEMBER_NOT_FOUND) ??
    checkDivision(world, body.division);
  if (refusal) return refusal;
  const id = nextId(world);
  const account: StoredFunctional = {
    kind: "functional",
    id,
    address,
    fullName,
    aliases,
    members,
    ...bornWith(world, id, body),
  };
  store(world, account);
  return account;
}

/** PUT /Groups/{id}: what is left out at the top stays, except where `put-clears-missing-members` says otherwise. */
export function updateGroup(
  world: World,
  account: StoredFunctional,
  body: WrittenBody,
): StoredFunctional | Refusal {
  const { extension } = body;
  const address = body.address ?? account.address;
  const aliases = withoutRepeats(kept(world, extension, extension?.aliases, account.aliases, []), address);
  const members = membersAfterPut(world, account, body.members);
  const refusal =
    checkAddress(world, "functional", address, account) ??
    checkAliases(world, aliases, account) ??
    checkMembers(world, body.members ?? [], UNKNOWN_IN_SET) ??
    checkDivision(world, body.division);
  if (refusal) return refusal;
  const updated: StoredFunctional = {
    ...keptBy(world, account, body),
    address,
    aliases,
    members,
  };
  store(world, updated);
  return updated;
}

/** PATCH /Groups/{id}: `remove`, `replace` and `add` on `members`, all operations or none. */
export function patchGroup(
  world: World,
  account: StoredFunctional,
  body: string,
): StoredFunctional | Refusal {
  const written = asObject(parseJson(body)) ?? {};
  const refusal = checkSchemas(world, written);
  if (refusal) return refusal;
  const operations = written.Operations;
  if (!Array.isArray(operations) || operations.length === 0) return bad("Invalid value: Operations");
  let members = account.members;
  for (const operation of operations) {
    const after = membersAfter(world, members, operation);
    if ("status" in after) return after;
    members = after;
  }
  const updated = { ...account, members };
  store(world, updated);
  return updated;
}

function membersAfter(
  world: World,
  members: readonly string[],
  operation: unknown,
): readonly string[] | Refusal {
  const { op, path, value } = asObject(operation) ?? {};
  const one = typeof path === "string" ? /^members\[value eq "([^"]*)"\]$/.exec(path)?.[1] : undefined;
  const action = typeof op === "string" ? op.toLowerCase() : "";
  if (action === "remove" && one !== undefined) return members.filter((id) => id !== one);
  if (path !== "members") return bad(`Invalid path: ${String(path)}`);
  if (action === "remove" && value === undefined) return [];
  const ids = memberIds(value);
  if (!ids) return bad("Invalid value: members");
  if (action === "remove") return members.filter((id) => !ids.includes(id));
  if (action !== "add" && action !== "replace") return bad(`Invalid op: ${String(op)}`);
  return (
    checkMembers(world, ids, MEMBER_NOT_FOUND) ?? [...new Set(action === "add" ? [...members, ...ids] : ids)]
  );
}

function membersAfterPut(
  world: World,
  account: StoredFunctional,
  sent: readonly string[] | undefined,
): readonly string[] {
  if (sent === undefined) return world.quirks.has("put-clears-missing-members") ? [] : account.members;
  return sent.length === 0 && world.quirks.has("put-cannot-empty-members")
    ? account.members
    : [...new Set(sent)];
}
