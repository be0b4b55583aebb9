import type { LiveAccount } from "../model/account.ts";
import type { Address } from "../model/address.ts";
import type { Change, FieldName, FieldValue } from "../model/plan.ts";
import type { AccountFields, Write } from "../model/ports.ts";
import type { ApplyWorld } from "./apply-world.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The request that brings an account to what its change says. `only` limits it to these fields. Names that do not exist
 * yet are left out; verification adds them.
 */
export function writeOf(
  change: Change,
  account: LiveAccount | undefined,
  world: ApplyWorld,
  only?: readonly FieldName[],
): Write {
  if (change.action === "delete" && account) return { op: "delete", live: account };
  const fields = fieldsOf(change, account, world, only);
  if (account === undefined) {
    return {
      op: "create",
      kind: change.kind,
      fields: { ...fields, address: change.address, fullName: nameOf(change) },
    };
  }
  const names = Object.keys(fields);
  if (account.kind === "functional" && fields.members?.length === 0 && names.length === 1)
    return { op: "empty", live: account };
  return { op: "update", live: account, fields };
}

/** The first write of a change that gives addresses up, so that others can take them; undefined once it has done so. */
export function releaseWrite(change: Change, account: LiveAccount, world: ApplyWorld): Write | undefined {
  if (!("release" in change) || change.release === undefined) return undefined;
  const { address, aliases } = change.release;
  const given =
    account.aliases.length === aliases.length && aliases.every((one) => account.aliases.includes(one));
  if (given && account.address === address) return undefined;
  const key = "accountKey" in change && change.accountKey ? { accountKey: change.accountKey } : {};
  return { op: "update", live: account, fields: { address, aliases, ...carried(account, world), ...key } };
}

function fieldsOf(
  change: Change,
  account: LiveAccount | undefined,
  world: ApplyWorld,
  only?: readonly FieldName[],
): AccountFields {
  const fields: Mutable<AccountFields> = {};
  for (const { field, after } of change.fields) {
    if (only === undefined || only.includes(field)) setField(fields, field, after, change, world);
  }
  const personal = change.kind === "personal";
  // A newcomer that already stands there may be somebody else's, and no reading shows whether it has the key.
  const extension =
    change.action === "create" ||
    fields.aliases !== undefined ||
    fields.delegates !== undefined ||
    (only === undefined && change.fields.some(({ field }) => field === "accountKey"));
  if (personal && account && extension && fields.delegates === undefined)
    Object.assign(fields, carried(account, world));
  if (personal && extension && "accountKey" in change && change.accountKey)
    fields.accountKey = change.accountKey;
  return fields;
}

/**
 * Zivver takes aliases, delegates and key together: delegates that do not change go along, under their present names, but
 * for those whose account is gone by now.
 */
function carried(account: LiveAccount, world: ApplyWorld): AccountFields {
  if (account.kind !== "personal") return {};
  const present = account.delegates.flatMap((address) => {
    const id = world.holderOf(address);
    return id === undefined ? [address] : (world.addressOf(id) ?? []);
  });
  return { delegates: present };
}

function setField(
  fields: Mutable<AccountFields>,
  field: FieldName,
  after: FieldValue,
  change: Change,
  world: ApplyWorld,
): void {
  const list = Array.isArray(after) ? after : [];
  if (field === "address") fields.address = change.address;
  if (field === "fullName" && typeof after === "string") fields.fullName = after;
  if (field === "active" && typeof after === "boolean") fields.active = after;
  if (field === "division" && typeof after === "string") fields.division = after;
  if (field === "phone" && typeof after === "string") fields.phone = after;
  if (field === "aliases") fields.aliases = list as readonly Address[];
  if (field !== "delegates") return;
  const ids = list.flatMap((name) => world.idOf(name) ?? []);
  if (change.kind === "functional") fields.members = ids;
  else {
    // A name without an account is one that does not exist yet, or a guest whom no listing shows: the latter stays.
    const present: readonly string[] = world.current(change)?.delegates ?? [];
    fields.delegates = list.flatMap((name) => {
      const id = world.idOf(name);
      if (id === undefined) return present.includes(name) ? [name as Address] : [];
      return world.addressOf(id) ?? (name as Address);
    });
  }
}

function nameOf(change: Change): string {
  const name = change.fields.find((field) => field.field === "fullName")?.after;
  return typeof name === "string" ? name : change.address;
}
