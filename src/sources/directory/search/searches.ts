import type { Clock, Fact } from "../../../model/ports.ts";
import type { SearchScope } from "../../../model/source-config/directory.ts";
import type { LdapEntry, LdapSession } from "../../ldap/protocol/types.ts";
import { counted } from "../../records/findings.ts";

/** One search under several bases. `label`: what people call its entries; without one it is not shown. */
export type Sweep = {
  readonly label?: string;
  readonly bases: readonly string[];
  readonly scope: SearchScope;
  readonly filter: string;
  readonly attributes: readonly string[];
  /** For entries that lie in one domain for certain: references to others say nothing. */
  readonly ignoreReferrals?: boolean;
};

/** The result of all searches of one label. */
type Tally = {
  entries: number;
  milliseconds: number;
  readonly asked: ReadonlySet<string>;
  readonly unseen: Map<string, string>;
};

/** Runs searches and keeps account of them: entries, time, references, attributes that nobody has. */
export class Searches {
  readonly session: LdapSession;
  readonly #clock: Pick<Clock, "now">;
  readonly #tallies = new Map<string, Tally>();
  /** References to parts of the tree that the server does not hold. */
  readonly referrals = new Set<string>();
  /** Entries that all searches gave together. */
  entries = 0;
  /** Searches that came to their end. */
  finished = 0;
  /** Members that were looked up one by one. */
  lookedUp = 0;

  constructor(session: LdapSession, clock: Pick<Clock, "now">) {
    this.session = session;
    this.#clock = clock;
  }

  /**
   * Gives the attributes, in lower case, that no entry had, in this search and earlier ones of the same label. Rejects
   * with LdapFailure.
   */
  async run(sweep: Sweep, onEntry: (entry: LdapEntry) => void): Promise<ReadonlySet<string>> {
    const tally = this.#tally(sweep);
    const { unseen } = tally;
    const { scope, filter, attributes } = sweep;
    for (const base of sweep.bases) {
      const started = this.#clock.now();
      const end = await this.session.search({ base, scope, filter, attributes }, (entry) => {
        tally.entries++;
        this.entries++;
        for (const name of unseen.keys()) if (entry.has(name)) unseen.delete(name);
        onEntry(entry);
      });
      tally.milliseconds += this.#clock.now() - started;
      this.finished++;
      if (!sweep.ignoreReferrals) for (const url of end.referrals) this.referrals.add(url);
    }
    return new Set(unseen.keys());
  }

  /** How many entries the searches of a label gave. */
  entriesOf(label: string): number {
    return this.#tallies.get(label)?.entries ?? 0;
  }

  /** Whether any entry of a label had the attribute. */
  isShown(label: string, attribute: string): boolean {
    const tally = this.#tallies.get(label);
    const name = attribute.toLowerCase();
    return tally !== undefined && tally.entries > 0 && tally.asked.has(name) && !tally.unseen.has(name);
  }

  #tally({ label, attributes }: Sweep): Tally {
    const known = label === undefined ? undefined : this.#tallies.get(label);
    if (known !== undefined) return known;
    const unseen = new Map(attributes.map((name) => [name.toLowerCase(), name]));
    const tally: Tally = { entries: 0, milliseconds: 0, asked: new Set(unseen.keys()), unseen };
    if (label !== undefined) this.#tallies.set(label, tally);
    return tally;
  }

  facts(): readonly Fact[] {
    const facts: Fact[] = [];
    for (const [label, { entries, milliseconds, unseen }] of this.#tallies) {
      const value = `${counted(entries, "entry", "entries")} in ${(milliseconds / 1000).toFixed(2)} s`;
      facts.push({ label, value });
      if (entries === 0 || unseen.size === 0) continue;
      const names = [...unseen.values()].join(", ");
      facts.push({
        label: "attributes seen on no entry",
        value: `${names} (${label}; not used, or may not be read)`,
      });
    }
    if (this.lookedUp === 0) return facts;
    return [...facts, { label: "members looked up", value: counted(this.lookedUp, "entry", "entries") }];
  }
}
