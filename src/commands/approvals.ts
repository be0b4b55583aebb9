import { join } from "node:path";
import type { ApprovalPolicy } from "../config/configuration.ts";
import { RefusedError } from "../errors.ts";
import type { Plan } from "../model/plan.ts";
import { type Approval, approvalsPath, checkApprovals, readApprovals } from "../records/approval.ts";
import type { CommandIo } from "./io.ts";

/**
 * Checks the signatures beside a plan against the policy and the approvers that are checked out, never against anything
 * inside the plan. Throws RefusedError `plan-unapproved` with what is there and what is missing.
 */
export async function requireApprovals(
  plan: Plan,
  path: string,
  policy: ApprovalPolicy,
  directory: string,
  io: CommandIo,
): Promise<void> {
  const signatures = await readApprovals(approvalsPath(path));
  const approvals = await checkApprovals(plan.digest, signatures, join(directory, "approvers"));
  const judged = approvals.map((approval) => withoutAuthor(approval, plan, policy));
  const counting = judged.flatMap((approval) => ("principal" in approval ? [approval.principal] : []));
  const removes = plan.changes.some(({ action }) => action === "suspend" || action === "delete");
  const needed = removes ? policy.forRemovals : policy.required;
  if (counting.length >= needed) {
    io.note(`Approved by ${counting.join(", ")}.`);
    return;
  }
  const other = judged.flatMap((approval) => ("invalid" in approval ? [approval.invalid] : []));
  const there = counting.length > 0 ? `${counting.length} (${counting.join(", ")})` : "none";
  throw new RefusedError([
    {
      code: "plan-unapproved",
      where: approvalsPath(path),
      message: `The plan needs ${needed} ${needed === 1 ? "approval" : "approvals"}${removes ? ", since it suspends or deletes" : ""}, and there ${counting.length === 1 ? "is" : "are"} ${there}.${other.length > 0 ? ` Not counted: ${other.join("; ")}.` : ""}`,
      remedy:
        "Have it reviewed and signed by people who stand in the file `approvers`: `zivsync approve plan.json`.",
    },
  ]);
}

function withoutAuthor(approval: Approval, plan: Plan, policy: ApprovalPolicy): Approval {
  const author = plan.configuration.git?.author.toLowerCase();
  if (policy.selfApproval || "invalid" in approval || approval.principal.toLowerCase() !== author)
    return approval;
  return { invalid: `${approval.principal} wrote the configuration, and an author does not approve it` };
}
