import type { LiveAccount } from "../../model/account/account.ts";
import type { FieldName } from "../../model/account/fields.ts";
import { addressBefore, type Change } from "../../model/plan/change.ts";
import type { Outcome, OutcomeState } from "../../model/plan/outcome.ts";
import { DEFAULT_SETTLE_MS } from "../../model/plan/policy.ts";
import type { Clock, JournalEntry, Step, Write } from "../../model/ports.ts";
import { InputError, RemoteError } from "../../model/values/errors.ts";
import { ApplyWorld } from "./accounts/accounts.ts";
import { differingFields } from "./accounts/compare.ts";
import { PastRuns } from "./accounts/past.ts";
import { type Shown, Writes } from "./accounts/writes.ts";
import { afterWrite, type WriteContext } from "./build-request.ts";
import type { ApplyPorts, ApplyResult } from "./ports.ts";
import { accountName, carriedOut, inWords, RENAME_BY_HAND, withLeftOut } from "./result.ts";

/** Between two readings of the same, in milliseconds. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** Keeps every line of a journal short enough to be read and written at once. */
const IMAGES_A_LINE = 500;

/** What a request ends with when nothing is known of the account: the same may end every other request. */
const UNANSWERED: ReadonlySet<string> = new Set([
  "target-unreachable",
  "target-timeout",
  "target-rate-limited",
  "target-unavailable",
]);
export const MOST_UNANSWERED = 3;

/** The changes of one apply, what is known of the accounts, and what has become of each change so far. */
export class ApplySession {
  readonly changes: readonly Change[];
  readonly world: ApplyWorld;
  readonly width: number;
  /** The requests of earlier runs of the same plan. */
  readonly past: PastRuns;
  /** Changes of which this run sent a request. */
  readonly sent = new Set<string>();
  /** Changes whose last write was answered without the account, so that only a reading can prove it. */
  readonly unproven = new Set<string>();
  /** Changes of which a request with the account key was answered in this run. */
  readonly #keySent = new Set<string>();
  /** The writes of this run, and how the last reading showed them. */
  readonly #writes = new Writes();
  #shown: ReadonlyMap<string, Shown> = new Map();
  readonly #ports: ApplyPorts;
  readonly #outcomes = new Map<string, Outcome>();
  /** Set once going on makes no sense (the API key is refused, the journal cannot be written): why, for people. */
  #fatal: string | undefined;
  #cutShort = false;
  /** Requests in a row that ended so. */
  #unanswered = 0;

  constructor(changes: readonly Change[], ports: ApplyPorts) {
    this.changes = changes;
    this.past = new PastRuns(ports.journal.entries);
    this.world = new ApplyWorld(changes, this.past.created());
    this.width = ports.width ?? 8;
    this.#ports = ports;
  }

  /** Reads the live accounts again. Where a reading is behind a write, the answer to the write counts. Throws RemoteError. */
  async read(): Promise<void> {
    this.world.load(await this.#ports.target.read());
    const shown = this.changes.flatMap((change) => {
      const one = this.#writes.shownAs(change, this.world.current(change));
      return one ? [[change.id, one] as const] : [];
    });
    this.#shown = new Map(shown);
    for (const change of this.changes) {
      const answer = this.#writes.answerTo(change);
      if (answer && this.#shown.get(change.id) === "behind") this.world.note(change, answer);
    }
  }

  /**
   * The first reading. After a run that was killed a moment ago it is repeated until it shows what that run was answered, or for as
   * long as Zivver may take to show a write. Throws RemoteError.
   */
  async readAtStart(): Promise<void> {
    const end = this.past.lastAt + this.settleMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, 2 * pause)) {
      await this.read();
      const isBehind = this.changes.some((change) => this.past.isBehind(change, this.world.current(change)));
      const wait = Math.min(pause, end - this.clock.now());
      if (!isBehind || !(wait > 0) || this.stopped) return;
      await this.clock.sleep(wait);
    }
  }

  /** Reads the account of one change again, as far as Zivver shows it. Throws RemoteError. */
  async readOne(change: Change): Promise<void> {
    const { target } = this.#ports;
    const zivverId = change.action === "create" ? this.world.current(change)?.zivverId : change.zivverId;
    if (target.readOne === undefined || zivverId === undefined) return;
    const found = await target.readOne({ kind: change.kind, zivverId });
    const shown = this.#writes.shownAs(change, found);
    if (shown === "behind" || (found === undefined && change.action !== "delete")) return;
    this.world.note(change, found);
    if (shown) this.#shown = new Map([...this.#shown, [change.id, shown]]);
  }

  /**
   * Whether the difference of a change may come of a reading that is behind. An answer that differs is proof enough. So is a reading that
   * shows a later write and not this one; only a creation is never sent twice because of that.
   */
  isDoubtful(change: Change): boolean {
    const isBehind = ({ id }: Change) => this.#shown.get(id) === "behind";
    const others = this.changes.filter((one) => one !== change && this.#writes.isAnswered(one));
    if (!isBehind(change)) return others.some(isBehind);
    if (this.#writes.answerTo(change)) return false;
    return (
      change.action === "create" || !others.some((one) => !isBehind(one) && this.#writes.isLater(one, change))
    );
  }

  /** Whether a creation was answered, so that it must never be sent again. */
  isCreated(change: Change): boolean {
    return change.action === "create" && this.#writes.isAnswered(change);
  }

  /** Whether any run has had an answer to the change's own request. */
  isAnswered(change: Change): boolean {
    return this.#writes.isAnswered(change) || this.past.of(change).done;
  }

  get settleMs(): number {
    return this.#ports.settleMs ?? DEFAULT_SETTLE_MS;
  }

  get clock(): Clock {
    return this.#ports.clock;
  }

  stateOf(change: Pick<Change, "id">): OutcomeState | undefined {
    return this.#outcomes.get(change.id)?.state;
  }

  settle(change: Change, state: OutcomeState, detail = "", code?: Outcome["code"]): void {
    this.#outcomes.set(change.id, { change: change.id, state, detail, ...(code ? { code } : {}) });
    this.#ports.onProgress?.(this.#outcomes.size, this.changes.length);
  }

  /** Whether any run has journalled a request of the change. */
  isBegun(change: Pick<Change, "id">): boolean {
    return this.sent.has(change.id) || this.past.of(change).begun;
  }

  /** Whether any run has had an answer to a request that carries the change's account key. */
  keySent(change: Pick<Change, "id">): boolean {
    return this.#keySent.has(change.id) || this.past.of(change).keySent;
  }

  /** The fields of a change in which an account is not as planned. */
  differing(change: Change, account: LiveAccount): readonly FieldName[] {
    return differingFields(change, account, this.world, this.keySent(change));
  }

  /** The input of a change's request. */
  writing(change: Change, only?: readonly FieldName[]): WriteContext {
    return { world: this.world, image: this.past.imageOf(change), only };
  }

  /** Journals accounts that other changes of this plan show on, before the first request: what resuming compares with. */
  async keepImages(): Promise<void> {
    if (this.past.hasBegun) return;
    const images = this.changes.flatMap((change) => {
      const account = change.action === "create" ? undefined : this.world.current(change);
      const isOpen = this.stateOf(change) === undefined;
      return account && isOpen && this.world.effects.reaches(account) ? [{ change: change.id, account }] : [];
    });
    for (let from = 0; from < images.length; from += IMAGES_A_LINE)
      await this.#record({
        type: "read",
        at: this.#now(),
        accounts: images.slice(from, from + IMAGES_A_LINE),
      });
  }

  /** True once nothing new may be begun. */
  get stopped(): boolean {
    return this.#ports.stop?.requested === true || this.#fatal !== undefined;
  }

  /** A change's account by full name and address. */
  nameOf(change: Change): string {
    return accountName(change, this.world.current(change) ?? this.past.imageOf(change));
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
    const wasBegun = this.isBegun(change);
    const request = await this.#onDisc(() => this.#withPassword(write));
    if (request === undefined || !(await this.#record(start))) return this.#notSent(change);
    const isFirst = !this.sent.has(change.id);
    this.sent.add(change.id);
    this.#writes.begin(change, before);
    try {
      const answer = await this.#ports.target.write(repeated(request, wasBegun));
      this.#unanswered = 0;
      this.#writes.answered(change, answer);
      if (answer) this.unproven.delete(change.id);
      else this.unproven.add(change.id);
      const account = answer ?? afterWrite(write);
      this.world.note(change, account);
      this.#noteKey(change, write, answer);
      const zivverId = account?.zivverId ?? null;
      const shown = answer !== undefined && this.differing(change, answer).length === 0;
      await this.#record({ type: "done", at: this.#now(), change: change.id, step, zivverId, shown });
      return "applied";
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      const { uncertain, message } = error;
      if (!uncertain) this.#writes.refused(change);
      await this.#record({ type: "error", at: this.#now(), change: change.id, step, uncertain, message });
      await this.#stopWhereNothingAnswers(error);
      return this.#settleTrouble(change, error, isFirst);
    }
  }

  /**
   * Each request is tried for minutes, so an outage would take hours of a plan of many changes. After some in a row that nothing
   * answered, the accounts are read: where that ends alike, nothing new is begun. Where they can be read, it is about these accounts.
   */
  async #stopWhereNothingAnswers({ problems }: RemoteError): Promise<void> {
    const isAnswered = !problems.some(({ code }) => UNANSWERED.has(code));
    this.#unanswered = isAnswered ? 0 : this.#unanswered + 1;
    if (this.#unanswered < MOST_UNANSWERED || this.stopped) return;
    this.#unanswered = 0;
    try {
      await this.#ports.target.read();
    } catch (trouble) {
      if (!(trouble instanceof RemoteError)) throw trouble;
      this.#fatal ??= inWords(trouble);
    }
  }

  #settleTrouble(change: Change, error: RemoteError, isFirst: boolean): OutcomeState {
    const codes = error.problems.map(({ code }) => code);
    if (codes.includes("lease-lost") && !error.uncertain) {
      this.#fatal ??= inWords(error);
      if (isFirst) this.sent.delete(change.id);
      return this.#notSent(change);
    }
    const state = error.uncertain ? "unknown" : "failed";
    const isRefused = state === "failed" && codes.includes("target-refused");
    if (isRefused && addressBefore(change) !== undefined)
      this.settle(change, state, `${inWords(error)} ${RENAME_BY_HAND}`, "rename-not-possible");
    else this.settle(change, state, inWords(error));
    if (codes.includes("target-unauthorized") || codes.includes("lease-lost")) this.#fatal ??= inWords(error);
    return state;
  }

  /** A create may be answered with an account that was there, of another name: it is somebody else's, and got no key. */
  #noteKey(change: Change, write: Write, answer: LiveAccount | undefined): void {
    if (!("fields" in write) || write.fields.accountKey === undefined) return;
    const isOther = write.op === "create" && answer && answer.fullName !== write.fields.fullName;
    if (!isOther) this.#keySent.add(change.id);
  }

  /** Once a file cannot be written any more, nothing new is begun; what was sent until then is reported. */
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

  /** A request that may not be journalled, or may no longer be sent, is not sent: its change was not begun, or stays as an earlier request left it. */
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
    const outcomes = this.changes.flatMap((change) => {
      const outcome = this.#outcomes.get(change.id);
      return outcome ? [withLeftOut(this.world, change, outcome)] : [];
    });
    let written = true;
    for (const outcome of outcomes)
      written &&= await this.#record({ type: "outcome", at: this.#now(), outcome });
    const settled = written && !this.#cutShort && outcomes.every(({ state }) => state !== "unknown");
    const ended =
      settled && (await this.#record({ type: "end", at: this.#now(), outcomes: countStates(outcomes) }));
    return { outcomes, unfinished: !ended, accounts: this.world.accounts(), ...carriedOut(this) };
  }

  #now(): string {
    return new Date(this.#ports.clock.now()).toISOString();
  }
}

/** A request that may have been carried out before. */
function repeated(write: Write, wasBegun: boolean): Write {
  const isRepeatable = write.op === "create" || write.op === "delete";
  return wasBegun && isRepeatable ? { ...write, again: true } : write;
}

function countStates(outcomes: readonly Outcome[]): Record<OutcomeState, number> {
  const counts = { applied: 0, already: 0, conflict: 0, failed: 0, blocked: 0, unknown: 0 };
  for (const { state } of outcomes) counts[state]++;
  return counts;
}
