import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { readFileBytes } from "../../file-bytes.ts";
import { InputError } from "../../model/values/errors.ts";
import type { Quirks } from "./quirks.ts";
import { parseSeed, type SimulatorSeed } from "./seed.ts";
import { seedFromWorld, worldFromSeed } from "./seed-world.ts";
import type { World } from "./world.ts";

/** 1,000,000 accounts take about 300 MB. */
export const LARGEST_SEED = 500 * 1024 * 1024;

/** The world that a state file holds, or undefined when there is no such file. Throws InputError `simulator-state`. */
export async function readStateFile(path: string, quirks: Quirks): Promise<World | undefined> {
  const seed = await readSeedFile(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  return seed && worldFromSeed(seed, { quirks, where: path });
}

/** Reads a seed written by hand. Throws InputError: `file-not-found`, or `simulator-state` with all that is wrong. */
export async function readSeedFile(path: string): Promise<SimulatorSeed> {
  let text: string;
  try {
    text = String(await readFileBytes(path, LARGEST_SEED));
  } catch (error) {
    const code = codeOf(error);
    const missing = code === "ENOENT";
    const problem = {
      code: missing ? ("file-not-found" as const) : ("simulator-state" as const),
      where: path,
      message: missing ? "There is no such file." : `The file cannot be read (${code}).`,
      remedy: missing ? "Check the path." : "Check that it is a file that you may read.",
    };
    throw new InputError(problem);
  }
  return parseSeed(text.replace(/^\ufeff/, ""), path);
}

/** Saves the world as it is when the writing begins; resolves when a state at least as new is on disc. */
export type SaveState = () => Promise<void>;

/**
 * Keeps a file in step with a world: readers see an old state or a new one, never a part. Saves that are asked for while
 * one is under way share the next one, so a busy simulator does not write the file once for every request.
 */
export function createStateFile(path: string, world: World): SaveState {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  const save = async (): Promise<void> => {
    next = undefined;
    await writeAtomically(path, `${JSON.stringify(seedFromWorld(world), null, 1)}\n`);
  };
  return () => {
    next ??= running = running.catch(() => undefined).then(save);
    return next;
  };
}

async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    const message = `The state cannot be written (${codeOf(error)}), so the simulator cannot keep it.`;
    throw new InputError({
      code: "file-unwritable",
      where: path,
      message,
      remedy: "Check the folder and its permissions.",
    });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof InputError && error.problems.some((problem) => problem.code === "file-not-found");
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
}
