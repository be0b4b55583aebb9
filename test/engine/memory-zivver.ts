import type { LiveAccount } from "../../src/model/account/account.ts";
import type { Clock, Journal, JournalEntry, Target, Write } from "../../src/model/ports.ts";
import type { Address } from "../../src/model/values/address.ts";
import { RemoteError } from "../../src/model/values/errors.ts";
import { fingerprinted } from "../support/engine.ts";

/** What may go wrong: called before and after a write is carried out, with its number from 1; throws what a target throws. */
export type Faults = {
  readonly before?: (write: Write, number: number) => void;
  readonly after?: (write: Write, number: number) => void;
};

export type Quirks = {
  /** Delegates of personal accounts are kept as addresses (true) or as references that follow a rename. */
  readonly delegatesAsText?: boolean;
  readonly createDropsDelegates?: boolean;
  readonly answersNothing?: boolean;
};

/** The machine that runs apply was switched off: no error that zivsync knows. */
export class Crash extends Error {}

export function refusal(
  code: "target-refused" | "target-unauthorized" | "target-alias-taken",
  message: string,
  uncertain = false,
): RemoteError {
  return new RemoteError([{ code, message }], { uncertain });
}

/** A Zivver of a few rules: one holder an address, members must exist, deleted accounts leave all lists. */
export class MemoryZivver implements Target {
  readonly writes: Write[] = [];
  reads = 0;
  faults: Faults = {};
  underWay = 0;
  mostUnderWay = 0;
  readonly #accounts: Map<string, LiveAccount>;
  /** All of them in the order of their lists, until one changes. */
  #listed: readonly LiveAccount[] | undefined;
  #next = 1;
  readonly #quirks: Quirks;

  constructor(accounts: readonly LiveAccount[], quirks: Quirks = {}) {
    this.#accounts = new Map(accounts.map((account) => [account.zivverId, account]));
    this.#quirks = quirks;
  }

  get accounts(): readonly LiveAccount[] {
    this.#listed ??= [...this.#accounts.values()].sort(byKindAndAddress);
    return this.#listed;
  }

  async read(): Promise<readonly LiveAccount[]> {
    this.reads++;
    return this.accounts;
  }

  /** Somebody edits an account in Zivver's own pages. */
  edit(address: string, fields: Partial<LiveAccount>): void {
    const account = this.accounts.find((one) => one.address === address);
    if (account) this.#put({ ...account, ...fields });
  }

  /** Somebody makes an account in Zivver's own pages. */
  add(account: LiveAccount): void {
    this.#put(account);
  }

  /** Somebody deletes an account in Zivver's own pages. */
  remove(address: string): void {
    const account = this.accounts.find((one) => one.address === address);
    if (account) this.#delete(account);
  }

  async write(write: Write): Promise<LiveAccount | undefined> {
    const number = this.writes.push(write);
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    try {
      await Promise.resolve();
      this.faults.before?.(write, number);
      const account = this.#carryOut(write);
      this.faults.after?.(write, number);
      return this.#quirks.answersNothing || account === undefined
        ? undefined
        : this.#accounts.get(account.zivverId);
    } finally {
      this.underWay--;
    }
  }

  #carryOut(write: Write): LiveAccount | undefined {
    if (write.op === "create") return this.#create(write);
    const account = this.#accounts.get(write.live.zivverId);
    if (account === undefined)
      throw refusal("target-refused", `Unknown account with uuid: ${write.live.zivverId}`);
    if (write.op === "delete") return this.#delete(account);
    if (write.op === "empty") return this.#put({ ...account, members: [] });
    const { accountKey: _, password: __, ...fields } = write.fields;
    return this.#put({ ...account, ...kept(account.kind, fields) });
  }

  #create({
    kind,
    fields: { accountKey: _, password: __, ...fields },
  }: Extract<Write, { op: "create" }>): LiveAccount {
    const blank = {
      zivverId: `new-${this.#next++}`,
      aliases: [],
      delegates: [],
      members: [],
      division: "/",
      phone: "",
      fingerprint: "",
    };
    const dropped = this.#quirks.createDropsDelegates ? { delegates: [] } : {};
    return this.#put({ ...blank, ...kept(kind, fields), ...dropped, kind, active: true });
  }

  #put(account: LiveAccount): LiveAccount {
    const mine = new Set<Address>([account.address, ...account.aliases]);
    for (const other of this.#accounts.values()) {
      if (other.zivverId === account.zivverId) continue;
      const taken = mine.has(other.address)
        ? other.address
        : other.aliases.find((address) => mine.has(address));
      if (taken !== undefined) throw refusal("target-alias-taken", `Alias is already taken for ${taken}`);
    }
    for (const id of account.members) {
      if (!this.#accounts.has(id) && !id.startsWith("unlisted"))
        throw refusal("target-refused", "Error creating member: Member Not Found");
    }
    const before = this.#accounts.get(account.zivverId);
    const active = account.kind === "personal" ? account.active : account.members.length > 0;
    const next = fingerprinted({
      ...account,
      active,
      aliases: [...account.aliases].sort(),
      delegates: [...account.delegates].sort(),
      members: [...account.members].sort(),
    });
    this.#store(next);
    if (before && before.address !== next.address && !this.#quirks.delegatesAsText)
      this.#rename(before.address, next.address);
    return next;
  }

  #store(account: LiveAccount): void {
    this.#accounts.set(account.zivverId, account);
    this.#listed = undefined;
  }

  #rename(from: Address, to: Address): void {
    for (const account of this.#accounts.values()) {
      if (!account.delegates.includes(from)) continue;
      const delegates = account.delegates.map((one) => (one === from ? to : one)).sort();
      this.#store(fingerprinted({ ...account, delegates }));
    }
  }

  #delete(gone: LiveAccount): undefined {
    this.#accounts.delete(gone.zivverId);
    this.#listed = undefined;
    for (const account of this.#accounts.values()) {
      const members = account.members.filter((id) => id !== gone.zivverId);
      const delegates = account.delegates.filter((address) => address !== gone.address);
      if (members.length === account.members.length && delegates.length === account.delegates.length)
        continue;
      const active = account.kind === "personal" ? account.active : members.length > 0;
      this.#store(fingerprinted({ ...account, members, delegates, active }));
    }
  }
}

function byKindAndAddress(a: LiveAccount, b: LiveAccount): number {
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  return a.address < b.address ? -1 : 1;
}

/** A Group of SCIM has no phone number: what is written is not kept. */
function kept<T extends { readonly phone?: string }>(kind: LiveAccount["kind"], fields: T): T {
  return kind === "functional" && fields.phone !== undefined ? { ...fields, phone: "" } : fields;
}

/** A journal in memory that can fail at its n-th line, and from then on, as a full disc does. */
export class MemoryJournal implements Journal {
  readonly written: JournalEntry[] = [];
  readonly entries: readonly JournalEntry[];
  readonly #failsAt: number;
  readonly #failure: Error | undefined;
  constructor(entries: readonly JournalEntry[] = [], failsAt = Number.POSITIVE_INFINITY, failure?: Error) {
    this.entries = entries;
    this.#failsAt = failsAt;
    this.#failure = failure;
  }
  /** The machine is off: nothing more is written down. */
  isDead = false;
  async append(entry: JournalEntry): Promise<void> {
    if (this.isDead) throw new Crash("the machine is off");
    if (this.written.length + 1 >= this.#failsAt) throw this.#failure ?? new Crash("the disc is full");
    this.written.push(entry);
  }
  /** What a second run finds. */
  get all(): readonly JournalEntry[] {
    return [...this.entries, ...this.written];
  }
}

/** A clock that stands still until somebody sleeps. */
export function virtualClock(): Clock {
  let now = Date.UTC(2026, 10, 23, 12);
  return {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
  };
}
