import { validateReport } from "../../config/schema/conformance.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import {
  DEFAULT_LAG_MS,
  DEFAULT_QUIRKS,
  parseFaults,
  parseLag,
  parseQuirks,
  readSeedFile,
  startSimulator,
  worldFromSeed,
  ZIVVER_RATE_LIMIT,
} from "../../simulator/index.ts";
import { readReport } from "../../storage/conformance/report-file.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";
import { likeReport } from "./like.ts";

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
