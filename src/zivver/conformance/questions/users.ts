import type { Question } from "./question.ts";

/** Creating and changing personal accounts. */
export const USERS = [
  {
    id: "create-answer",
    question: "Does POST answer with the whole resource?",
    answers: { whole: "yes", brief: "no, with its id and address only", empty: "no, without a body" },
    expected: "whole",
    confidence: "B",
    quirks: [
      { name: "create-answers-briefly", when: "brief", does: "POST answers with id and address only" },
    ],
    copes: "finds out by reading what was not answered",
  },
  {
    id: "write-answer",
    question: "Do PUT and PATCH answer with the resource?",
    answers: { resource: "yes", empty: "no, without a body" },
    expected: "resource",
    confidence: "B",
    quirks: [
      {
        name: "write-answers-without-body",
        when: "empty",
        does: "PUT and PATCH answer without the resource, and POST too unless it answers briefly",
      },
    ],
    copes: "finds out by reading what was not answered",
  },
  {
    id: "create-inactive",
    question: "Is a user inactive who is created so?",
    answers: { active: "no, active", inactive: "yes" },
    expected: "active",
    confidence: "B",
    quirks: [
      { name: "create-ignores-inactive", when: "active", does: "a created user is active whatever was sent" },
    ],
    copes: "creates active accounts only, and verifies them",
  },
  {
    id: "create-delegates",
    question: "Are delegates kept when a user is created?",
    answers: { dropped: "no", kept: "yes" },
    expected: "dropped",
    confidence: "B",
    quirks: [
      {
        name: "create-drops-delegates",
        when: "dropped",
        does: "a created user has no delegates whatever was sent",
      },
    ],
    copes: "verifies, and sends them once more where they are missing",
  },
  {
    id: "password",
    question: "Is a password taken when a user is created?",
    answers: { taken: "yes", refused: "no, it is refused" },
    expected: "taken",
    confidence: "C",
    quirks: [{ name: "create-refuses-password", when: "refused", does: "a POST with a password is refused" }],
    copes: "sends one with `apply --temporary-passwords` only: without that option creations work",
  },
  {
    id: "address-case",
    question: "In which case do addresses come back?",
    answers: { lower: "in lower case", kept: "as they were written" },
    expected: "lower",
    confidence: "C",
    quirks: [
      {
        name: "upper-case-addresses",
        when: "kept",
        does: "addresses are answered with the case they were written in, else in lower case",
      },
    ],
    copes: "compares addresses without case",
  },
  {
    id: "no-division",
    question: "Is the enterprise extension there without a division?",
    answers: { absent: "no", shown: "yes" },
    expected: "absent",
    confidence: "A",
    quirks: [
      {
        name: "division-absent",
        when: "absent",
        does: "the enterprise extension is missing while the division is /",
      },
    ],
    copes: "takes absence for no division",
  },
  {
    id: "external-account-id",
    question: "Do new accounts have an ExternalAccountId?",
    answers: { given: "yes", absent: "no" },
    expected: "given",
    confidence: "B",
    quirks: [
      {
        name: "external-account-id",
        when: "given",
        does: "new accounts get an ExternalAccountId, and unknown keys of the extension are kept",
      },
    ],
    copes: "keeps it on every write, and links by it where it is the id of a record",
  },
  {
    id: "empty-extension",
    question: "Is the Zivver extension there while it is empty?",
    answers: { shown: "yes", absent: "no" },
    expected: "shown",
    confidence: "C",
    quirks: [
      { name: "extension-absent", when: "absent", does: "the Zivver extension is missing while it is empty" },
    ],
    copes: "takes absence for none",
  },
  {
    id: "account-key",
    question: "Is an account key shown in an answer?",
    answers: { hidden: "no", shown: "yes" },
    expected: "hidden",
    confidence: "A",
    copes: "remembers a keyed digest of what it sent, and never shows a key",
  },
  {
    id: "put-top",
    question: "Does PUT keep the fields at the top that it leaves out?",
    answers: { kept: "yes", cleared: "no" },
    expected: "kept",
    confidence: "B",
    copes: "sends what changes",
    wrong: { cleared: "a change of a name would take away the phone number and whatever else was not sent" },
  },
  {
    id: "put-extension",
    question: "Does PUT erase what it leaves out of the Zivver extension?",
    answers: { erased: "yes", kept: "no" },
    expected: "erased",
    confidence: "C",
    quirks: [
      {
        name: "put-erases-extension",
        when: "erased",
        does: "a PUT with the Zivver extension erases the keys left out of it",
      },
    ],
    copes: "sends aliases, delegates and account key together",
  },
  {
    id: "put-without-schemas",
    question: "Does PUT work without `schemas`?",
    answers: { works: "yes", refused: "no, it is refused" },
    expected: "works",
    confidence: "B",
    quirks: [
      {
        name: "schemas-required",
        when: "refused",
        does: "POST, PUT and PATCH without `schemas` are refused",
      },
    ],
    copes: "always sends it",
  },
  {
    id: "rename-user",
    question: "Can userName be changed?",
    answers: { changed: "yes", ignored: "no, it is ignored", refused: "no, it is refused" },
    expected: "changed",
    confidence: "B",
    quirks: [
      {
        name: "put-refuses-username",
        when: "refused",
        does: "a PUT that changes the primary address is refused",
      },
      {
        name: "put-ignores-username",
        when: "ignored",
        does: "a PUT that changes the primary address answers 200 and keeps the old one",
      },
    ],
    copes: "says which accounts must be renamed by hand, once, and plans no such rename again",
  },
  {
    id: "rename-group",
    question: "Can externalId of a group be changed?",
    answers: { changed: "yes", ignored: "no, it is ignored", refused: "no, it is refused" },
    expected: "changed",
    confidence: "B",
    copes: "says which accounts must be renamed by hand, once, and plans no such rename again",
  },
  {
    id: "old-address",
    question: "Is the old address free at once after a rename?",
    answers: { free: "yes", taken: "no" },
    expected: "free",
    confidence: "C",
    needs: { id: "rename-user", answer: "changed" },
    copes: "reports the account that is refused the address; the next plan tries again",
  },
  {
    id: "rename-delegates",
    question: "Does a rename reach the delegates of other accounts?",
    answers: { old: "no, the old address stays", new: "yes", gone: "no, the delegate is gone" },
    expected: "old",
    confidence: "C",
    needs: { id: "rename-user", answer: "changed" },
    quirks: [
      {
        name: "rename-reaches-delegates",
        when: "new",
        does: "a renamed account's new address replaces the old one in delegates",
      },
    ],
    copes: "knows delegates by their ids, and writes only what is missing",
  },
  {
    id: "unknown-delegate",
    question: "Is a delegate taken who is not an account?",
    answers: { taken: "yes", refused: "no, it is refused", dropped: "no, it is left out" },
    expected: "taken",
    confidence: "C",
    quirks: [
      { name: "delegates-must-exist", when: "refused", does: "a delegate that is not an account is refused" },
    ],
    copes: "names only accounts that are there",
  },
] as const satisfies readonly Question[];
