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

/** The answers of the simulator to each question under these quirks. */
export function answersUnder(quirks: ReadonlySet<Quirk>): ReadonlyMap<string, string> {
  const switched = new Map(
    QUESTIONS.map(({ id, expected, answers, quirks: rows = [] }) => {
      const on = rows.find(({ name }) => quirks.has(name as Quirk));
      const off = rows.some(({ when }) => when === expected)
        ? Object.keys(answers).find((key) => !rows.some(({ when }) => when === key))
        : expected;
      return [id as string, on?.when ?? off ?? expected] as const;
    }),
  );
  return new Map(
    QUESTIONS.map(({ id, follows, quirks: rows = [] }) => {
      const answer = switched.get(id) ?? "";
      const isSwitched = rows.some(({ name }) => quirks.has(name as Quirk));
      const followed = isSwitched ? undefined : follows?.answers[switched.get(follows.id) ?? ""];
      return [id as string, followed ?? answer] as const;
    }),
  );
}
