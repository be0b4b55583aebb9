import { applyChanges } from "../../../src/engine/apply/apply.ts";
import { rebase } from "../../../src/engine/apply/rebase.ts";
import { buildPlan } from "../../../src/engine/plan/plan.ts";
import { type Parts, partPlan } from "../../../src/engine/plan/standing/parts.ts";
import { splitChanges } from "../../../src/engine/plan/standing/split.ts";
import { remember } from "../../../src/engine/state/applied-state.ts";
import { expectReleases } from "../../../src/engine/state/released.ts";
import type { LiveAccount, SourceRecord } from "../../../src/model/account/account.ts";
import { STANDING_TYPES, type StandingCounts, type WaitReason } from "../../../src/model/plan/standing.ts";
import { EMPTY_STATE, type State } from "../../../src/model/plan/state.ts";
import { inputOf, PLAIN_NAMES, type ProfileGiven } from "../../support/engine.ts";
import { MemoryJournal, MemoryZivver, virtualClock } from "../memory-zivver.ts";

/*
 * Nights in a row: each plans, applies what is routine, and lets people apply what waits or leave it. The state is what applies
 * remember, and nothing else goes from one night to the next.
 */

const DAY = 86_400_000;
export const MANY = Object.fromEntries(STANDING_TYPES.map((type) => [type, 99])) as StandingCounts;

export type NightGiven = {
  readonly desired: readonly SourceRecord[];
  /** Days since the night before; 1 where it is left out. */
  readonly days?: number;
  /** People apply what waits. */
  readonly approved?: boolean;
  /** The routine part is sent, and then the machine is off: only what was remembered before is. */
  readonly crashes?: boolean;
};

export type Night = {
  /** The changes that went alone: `update b`. */
  readonly routine: readonly string[];
  /** `update b: address-moves info@example.org a@example.org → b@example.org`. */
  readonly waits: readonly string[];
  readonly reasons: readonly WaitReason[];
  /** After the routine part, and at the end. */
  readonly between: readonly LiveAccount[];
};

export class Nights {
  readonly zivver: MemoryZivver;
  state: State = EMPTY_STATE;
  now = Date.parse("2026-11-01T02:00:00Z");
  readonly #profile: ProfileGiven;

  constructor(live: readonly LiveAccount[], given: ProfileGiven = {}) {
    this.zivver = new MemoryZivver(live);
    this.#profile = given;
  }

  /** The first plan is for people. */
  async begin(desired: readonly SourceRecord[]): Promise<void> {
    const { changes, body } = this.#plan(desired);
    await this.#apply(changes, { ...body, changes });
  }

  async night({ desired, days = 1, approved, crashes }: NightGiven): Promise<Night> {
    this.now += days * DAY;
    const before = this.zivver.accounts;
    const live = new Map(before.map((account) => [account.zivverId, account]));
    const { body, changes } = this.#plan(desired);
    const split = splitChanges(changes, {
      policy: { windowMs: DAY, numbers: MANY },
      protectedPatterns: [],
      memory: { state: this.state, names: PLAIN_NAMES },
      now: this.now,
      accountOf: (id) => live.get(id),
      used: {},
    });
    const parts = partPlan(body, split, { rate: { requests: 50, seconds: 10 } });
    const result = await this.#apply(parts.routine.changes, parts.routine, crashes);
    const between = this.zivver.accounts;
    if (approved) {
      const first = { changes: parts.routine.changes, before, result };
      const second = rebase(parts.waiting.changes, first);
      await this.#apply(second, parts.waiting);
    }
    const nameOf = (id: string) => {
      const change = changes.find((one) => one.id === id);
      return `${change?.action} ${change?.address.split("@")[0]}`;
    };
    return {
      routine: [...split.routine].map(nameOf).sort(),
      waits: [...split.waits].map(([id, reason]) => `${nameOf(id)}: ${inWords(reason, nameOf)}`).sort(),
      reasons: [...split.waits.values()],
      between,
    };
  }

  #plan(desired: readonly SourceRecord[]) {
    const input = inputOf({ desired, live: this.zivver.accounts, profile: this.#profile });
    const { body } = buildPlan({ ...input, memory: { state: this.state, names: PLAIN_NAMES } });
    return { body, changes: body.changes };
  }

  async #apply(
    changes: Parts["routine"]["changes"],
    { remember: entries = [], sources }: Parts["routine"],
    crashes = false,
  ) {
    const at = new Date(this.now).toISOString();
    const released = expectReleases(this.state.released ?? [], changes, at);
    this.state = { ...this.state, ...(released.length === 0 ? {} : { released }) };
    const ports = { target: this.zivver, journal: new MemoryJournal(), clock: virtualClock() };
    const result = await applyChanges(changes, ports);
    if (crashes) return result;
    this.state = remember(this.state, this.state, {
      remember: entries,
      changes,
      done: result.done,
      keys: result.keys,
      live: result.accounts,
      sources,
      applied: { digest: "", seal: at, at, expiresAt: at },
      at,
      names: PLAIN_NAMES,
    });
    return result;
  }
}

function inWords(reason: WaitReason, nameOf: (id: string) => string): string {
  if ("change" in reason) return `${reason.because} ${nameOf(reason.change)}`;
  if (reason.because !== "address-moves" || reason.move === undefined) return reason.because;
  const { address, from, to, at } = reason.move;
  return `address-moves ${address} ${from} → ${to}${at === undefined ? "" : ` ${at.slice(0, 10)}`}`;
}
