import type { LiveAccount } from "../../../model/account/account.ts";
import type { Change } from "../../../model/plan/change.ts";
import type { JournalEntry } from "../../../model/ports.ts";

/** The requests of earlier runs of the same plan for one change. */
export type Past = {
  /** A request was journalled; whether it was sent is only known where it was answered. */
  readonly begun: boolean;
  /** The change's own request was answered. */
  readonly done: boolean;
  /** The last of them was answered, and the answer showed the account as planned. */
  readonly shown: boolean;
  /** A request that carries the account key was answered. */
  readonly keySent: boolean;
  /** The account was changed by somebody else, and was skipped. */
  readonly conflict: boolean;
  /** Fingerprints of the account before each request. */
  readonly befores: readonly string[];
  /** The account before the first request; null where there was none. */
  readonly before?: LiveAccount | null;
  /** The account that the change created, where the answer showed it. */
  readonly createdId?: string;
};

const NOTHING: Past = {
  begun: false,
  done: false,
  shown: false,
  keySent: false,
  conflict: false,
  befores: [],
};

/** The earlier runs of the same plan, from a journal. */
export class PastRuns {
  readonly #pasts = new Map<string, Past>();
  readonly #read = new Map<string, LiveAccount>();
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(entries: readonly JournalEntry[]) {
    for (const entry of entries) {
      this.#lastAt = Math.max(this.#lastAt, Date.parse(entry.at) || Number.NEGATIVE_INFINITY);
      if (entry.type === "read") for (const one of entry.accounts) this.#read.set(one.change, one.account);
      else if ("change" in entry || entry.type === "outcome") this.#add(entry);
    }
  }

  of({ id }: { readonly id: string }): Past {
    return this.#pasts.get(id) ?? NOTHING;
  }

  /** Whether any change has begun. */
  get hasBegun(): boolean {
    return [...this.#pasts.values()].some(({ begun }) => begun);
  }

  /** The time when the last line was written, in milliseconds. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /** Whether a reading shows an account as it was before a write that was answered. */
  isBehind(change: Change, found: LiveAccount | undefined): boolean {
    const { done, befores, createdId } = this.of(change);
    if (!done) return false;
    if (change.action === "delete") return found !== undefined;
    if (found === undefined) return createdId !== undefined;
    return befores.includes(found.fingerprint);
  }

  /** The account as it was before this plan did anything: what it is compared with once other changes have begun. */
  imageOf(change: { readonly id: string }): LiveAccount | undefined {
    return this.of(change).before ?? this.#read.get(change.id);
  }

  /** Change → account, of those that were created. */
  created(): ReadonlyMap<string, string> {
    return new Map(
      [...this.#pasts].flatMap(([change, { createdId }]) =>
        createdId ? [[change, createdId] as const] : [],
      ),
    );
  }

  #add(entry: Extract<JournalEntry, { type: "start" | "done" | "error" | "outcome" }>): void {
    const id = entry.type === "outcome" ? entry.outcome.change : entry.change;
    const past = this.#pasts.get(id) ?? NOTHING;
    this.#pasts.set(id, { ...past, ...newsOf(entry, past) });
  }
}

function newsOf(
  entry: Extract<JournalEntry, { type: "start" | "done" | "error" | "outcome" }>,
  past: Past,
): Partial<Past> {
  if (entry.type === "outcome") return entry.outcome.state === "conflict" ? { conflict: true } : {};
  if (entry.type === "start") {
    const { before } = entry;
    const befores = before === null ? past.befores : [...past.befores, before.fingerprint];
    return { begun: true, shown: false, befores, ...(past.before === undefined ? { before } : {}) };
  }
  if (entry.type === "error") return {};
  if (entry.step === "release") return { keySent: true };
  const isNew = past.before === null && entry.zivverId !== null;
  return {
    done: true,
    shown: entry.shown === true,
    keySent: past.keySent || entry.step === "change",
    ...(isNew ? { createdId: entry.zivverId } : {}),
  };
}
