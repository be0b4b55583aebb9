import type { Address } from "../../model/address.ts";
import { parseAddress } from "../../model/address.ts";

/** What somebody with a mailbox is as a delegate. */
export type Standing =
  /** A user, enabled, with an address. */
  | "person"
  /** A disabled user: no delegate, and rightly so. */
  | "nobody"
  /** A shared mailbox, a room: no person. */
  | "other"
  /** A user of whom nobody can tell whether it is enabled, or which address it has. */
  | "unclear";

export type Mailbox = {
  readonly name: string;
  readonly standing: Standing;
  readonly address: string | undefined;
};

/** Everything that a mailbox can be called by. */
export type MailboxNames = {
  readonly ids: readonly (string | undefined)[];
  readonly addresses: readonly (string | undefined)[];
  readonly names: readonly (string | undefined)[];
};

/** The same, however it is written. */
export function keyOf(name: string): string {
  return name.trim().normalize("NFC").toLowerCase();
}

/** All mailboxes of a tenant, by id, address and name. */
export class Mailboxes {
  readonly #byId = new Map<string, Mailbox>();
  readonly #byAddress = new Map<string, Mailbox | null>();
  readonly #byName = new Map<string, Mailbox | null>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(mailbox: Mailbox, { ids, addresses, names }: MailboxNames): void {
    this.#size++;
    for (const id of ids) if (id !== undefined) this.#byId.set(keyOf(id), mailbox);
    for (const address of addresses)
      if (address !== undefined) put(this.#byAddress, addressKey(address), mailbox);
    for (const name of names) if (name !== undefined) put(this.#byName, keyOf(name), mailbox);
  }

  hasId(id: string): boolean {
    return this.#byId.has(keyOf(id));
  }

  byId(id: string | undefined): Mailbox | undefined {
    return id === undefined ? undefined : this.#byId.get(keyOf(id));
  }

  /** The mailbox that has this address, as its primary one or another; undefined for none and for several. */
  byAddress(address: string | undefined): Mailbox | undefined {
    return address === undefined ? undefined : (this.#byAddress.get(addressKey(address)) ?? undefined);
  }

  /**
   * The user that alone is called so. A mailbox of another kind may share its name with a group, which is not in this
   * list, so only the service can tell which of them is meant.
   */
  byName(name: string): Mailbox | undefined {
    const found = this.#byName.get(keyOf(name)) ?? this.#byId.get(keyOf(name));
    return found === null || found?.standing === "other" ? undefined : found;
  }
}

function addressKey(address: string): Address | string {
  return parseAddress(address) ?? keyOf(address);
}

/** null: several mailboxes are called so. */
function put(map: Map<string, Mailbox | null>, key: string, mailbox: Mailbox): void {
  const before = map.get(key);
  map.set(key, before === undefined || before === mailbox ? mailbox : null);
}
