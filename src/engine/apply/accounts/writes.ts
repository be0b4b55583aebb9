import type { LiveAccount } from "../../../model/account/account.ts";
import type { Change } from "../../../model/plan/change.ts";

type Written = {
  /** Fingerprints of the account before each write of this run. */
  readonly befores: Set<string>;
  /** The account as the last write was answered. */
  answer: LiveAccount | undefined;
  isAnswered: boolean;
  /** Of the last write: later ones have higher numbers. */
  number: number;
};

/** `behind`: a reading still shows the account as it was before a write of this run. */
export type Shown = "behind" | "shown";

/**
 * The writes of this run to the account of each change, to distinguish a reading that is behind from one that shows something else:
 *
 *   the account as it was before one of the writes   behind
 *   a created account that is not there              behind
 *   a deleted account that is there                  behind
 *   anything else, the answer to the write included  shown
 */
export class Writes {
  readonly #byChange = new Map<string, Written>();
  #count = 0;

  begin({ id }: Change, before: LiveAccount | undefined): void {
    const none = { befores: new Set<string>(), answer: undefined, isAnswered: false, number: 0 };
    const written = this.#byChange.get(id) ?? none;
    this.#count += 1;
    written.number = this.#count;
    if (before) written.befores.add(before.fingerprint);
    this.#byChange.set(id, written);
  }

  answered({ id }: Change, answer: LiveAccount | undefined): void {
    const written = this.#byChange.get(id);
    if (written) Object.assign(written, { answer, isAnswered: true });
  }

  /** It certainly did nothing. */
  refused({ id }: Change): void {
    if (this.#byChange.get(id)?.isAnswered === false) this.#byChange.delete(id);
  }

  isAnswered({ id }: Change): boolean {
    return this.#byChange.get(id)?.isAnswered === true;
  }

  /** Was a change written after another one? A reading that shows the later write is not behind the earlier one. */
  isLater({ id }: Change, than: Change): boolean {
    return (this.#byChange.get(id)?.number ?? 0) > (this.#byChange.get(than.id)?.number ?? 0);
  }

  answerTo({ id }: Change): LiveAccount | undefined {
    return this.#byChange.get(id)?.answer;
  }

  /** The way an account is shown that a reading has found, or has not; undefined where this run wrote nothing to it. */
  shownAs(change: Change, found: LiveAccount | undefined): Shown | undefined {
    const written = this.#byChange.get(change.id);
    if (written === undefined) return undefined;
    if (change.action === "delete") return found ? "behind" : "shown";
    if (found === undefined) return change.action === "create" ? "behind" : "shown";
    if (found.fingerprint === written.answer?.fingerprint) return "shown";
    return written.befores.has(found.fingerprint) ? "behind" : "shown";
  }
}
