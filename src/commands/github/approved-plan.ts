import { resolve } from "node:path";
import { validatePlan } from "../../config/schema/plan.ts";
import type { Acceptance } from "../../engine/guards/guards.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { InputError, RefusedError } from "../../model/values/errors.ts";
import { isDigestRight, readPlan } from "../../storage/plan/plan-file.ts";
import { isSealed, type SealKeys } from "../../storage/plan/seal.ts";
import type { CommandIo } from "../shared/io.ts";

/**
 * The plan file of the pull request. Artefacts are kept for some days only, so a file that is not there is reported and no
 * failure: the digest alone decides. Throws RefusedError for one that was changed.
 */
export async function readApproved(
  file: string | undefined,
  keys: SealKeys,
  io: CommandIo,
): Promise<Plan | undefined> {
  if (file === undefined) return undefined;
  try {
    const plan = await readPlan(resolve(file), validatePlan);
    if (isSealed(plan, keys) && isDigestRight(plan)) return plan;
  } catch (error) {
    if (!(error instanceof InputError) || error.problems[0]?.code !== "file-not-found") throw error;
    io.note(`There is no ${file}: a difference to the approved plan cannot be shown.`);
    return undefined;
  }
  throw new RefusedError({
    code: "plan-tampered",
    where: file,
    message: "The seal does not fit: the plan was changed, or made for another organisation or API key.",
    remedy: "Take the artefact of the run that `zivsync github approved-run` names.",
  });
}

/** The acceptances of guards with which a plan was made: the same plan can only be made with them. */
export function acceptedIn(plan: Plan | undefined): readonly Acceptance[] {
  return (plan?.guards ?? []).flatMap(({ guard, verdict, measured }) =>
    verdict === "accepted" && guard !== "protectedNobody" ? [{ guard, count: measured }] : [],
  );
}
