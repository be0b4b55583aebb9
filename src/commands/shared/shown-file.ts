import type { Plan } from "../../model/plan/plan.ts";
import { isCountedRight, recount } from "../../model/plan/recount.ts";
import { RefusedError } from "../../model/values/errors.ts";
import type { SealChecked } from "../../review/shared/plan-facts.ts";
import { markUnverified } from "../../review/shared/unverified.ts";
import { isDigestRight } from "../../storage/plan/plan-file.ts";

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
  throw new RefusedError([
    {
      code: "plan-tampered",
      where: file,
      message,
      remedy: "Make a new plan and have that one reviewed.",
    },
  ]);
}
