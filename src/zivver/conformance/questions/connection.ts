import type { Question } from "./question.ts";

/** The key, the rate limit, and the form of answers. */
export const CONNECTION = [
  {
    id: "wrong-key",
    question: "What does a wrong API key answer?",
    answers: { unauthorized: "401", forbidden: "403", other: "another refusal", accepted: "it is accepted" },
    expected: "unauthorized",
    confidence: "A",
    copes: "reports every refusal, and stops after a 401",
    wrong: {
      accepted: "the key is not checked, so this is not Zivver's API, or something in between adds a key",
    },
  },
  {
    id: "organization",
    question: "Does GET /Organization answer?",
    answers: { nothing: "no", answers: "yes" },
    expected: "nothing",
    confidence: "C",
    quirks: [
      {
        name: "organization-answers",
        when: "answers",
        does: "GET /Organization answers with the claimed domains",
      },
    ],
    copes: "does not use it",
  },
  {
    id: "rate-limit",
    question: "Is there a rate limit?",
    answers: { limited: "yes", none: "not within the requests that were sent" },
    expected: "limited",
    confidence: "A",
    copes: "keeps to target.rateLimit, and waits when it is asked to",
  },
  {
    id: "rate-body",
    question: "What is in a 429?",
    answers: { documented: "the documented JSON, with the window", other: "something else" },
    expected: "documented",
    confidence: "A",
    quirks: [
      {
        name: "rate-body",
        when: "documented",
        does: "a 429 carries the documented JSON body, else two words of text",
      },
    ],
    copes: "waits as long as the headers, the body or target.rateLimit say, in this order",
  },
  {
    id: "retry-after",
    question: "Does a 429 say how long to wait (Retry-After)?",
    answers: { absent: "no", present: "yes" },
    expected: "absent",
    confidence: "C",
    quirks: [{ name: "retry-after-header", when: "present", does: "a 429 carries Retry-After, in seconds" }],
    copes: "obeys it where it comes",
  },
  {
    id: "ratelimit-headers",
    question: "Do answers carry RateLimit headers?",
    answers: { absent: "no", present: "yes" },
    expected: "absent",
    confidence: "C",
    quirks: [
      {
        name: "ratelimit-headers",
        when: "present",
        does: "every answer carries RateLimit-Limit, -Remaining and -Reset",
      },
    ],
    copes: "obeys RateLimit-Reset in a 429",
  },
  {
    id: "refusal-form",
    question: "In what form do refusals come?",
    answers: { text: "plain text", json: "JSON" },
    expected: "text",
    confidence: "B",
    quirks: [
      {
        name: "text-refusals",
        when: "text",
        does: "refusals are plain text, else JSON with a code and a message",
      },
    ],
    copes: "reads both",
  },
  {
    id: "json-taken",
    question: "Do POST and PUT take Content-Type application/json?",
    answers: { taken: "yes", refused: "no, application/scim+json only" },
    expected: "taken",
    confidence: "A",
    copes: "sends application/json to all but PATCH",
    wrong: { refused: "every creation and change would be refused" },
  },
] as const satisfies readonly Question[];
