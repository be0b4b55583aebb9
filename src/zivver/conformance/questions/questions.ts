import { CONNECTION } from "./connection.ts";
import { GROUPS } from "./groups.ts";
import { LISTS } from "./lists.ts";
import type { Question } from "./question.ts";
import { REFUSALS } from "./refusals.ts";
import { USERS } from "./users.ts";

const ALL = [...CONNECTION, ...LISTS, ...USERS, ...GROUPS, ...REFUSALS] as const;
type Row = (typeof ALL)[number];

export type QuestionId = Row["id"];
/** The answers that a question can have. */
export type AnswerOf<I extends QuestionId> = keyof Extract<Row, { id: I }>["answers"] & string;
type WithQuirks = Extract<Row, { quirks: readonly unknown[] }>;

/** One way in which Zivver is odd, or may be: the name of a switch of the simulator. */
export type Quirk = WithQuirks["quirks"][number]["name"];

/** Every question, in the order in which a report has them. */
export const QUESTIONS: readonly (Question & { readonly id: QuestionId })[] = ALL;

/** A switch of the simulator, with the question that it answers. `on`: it is on by default, as Zivver is believed to be. */
export type QuirkRow = {
  readonly name: Quirk;
  readonly on: boolean;
  readonly does: string;
  readonly question: QuestionId;
  readonly when: string;
};

/** Every switch of the simulator, from the one table of questions. */
export const QUIRK_ROWS: readonly QuirkRow[] = QUESTIONS.flatMap(({ id, expected, quirks = [] }) =>
  quirks.map(({ name, when, does }) => ({
    name: name as Quirk,
    on: expected === when,
    does,
    question: id,
    when,
  })),
);

/**
 * The quirks that can be seen: of several that answer one question, the first; and none whose question makes no sense beside
 * the others, such as what a rename does where no account can be renamed.
 */
export function visibleQuirks(quirks: ReadonlySet<Quirk>): ReadonlySet<Quirk> {
  const answers = answersUnder(quirks);
  return new Set(
    QUIRK_ROWS.filter(({ name, question, when }) => {
      const needs = QUESTIONS.find(({ id }) => id === question)?.needs;
      const isAsked = needs === undefined || answers.get(needs.id) === needs.answer;
      return quirks.has(name) && answers.get(question) === when && isAsked;
    }).map(({ name }) => name),
  );
}

/** The answer to each question with a switch under these quirks. */
function answersUnder(quirks: ReadonlySet<Quirk>): ReadonlyMap<string, string> {
  return new Map(
    QUESTIONS.flatMap(({ id, expected, answers, quirks: rows = [] }) => {
      const on = rows.find(({ name }) => quirks.has(name as Quirk));
      const off = rows.some(({ when }) => when === expected)
        ? Object.keys(answers).find((key) => !rows.some(({ when }) => when === key))
        : expected;
      return [[id, on?.when ?? off ?? expected] as const];
    }),
  );
}
