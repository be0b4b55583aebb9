import { KINDS } from "../../model/account/kind.ts";
import type { ConformanceAnswer, ConformanceReport, LeftAccount } from "../../model/conformance.ts";
import type { RateLimit } from "../../model/plan/policy.ts";
import { RefusedError, RemoteError } from "../../model/values/errors.ts";
import { asObject } from "../../model/values/json.ts";
import { runExperiments } from "./experiments/experiments.ts";
import { cleanUp, type Leftovers } from "./lab/clean-up.ts";
import { Lab, LONGEST_LAG_MS, type Noted, type Remember } from "./lab/lab.ts";
import { OwnAccounts, type Run, scrub } from "./lab/own-accounts.ts";
import { Unanswered, Wire, type WireOptions } from "./lab/wire.ts";
import type { Question } from "./questions/question.ts";
import { QUESTIONS, QUIRK_ROWS } from "./questions/questions.ts";

/** More accounts than this are hardly a test organisation. */
export const MOST_ACCOUNTS_IN_TRIAL = 50;

export type ConformanceOptions = WireOptions & {
  readonly run: Run;
  readonly version: string;
  /** Requests in a window, as configured. */
  readonly requestsInWindow: number;
  /** Goes on in an organisation that has many accounts. */
  readonly inProduction: boolean;
  readonly remember: Remember;
  readonly stop: () => boolean;
  readonly onProgress: (done: number, of: number) => void;
};

/**
 * Finds out how an organisation's API behaves, with accounts of its own, and deletes them. Throws RefusedError
 * `conformance-production` before the first write, and RemoteError where not even the lists can be read.
 */
export async function askTarget(options: ConformanceOptions): Promise<ConformanceReport> {
  const wire = new Wire(options);
  const start = wire.clock.now();
  const before = await readBefore(wire, options.run).catch(asRemote);
  if (before.count > MOST_ACCOUNTS_IN_TRIAL && !options.inProduction) throw tooMany(before.count);
  const lab = new Lab(wire, new OwnAccounts(options.run, before.ids), options.remember);
  let reasons: ReadonlyMap<string, string> = new Map();
  let left: readonly LeftAccount[] = [];
  try {
    reasons = await runExperiments(lab, options.requestsInWindow, options);
  } finally {
    left = await deleteAll(lab, options.remember);
  }
  const seconds = Math.round((wire.clock.now() - start) / 100) / 10;
  return buildReport(lab, reasons, { zivsync: options.version, seconds, left });
}

type Before = { readonly ids: ReadonlySet<string>; readonly count: number };

/** How many accounts are there, and the ids that the lists show; none of them is ever written to. */
async function readBefore(wire: Wire, run: Run): Promise<Before> {
  const lab = new Lab(wire, new OwnAccounts(run), async () => {});
  const ids = new Set<string>();
  let count = 0;
  for (const kind of KINDS) {
    const { found, total } = await lab.listWithTotal(kind);
    for (const { id } of found) ids.add(String(id));
    count += total;
  }
  return { ids, count };
}

/** How long deletions are tried again. */
const CLEAN_UP_MS = 10_000;

function asRemote(error: unknown): never {
  if (!(error instanceof Unanswered)) throw error;
  throw new RemoteError({
    code: error.code,
    message: error.message,
    remedy: "Run `zivsync check` and correct what it reports.",
  });
}

/** Accounts that cannot be deleted now are listed and remembered, whatever went wrong. */
async function deleteAll(lab: Lab, remember: Remember): Promise<readonly LeftAccount[]> {
  const { pending } = lab;
  const accounts = lab.own.all();
  // A creation without an answer may show as late as any write.
  const patienceMs = pending.length === 0 ? CLEAN_UP_MS : LONGEST_LAG_MS;
  const left = await lab
    .listed()
    .then(() => cleanUp(lab, { accounts: [], pending, patienceMs }))
    .catch(() => undefined);
  const open = left ?? (lab.own.all().length > 0 ? lab.own.all() : accounts);
  await remember(left ? [] : pending, open);
  return open;
}

/** Deletes what a run that was killed has left. Gives what is still there, and how many accounts there were. */
export async function cleanUpRun(
  options: WireOptions & { readonly run: Run; readonly leftovers: Leftovers },
): Promise<readonly LeftAccount[]> {
  const lab = new Lab(new Wire(options), new OwnAccounts(options.run), async () => {});
  return cleanUp(lab, options.leftovers).catch(asRemote);
}

function tooMany(count: number): RefusedError {
  return new RefusedError({
    code: "conformance-production",
    where: "--domain",
    message: `The organisation has ${count} accounts, more than the ${MOST_ACCOUNTS_IN_TRIAL} of a test organisation. Nothing was written.`,
    remedy:
      "Use a test organisation. The experiments touch no account but their own, so `--in-production` is possible where there is none.",
  });
}

type RunFacts = Pick<ConformanceReport, "zivsync" | "seconds" | "left">;

/** The result of a run, question by question. Pure. */
function buildReport(lab: Lab, reasons: ReadonlyMap<string, string>, run: RunFacts): ConformanceReport {
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
