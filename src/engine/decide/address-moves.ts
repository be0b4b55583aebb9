import type { Finding } from "../../model/plan/finding.ts";
import type { Address } from "../../model/values/address.ts";
import { sameList } from "../desired/field-values.ts";
import type { LiveIndex } from "../live/live-index.ts";
import { whereOf } from "../match/conflicts.ts";
import { named } from "../match/match-result.ts";
import type { Addresses, Intent } from "./actions/action.ts";

/** The addresses that an intent takes from nobody or somebody, and those that it gives up. */
export type Moves = { readonly takes: readonly Address[]; readonly gives: readonly Address[] };

const NO_MOVES: Moves = { takes: [], gives: [] };

/** Most accounts keep all addresses; both lists are sorted. */
function staysAsItIs({ live, after }: Extract<Intent, { type: "change" }>): boolean {
  return live.address === after.address && sameList(live.aliases, after.aliases);
}

/** The effect of one intent on the name space of addresses. A suspended account keeps all of its own. */
function movesOf(intent: Intent): Moves {
  if (intent.type === "create") return { takes: [intent.after.address, ...intent.after.aliases], gives: [] };
  if (intent.type === "change" && staysAsItIs(intent)) return NO_MOVES;
  const before = [intent.live.address, ...intent.live.aliases];
  if (intent.type === "remove") return { takes: [], gives: intent.action === "delete" ? before : [] };
  const after = [intent.after.address, ...intent.after.aliases];
  const had = new Set(before);
  const has = new Set(after);
  return {
    takes: after.filter((address) => !had.has(address)),
    gives: before.filter((address) => !has.has(address)),
  };
}

export type Settled = {
  /** The intents that can be carried out, without the addresses that they cannot have yet. */
  readonly free: Intent[];
  /** Creations that have to wait as a whole, since their address is taken. */
  readonly blocked: ReadonlySet<Intent>;
  readonly findings: Finding[];
};

/**
 * Takes from the intents every address that is held by an account which no intent makes give it up: an alias is left out, a
 * rename does not happen, a creation waits; whatever else an intent does goes on. An intent that does not get its new
 * address does not give up the old one either, so others may have to wait in turn: a work list, in which every step takes
 * an address away from an intent.
 */
export function settleMoves(intents: readonly Intent[], live: LiveIndex): Settled {
  const work = new Settling(intents, live);
  work.run();
  return {
    free: intents.flatMap((intent) => work.resultOf(intent) ?? []),
    blocked: new Set(intents.filter((intent) => work.resultOf(intent) === undefined)),
    findings: work.findings,
  };
}

class Settling {
  readonly findings: Finding[] = [];
  readonly #live: LiveIndex;
  readonly #results = new Map<Intent, Intent | undefined>();
  /** Address → how many intents, as they are by now, give it up. */
  readonly #givers = new Map<Address, number>();
  readonly #takers = new Map<Address, Set<Intent>>();

  constructor(intents: readonly Intent[], live: LiveIndex) {
    this.#live = live;
    for (const intent of intents) {
      const { takes, gives } = movesOf(intent);
      for (const address of gives) this.#givers.set(address, (this.#givers.get(address) ?? 0) + 1);
      for (const address of takes) {
        const takers = this.#takers.get(address);
        if (takers) takers.add(intent);
        else this.#takers.set(address, new Set([intent]));
      }
    }
  }

  resultOf(intent: Intent): Intent | undefined {
    return this.#results.has(intent) ? this.#results.get(intent) : intent;
  }

  run(): void {
    const queue = [...this.#takers.keys()].filter((address) => this.#isStuck(address));
    for (const address of queue) {
      for (const intent of this.#takers.get(address) ?? [])
        for (const kept of this.#takeAway(intent, address)) if (this.#isStuck(kept)) queue.push(kept);
      this.#takers.delete(address);
    }
  }

  #isStuck(address: Address): boolean {
    return this.#takers.has(address) && this.#live.byAddress.has(address) && !this.#givers.get(address);
  }

  /** Leaves an address out of an intent; returns those that it keeps for that. */
  #takeAway(intent: Intent, address: Address): readonly Address[] {
    const now = this.resultOf(intent);
    if (now === undefined || now.type === "remove" || !movesOf(now).takes.includes(address)) return [];
    this.findings.push(taken(now, address, this.#live));
    const next = without(now, address);
    this.#results.set(intent, next);
    const gives = next === undefined ? [] : movesOf(next).gives;
    const kept = movesOf(now).gives.filter((one) => !gives.includes(one));
    for (const one of kept) this.#givers.set(one, (this.#givers.get(one) ?? 1) - 1);
    return kept;
  }
}

/** Undefined for a creation without its address. */
function without(intent: Exclude<Intent, { type: "remove" }>, address: Address): Intent | undefined {
  const { after } = intent;
  const aliases = after.aliases.filter((alias) => alias !== address);
  if (after.address !== address) return { ...intent, after: { address: after.address, aliases } };
  if (intent.type === "create") return undefined;
  const kept: Addresses = {
    address: intent.live.address,
    aliases: aliases.filter((alias) => alias !== intent.live.address),
  };
  return { ...intent, after: kept };
}

function taken(intent: Exclude<Intent, { type: "remove" }>, address: Address, live: LiveIndex): Finding {
  const holder = live.byAddress.get(address);
  const who = holder
    ? `${named(holder)} (${holder.kind}${holder.active ? "" : ", suspended"})`
    : "another account";
  const effect =
    intent.after.address !== address
      ? "The alias waits until it does."
      : intent.type === "create"
        ? "This account is not created until it does."
        : "This account keeps its address until it does.";
  return {
    code: "address-taken",
    severity: "error",
    summary: `The address ${address} is held by ${who}, and nothing in this plan makes that account give it up. ${effect}`,
    where: whereOf(intent.desired),
  };
}
