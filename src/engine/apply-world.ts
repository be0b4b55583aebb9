import type { Kind, LiveAccount } from "../model/account.ts";
import type { Address } from "../model/address.ts";
import type { Change } from "../model/plan.ts";
import { UNLISTED } from "./delegates.ts";

/**
 * What apply knows of the live accounts while it works: the last reading, corrected by every answer since. It finds the
 * account that a change is about, and turns the names of a plan into ids and back.
 */
export class ApplyWorld {
  readonly #changes: readonly Change[];
  /** Final address → the change whose account will have it. */
  readonly #final: ReadonlyMap<string, Change>;
  /** Ids of accounts that the plan renames or deletes: under their old address they are nobody's newcomer. */
  readonly #leaving: ReadonlySet<string>;
  #byId = new Map<string, LiveAccount>();
  #byAddress = new Map<Address, LiveAccount>();
  #created = new Map<string, string>();

  constructor(changes: readonly Change[]) {
    this.#changes = changes;
    this.#final = new Map(
      changes.filter((change) => change.action !== "delete").map((change) => [change.address, change]),
    );
    this.#leaving = new Set(changes.flatMap((change) => (leaves(change) ? [change.zivverId] : [])));
  }

  /** Takes a reading as the truth; accounts that creates of this plan made are recognised by kind and address. */
  load(live: readonly LiveAccount[]): void {
    this.#byId = new Map(live.map((account) => [account.zivverId, account]));
    this.#byAddress = new Map(
      live.flatMap((account) => account.aliases.map((alias) => [alias, account] as const)),
    );
    for (const account of live) this.#byAddress.set(account.address, account);
    const newcomers = new Map(
      live
        .filter((account) => !this.#leaving.has(account.zivverId))
        .map((account) => [newcomerKey(account.kind, account.address), account]),
    );
    this.#created = new Map();
    for (const change of this.#changes) {
      const account =
        change.action === "create" ? newcomers.get(newcomerKey(change.kind, change.address)) : undefined;
      if (account) this.#created.set(change.id, account.zivverId);
    }
  }

  /** All accounts, as last seen. */
  accounts(): readonly LiveAccount[] {
    return [...this.#byId.values()];
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
    if (change.action === "create") this.#created.set(change.id, account.zivverId);
  }

  /** The id of the account that a plan names by the address it will have; undefined while it does not exist. */
  idOf(name: string): string | undefined {
    if (name.startsWith(UNLISTED)) return name.slice(UNLISTED.length);
    const change = this.#final.get(name);
    if (change) return change.action === "create" ? this.#created.get(change.id) : change.zivverId;
    return this.#byAddress.get(name as Address)?.zivverId;
  }

  /** The address that an id has by now. */
  addressOf(id: string): Address | undefined {
    return this.#byId.get(id)?.address;
  }

  /** The id behind an address as a live account lists it. */
  holderOf(address: Address): string | undefined {
    return this.#byAddress.get(address)?.zivverId;
  }
}

function leaves(change: Change): change is Exclude<Change, { action: "create" }> {
  return (
    change.action === "delete" ||
    (change.action !== "create" && change.fields.some((field) => field.field === "address"))
  );
}

function newcomerKey(kind: Kind, address: Address): string {
  return `${kind} ${address}`;
}
