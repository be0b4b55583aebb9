import { InputError, type Problem } from "../../model/values/errors.ts";
import { createRandom } from "../world/random.ts";

/** The faults that can be injected, and the effect of each while nothing else is asked for. */
export const FAULT_KINDS = {
  "429": "answers 429; nothing is done",
  "500": "answers 500; nothing is done",
  "503": "answers 503; nothing is done",
  html: "answers a page of HTML, as a proxy does; nothing is done",
  "reset-before": "destroys the connection; nothing is done",
  "reset-after": "does the work, then destroys the connection",
  "cut-off": "does the work, then destroys the connection in the middle of the answer",
  truncated: "does the work, then answers half of the body as if it were whole",
  stall: "does the work, and answers only after so many milliseconds, or never",
  slow: "does the work, and spreads the answer over so many milliseconds",
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

/**
 * When: the nth request (from 1), every nth, or with a probability; counted among the requests that have the method and
 * whose path starts with `path`. At most `times` times. `done` says whether the work is done nevertheless.
 */
export type FaultRule = (
  | { readonly at: number }
  | { readonly every: number }
  | { readonly probability: number }
) & {
  readonly kind: FaultKind;
  readonly method?: string;
  readonly path?: string;
  readonly times?: number;
  readonly milliseconds?: number;
  readonly done?: boolean;
};

/** Gives the fault that befalls the next request, if any; the first rule that fits counts. */
export type FaultSchedule = (request: {
  readonly method: string;
  readonly path: string;
}) => FaultRule | undefined;

/** The schedule of some rules: the same rules, seed and requests give the same faults. */
export function createFaultSchedule(rules: readonly FaultRule[], seed = 1): FaultSchedule {
  const running = rules.map((rule, index) => ({
    rule,
    seen: 0,
    fired: 0,
    random: createRandom(seed + index * 7919),
  }));
  return (request) => {
    let first: (typeof running)[number] | undefined;
    for (const one of running) {
      if (!concerns(one.rule, request)) continue;
      one.seen += 1;
      const isDue =
        due(one.rule, one.seen, one.random) && one.fired < (one.rule.times ?? Number.POSITIVE_INFINITY);
      if (isDue) first ??= one;
    }
    if (first) first.fired += 1;
    return first?.rule;
  };
}

/** Whether the work is done although the request meets this fault. */
export function isDone(rule: FaultRule): boolean {
  return rule.done ?? ["reset-after", "cut-off", "truncated", "stall", "slow"].includes(rule.kind);
}

/** Reads rules as the command line gives them: `kind=503,every=10,method=PUT`. Throws InputError `usage`, all at once. */
export function parseFaults(words: readonly string[]): readonly FaultRule[] {
  const problems: Problem[] = [];
  const rules = words.map((word) => parseFault(word, problems));
  if (problems.length > 0) throw new InputError(problems);
  return rules.flatMap((rule) => rule ?? []);
}

function concerns(rule: FaultRule, request: { readonly method: string; readonly path: string }): boolean {
  return (rule.method ?? request.method) === request.method && request.path.startsWith(rule.path ?? "");
}

function due(rule: FaultRule, seen: number, random: () => number): boolean {
  if ("at" in rule) return seen === rule.at;
  if ("every" in rule) return seen % rule.every === 0;
  return random() < rule.probability;
}

const SETTINGS: Readonly<Record<string, RegExp>> = {
  kind: new RegExp(`^(?:${Object.keys(FAULT_KINDS).join("|")})$`),
  at: /^[1-9]\d{0,8}$/,
  every: /^[1-9]\d{0,8}$/,
  probability: /^(?:0(?:\.\d+)?|1(?:\.0+)?)$/,
  method: /^(?:GET|POST|PUT|PATCH|DELETE)$/,
  path: /^\/\S*$/,
  times: /^[1-9]\d{0,8}$/,
  milliseconds: /^\d{1,9}$/,
  done: /^(?:true|false)$/,
};

function parseFault(word: string, problems: Problem[]): FaultRule | undefined {
  const settings: Record<string, string> = {};
  const wrong: string[] = [];
  for (const part of word.split(",")) {
    const [, name = part, value = ""] = /^([^=]*)=(.*)$/.exec(part) ?? [];
    if (SETTINGS[name]?.test(value) && !(name in settings)) settings[name] = value;
    else wrong.push(`\`${part}\``);
  }
  const { at, every, probability, kind } = settings;
  const when = [at, every, probability].filter((value) => value !== undefined);
  if (wrong.length === 0 && isKind(kind) && when.length === 1) return ruleOf(kind, settings);
  const message =
    wrong.length > 0
      ? `${wrong.join(", ")}: no setting of a fault, or given twice.`
      : "A fault needs a kind, and one of at, every and probability.";
  problems.push({ code: "usage", where: `--fault ${word}`, message, remedy: REMEDY });
  return undefined;
}

const REMEDY = `Write for example kind=503,every=10,method=PUT. Kinds: ${Object.keys(FAULT_KINDS).join(", ")}. Settings: ${Object.keys(SETTINGS).join(", ")}.`;

function isKind(text: string | undefined): text is FaultKind {
  return text !== undefined && Object.hasOwn(FAULT_KINDS, text);
}

function ruleOf(kind: FaultKind, settings: Readonly<Record<string, string>>): FaultRule {
  const { at, every, probability, method, path, times, milliseconds, done } = settings;
  const when =
    at !== undefined
      ? { at: Number(at) }
      : every !== undefined
        ? { every: Number(every) }
        : { probability: Number(probability) };
  return {
    ...when,
    kind,
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(times === undefined ? {} : { times: Number(times) }),
    ...(milliseconds === undefined ? {} : { milliseconds: Number(milliseconds) }),
    ...(done === undefined ? {} : { done: done === "true" }),
  };
}
