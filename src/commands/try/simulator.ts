import { validateReport } from "../../config/schema/conformance.ts";
import type { ConformanceReport } from "../../model/conformance.ts";
import type { RateLimit } from "../../model/plan/policy.ts";
import { InputError } from "../../model/values/errors.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import {
  DEFAULT_LAG_MS,
  DEFAULT_QUIRKS,
  parseFaults,
  parseLag,
  parseQuirks,
  QUIRKS,
  type Quirks,
  readSeedFile,
  startSimulator,
  worldFromSeed,
  ZIVVER_RATE_LIMIT,
} from "../../simulator/index.ts";
import { readReport } from "../../storage/conformance/report-file.ts";
import { answersUnder, QUESTIONS } from "../../zivver/conformance/questions/questions.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";

export type SimulatorCommandOptions = CommonOptions & {
  readonly port: number;
  readonly seed?: string;
  readonly state?: string;
  /** A report of `zivsync conformance`. */
  readonly like?: string;
  readonly quirk?: readonly string[];
  readonly latency: number;
  readonly fault?: readonly string[];
  readonly randomSeed: number;
  readonly rateLimit: boolean;
};

const DEFAULT_KEY = "simulator-key";
const EMPTY = { claimedDomains: ["example.org", "example.com"], divisions: ["/"] };

/** `zivsync simulator`: a Zivver API on loopback until Ctrl-C. Its API key is ZIVVER_API_KEY, or a fixed one. */
export async function simulator(options: SimulatorCommandOptions, io: CommandIo): Promise<ExitCode> {
  const words = options.quirk ?? [];
  const like =
    options.like === undefined
      ? undefined
      : likeReport(await readReport(options.like, validateReport), options.like);
  const quirks = parseQuirks(words, like?.quirks ?? DEFAULT_QUIRKS);
  const lagMs = parseLag(words) ?? like?.lagMs ?? DEFAULT_LAG_MS;
  const faults = parseFaults(options.fault ?? []);
  const seed = options.seed === undefined ? EMPTY : await readSeedFile(options.seed);
  const fromEnvironment = io.environment.ZIVVER_API_KEY;
  const running = await startSimulator({
    apiKey: fromEnvironment || DEFAULT_KEY,
    world: worldFromSeed(seed, {
      quirks,
      lagMs,
      randomSeed: options.randomSeed,
      where: options.seed ?? "seed",
    }),
    rateLimit: options.rateLimit ? (like ? like.rateLimit : ZIVVER_RATE_LIMIT) : null,
    port: options.port,
    latencyMs: options.latency,
    faults,
    seed: options.randomSeed,
    ...(options.state === undefined ? {} : { stateFile: options.state }),
  });
  io.out(options.json ? jsonLine(JSON.stringify({ url: running.url })) : `${running.url}\n`);
  io.note(
    `The simulator answers until Ctrl-C. Set target.url to its address; its API key is ${fromEnvironment ? "that of ZIVVER_API_KEY" : `"${DEFAULT_KEY}"`}.`,
  );
  if (like && like.unlike.length > 0)
    io.note(`It has no switch for what was seen here, and answers as by default:\n${bullets(like.unlike)}`);
  await io.listenForStop().stopped;
  await running.close();
  return 0;
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join("\n");
}

/** The way the simulator is set to behave as a report says. */
type Like = {
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
    throw new InputError({
      code: "conformance-file",
      where: `${path}/quirks`,
      message: `This simulator has no switch \`${unknown}\`, so it would behave in another way than what was seen.`,
      remedy: "Give the file that `zivsync conformance -o` of this version wrote, unchanged.",
    });
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
