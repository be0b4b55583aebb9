import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { readSeedFile, startSimulator, worldFromSeed, ZIVVER_RATE_LIMIT } from "../../simulator/index.ts";
import { apply } from "../apply/apply.ts";
import { plan } from "../plan/plan.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";

export type DemoOptions = CommonOptions & { readonly rateLimit?: boolean };

/** The example organisation that comes with zivsync. */
const EXAMPLE = fileURLToPath(new URL("../desired-state", import.meta.url));
const API_KEY = "demo-key-for-the-simulator-only";

/** `zivsync demo`: plan, review, apply, and a second plan that finds no changes, on a simulator and the example. */
export async function demo(options: DemoOptions, io: CommandIo): Promise<ExitCode> {
  const folder = await mkdtemp(join(tmpdir(), "zivsync-demo-"));
  const simulator = await startSimulator({
    apiKey: API_KEY,
    world: worldFromSeed(await readSeedFile(join(EXAMPLE, "simulator", "live.json"))),
    rateLimit: options.rateLimit ? ZIVVER_RATE_LIMIT : null,
  });
  try {
    io.note(
      `A simulated Zivver answers at ${simulator.url}, ${options.rateLimit ? "with" : "without"} Zivver's rate limit of 50 requests per 10 s.`,
    );
    return await walkThrough(await prepare(folder, simulator.url, options), folder, options, io);
  } finally {
    await simulator.close();
    await removeFolder(folder, io);
  }
}

/** On Windows a virus scanner may have a file open for a moment. A leftover says nothing about how the demo went. */
async function removeFolder(folder: string, io: CommandIo): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  } catch {
    io.note(`The folder of the demo could not be removed: ${folder}`);
  }
}

/** A copy of the example that points at the simulator. */
async function prepare(folder: string, url: string, options: DemoOptions): Promise<string> {
  const directory = join(folder, "desired-state");
  await cp(EXAMPLE, directory, { recursive: true });
  const file = join(directory, "organization.yaml");
  const limit = options.rateLimit ? "" : "\n  rateLimit: { requests: 10000, seconds: 1 }";
  await writeFile(file, (await readFile(file, "utf8")).replace(/^( *url:).*$/m, `$1 ${url}${limit}`));
  return directory;
}

async function walkThrough(
  directory: string,
  folder: string,
  { json = false }: DemoOptions,
  outer: CommandIo,
): Promise<ExitCode> {
  const io: CommandIo = {
    ...outer,
    environment: { ...outer.environment, ZIVVER_API_KEY: API_KEY },
    note: quietly(outer, folder),
  };
  const file = join(folder, "plan.json");
  const step = (text: string) => outer.note(`\n── ${text}`);
  step("1. zivsync plan: what the sources say, against what Zivver has");
  const planned = await plan({ directory, json, output: file }, io);
  if (planned !== 0) return planned;
  const { digest } = JSON.parse(await readFile(file, "utf8"));
  step(`2. zivsync apply plan.json --approve ${digest}`);
  const applied = await apply(file, { directory, json, approve: digest }, io);
  if (applied !== 0) return applied;
  step("3. zivsync plan: nothing is left to do");
  const again = await plan(
    { directory, json, output: join(folder, "again.json"), detailedExitcode: true },
    io,
  );
  if (again === 0)
    outer.note("\nThat was the whole way. The example is the folder desired-state; begin with a copy of it.");
  return again === 2 ? 1 : again;
}

/** Paths of the demo's own folder mean nothing to the person. */
function quietly(io: CommandIo, folder: string): (text: string) => void {
  return (text) => io.note(text.replaceAll(`${folder}${sep}`, ""));
}
