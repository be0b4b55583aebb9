/** How well a fact about Zivver's API is known: several sources agree, one good source, conjecture. */
export type Confidence = "A" | "B" | "C";

/**
 * One fact about the API that is known from outside only. The simulator has a switch for each answer that has a `quirk`, and
 * `zivsync conformance` finds the answer out; both go by this row, so neither can forget the other.
 */
export type Question = {
  readonly id: string;
  readonly question: string;
  /** Every answer that can be found, by a key, in words. */
  readonly answers: Readonly<Record<string, string>>;
  /** The key of the answer that zivsync was built for. */
  readonly expected: string;
  readonly confidence: Confidence;
  /** A switch of the simulator, the answer that it gives while it is on, and what it does then. */
  readonly quirks?: readonly { readonly name: string; readonly when: string; readonly does: string }[];
  /** The behaviour of zivsync for each answer. */
  readonly copes: string;
  /** Answers with which zivsync would be wrong, and why. */
  readonly wrong?: Readonly<Record<string, string>>;
  /** Where none of its own switches is on, the simulator's answer follows that to another question: its key → the key here. */
  readonly follows?: { readonly id: string; readonly answers: Readonly<Record<string, string>> };
  /** The question makes sense only where another one has this answer. */
  readonly needs?: { readonly id: string; readonly answer: string };
};
