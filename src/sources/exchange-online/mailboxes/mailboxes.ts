import type { Address } from "../../../model/values/address.ts";
import { parseAddress } from "../../../model/values/address.ts";

/** A person with a mailbox as a delegate. */
export type Standing =
  /** A user, enabled, with an address. */
  | "person"
  /** A disabled user: no delegate, and rightly so. */
  | "nobody"
  /** A Microsoft 365 group, whose members are meant. */
  | "group"
  /** A shared mailbox, a room: no person. */
  | "other"
  /** A user of whom it is not known whether it is enabled, or which address it has. */
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
  /** The name its user signs in with: like an address, and another one perhaps. */
  readonly signIn: string | undefined;
  readonly names: readonly (string | undefined)[];
};

/** The same, in whatever case and Unicode form it is written. */
export function keyOf(name: string): string {
  return name.trim().normalize("NFC").toLowerCase();
}

/** The same to Exchange, which compares names as Active Directory does: marks over letters and further space do not count. */
export function looseKeyOf(name: string): string {
  const letters = name.normalize("NFKD").replace(/\p{M}/gu, "");
  return letters.replace(/\s+/gu, " ").trim().toLowerCase();
}

const NONE: readonly Mailbox[] = [];

/** All mailboxes of a tenant, by id, address and name. */
export class Mailboxes {
  readonly #byId = new Map<string, Mailbox>();
  readonly #byAddress = new Map<string, readonly Mailbox[]>();
  readonly #bySignIn = new Map<string, readonly Mailbox[]>();
  readonly #byName = new Map<string, readonly Mailbox[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(mailbox: Mailbox, { ids, addresses, signIn, names }: MailboxNames): void {
    this.#size++;
    for (const id of ids) if (id !== undefined) this.#byId.set(keyOf(id), mailbox);
    for (const one of addresses) if (one !== undefined) put(this.#byAddress, addressKey(one), mailbox);
    if (signIn !== undefined) put(this.#bySignIn, addressKey(signIn), mailbox);
    for (const name of names) if (name !== undefined) put(this.#byName, looseKeyOf(name), mailbox);
  }

  byId(id: string | undefined): Mailbox | undefined {
    return id === undefined ? undefined : this.#byId.get(keyOf(id));
  }

  /** The mailbox that has this address, as its primary one or another; undefined for none and for several. */
  byAddress(address: string | undefined): Mailbox | undefined {
    return address === undefined ? undefined : onlyOne(this.#byAddress.get(addressKey(address)));
  }

  /**
   * The mailbox that an address, a sign-in name or an id is about, which no other recipient can have; undefined where
   * others of this list are called so too. Display names are not among them: a group may have the same.
   */
  byIdentity(text: string): Mailbox | undefined {
    const byId = GUID.test(text) ? this.byId(text) : undefined;
    const key = addressKey(text);
    const isAddress = text.includes("@");
    const of = (map: ReadonlyMap<string, readonly Mailbox[]>) => (isAddress ? (map.get(key) ?? NONE) : NONE);
    const found = new Set([...(byId ? [byId] : []), ...of(this.#byAddress), ...of(this.#bySignIn)]);
    const [mailbox] = found;
    if (found.size !== 1 || mailbox === undefined || mailbox.standing === "group") return undefined;
    return this.called(text).every((one) => one === mailbox) ? mailbox : undefined;
  }

  /** All mailboxes, of whatever kind, that have something of this name. */
  called(name: string): readonly Mailbox[] {
    const key = addressKey(name);
    const byAddress = name.includes("@") ? [this.#byAddress.get(key), this.#bySignIn.get(key)] : [];
    return [...new Set([this.#byName.get(looseKeyOf(name)), ...byAddress].flatMap((found) => found ?? NONE))];
  }
}

const GUID = /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i;

function addressKey(address: string): Address | string {
  return parseAddress(address) ?? keyOf(address);
}

function put(map: Map<string, readonly Mailbox[]>, key: string, mailbox: Mailbox): void {
  const before = map.get(key) ?? NONE;
  if (!before.includes(mailbox)) map.set(key, [...before, mailbox]);
}

function onlyOne(found: readonly Mailbox[] = NONE): Mailbox | undefined {
  return found.length === 1 ? found[0] : undefined;
}
