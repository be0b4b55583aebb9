import { validatePlan } from "../../src/config/schema/plan.ts";
import { validateStateLine } from "../../src/config/schema/state.ts";
import {
  type Acceptance,
  type Address,
  accountKeysOf,
  applyChanges,
  buildPlan,
  buildRevert,
  canonicalJson,
  decide,
  type Journal,
  type JournalEntry,
  type OrganizationPolicy,
  type Outcome,
  type Plan,
  type PlanBody,
  type ProfilePolicy,
  remember,
  Secret,
  type Target,
} from "../../src/index.ts";
import { EMPTY_STATE, type State } from "../../src/model/plan/state.ts";
import { parsePlan, sealPlan, verifyPlan } from "../../src/storage/plan/plan-file.ts";
import { deriveSealKeys, sha256, unsealChanges } from "../../src/storage/plan/seal.ts";
import { createPseudonyms } from "../../src/storage/state/pseudonyms.ts";
import { parseState, renderState } from "../../src/storage/state/state-file.ts";
import { virtualClock } from "../support/machine-target.ts";
import type { BookReading } from "./rows.ts";

/*
 * The program under test, as its commands run it and without their processes and sockets: plan → plan file → apply → state
 * file, and journal → revert. The one file here that knows how zivsync is called.
 */

export type Seen = {
  readonly organization: OrganizationPolicy;
  readonly profiles: readonly ProfilePolicy[];
  readonly readings: readonly BookReading[];
  readonly target: Target;
};
/** What a plan is made of, whatever the readings come from. */
type Shown = Omit<Seen, "readings"> & {
  readonly readings: readonly {
    readonly book: Pick<BookReading["book"], "profile">;
    readonly reading: BookReading["reading"];
  }[];
};
export type Wish = {
  /** The names of the profiles to plan; absent: all. */
  readonly profiles?: readonly string[];
  readonly only?: string;
  readonly accepted?: readonly Acceptance[];
};
/** Stops apply as if the machine were switched off, at its n-th request: before Zivver does the work, or after it. */
export type Kill = { readonly at: number; readonly done: boolean };
export type Applied = {
  readonly outcomes: readonly Outcome[];
  readonly journal: readonly JournalEntry[];
  readonly killed: boolean;
};

const URL = "https://zivver.example.org/scim";
const NOW = Date.parse("2026-01-05T08:00:00Z");
const KEYS = deriveSealKeys(new Secret("the API key of the organisation"), URL);
const NAMES = createPseudonyms(KEYS);

class Killed extends Error {}

export class Program {
  /** The text of the state file; undefined where the organisation keeps none. */
  #state: string | undefined;
  /** What was read from that text: it is read anew when it has changed. */
  #read: { readonly text: string; readonly state: State } | undefined;
  readonly #keepsState: boolean;
  #plans = 0;

  constructor(keepsState: boolean) {
    this.#keepsState = keepsState;
    this.loseState();
  }

  loseState(): void {
    this.#state = this.#keepsState ? renderState(EMPTY_STATE, KEYS, "0.1.0") : undefined;
  }

  get keepsState(): boolean {
    return this.#keepsState;
  }

  async plan(seen: Shown, wish: Wish = {}): Promise<Plan> {
    const planned = seen.profiles.filter(({ name }) => wish.profiles?.includes(name) ?? true);
    const live = await seen.target.read();
    const state = this.#readState();
    const { body } = buildPlan({
      organization: seen.organization,
      profiles: seen.profiles,
      readings: seen.profiles.map((policy) => ({ policy, readings: readingsOf(seen, policy) })),
      selected: new Set(planned.map(({ name }) => name)),
      live,
      liveDigest: sha256("live"),
      accepted: wish.accepted ?? [],
      ...(state ? { memory: { state, names: NAMES } } : {}),
      ...(wish.only === undefined ? {} : { only: wish.only as Address }),
    });
    return this.#inFile(body, planned, wish.only ?? null);
  }

  /** `earlier`: the journal of an apply of the same plan that was killed. */
  async apply(
    plan: Plan,
    target: Target,
    kill?: Kill,
    earlier: readonly JournalEntry[] = [],
  ): Promise<Applied> {
    const machine = { on: true, requests: 0 };
    const journal = [...earlier];
    const base = this.#readState();
    try {
      const result = await applyChanges(unsealChanges(plan, KEYS), {
        target: dying(target, machine, kill),
        journal: journalOf(earlier, journal, machine),
        clock: virtualClock(NOW),
      });
      if (base) {
        const { digest, seal, expiresAt } = plan;
        const at = new Date(NOW).toISOString();
        const applied = { digest, seal, at, expiresAt };
        const news = {
          at,
          remember: plan.remember ?? [],
          done: result.done,
          keys: result.keys,
          live: result.accounts,
          sources: result.unfinished || plan.configuration.only !== null ? [] : plan.sources,
          ...(result.unfinished ? {} : { applied }),
          names: NAMES,
        };
        this.#state = renderState(remember(base, base, news), KEYS, "0.1.0");
      }
      return { outcomes: result.outcomes, journal, killed: false };
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      return { outcomes: [], journal, killed: true };
    }
  }

  async revert(
    journal: readonly JournalEntry[],
    seen: Seen,
    accepted: readonly Acceptance[] = [],
  ): Promise<Plan> {
    const all = seen.profiles.map((policy) => ({ policy, readings: readingsOf(seen, policy) }));
    const state = this.#readState();
    const memory = state && { state, names: NAMES };
    const live = await seen.target.read();
    const { organization, profiles } = seen;
    const { matching } = decide({
      organization,
      profiles,
      readings: all,
      live,
      ...(memory ? { memory } : {}),
    });
    const accountKeys = accountKeysOf(matching.pairs, memory, journal);
    const { body } = buildRevert({
      organization: seen.organization,
      profiles: seen.profiles,
      entries: journal,
      live,
      liveDigest: sha256("live"),
      accountKeys,
      accepted,
      deleteCreated: false,
      journal: "plan.json.journal",
    });
    return this.#inFile(body, seen.profiles, null);
  }

  /** Writes the plan as a file and reads it again, as review and apply do. */
  #inFile(body: PlanBody, profiles: readonly ProfilePolicy[], only: string | null): Plan {
    const createdAt = new Date(NOW + this.#plans++).toISOString();
    const configuration = {
      digest: sha256("configuration"),
      git: null,
      profiles: profiles.map(({ name }) => name),
      only,
    };
    const expiresAt = new Date(NOW + 86_400_000).toISOString();
    const plan = sealPlan(body, { zivsync: "0.1.0", createdAt, expiresAt, configuration, url: URL }, KEYS);
    const read = parsePlan(canonicalJson(plan), "plan.json", validatePlan);
    verifyPlan(read, "plan.json", KEYS, URL, NOW + this.#plans);
    return read;
  }

  #readState(): State | undefined {
    if (this.#state === undefined) return undefined;
    if (this.#read?.text !== this.#state) {
      const state = parseState(this.#state, "state.jsonl", { keys: KEYS, validate: validateStateLine });
      this.#read = { text: this.#state, state };
    }
    return this.#read.state;
  }
}

const readingsOf = ({ readings }: Shown, { name }: ProfilePolicy) =>
  readings.flatMap(({ book, reading }) => (book.profile === name ? [reading] : []));

type Machine = { on: boolean; requests: number };

function dying(target: Target, machine: Machine, kill: Kill | undefined): Target {
  return {
    read: () => target.read(),
    async write(write) {
      machine.requests += 1;
      const dies = kill?.at === machine.requests;
      if (!machine.on || (dies && !kill.done)) {
        machine.on = false;
        throw new Killed();
      }
      const answer = await target.write(write);
      if (!dies) return answer;
      machine.on = false;
      throw new Killed();
    },
  };
}

function journalOf(earlier: readonly JournalEntry[], written: JournalEntry[], machine: Machine): Journal {
  return {
    entries: earlier,
    async append(entry) {
      if (!machine.on) throw new Killed();
      written.push(entry);
    },
  };
}
