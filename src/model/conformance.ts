import type { Kind } from "./account/kind.ts";
import type { RateLimit } from "./plan/policy.ts";

/** The meaning of an answer of the API for zivsync. */
export type ConformanceVerdict = "as-expected" | "copes" | "wrong" | "unanswered";

/** One question about the API, what was expected, what was seen, and what zivsync does about it. */
export type ConformanceAnswer = {
  readonly id: string;
  readonly question: string;
  readonly expected: string;
  /** A: several sources agree. B: one good source. C: conjecture. */
  readonly confidence: "A" | "B" | "C";
  /** The key of the answer; null where there is none. */
  readonly answer: string | null;
  /** The answer in words, or why there is none. */
  readonly seen: string;
  /** Status, words or numbers as they came, without addresses, ids and secrets. */
  readonly detail?: string;
  readonly verdict: ConformanceVerdict;
  readonly does: string;
};

/** An account that was made and could not be deleted. */
export type LeftAccount = { readonly kind: Kind; readonly id: string };

/** The answers of an organisation to the questions about Zivver's API. Holds no address of it and no secret. */
export type ConformanceReport = {
  readonly formatVersion: 1;
  readonly zivsync: string;
  readonly requests: number;
  readonly seconds: number;
  readonly answers: readonly ConformanceAnswer[];
  /** The switches of the simulator that make it behave like this. */
  readonly quirks: readonly string[];
  /** How late readings show a write, in milliseconds. */
  readonly lagMs: number;
  /** As a 429 says it. */
  readonly rateLimit?: RateLimit;
  readonly left: readonly LeftAccount[];
};
