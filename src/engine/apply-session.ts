import { InputError, RemoteError, type ZivsyncError } from "../errors.ts";
import type { LiveAccount } from "../model/account.ts";
import type { Address } from "../model/address.ts";
import type { Outcome, OutcomeState } from "../model/outcome.ts";
import type { Change } from "../model/plan.ts";
import type { Clock, Journal, JournalEntry, Step, Target, Write } from "../model/ports.ts";
import type { Secret } from "../model/secret.ts";
import { ApplyWorld } from "./apply-world.ts";

export type ApplyResult = {
  /** In the order of the plan. */
  readonly outcomes: readonly Outcome[];
  /** True when the same plan can be applied again to go on: interrupted, or something is still unknown. */
  readonly unfinished: boolean;
  /** The live accounts as last read, corrected by every answer since. */
  readonly accounts: readonly LiveAccount[];
  /** Change → Zivver id, of those that were carried out and whose account is there. */
  readonly done: ReadonlyMap<string, string>;
  /** The account keys that were sent, by Zivver id. */
  readonly keys: ReadonlyMap<string, Secret>;
};

export type ApplyPorts = {
  readonly target: Target;
  readonly journal: Journal;
  readonly clock: Clock;
  /** Called after every change that is settled. */
  readonly onProgress?: (settled: number, of: number) => void;
  /** Set `requested` to stop: what is under way is finished, nothing new is begun. */
  readonly stop?: { readonly requested: boolean };
  /** Gives the password that a new personal account begins with; it is safely kept when the promise resolves. */
  readonly temporaryPassword?: (address: Address) => Promise<Secret>;
  /** Requests under way at once. */
  readonly width?: number;
};

/** The changes of one apply, what is known of the accounts, and what has become of each change so far. */
export class ApplySession {
  readonly changes: readonly Change[];
  readonly world: ApplyWorld;
  readonly width: number;
  /** Changes that an earlier run of the same plan began. */
  readonly begun: ReadonlySet<string>;
  /** Changes whose own request an earlier run of the same plan carried out. */
  readonly done: ReadonlySet<string>;
  /** Changes that an earlier run left alone, since somebody else had changed the account. */
  readonly conflicting: ReadonlySet<string>;
  /** Changes of which this run sent a request. */
  readonly sent = new Set<string>();
  /** Changes whose last write was answered without the account, so that only a reading can prove it. */
  readonly unproven = new Set<string>();
  readonly #ports: ApplyPorts;
  readonly #outcomes = new Map<string, Outcome>();
  /** Set once going on makes no sense (the API key is refused, the journal cannot be written): why, for people. */
  #fatal: string | undefined;
  #cutShort = false;

  constructor(changes: readonly Change[], ports: ApplyPorts) {
    this.changes = changes;
    this.world = new ApplyWorld(changes);
    this.width = ports.width ?? 8;
    this.#ports = ports;
    this.begun = new Set(
      ports.journal.entries.flatMap((entry) => (entry.type === "start" ? [entry.change] : [])),
    );
    this.done = new Set(
      ports.journal.entries.flatMap((entry) =>
        entry.type === "done" && entry.step !== "release" ? [entry.change] : [],
      ),
    );
    this.conflicting = new Set(
      ports.journal.entries.flatMap((entry) =>
        entry.type === "outcome" && entry.outcome.state === "conflict" ? [entry.outcome.change] : [],
      ),
    );
  }

  /** Reads the live accounts anew. Throws RemoteError. */
  async read(): Promise<void> {
    this.world.load(await this.#ports.target.read());
  }

  stateOf(change: Pick<Change, "id">): OutcomeState | undefined {
    return this.#outcomes.get(change.id)?.state;
  }

  settle(change: Change, state: OutcomeState, detail = ""): void {
    this.#outcomes.set(change.id, { change: change.id, state, detail });
    this.#ports.onProgress?.(this.#outcomes.size, this.changes.length);
  }

  /** True once nothing new may be begun. */
  get stopped(): boolean {
    return this.#ports.stop?.requested === true || this.#fatal !== undefined;
  }

  /** Settles a change that is not begun because of a stop. */
  leave(change: Change): void {
    this.#cutShort = true;
    this.settle(
      change,
      "blocked",
      this.#fatal ??
        "Apply was interrupted before this change was begun. Apply the same plan again to go on.",
    );
  }

  /** Sends one journalled request. Trouble is settled here; a write that was answered is left to the caller to settle. */
  async send(
    change: Change,
    step: Step,
    write: Write,
    before: LiveAccount | undefined,
  ): Promise<OutcomeState> {
    const { action, kind, address, profile, fields } = change;
    const what = { change: change.id, step, action, kind, address, profile, fields };
    const start = { type: "start", at: this.#now(), ...what, before: before ?? null } as const;
    const request = await this.#onDisc(() => this.#withPassword(write));
    if (request === undefined || !(await this.#record(start))) return this.#notSent(change);
    this.sent.add(change.id);
    try {
      const answer = await this.#ports.target.write(request);
      if (answer) this.unproven.delete(change.id);
      else this.unproven.add(change.id);
      const account = answer ?? afterWrite(write);
      this.world.note(change, account);
      const zivverId = account?.zivverId ?? null;
      await this.#record({ type: "done", at: this.#now(), change: change.id, step, zivverId });
      return "applied";
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      const { uncertain, message } = error;
      await this.#record({ type: "error", at: this.#now(), change: change.id, step, uncertain, message });
      const state = error.uncertain ? "unknown" : "failed";
      this.settle(change, state, inWords(error));
      if (error.problems.some(({ code }) => code === "target-unauthorized")) this.#fatal ??= inWords(error);
      return state;
    }
  }

  /** Once a file cannot be written any more, nothing new is begun; what was sent until then is told. */
  async #onDisc<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#fatal ??= inWords(error);
      return undefined;
    }
  }

  async #record(entry: JournalEntry): Promise<boolean> {
    return (await this.#onDisc(() => this.#ports.journal.append(entry).then(() => true))) ?? false;
  }

  /** A request that stands in no journal is not sent: its change was not begun, or stays as an earlier request left it. */
  #notSent(change: Change): OutcomeState {
    if (!this.sent.has(change.id)) this.leave(change);
    else this.settle(change, "unknown", `It was begun, and not ended. ${this.#fatal}`);
    return "blocked";
  }

  async #withPassword(write: Write): Promise<Write> {
    const { temporaryPassword } = this.#ports;
    if (temporaryPassword === undefined || write.op !== "create" || write.kind !== "personal") return write;
    return { ...write, fields: { ...write.fields, password: await temporaryPassword(write.fields.address) } };
  }

  /** Writes the outcomes to the journal; the plan is used up unless something can still go on. */
  async finish(): Promise<ApplyResult> {
    const outcomes = this.changes.flatMap((change) => this.#outcomes.get(change.id) ?? []);
    let written = true;
    for (const outcome of outcomes)
      written &&= await this.#record({ type: "outcome", at: this.#now(), outcome });
    const settled = written && !this.#cutShort && outcomes.every(({ state }) => state !== "unknown");
    const ended =
      settled && (await this.#record({ type: "end", at: this.#now(), outcomes: countStates(outcomes) }));
    return { outcomes, unfinished: !ended, accounts: this.world.accounts(), ...this.#carriedOut() };
  }

  /** What is certain by now: which change became which account, and who was sent an account key. */
  #carriedOut(): Pick<ApplyResult, "done" | "keys"> {
    const done = new Map<string, string>();
    const keys = new Map<string, Secret>();
    for (const change of this.changes) {
      const state = this.stateOf(change);
      const id = this.world.current(change)?.zivverId;
      if (id === undefined || (state !== "applied" && state !== "already")) continue;
      done.set(change.id, id);
      const sent = this.sent.has(change.id) || this.begun.has(change.id);
      if (sent && "accountKey" in change && change.accountKey) keys.set(id, change.accountKey);
    }
    return { done, keys };
  }

  #now(): string {
    return new Date(this.#ports.clock.now()).toISOString();
  }
}

function countStates(outcomes: readonly Outcome[]): Record<OutcomeState, number> {
  const counts = { applied: 0, already: 0, conflict: 0, failed: 0, blocked: 0, unknown: 0 };
  for (const { state } of outcomes) counts[state]++;
  return counts;
}

/** The account as a write leaves it, where Zivver answers without it. */
function afterWrite(write: Write): LiveAccount | undefined {
  if (write.op === "create" || write.op === "delete") return undefined;
  if (write.op === "empty") return { ...write.live, members: [], active: false };
  const { accountKey: _, password: __, ...fields } = write.fields;
  return { ...write.live, ...fields };
}

export function inWords(error: ZivsyncError): string {
  return error.problems.map(({ message, remedy }) => (remedy ? `${message} ${remedy}` : message)).join(" ");
}
