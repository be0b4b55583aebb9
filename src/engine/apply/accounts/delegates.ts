import type { LiveAccount } from "../../../model/account/account.ts";
import type { Change, FieldChange } from "../../../model/plan/change.ts";
import type { Address } from "../../../model/values/address.ts";
import { InternalError } from "../../../model/values/errors.ts";
import { listOf, sameSet } from "../../desired/field-values.ts";
import type { ApplyWorld } from "./accounts.ts";

/** The accounts that a list of delegates means, as far as they are known now. */
export type Meant = {
  /** Accounts that are there. */
  readonly ids: readonly string[];
  /** Addresses that no listing shows and that the account lists already: guests. */
  readonly guests: readonly Address[];
  /** Names of accounts that this plan creates and that are not there yet. */
  readonly awaited: readonly string[];
  /** Names of accounts that are gone from Zivver. */
  readonly gone: readonly string[];
};

/**
 * The accounts that one side of a change of delegates means. A name alone lets nobody in: it means the account that this plan creates
 * under it, or a guest whom the account lists already.
 */
export function meantBy(
  { accounts, ...field }: FieldChange,
  side: "before" | "after",
  account: LiveAccount | undefined,
  world: ApplyWorld,
): Meant {
  const ids: string[] = [];
  const guests: Address[] = [];
  const awaited: string[] = [];
  const gone: string[] = [];
  for (const [position, name] of listOf(field[side]).entries()) {
    const id = accounts?.[side][position] ?? null;
    if (id !== null) {
      // A member whom no listing shows is there as long as the account has it.
      if (world.has(id) || account?.members.includes(id)) ids.push(id);
      else gone.push(name);
    } else if (world.creates(name)) {
      const created = world.createdAt(name);
      if (created) ids.push(created.zivverId);
      else awaited.push(name);
    } else if (account?.delegates.some((one) => one === name)) guests.push(name as Address);
    else gone.push(name);
  }
  return { ids, guests, awaited, gone };
}

/** The delegates of a personal account that a list means, under the addresses that they have by now. */
export function addressesOf({ ids, guests }: Meant, world: ApplyWorld): readonly Address[] {
  return [...ids.flatMap((id) => world.addressOf(id) ?? []), ...guests];
}

/** As planned: a personal account lists its delegates under the addresses that they have by now, and no older ones. */
export function hasDelegates(account: LiveAccount, field: FieldChange, world: ApplyWorld): boolean {
  const meant = meantBy(field, "after", account, world);
  if (meant.awaited.length > 0) return false;
  return account.kind === "functional"
    ? sameSet(account.members, meant.ids)
    : sameSet(account.delegates, addressesOf(meant, world));
}

/** The same people, under whatever address they are listed, except for those whom the plan deletes. */
export function meansDelegates(
  account: LiveAccount,
  field: FieldChange,
  side: "before" | "after",
  world: ApplyWorld,
): boolean {
  return sameSet(wordsOfAccount(account, world), wordsOf(meantBy(field, side, account, world), world));
}

/**
 * Nobody who is on neither side, and all who are on both: a first run may have written the list before all in it existed.
 */
export function isBetweenDelegates(account: LiveAccount, field: FieldChange, world: ApplyWorld): boolean {
  const before = new Set(wordsOf(meantBy(field, "before", account, world), world));
  const after = new Set(wordsOf(meantBy(field, "after", account, world), world));
  const present = new Set(wordsOfAccount(account, world));
  return (
    [...present].every((word) => before.has(word) || after.has(word)) &&
    [...before].every((word) => !after.has(word) || present.has(word))
  );
}

/** The delegates of a personal account as they go along with what is written: none who is gone, all under present names. */
export function carriedDelegates(
  account: LiveAccount,
  image: LiveAccount | undefined,
  world: ApplyWorld,
): readonly Address[] {
  // Where a first run has renamed people since, an address may be another person's by now.
  const unedited = image && sameSet(wordsOfAccount(image, world), wordsOfAccount(account, world));
  const [listed, holderOf] = unedited
    ? [image.delegates, (address: Address) => world.formerHolderOf(address)]
    : [account.delegates, (address: Address) => world.holderOf(address)];
  const present = listed.flatMap((address) => {
    const id = holderOf(address);
    return id === undefined ? [address] : (world.addressOf(id) ?? []);
  });
  return [...new Set(present)];
}

/** Throws InternalError for a plan whose delegates are names alone: written by them, somebody could get in who was not meant. */
export function checkAccountsNamed(changes: readonly Change[]): void {
  for (const { id, fields } of changes)
    for (const { field, before, after, accounts } of fields) {
      if (field !== "delegates") continue;
      const isWhole =
        accounts?.before.length === listOf(before).length && accounts.after.length === listOf(after).length;
      if (!isWhole)
        throw new InternalError(`${id} changes delegates and does not say which accounts they are`);
    }
}

function wordsOf({ ids, guests, awaited }: Meant, world: ApplyWorld): readonly string[] {
  return [
    ...ids.flatMap((id) => world.effects.wordOfId(id, world.addressOf(id)) ?? []),
    ...[...guests, ...awaited].flatMap((name) => world.effects.wordOfAddress(name) ?? []),
  ];
}

function wordsOfAccount(account: LiveAccount, world: ApplyWorld): readonly string[] {
  const { effects } = world;
  return account.kind === "functional"
    ? account.members.flatMap((id) => effects.wordOfId(id, world.addressOf(id)) ?? [])
    : account.delegates.flatMap((one) => effects.wordOfAddress(one, world.holderOf(one)) ?? []);
}
