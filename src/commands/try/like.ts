import type { ConformanceReport } from "../../model/conformance.ts";
import type { RateLimit } from "../../model/plan/policy.ts";
import { InputError } from "../../model/values/errors.ts";
import { DEFAULT_LAG_MS, QUIRKS, type Quirks, ZIVVER_RATE_LIMIT } from "../../simulator/index.ts";
import { answersUnder, QUESTIONS } from "../../zivver/conformance/questions/questions.ts";

/** How the simulator is set to behave as a report says. */
export type Like = {
  readonly quirks: Quirks;
  readonly lagMs: number;
  /** null: there was none. */
  readonly rateLimit: RateLimit | null;
  /** The questions whose answers the simulator has no switch for, so that it answers them in another way. */
  readonly unlike: readonly string[];
};

/** Where a question has no answer, the simulator is as by default. Throws InputError for a switch that it does not have. */
export function likeReport({ quirks, answers, lagMs, rateLimit }: ConformanceReport, path: string): Like {
  const unknown = quirks.find((quirk) => !QUIRKS.some(({ name }) => name === quirk));
  if (unknown !== undefined)
    throw new InputError([
      {
        code: "conformance-file",
        where: `${path}/quirks`,
        message: `This simulator has no switch \`${unknown}\`, so it would behave in another way than what was seen.`,
        remedy: "Give the file that `zivsync conformance -o` of this version wrote, unchanged.",
      },
    ]);
  const seen = new Map(answers.flatMap(({ id, answer }) => (answer === null ? [] : [[id, answer] as const])));
  const isAsked = (id: string) => answers.some((one) => one.id === id);
  const on: Quirks = new Set(
    QUIRKS.filter(({ name, question, on }) =>
      isAsked(question) && !seen.has(question) ? on : quirks.includes(name),
    ).map(({ name }) => name),
  );
  const simulated = answersUnder(on);
  const isUnlike = (id: string) => seen.has(id) && id !== "rate-limit" && seen.get(id) !== simulated.get(id);
  return {
    quirks: on,
    lagMs: lagMs > 0 ? lagMs : DEFAULT_LAG_MS,
    rateLimit: rateLimit ?? (seen.get("rate-limit") === "none" ? null : ZIVVER_RATE_LIMIT),
    unlike: QUESTIONS.flatMap(({ id, question }) => (isUnlike(id) ? [question] : [])),
  };
}
