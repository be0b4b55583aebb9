import type { DesiredAccount, LiveAccount } from "../model/account.ts";
import type { AccountMemory, Link, Pseudonyms, State } from "../model/state.ts";
import type { Candidate } from "./desired.ts";
import type { LiveIndex } from "./live-index.ts";

/** What is remembered, and how values are named in it. */
export type Memory = { readonly state: State; readonly names: Pseudonyms };

/** The accounts that a record's anchor is linked to: none, one, one that is gone from Zivver, or (a mistake) several. */
export type Linked =
  | { readonly type: "none" }
  | { readonly type: "live"; readonly live: LiveAccount }
  | { readonly type: "gone"; readonly memory: AccountMemory }
  | { readonly type: "twice"; readonly accounts: readonly LiveAccount[] };

/**
 * Whether a live account can be a candidate's, by what is remembered of it:
 *
 *   same      it is linked to this very record
 *   free      it is linked to no record that counts
 *   other     it is linked to another record, which is there
 *   again     it was linked to a record that is gone; the full name is the same: somebody came back under a new id
 *   stranger  it was linked to a record that is gone; the full name is another
 *   unsure    nobody can tell
 */
export type Identity = "same" | "free" | "other" | "again" | "stranger" | "unsure";

export type LinksInput = {
  readonly memory: Memory | undefined;
  readonly live: LiveIndex;
  readonly candidates: readonly Candidate[];
  /** `profile/source` of every source that was read. */
  readonly sources: ReadonlySet<string>;
  /** Profiles of which some source may not have given everything. */
  readonly incomplete: ReadonlySet<string>;
};

/** Records' anchors against the accounts that they are remembered with. Without a memory, nothing is linked. */
export class Links {
  readonly #live: LiveIndex;
  readonly #sources: ReadonlySet<string>;
  readonly #incomplete: ReadonlySet<string>;
  readonly #byId = new Map<string, AccountMemory>();
  readonly #byAnchor = new Map<string, AccountMemory[]>();
  /** Anchor → how many candidates have it. */
  readonly #present = new Map<string, number>();
  readonly #anchors = new Map<DesiredAccount, string>();

  constructor({ memory, live, candidates, sources, incomplete }: LinksInput) {
    this.#live = live;
    this.#sources = sources;
    this.#incomplete = incomplete;
    if (memory === undefined) return;
    for (const account of memory.state.accounts) {
      this.#byId.set(account.zivverId, account);
      if (account.link) push(this.#byAnchor, account.link.anchor, account);
    }
    for (const { account } of candidates) {
      const link = linkOf(account, memory.names);
      if (link === undefined) continue;
      this.#anchors.set(account, link.anchor);
      this.#present.set(link.anchor, (this.#present.get(link.anchor) ?? 0) + 1);
    }
  }

  /** What is remembered of a live account. */
  memoryOf(live: LiveAccount): AccountMemory | undefined {
    const found = this.#byId.get(live.zivverId);
    return found?.kind === live.kind ? found : undefined;
  }

  /** How many records have the anchor of this one; 0 where it has none. */
  sharing(account: DesiredAccount): number {
    return this.#present.get(this.#anchors.get(account) ?? "") ?? 0;
  }

  linked(account: DesiredAccount): Linked {
    const [first, ...more] = this.#byAnchor.get(this.#anchors.get(account) ?? "") ?? [];
    if (first === undefined) return { type: "none" };
    const accounts = [first, ...more].flatMap(({ zivverId }) => this.#live.byId.get(zivverId) ?? []);
    const [live, ...others] = accounts;
    if (live === undefined) return { type: "gone", memory: first };
    return others.length === 0 ? { type: "live", live } : { type: "twice", accounts };
  }

  identity(account: DesiredAccount, live: LiveAccount): Identity {
    const link = this.memoryOf(live)?.link;
    const counts = link?.profile === account.profile && this.#sources.has(`${link.profile}/${link.source}`);
    if (link === undefined || !counts) return "free";
    const anchor = this.#anchors.get(account);
    if (link.anchor === anchor) return "same";
    if (this.#present.has(link.anchor)) return "other";
    if (anchor === undefined) return "free";
    if (this.#incomplete.has(account.profile) || account.fullName === undefined) return "unsure";
    return sameName(account.fullName.value, live.fullName) ? "again" : "stranger";
  }
}

/** The link that a desired account has from now on; undefined where its sources give no id, or nothing is remembered. */
export function linkOf(
  { id, profile, kind }: Pick<DesiredAccount, "id" | "profile" | "kind">,
  names: Pseudonyms,
): Link | undefined {
  if (id === undefined || id.value.trim() === "") return undefined;
  const { source } = id.origin;
  return { profile, source, anchor: names.anchor(profile, source, kind, id.value.trim()) };
}

function sameName(a: string, b: string): boolean {
  const folded = (name: string) => name.normalize("NFC").toLowerCase().replace(/\s+/gu, " ").trim();
  return folded(a) === folded(b);
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
