import { loadConfiguration } from "../../config/load.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { isCountedRight, recount } from "../../model/plan/recount.ts";
import { RefusedError, ZivsyncError } from "../../model/values/errors.ts";
import { markUnverified, type SealChecked } from "../../review/shared/plan-facts.ts";
import { isDigestRight } from "../../storage/plan/plan-file.ts";
import { isSealed, type SealKeys } from "../../storage/plan/seal.ts";
import { readSealKeys } from "./connect.ts";
import type { CommandIo, CommonOptions } from "./io.ts";

/** A plan file as people see it: what nothing protects is counted again, or marked. */
export function asShown(plan: Plan, sealChecked: SealChecked): Plan {
  return sealChecked === "valid" ? plan : markUnverified(recount(plan));
}

/** Throws RefusedError `plan-tampered`; needs no key. A reader without a key may approve the digest below a review. */
export function requireDigest(plan: Plan, file: string): void {
  if (isDigestRight(plan)) return;
  refuseTampered(
    file,
    "The digest does not fit the changes: what would be shown is not what the digest stands for.",
  );
}

/** Throws RefusedError `plan-tampered`: whoever signs has to be shown the totals that the changes have. */
export function requireCounts(plan: Plan, file: string): void {
  if (isCountedRight(plan)) return;
  refuseTampered(file, "The totals that the plan names are not those of its changes and guards.");
}

function refuseTampered(file: string, message: string): never {
  throw new RefusedError({
    code: "plan-tampered",
    where: file,
    message,
    remedy: "Make a new plan and have that one reviewed.",
  });
}

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
  throw new RefusedError({
    code: "plan-tampered",
    where: file,
    message:
      "The seal does not fit: the plan was changed after it was made, so nothing it says can be believed.",
    remedy: "Make a new plan and have that one reviewed.",
  });
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
