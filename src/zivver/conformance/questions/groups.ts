import type { Question } from "./question.ts";

/** Members of functional accounts. */
export const GROUPS = [
  {
    id: "own-member",
    question: "Is a group a member of itself?",
    answers: { yes: "yes", no: "no" },
    expected: "yes",
    confidence: "A",
    quirks: [
      { name: "group-holds-own-id", when: "yes", does: "a group's own id is always among its members" },
    ],
    copes: "leaves the own id out of every comparison, and where it was",
  },
  {
    id: "put-no-members",
    question: "Does PUT keep members that it leaves out?",
    answers: { kept: "yes", cleared: "no" },
    expected: "kept",
    confidence: "C",
    quirks: [
      {
        name: "put-clears-missing-members",
        when: "cleared",
        does: "a PUT of a group without `members` empties it",
      },
    ],
    copes: "always sends the members",
  },
  {
    id: "put-empty-members",
    question: "Does PUT with `members: []` empty a group?",
    answers: { kept: "no, nothing changes", emptied: "yes", refused: "no, it is refused" },
    expected: "kept",
    confidence: "B",
    quirks: [
      {
        name: "put-cannot-empty-members",
        when: "kept",
        does: "a PUT with `members: []` answers 200 and keeps the members",
      },
    ],
    copes: "empties by PATCH",
    wrong: { refused: "a change that empties a functional account and renames it would be refused" },
  },
  {
    id: "patch-remove",
    question: "Does PATCH `remove` of `members` empty a group?",
    answers: { works: "yes", ignored: "no, nothing changes", refused: "no, it is refused" },
    expected: "works",
    confidence: "A",
    copes: "uses it to empty",
    wrong: {
      ignored: "functional accounts could not be emptied, which is how they are suspended",
      refused: "functional accounts could not be emptied, which is how they are suspended",
    },
  },
  {
    id: "patch-add",
    question: "Does PATCH `add` of `members` work?",
    answers: { works: "yes", ignored: "no, nothing changes", refused: "no, it is refused" },
    expected: "works",
    confidence: "A",
    copes: "does not use it",
  },
  {
    id: "patch-replace",
    question: "Does PATCH `replace` of `members` work?",
    answers: { works: "yes", ignored: "no, nothing changes", refused: "no, it is refused" },
    expected: "works",
    confidence: "A",
    copes: "does not use it",
  },
  {
    id: "patch-media-type",
    question: "Does PATCH need application/scim+json?",
    answers: { needed: "yes", any: "no" },
    expected: "needed",
    confidence: "A",
    quirks: [
      {
        name: "patch-media-type",
        when: "needed",
        does: "PATCH takes and answers application/scim+json only (else 415, 406)",
      },
    ],
    copes: "sends and asks for application/scim+json",
  },
  {
    id: "deleted-member",
    question: "Does a deleted account stay in member lists?",
    answers: { gone: "no", stays: "yes" },
    expected: "gone",
    confidence: "C",
    quirks: [
      {
        name: "delete-leaves-member-ids",
        when: "stays",
        does: "a deleted account stays in member lists (its id) and, unless delegates must exist, in delegates",
      },
    ],
    copes: "leaves ids that no account has out of what it compares",
  },
] as const satisfies readonly Question[];
