import type { DesiredAccount, LiveAccount } from "../../model/account/account.ts";
import type { ReleasedAddress } from "../../model/plan/state.ts";
import type { Address } from "../../model/values/address.ts";
import { addTo } from "../../model/values/multimap.ts";
import type { Candidate, DesiredState } from "../desired/desired.ts";
import type { LiveIndex } from "../live/live-index.ts";
import type { Fate, Matching } from "../match/match.ts";
import type { Said } from "../readings/statements.ts";
import type { Intent } from "./actions/action.ts";

/*
 * The account that an address in a list of delegates means: that of the record that claims it. Not whoever holds the
 * address in Zivver now: that may be the person who is about to give it up, or a leaver.
 */

/** The account that is meant. `id` is null for one that the plan creates. */
export type Known = { readonly type: "known"; readonly id: string | null; readonly name: Address };
/** Nobody is let in by it, and none of `accounts`, who may be meant, falls out. */
export type Unknown = { readonly type: "unknown"; readonly accounts: readonly LiveAccount[] };
export type Meant = Known | Unknown;

export type References = {
  /** The account that an address means. */
  readonly meant: (address: Address) => Meant;
  /** The primary address of a live account after the plan. */
  readonly nameOf: (account: LiveAccount) => Address;
  /** Whether the plan deletes it. */
  readonly isDeleted: (account: LiveAccount) => boolean;
  /** Whether it is known which record an account belongs to, or that it belongs to none. */
  readonly isSettled: (account: LiveAccount) => boolean;
  /** Whether no account has the address, now or after the plan. */
  readonly isFree: (address: Address) => boolean;
};

export type ReferenceInput = {
  readonly live: LiveIndex;
  /** Those that are carried out. */
  readonly intents: readonly Intent[];
  /** Those that could be carried out if all accounts were planned. */
  readonly possible: readonly Intent[];
  readonly desired: DesiredState;
  readonly matching: Matching;
  readonly planned: ReadonlySet<string>;
  readonly said: Pick<Said, "doubts">;
  /** The addresses that earlier applies took from accounts. */
  readonly released?: readonly ReleasedAddress[] | undefined;
};

/** Made when first asked: most plans change no delegates, and it takes Maps of everybody. */
export function buildReferences(input: ReferenceInput): References {
  let made: ReferenceTable | undefined;
  const table = () => {
    made ??= new ReferenceTable(input);
    return made;
  };
  return {
    meant: (address) => table().meant(address),
    nameOf: (account) => table().nameOf(account),
    isDeleted: (account) => table().isDeleted(account),
    isSettled: (account) => table().isSettled(account),
    isFree: (address) => table().isFree(address),
  };
}

/** References by the names that accounts will have, without any records: for a revert, which goes by a journal. */
export function referencesByName(live: LiveIndex, intents: readonly Intent[]): References {
  const after = new AfterPlan(live, intents);
  return {
    meant: (address) => {
      const found = after.holderOf(address) ?? live.byAddress.get(address);
      if (found === undefined) return { type: "unknown", accounts: [] };
      return { type: "known", id: found.zivverId, name: after.nameOf(found) };
    },
    nameOf: (account) => after.nameOf(account),
    isDeleted: (account) => after.isDeleted(account),
    isSettled: () => true,
    isFree: (address) => after.isFree(address),
  };
}

/** The account that has each address once the intents are carried out. */
class AfterPlan {
  readonly created = new Set<DesiredAccount>();
  readonly #live: LiveIndex;
  readonly #intents = new Map<string, Intent>();
  readonly #primaries = new Map<Address, LiveAccount>();
  readonly #taken = new Set<Address>();

  constructor(live: LiveIndex, intents: readonly Intent[]) {
    this.#live = live;
    for (const intent of intents) {
      if (intent.type === "create") this.created.add(intent.desired);
      else this.#intents.set(intent.live.zivverId, intent);
      if (intent.type === "remove") continue;
      for (const address of [intent.after.address, ...intent.after.aliases]) this.#taken.add(address);
      if (intent.type === "change") this.#primaries.set(intent.after.address, intent.live);
    }
  }

  holderOf(address: Address): LiveAccount | undefined {
    return this.#primaries.get(address);
  }

  nameOf(account: LiveAccount): Address {
    const intent = this.#intents.get(account.zivverId);
    return intent?.type === "change" ? intent.after.address : account.address;
  }

  keeps(account: LiveAccount, address: Address): boolean {
    const intent = this.#intents.get(account.zivverId);
    const { address: primary, aliases } = intent?.type === "change" ? intent.after : account;
    return primary === address || aliases.includes(address);
  }

  isDeleted(account: LiveAccount): boolean {
    const intent = this.#intents.get(account.zivverId);
    return intent?.type === "remove" && intent.action === "delete";
  }

  isFree(address: Address): boolean {
    return !this.#taken.has(address) && !this.#live.byAddress.has(address);
  }
}

/** A record that claims an address, and what becomes of it; a bystander makes no candidate. */
type Claim = { readonly candidate?: Candidate | undefined; readonly fate: Fate };

class ReferenceTable {
  readonly #input: ReferenceInput;
  readonly #after: AfterPlan;
  /** After all that is possible: an address whose account does not get it even then may still be somebody else's. */
  readonly #whole: AfterPlan;
  readonly #byPrimary = new Map<Address, Claim[]>();
  readonly #byAlias = new Map<Address, Claim[]>();
  readonly #paired: ReadonlySet<string>;
  readonly #missing: ReadonlyMap<string, string>;
  readonly #released: ReadonlyMap<Address, string>;

  constructor(input: ReferenceInput) {
    this.#input = input;
    const { desired, matching, live, intents } = input;
    this.#after = new AfterPlan(live, intents);
    this.#whole = new AfterPlan(live, input.possible);
    this.#released = new Map(input.released?.map(({ address, zivverId }) => [address, zivverId]));
    this.#paired = new Set(matching.pairs.map((pair) => pair.live.zivverId));
    this.#missing = new Map(matching.missing.map(({ live: { zivverId }, profile }) => [zivverId, profile]));
    for (const candidate of desired.candidates) {
      const fate = matching.fates.get(candidate) ?? { type: "unknown", accounts: [] };
      const { address, aliases } = candidate.account;
      // Not an address that the account only keeps, while every record gives another.
      if (candidate.records.some(({ outdated }) => outdated === undefined))
        addTo(this.#byPrimary, address, this.#ifItGets(address, { candidate, fate }));
      // The address that a source gives its person, though another source's counts: its own lists mean the person by it.
      for (const { outdated } of candidate.records)
        if (outdated !== undefined) addTo(this.#byPrimary, outdated, { candidate, fate });
      for (const alias of aliases?.value ?? [])
        addTo(this.#byAlias, alias, this.#ifItGets(alias, { candidate, fate }));
    }
    for (const { records } of desired.bystanders)
      for (const { address } of records)
        addTo(this.#byPrimary, address, { fate: { type: "unknown", accounts: [] } });
  }

  #ifItGets(address: Address, { candidate, fate }: Claim): Claim {
    if (fate.type !== "live" || this.#whole.keeps(fate.live, address)) return { candidate, fate };
    return { candidate, fate: { type: "unknown", accounts: [fate.live] } };
  }

  meant(address: Address): Meant {
    const claims = this.#byPrimary.get(address) ?? this.#byAlias.get(address);
    if (claims === undefined) return this.#unclaimed(address);
    const [first] = claims.flatMap(({ fate }) => this.#known(fate) ?? []);
    if (first !== undefined && claims.every(({ fate }) => this.#agrees(fate, first))) return first;
    const held = this.#input.live.byAddress.get(address);
    const accounts = claims.flatMap((claim) => this.#mayMean(claim));
    // An alias that its account gives up in this plan says nothing of that account.
    const keepsIt = held !== undefined && (held.address === address || this.#after.keeps(held, address));
    return { type: "unknown", accounts: keepsIt ? [...accounts, held] : accounts };
  }

  /** A record without a known account may also be one whose address it has as an alias, though another record claims that. */
  #mayMean({ candidate, fate }: Claim): readonly LiveAccount[] {
    if (fate.type === "live") return [fate.live];
    const { live } = this.#input;
    const former = (candidate?.account.aliases?.value ?? []).flatMap(
      (alias) => live.byPrimary.get(alias) ?? [],
    );
    return fate.type === "unknown" ? [...fate.accounts, ...former] : former;
  }

  nameOf(account: LiveAccount): Address {
    return this.#after.nameOf(account);
  }

  isDeleted(account: LiveAccount): boolean {
    return this.#after.isDeleted(account);
  }

  isSettled({ zivverId, kind }: LiveAccount): boolean {
    const { live, said } = this.#input;
    if (live.untouchable.has(zivverId)) return false;
    if (!live.owner.has(zivverId) || this.#paired.has(zivverId)) return true;
    const profile = this.#missing.get(zivverId);
    return profile !== undefined && said.doubts.of(profile, kind) === undefined;
  }

  isFree(address: Address): boolean {
    return this.#after.isFree(address);
  }

  /** Whether a claim means that account too, or may mean no other one. */
  #agrees(fate: Fate, { id, name }: Known): boolean {
    const known = this.#known(fate);
    if (known !== undefined) return known.id === id && known.name === name;
    return fate.type !== "unknown" || fate.accounts.every(({ zivverId }) => zivverId === id);
  }

  #known(fate: Fate): Known | undefined {
    if (fate.type === "live")
      return { type: "known", id: fate.live.zivverId, name: this.#after.nameOf(fate.live) };
    if (fate.type === "create" && this.#after.created.has(fate.desired))
      return { type: "known", id: null, name: fate.desired.address };
    return undefined;
  }

  /** An address that no record claims: only an account outside the profiles is known by it. */
  #unclaimed(address: Address): Meant {
    const { live } = this.#input;
    const holder = live.byAddress.get(address);
    if (holder === undefined) return { type: "unknown", accounts: this.#formerHolder(address) };
    const isUnmanaged = !live.owner.has(holder.zivverId) && !live.untouchable.has(holder.zivverId);
    // By now the list may mean whoever has that address since: a rename that waits, or an alias that one left.
    if (!isUnmanaged) return { type: "unknown", accounts: [holder] };
    return { type: "known", id: holder.zivverId, name: this.#after.nameOf(holder) };
  }

  /** A list that still has an address which an apply took from an account, and which nobody has now, may mean that account. */
  #formerHolder(address: Address): readonly LiveAccount[] {
    const account = this.#input.live.byId.get(this.#released.get(address) ?? "");
    return account === undefined ? [] : [account];
  }
}
