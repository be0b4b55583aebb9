import type { Question } from "./question.ts";

const KNOWN = {
  known: "it is refused, in words that zivsync knows",
  other: "it is refused, in words that zivsync does not know",
  accepted: "it is accepted",
} as const;

const SHOWN = "shows the words of a refusal as they came, where it does not know them";

/** Refused requests, and the words of the refusals. */
export const REFUSALS = [
  {
    id: "alias-unclaimed",
    question: "An alias outside the claimed domains?",
    answers: KNOWN,
    expected: "known",
    confidence: "A",
    copes: "plans no such alias",
  },
  {
    id: "alias-taken",
    question: "An alias that another account has?",
    answers: KNOWN,
    expected: "known",
    confidence: "A",
    copes: "moves addresses in an order in which none is taken twice",
    wrong: { accepted: "two accounts could have one address, and mail would reach either of them" },
  },
  {
    id: "member-unknown",
    question: "A member that is not an account?",
    answers: KNOWN,
    expected: "known",
    confidence: "A",
    copes: SHOWN,
  },
  {
    id: "division-unknown",
    question: "A division that there is not?",
    answers: KNOWN,
    expected: "known",
    confidence: "A",
    copes: SHOWN,
  },
  {
    id: "create-twice",
    question: "A second account with the same address?",
    answers: {
      conflict: "it is refused with 409",
      other: "it is refused otherwise",
      accepted: "it is accepted",
    },
    expected: "conflict",
    confidence: "A",
    copes: SHOWN,
    wrong: { accepted: "a creation that is repeated after a lost answer would make a second account" },
  },
  {
    id: "kind-conflict",
    question: "A group with the address of a user?",
    answers: KNOWN,
    expected: "known",
    confidence: "A",
    copes: "plans no such account",
    wrong: { accepted: "two accounts could have one address, and mail would reach either of them" },
  },
  {
    id: "delete",
    question: "Does DELETE remove an account?",
    answers: { removed: "yes", refused: "no, it is refused", stays: "no, it is still there" },
    expected: "removed",
    confidence: "B",
    copes: "verifies deletions, and deletes only where a profile says so",
    wrong: {
      refused: "accounts could not be deleted",
      stays: "accounts could not be deleted",
    },
  },
] as const satisfies readonly Question[];
