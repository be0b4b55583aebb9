import type { Lab, TestAccount } from "../lab/lab.ts";
import { Unanswered } from "../lab/wire.ts";
import type { QuestionId } from "../questions/questions.ts";

/** The accounts that experiments are made with; those are missing that could not be created. */
export type Bench = {
  a?: TestAccount | undefined;
  b?: TestAccount | undefined;
  c?: TestAccount | undefined;
  group?: TestAccount | undefined;
};

/** Some requests that answer some questions. If it throws Unanswered, that is why the others have no answer. */
export type Experiment = {
  readonly answers: readonly QuestionId[];
  readonly run: (lab: Lab, bench: Bench) => Promise<void>;
};

/** An account that an experiment cannot do without. Throws Unanswered. */
export function needed(account: TestAccount | undefined): TestAccount {
  if (account === undefined) throw new Unanswered("An account that it needs could not be made.");
  return account;
}
