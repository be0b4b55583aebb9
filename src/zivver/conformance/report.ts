import type { ConformanceAnswer, ConformanceReport } from "../../model/conformance.ts";
import type { RateLimit } from "../../model/plan/policy.ts";
import { asObject } from "../../model/values/json.ts";
import type { Lab, Noted } from "./lab/lab.ts";
import { scrub } from "./lab/own-accounts.ts";
import type { Question } from "./questions/question.ts";
import { QUESTIONS, QUIRK_ROWS } from "./questions/questions.ts";

type Run = Pick<ConformanceReport, "zivsync" | "seconds" | "left">;

/** The result of a run, question by question. Pure. */
export function buildReport(lab: Lab, reasons: ReadonlyMap<string, string>, run: Run): ConformanceReport {
  const rateLimit = limitIn(lab.wire.limited?.json);
  return {
    formatVersion: 1,
    ...run,
    requests: lab.wire.requests,
    answers: QUESTIONS.map((question) => {
      const noted = lab.answers.get(question.id);
      const reason = scrub(
        reasons.get(question.id) ?? "The experiment did not come to an answer.",
        lab.own.run,
      );
      return noted ? answered(question, noted) : unanswered(question, reason);
    }),
    quirks: QUIRK_ROWS.filter(({ question, when }) => lab.answers.get(question)?.answer === when).map(
      ({ name }) => name,
    ),
    lagMs: Math.round(Math.max(lab.readLagMs, lab.listLagMs)),
    ...(rateLimit ? { rateLimit } : {}),
  };
}

function common(question: Question) {
  const { id, expected, confidence, answers } = question;
  return { id, question: question.question, expected: answers[expected] ?? expected, confidence };
}

function answered(question: Question, { answer, detail }: Noted): ConformanceAnswer {
  const wrong = question.wrong?.[answer];
  const seen = question.answers[answer] ?? answer;
  const given = { ...common(question), answer, seen, ...(detail === undefined ? {} : { detail }) };
  if (wrong !== undefined) return { ...given, verdict: "wrong", does: `Do not use zivsync here: ${wrong}.` };
  return { ...given, verdict: answer === question.expected ? "as-expected" : "copes", does: question.copes };
}

function unanswered(question: Question, seen: string): ConformanceAnswer {
  return { ...common(question), answer: null, seen, verdict: "unanswered", does: question.copes };
}

function limitIn(json: unknown): RateLimit | undefined {
  const { budget, windowSeconds } = asObject(asObject(json)?.emptiedBucketDetails) ?? {};
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;
  return isCount(budget) && isCount(windowSeconds)
    ? { requests: Math.min(budget, 10_000), seconds: Math.min(windowSeconds, 3600) }
    : undefined;
}
