/*
 * What must be true of approvals on GitHub, written from the documentation alone. It imports nothing: it is told what
 * happens, in the order in which it happens and by GitHub's clock, and says whether a plan may be applied. It says so in
 * both directions: what it allows has to be applied as well.
 */

/** A plan as people tell it from another: everything that the page shows, except links and times. */
export type Shown = { readonly plan: string; readonly head: string };

type Review = { readonly state: string; readonly at: string; readonly head: string };
type Word = { readonly person: string; readonly state: string };

export class ApprovalModel {
  readonly required: number;
  readonly #keepsEdits: boolean;
  /** Not bots. Whom an environment asks is for its owner to say; a review counts of those who may write. */
  readonly #people: readonly string[];
  readonly #writers: readonly string[];
  /** What the comment shows, since when, and whether somebody else edited it since. */
  #comment:
    | { shown: Shown; since: string; run: number; text: "ours" | "theirs"; touched: boolean }
    | undefined;
  #open = true;
  #mergedAt = "";
  #head = "";
  readonly #authors = new Set<string>();
  #planners = new Set<string>();
  readonly #unknown = new Set<string>();
  readonly #reviews = new Map<string, Review>();

  constructor(
    required: number,
    keepsEdits: boolean,
    { people, writers }: { readonly people: readonly string[]; readonly writers: readonly string[] },
  ) {
    this.#people = people;
    this.required = required;
    this.#keepsEdits = keepsEdits;
    this.#writers = writers;
  }

  /** Somebody made a part of the configuration that was not applied yet. */
  author(person: string): void {
    this.#authors.add(person);
  }

  push(head: string, people: readonly string[], unknown: readonly string[]): void {
    this.#head = head;
    for (const person of people) this.#authors.add(person);
    for (const address of unknown) this.#unknown.add(address);
  }

  /** A plan job ran. Whether it had any effect is for the model to know. */
  planned(run: number, plan: string, people: readonly string[], at: string): void {
    const before = this.#comment;
    if (!this.#open || (before !== undefined && before.run > run)) return;
    const shown = { plan, head: this.#head };
    const isSame =
      before !== undefined &&
      before.text === "ours" &&
      !before.touched &&
      before.shown.plan === shown.plan &&
      before.shown.head === shown.head;
    const since = isSame ? before.since : at;
    this.#comment = { shown, since, run, text: "ours", touched: false };
    for (const person of people) this.#planners.add(person);
  }

  edited(text: "ours" | "theirs", at: string): void {
    if (this.#comment === undefined) return;
    this.#comment.text = text;
    if (this.#keepsEdits) this.#comment.touched = true;
    // Without a history of edits only what came after the last update is sure.
    else this.#comment.since = at;
  }

  /** With the comment goes what it says about who planned before. */
  deleted(): void {
    this.#comment = undefined;
    this.#planners = new Set();
  }

  /** Without a history of edits every update of the comment, our own too, is the beginning. */
  updated(at: string): void {
    if (!this.#keepsEdits && this.#comment !== undefined) this.#comment.since = at;
  }

  reviewed(person: string, state: string, at: string): void {
    if (state === "COMMENTED" && this.#reviews.has(person)) return;
    this.#reviews.set(person, { state, at, head: this.#head });
  }

  dismissed(person: string): void {
    const review = this.#reviews.get(person);
    if (review !== undefined) this.#reviews.set(person, { ...review, state: "DISMISSED" });
  }

  merged(at: string): void {
    this.#open = false;
    this.#mergedAt = at;
  }

  /** `shownInRun`: what the summary of this run showed before the gate. */
  mayApply(
    plan: string,
    run: {
      readonly attempt: number;
      readonly byHand: boolean;
      readonly starters: readonly string[];
      readonly shownInRun: string | undefined;
      readonly words: readonly Word[];
    },
  ): boolean {
    const onPage = this.#isOnPage(plan);
    const inRun = run.shownInRun === plan;
    const isMerged = onPage && this.#mergedAt > (this.#comment?.since ?? "");
    // A merge is for what the pull request shows; another plan needs somebody who starts a run for it.
    if (!isMerged && !(inRun && run.byHand)) return false;
    const counted = new Set<string>();
    for (const person of this.#people) {
      if (this.#authors.has(person) || this.#planners.has(person)) continue;
      const review = this.#reviews.get(person);
      const isWriter = this.#writers.includes(person);
      const isLast = this.#comment?.shown.head === this.#head;
      const saw =
        isWriter && onPage && isLast && review !== undefined && review.at > (this.#comment?.since ?? "");
      if (saw && review.state === "APPROVED" && review.head === this.#head) counted.add(person);
      const words = run.words.filter((word) => word.person === person);
      const letIn = words.length > 0 && words.every(({ state }) => state === "approved");
      if (letIn && inRun && run.attempt === 1 && !run.starters.includes(person)) counted.add(person);
    }
    return counted.size - this.#unknown.size >= this.required;
  }

  /** People see exactly this plan, as zivsync wrote it. */
  #isOnPage(plan: string): boolean {
    const comment = this.#comment;
    if (comment === undefined || comment.text !== "ours" || comment.touched) return false;
    return comment.shown.plan === plan;
  }
}
