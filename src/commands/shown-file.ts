import { RefusedError } from "../errors.ts";
import type { Plan } from "../model/plan.ts";
import { isCountedRight, recount } from "../model/recount.ts";
import { isDigestRight } from "../records/plan-file.ts";
import type { SealChecked } from "../review/plan-facts.ts";
import { markUnverified } from "../review/unverified.ts";

/** A plan file as people see it: what nothing protects is counted anew, or marked. */
export function asShown(plan: Plan, sealChecked: SealChecked): Plan {
  return sealChecked === "valid" ? plan : markUnverified(recount(plan));
}

/** Throws RefusedError `plan-tampered`; needs no key. Whoever reads a review without one may approve the digest below it. */
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
