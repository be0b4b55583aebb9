import type { LiveAccount } from "../../../model/account/account.ts";
import type { Kind } from "../../../model/account/kind.ts";
import { addressBefore, type Change } from "../../../model/plan/change.ts";
import type { Address } from "../../../model/values/address.ts";
import { SideEffects } from "./side-effects.ts";

/**
 * The live accounts as apply knows them while it works: the last reading, corrected by every answer since. It finds the
 * account that a change is about, and the one behind an id or an address.
 */
export class ApplyWorld {
  readonly effects: SideEffects;
  readonly #creates: readonly Change[];
  /** Address → the change that creates an account with it. */
  readonly #createdAt: ReadonlyMap<string, Change>;
  /** Address before the plan → id, of accounts that the plan renames or deletes. */
  readonly #leaving: ReadonlyMap<string, string>;
  #byId = new Map<string, LiveAccount>();
  #byAddress = new Map<Address, LiveAccount>();
  /** Change → id, of accounts that an answer showed to be created. */
  readonly #answered: Map<string, string>;
  #created = new Map<string, string>();

  /** `created`: change → id, of accounts that earlier runs of the same plan created. */
  constructor(changes: readonly Change[], created: ReadonlyMap<string, string> = new Map()) {
    this.effects = new SideEffects(changes, (id) => this.#byId.has(id));
    this.#creates = changes.filter(({ action }) => action === "create");
    this.#createdAt = new Map(this.#creates.map((change) => [change.address, change]));
    this.#leaving = new Map(changes.flatMap(addressLeft));
    this.#answered = new Map(created);
  }

  /** Takes a reading as the truth. Accounts that creates made without an answer are found by kind and address. */
  load(live: readonly LiveAccount[]): void {
    this.#byId = new Map(live.map((account) => [account.zivverId, account]));
    this.#byAddress = new Map(
      live.flatMap((account) => account.aliases.map((alias) => [alias, account] as const)),
    );
    for (const account of live) this.#byAddress.set(account.address, account);
    const known = new Set(this.#leaving.values());
    const newcomers = new Map(
      live
        .filter(({ zivverId }) => !known.has(zivverId))
        .map(({ kind, address, zivverId }) => [newcomerKey(kind, address), zivverId]),
    );
    this.#created = new Map();
    for (const { id, kind, address } of this.#creates) {
      const found = this.#answered.get(id) ?? newcomers.get(newcomerKey(kind, address));
      if (found !== undefined) this.#created.set(id, found);
    }
  }

  /** All accounts, as last seen. */
  accounts(): readonly LiveAccount[] {
    return [...this.#byId.values()];
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** The account a change is about, as last seen. */
  current(change: Change): LiveAccount | undefined {
    const id = change.action === "create" ? this.#created.get(change.id) : change.zivverId;
    return id === undefined ? undefined : this.#byId.get(id);
  }

  /** Takes note of a write that was carried out. */
  note(change: Change, account: LiveAccount | undefined): void {
    if (change.action === "delete") this.#byId.delete(change.zivverId);
    if (account === undefined) return;
    this.#byId.set(account.zivverId, account);
    if (change.action !== "create") return;
    this.#answered.set(change.id, account.zivverId);
    this.#created.set(change.id, account.zivverId);
  }

  /** The account that this plan creates at an address, as last seen. */
  createdAt(address: string): LiveAccount | undefined {
    const change = this.#createdAt.get(address);
    return change && this.current(change);
  }

  /** Whether this plan creates an account with this address. */
  creates(address: string): boolean {
    return this.#createdAt.has(address);
  }

  /** The address that an id has by now. */
  addressOf(id: string): Address | undefined {
    return this.#byId.get(id)?.address;
  }

  /** The id behind an address as a live account lists it. */
  holderOf(address: Address): string | undefined {
    return this.#byAddress.get(address)?.zivverId;
  }

  /** The id behind an address as a live account listed it before this plan changed anything. */
  formerHolderOf(address: Address): string | undefined {
    return this.#leaving.get(address) ?? this.holderOf(address);
  }
}

/** The address that an account gives up, by being renamed or deleted. */
function addressLeft(change: Change): readonly (readonly [string, string])[] {
  if (change.action === "create") return [];
  const left = change.action === "delete" ? change.address : addressBefore(change);
  return left === undefined ? [] : [[left, change.zivverId]];
}

function newcomerKey(kind: Kind, address: Address): string {
  return `${kind} ${address}`;
}
