import type { Kind, Target } from "../../src/index.ts";
import {
  accountAt,
  addressKey,
  DEFAULT_QUIRKS,
  type Quirk,
  remove,
  type StoredAccount,
  store,
  type World,
  withQuirks,
  worldFromSeed,
} from "../../src/simulator/index.ts";
import { nextId } from "../../src/simulator/world/world.ts";
import { machineTarget } from "../support/machine-target.ts";
import { type Being, nameOf, type Person } from "./people.ts";

/** One live account as it really is, with what Zivver never shows (the account key). */
export type Account = {
  readonly id: string;
  readonly kind: Kind;
  readonly address: string;
  readonly name: string;
  readonly active: boolean;
  readonly aliases: readonly string[];
  readonly division: string;
  readonly key: string | null;
  /** Who may open it: the ids of accounts, or the text of an address that is nobody's. */
  readonly access: readonly string[];
};

/** A simulated Zivver, and the truth that it does not know: whose account each one is. */
export class Zivver {
  readonly world: World;
  readonly owners = new Map<string, Being>();

  constructor(seed: number, switches: Readonly<Partial<Record<Quirk, boolean>>>) {
    this.world = worldFromSeed(
      {
        claimedDomains: ["example.org", "example.com"],
        divisions: ["/", "/care", "/office"],
        personal: [{ address: "admin@example.org", fullName: "Administrator" }],
      },
      { randomSeed: seed, quirks: withQuirks(switches, DEFAULT_QUIRKS) },
    );
  }

  target(): Target {
    return machineTarget(this.world).target;
  }

  /** Every account, in the order of creation. */
  accounts(): readonly Account[] {
    return [...this.world.accounts.values()].map((stored) => ({
      id: stored.id,
      kind: stored.kind,
      address: addressKey(stored.address),
      name: stored.fullName,
      active: stored.kind === "personal" ? stored.active : this.#membersOf(stored).length > 0,
      aliases: stored.aliases.map(addressKey),
      division: stored.division,
      key: stored.kind === "personal" ? stored.ssoAccountKey : null,
      access:
        stored.kind === "functional"
          ? this.#membersOf(stored)
          : stored.delegates.map((address) => accountAt(this.world, address)?.id ?? address),
    }));
  }

  #membersOf(stored: Extract<StoredAccount, { kind: "functional" }>): readonly string[] {
    return stored.members.filter((id) => id !== stored.id);
  }

  /** Makes the account that a being has had since before zivsync came. */
  settle(being: Being, address = being.address): void {
    const id = nextId(this.world);
    const common = {
      id,
      address,
      fullName: nameOf(being),
      aliases: [...being.aliases],
      division: being.division,
      extra: {},
      hidden: false,
    };
    const members =
      being.type === "desk" ? being.members.flatMap((one) => this.accountOf(one)?.id ?? []) : [];
    store(
      this.world,
      being.type === "desk"
        ? { ...common, kind: "functional", members }
        : {
            ...common,
            kind: "personal",
            active: true,
            delegates: [],
            nickName: "",
            phoneNumbers: [],
            ssoAccountKey: being.key,
            password: null,
          },
    );
    this.owners.set(id, being);
  }

  /** The account of a being; of a person with several, the one under their address, else an active one. */
  accountOf(being: Being): Account | undefined {
    const own = this.accounts().filter(({ id }) => this.owners.get(id) === being);
    return own.find(({ address }) => address === being.address) ?? own.find(({ active }) => active) ?? own[0];
  }

  /** Somebody edits an account in Zivver's own pages; false where its rules refuse that. */
  edit(id: string, fields: Partial<{ fullName: string; active: boolean; aliases: readonly string[] }>): void {
    const stored = this.world.accounts.get(id);
    if (stored) store(this.world, { ...stored, ...fields } as StoredAccount);
  }

  /** An administrator gives two accounts each other's primary address. */
  swapAddresses(a: string, b: string): void {
    const [one, other] = [this.world.accounts.get(a), this.world.accounts.get(b)];
    if (!one || !other) return;
    store(this.world, { ...one, address: "on-the-way@example.org" });
    store(this.world, { ...other, address: one.address });
    store(this.world, { ...one, address: other.address });
  }

  letIn(id: string, who: Person): void {
    const stored = this.world.accounts.get(id);
    const other = this.accountOf(who);
    if (!stored || !other || other.id === id) return;
    if (stored.kind === "functional")
      store(this.world, { ...stored, members: [...new Set([...stored.members, other.id])] });
    else store(this.world, { ...stored, delegates: [...new Set([...stored.delegates, other.address])] });
  }

  putOut(id: string, other: string): void {
    const stored = this.world.accounts.get(id);
    if (!stored) return;
    if (stored.kind === "functional")
      store(this.world, { ...stored, members: stored.members.filter((one) => one !== other) });
    else {
      const isOther = (address: string) => (accountAt(this.world, address)?.id ?? address) === other;
      store(this.world, { ...stored, delegates: stored.delegates.filter((address) => !isOther(address)) });
    }
  }

  delete(id: string): void {
    const stored = this.world.accounts.get(id);
    if (stored) remove(this.world, stored);
    this.owners.delete(id);
  }
}
