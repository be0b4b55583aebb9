import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Problem, ZivsyncError } from "../../src/model/values/errors.ts";

/** An empty folder that goes when the test ends. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "zivsync-state-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The problems that an attempt ends in, with the kind of its error. */
export async function troubleOf(
  attempt: Promise<unknown>,
): Promise<{ readonly name: string; readonly problems: readonly Problem[] }> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof ZivsyncError) return { name: error.name, problems: error.problems };
    throw error;
  }
  return { name: "no error", problems: [] };
}
