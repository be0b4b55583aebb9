import type { Question } from "./question.ts";

/** Lists, look-ups and single readings, and how late they show a write. */
export const LISTS = [
  {
    id: "list-whole",
    question: "Does a list come whole in one answer?",
    answers: { whole: "yes", paged: "no, in pages" },
    expected: "whole",
    confidence: "A",
    quirks: [
      {
        name: "pages-lists",
        when: "paged",
        does: "a list answers 100 accounts at most, and of a shorter list one half",
      },
    ],
    copes: "reads page after page, and takes a list whole or not at all",
  },
  {
    id: "list-total",
    question: "Does a list say how many accounts there are (totalResults)?",
    answers: { number: "yes", other: "no, or not as a number" },
    expected: "number",
    confidence: "A",
    copes: "takes a list whole or not at all",
    wrong: { other: "it would refuse every list, because nothing says whether one is complete" },
  },
  {
    id: "list-fields",
    question: "Does a list show of an account what GET of it shows?",
    answers: { all: "yes", fewer: "no, less" },
    expected: "all",
    confidence: "A",
    copes: "plans by the lists alone",
    wrong: { fewer: "delegates, members or aliases that lists leave out would look as if there were none" },
  },
  {
    id: "list-suspended",
    question: "Does a list show suspended users?",
    answers: { shown: "yes", hidden: "no" },
    expected: "shown",
    confidence: "A",
    copes: "plans by the lists alone",
    wrong: { hidden: "a suspended account would look like one to create, and could not be reactivated" },
  },
  {
    id: "list-order",
    question: "Is a list in the same order after a write?",
    answers: { same: "yes", shuffled: "no" },
    expected: "same",
    confidence: "C",
    quirks: [
      { name: "list-order-shuffled", when: "shuffled", does: "lists are in another order after every write" },
    ],
    copes: "sorts what it reads, and reads a list again that changed between two pages",
  },
  {
    id: "list-lag",
    question: "How late does a list show a write?",
    answers: { "at-once": "at once", late: "late" },
    expected: "at-once",
    confidence: "C",
    quirks: [
      {
        name: "lists-lag",
        when: "late",
        does: "lists and look-ups show a write late: by 1500 milliseconds, or as many as `lists-lag=MS` says",
      },
    ],
    copes: "trusts the answer to a write, and reads again for up to target.settle before it repairs",
  },
  {
    id: "read-lag",
    question: "How late does GET /Users/{id} show a write?",
    answers: { "at-once": "at once", late: "late" },
    expected: "at-once",
    confidence: "C",
    quirks: [
      {
        name: "reads-lag",
        when: "late",
        does: "single readings show a write as late as `lists-lag` says, or by 1500 milliseconds",
      },
    ],
    copes: "trusts the answer to a write, and reads again for up to target.settle before it repairs",
  },
  {
    id: "filter-address",
    question: "Does a filter on the primary address find the account?",
    answers: { found: "yes", nothing: "no", refused: "no, it is refused" },
    expected: "found",
    confidence: "A",
    copes: "looks an account up before it repeats a creation that was not answered",
    wrong: {
      nothing: "a creation whose answer was lost could not be found again",
      refused: "a creation whose answer was lost could not be found again",
    },
  },
  {
    id: "filter-alias",
    question: "Does a filter on an alias find the account?",
    answers: { nothing: "no", found: "yes", refused: "no, it is refused" },
    expected: "nothing",
    confidence: "C",
    quirks: [
      {
        name: "filter-finds-aliases",
        when: "found",
        does: "a look-up of an alias finds the account that has it",
      },
    ],
    copes: "takes a hit only where its primary address is the one that was asked for",
  },
  {
    id: "count-one",
    question: "Is ?count=1 obeyed?",
    answers: { obeyed: "yes", ignored: "no", refused: "no, it is refused" },
    expected: "obeyed",
    confidence: "B",
    copes: "asks for a number of accounts only where a list is paged",
  },
  {
    id: "read-form",
    question: "Does GET /Users/{id} answer the bare resource?",
    answers: { bare: "yes", list: "no, a list of one", nothing: "it answers no account" },
    expected: "bare",
    confidence: "C",
    quirks: [
      {
        name: "reads-in-list",
        when: "list",
        does: "GET /Users/{id} and GET /Groups/{id} answer a list of one",
      },
    ],
    copes: "reads both",
  },
  {
    id: "unknown-id",
    question: "What does GET of an unknown id answer?",
    answers: { "bad-request": "400", "not-found": "404", other: "something else" },
    expected: "bad-request",
    confidence: "B",
    quirks: [{ name: "unknown-id-is-404", when: "not-found", does: "an unknown id gives 404, else 400" }],
    copes: "takes both to say that the account is gone",
  },
] as const satisfies readonly Question[];
