import type { Plan } from "../../model/plan/plan.ts";
import { removalIn } from "../../model/plan/removals.ts";
import { MARKDOWN } from "../shared/medium.ts";
import { countOf } from "../shared/totals.ts";

/** How many people must approve, and where; without `github`, by signing the plan. */
export type ApprovalNeeds = {
  readonly required: number;
  readonly forRemovals: number;
  readonly selfApproval: boolean;
  readonly github?: { readonly environment: string };
};

/** The way a plan on a pull request is approved and applied, in Markdown. */
export function approvalSteps(plan: Plan, approval: ApprovalNeeds | undefined): string {
  if (!plan.applicable) return "A refused plan is not applied, also after a merge.\n";
  if (plan.changes.length === 0) return "There is nothing to apply.\n";
  const steps = [
    ...(approval === undefined ? [] : [neededText(plan, approval)]),
    `After the merge zivsync plans again, and applies the plan only if its digest is still ${MARKDOWN.name(plan.digest)}.`,
  ];
  return `**To apply this**, merge the pull request. ${steps.join(" ")}\n`;
}

function neededText(plan: Plan, approval: ApprovalNeeds): string {
  const { required, forRemovals, selfApproval, github } = approval;
  const removal = removalIn(plan.changes);
  const needed = countOf(removal === undefined ? required : forRemovals, "approval");
  const why = removal !== undefined && forRemovals > required ? `, since it ${removal}` : "";
  const author = selfApproval ? "" : " The author does not count.";
  if (github === undefined)
    return `It needs ${needed}${why}: by \`zivsync approve\` with the plan file.${author}`;
  return `It needs ${needed}${why}: reviews of the latest commit, or approvals of the environment ${MARKDOWN.name(github.environment)}.${author}`;
}
