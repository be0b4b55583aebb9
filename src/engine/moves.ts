import type { Address } from "../model/address.ts";
import type { Finding } from "../model/plan.ts";
import { sameList } from "./field-values.ts";
import type { Intent } from "./intents.ts";
import type { LiveIndex } from "./live-index.ts";

/** The addresses that an intent takes from nobody or somebody, and those that it gives up. */
export type Moves = { readonly takes: readonly Address[]; readonly gives: readonly Address[] };

const NO_MOVES: Moves = { takes: [], gives: [] };

/** Most accounts keep all addresses; both lists are sorted. */
function staysAsItIs({ live, after }: Extract<Intent, { type: "change" }>): boolean {
  return live.address === after.address && sameList(live.aliases, after.aliases);
}

/** What one intent does to the name space of addresses. A suspended account keeps all of its own. */
export function movesOf(intent: Intent): Moves {
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

/**
 * Splits intents into those that can be carried out and those that must wait, because an address they take is held by an
 * account that no surviving intent makes give it up. What waits gives nothing up either, so others may have to wait for
 * it in turn: a work list, each intent held at most once, linear in the number of addresses.
 */
export function settleMoves(
  intents: readonly Intent[],
  live: LiveIndex,
): { readonly free: Intent[]; readonly findings: Finding[] } {
  const givers = new Map<Address, Intent>();
  const takers = new Map<Address, Intent[]>();
  for (const intent of intents) {
    const { takes, gives } = movesOf(intent);
    for (const address of gives) givers.set(address, intent);
    for (const address of takes) {
      const others = takers.get(address);
      if (others) others.push(intent);
      else takers.set(address, [intent]);
    }
  }
  const held = new Map<Intent, Finding>();
  const queue: Address[] = [...takers.keys()].filter(
    (address) => live.byAddress.has(address) && !givers.has(address),
  );
  for (const address of queue) {
    for (const intent of takers.get(address) ?? []) {
      if (held.has(intent)) continue;
      held.set(intent, taken(intent, address, live));
      queue.push(
        ...movesOf(intent).gives.filter((given) => givers.get(given) === intent && takers.has(given)),
      );
    }
  }
  return { free: intents.filter((intent) => !held.has(intent)), findings: [...held.values()] };
}

function taken(intent: Intent, address: Address, live: LiveIndex): Finding {
  const holder = live.byAddress.get(address);
  const owner = intent.type === "remove" ? undefined : intent.desired;
  const who = holder
    ? `${holder.address} (${holder.kind}${holder.active ? "" : ", suspended"})`
    : "another account";
  return {
    code: "address-taken",
    severity: "error",
    summary: `The address ${address} is held by ${who}, and nothing in this plan makes that account give it up. This account waits until it does.`,
    where: {
      ...(owner
        ? {
            profile: owner.profile,
            source: owner.addressOrigin.source,
            place: owner.addressOrigin.where,
            kind: owner.kind,
            address: owner.address,
          }
        : {}),
    },
  };
}
