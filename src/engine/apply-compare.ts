import type { LiveAccount } from "../model/account.ts";
import type { Change, FieldChange, FieldName, FieldValue } from "../model/plan.ts";
import type { ApplyWorld } from "./apply-world.ts";
import { hasValue, listOf, sameSet } from "./field-values.ts";

/** The fields of a change whose live value is not what the plan says it should be. Empty: the account is as planned. */
export function differingFields(
  change: Change,
  account: LiveAccount,
  world: ApplyWorld,
): readonly FieldName[] {
  return change.fields
    .filter(
      (field) =>
        !(field.field === "delegates"
          ? hasDelegates(account, listOf(field.after), world)
          : equals(field, field.after, account, world)),
    )
    .map(({ field }) => field);
}

/** Is every touched field either as before or as planned (or, for addresses, as the plan's first write leaves it)? */
export function isBetween(change: Change, account: LiveAccount, world: ApplyWorld): boolean {
  const release = "release" in change ? change.release : undefined;
  return change.fields.every((field) => {
    if (equals(field, field.before, account, world) || equals(field, field.after, account, world))
      return true;
    if (field.field === "delegates") return delegatesBetween(field, account, world);
    if (release === undefined) return false;
    if (field.field === "address") return account.address === release.address;
    return field.field === "aliases" && sameSet(account.aliases, release.aliases);
  });
}

/** A group that loses members as an account is deleted, or an address that follows a rename, is no edit by somebody else. */
function equals(field: FieldChange, value: FieldValue, account: LiveAccount, world: ApplyWorld): boolean {
  return field.field === "delegates"
    ? sameDelegates(account, listOf(value), world)
    : hasValue(account, field.field, value);
}

/**
 * Nobody who is in neither list, and all who are in both and still exist: a first run may have written the list before all
 * in it existed, and Zivver takes deleted accounts out by itself.
 */
function delegatesBetween(field: FieldChange, account: LiveAccount, world: ApplyWorld): boolean {
  const before = new Set(listOf(field.before).map((name) => world.idOf(name) ?? name));
  const after = new Set(listOf(field.after).map((name) => world.idOf(name) ?? name));
  const present = new Set(
    account.kind === "functional"
      ? account.members
      : account.delegates.map((address) => world.holderOf(address) ?? address),
  );
  const kept = [...before].filter((id) => after.has(id) && world.addressOf(id) !== undefined);
  return [...present].every((id) => before.has(id) || after.has(id)) && kept.every((id) => present.has(id));
}

/** As planned: a personal account lists its delegates under the addresses that they have by now, and no older ones. */
function hasDelegates(account: LiveAccount, names: readonly string[], world: ApplyWorld): boolean {
  if (account.kind === "functional") return sameDelegates(account, names, world);
  const present = names.map((name) => {
    const id = world.idOf(name);
    return (id !== undefined && world.addressOf(id)) || name;
  });
  return sameSet(account.delegates, present);
}

/** The same accounts, under whatever address they are listed. */
function sameDelegates(account: LiveAccount, names: readonly string[], world: ApplyWorld): boolean {
  const wanted = names.map((name) => world.idOf(name) ?? name);
  if (account.kind === "functional") return sameSet(account.members, wanted);
  if (sameSet(account.delegates, names)) return true;
  return sameSet(
    account.delegates.map((address) => world.holderOf(address) ?? address),
    wanted,
  );
}
