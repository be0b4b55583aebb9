import type { LiveAccount } from "../../model/account/account.ts";
import type { FieldChange } from "../../model/plan/change.ts";
import type { JournalEntry } from "../../model/ports.ts";
import { isNamedAsCreated } from "../apply/settle.ts";
import { sameSet } from "../desired/field-values.ts";
import type { LiveIndex } from "../live/live-index.ts";

export type Start = Extract<JournalEntry, { type: "start" }>;

/** The changes that a journal records, one by one. */
export class RevertJournal {
  /** The first request of each change that may have been carried out: its before-image is the account before the plan. */
  readonly starts: readonly Start[];
  readonly #entries: readonly JournalEntry[];
  readonly #live: LiveIndex;
  /** Address → id, of the accounts that the journal's plan created. */
  readonly #created = new Map<string, string>();

  constructor(entries: readonly JournalEntry[], live: LiveIndex) {
    this.#entries = entries;
    this.#live = live;
    const refused = refusedChanges(entries);
    const first = new Map<string, Start>();
    for (const entry of entries)
      if (entry.type === "start" && !first.has(entry.change) && !refused.has(entry.change))
        first.set(entry.change, entry);
    this.starts = [...first.values()];
    for (const start of this.starts) {
      const account = start.before === null ? this.accountOf(start) : undefined;
      if (account) this.#created.set(start.address, account.zivverId);
    }
  }

  /** The account that a change was about, as it is now; undefined where it is gone, or never was. */
  accountOf(start: Start): LiveAccount | undefined {
    if (start.before) return this.#live.byId.get(start.before.zivverId);
    const done = this.#entries.findLast((entry) => entry.type === "done" && entry.change === start.change);
    const id = done?.type === "done" ? done.zivverId : null;
    const found = id === null ? this.#atAddressOf(start) : this.#live.byId.get(id);
    return found?.kind === start.kind ? found : undefined;
  }

  createdAt(address: string): string | undefined {
    return this.#created.get(address);
  }

  /** The first write of the change was sent, and its own was never answered. */
  isParked({ change, step }: Start): boolean {
    const isDone = (entry: JournalEntry) =>
      entry.type === "done" && entry.change === change && entry.step !== "release";
    return step === "release" && !this.#entries.some(isDone);
  }

  /** Where no answer showed the account, it is the one with the address, unless that is somebody else's. */
  #atAddressOf(start: Start): LiveAccount | undefined {
    const found = this.#live.byPrimary.get(start.address);
    const outcome = this.#entries.findLast(
      (entry) => entry.type === "outcome" && entry.outcome.change === start.change,
    );
    const isConflict = outcome?.type === "outcome" && outcome.outcome.state === "conflict";
    return found && !isConflict && isNamedAsCreated(start, found) ? found : undefined;
  }
}

/** Changes of which every request was refused. */
function refusedChanges(entries: readonly JournalEntry[]): ReadonlySet<string> {
  const open = new Map<string, number>();
  for (const entry of entries) {
    if (entry.type === "start") open.set(entry.change, (open.get(entry.change) ?? 0) + 1);
    if (entry.type === "error" && !entry.uncertain) open.set(entry.change, (open.get(entry.change) ?? 0) - 1);
  }
  return new Set([...open].flatMap(([change, count]) => (count === 0 ? [change] : [])));
}

/** Members added to a list and removed from it, by id; by name for a guest, whom no listing shows. */
export type Delta = { readonly added: readonly string[]; readonly removed: readonly string[] };

/** The change that was made to a list of delegates; undefined where the journal does not identify them. */
export function delegateDelta(
  { before, after, accounts }: FieldChange,
  journal: RevertJournal,
): Delta | undefined {
  const whom = (names: FieldChange["before"], ids: readonly (string | null)[] = []) => {
    const list = Array.isArray(names) ? (names as readonly string[]) : [];
    if (list.length !== ids.length) return undefined;
    return list.map((name, position) => ids[position] ?? journal.createdAt(name) ?? name);
  };
  const [was, is] = [whom(before, accounts?.before), whom(after, accounts?.after)];
  return was && is && deltaOf(was, is);
}

export function deltaOf(before: readonly string[], after: readonly string[]): Delta {
  return {
    added: after.filter((one) => !before.includes(one)),
    removed: before.filter((one) => !after.includes(one)),
  };
}

/** A list with a delta taken back: nothing else in it changes. Undefined where there is nothing to take back. */
export function undone(list: readonly string[], { added, removed }: Delta): readonly string[] | undefined {
  const next = [
    ...list.filter((one) => !added.includes(one)),
    ...removed.filter((one) => !list.includes(one)),
  ];
  return sameSet(next, list) ? undefined : next;
}
