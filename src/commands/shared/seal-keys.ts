import { loadConfiguration } from "../../config/load.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { RefusedError, ZivsyncError } from "../../model/values/errors.ts";
import { isSealed, type SealKeys } from "../../storage/plan/seal.ts";
import { readSealKeys } from "./connect.ts";
import type { CommandIo, CommonOptions } from "./io.ts";

/**
 * Checks a plan's seal where the API key is at hand. A plan of another organisation, or made with another key, cannot be
 * checked; one of ours that does not fit is refused.
 */
export async function sealAtHand(
  plan: Plan,
  file: string,
  options: CommonOptions,
  io: CommandIo,
): Promise<"valid" | "unchecked"> {
  const keys = await keysAtHand(options, io);
  if (keys === undefined || plan.target.organization !== keys.organization) return "unchecked";
  if (isSealed(plan, keys)) return "valid";
  throw new RefusedError([
    {
      code: "plan-tampered",
      where: file,
      message:
        "The seal does not fit: the plan was changed after it was made, so nothing it says can be believed.",
      remedy: "Make a new plan and have that one reviewed.",
    },
  ]);
}

async function keysAtHand(options: CommonOptions, io: CommandIo): Promise<SealKeys | undefined> {
  try {
    return await readSealKeys(await loadConfiguration(options.directory), io);
  } catch (error) {
    const isShort = error instanceof ZivsyncError && error.problems[0]?.code === "seal-key-short";
    if (error instanceof ZivsyncError && !isShort) return undefined;
    throw error;
  }
}
