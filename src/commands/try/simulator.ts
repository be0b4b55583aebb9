import { validateReport } from "../../config/schema/conformance.ts";
import type { ConformanceReport } from "../../model/conformance.ts";
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
  const like = options.like === undefined ? undefined : await readReport(options.like, validateReport);
  const quirks = parseQuirks(words, like ? quirksOf(like, options.like ?? "") : DEFAULT_QUIRKS);
  const lagMs = parseLag(words) ?? (like && like.lagMs > 0 ? like.lagMs : DEFAULT_LAG_MS);
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
    rateLimit: options.rateLimit ? (like?.rateLimit ?? ZIVVER_RATE_LIMIT) : null,
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
  await io.listenForStop().stopped;
  await running.close();
  return 0;
}

/** The quirks that were seen; where a question has no answer, they are as by default. Throws InputError. */
function quirksOf({ quirks, answers }: ConformanceReport, path: string): Quirks {
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
  const unanswered = new Set(answers.flatMap(({ id, answer }) => (answer === null ? [id] : [])));
  return new Set(
    QUIRKS.filter(({ name, question, on }) => (unanswered.has(question) ? on : quirks.includes(name))).map(
      ({ name }) => name,
    ),
  );
}
