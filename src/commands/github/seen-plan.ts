import { splitByCause } from "../../engine/plan/causes.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { actionCounts } from "../../review/markdown/changes.ts";
import { refuse } from "../apply/carry-out.ts";
import { mergeDoubt, type Reviewed } from "./merged.ts";

/** A plan, and what was reviewed before it. */
export type Asked = {
  readonly plan: Plan;
  /** The plan file of the pull request, where it is at hand. */
  readonly approved: Plan | undefined;
  /** The pull request whose comment fits best; its digest may be another one. */
  readonly reviewed: Reviewed | undefined;
  /** The digest of `--digest`: what a plan job of this very run showed to those who approved its environment. */
  readonly shown: string | undefined;
  /** Whether a push started the run: that is for what its pull request showed, and for nothing else. */
  readonly byPush: boolean;
};

/**
 * Was this very plan, by its digest, before people's eyes: on the merged pull request, or in this run? Whether enough of
 * them approved it is another question. Throws RefusedError `plan-unapproved`, with how the plan differs.
 */
export function requireSeen({ plan, approved, reviewed, shown, byPush }: Asked): "pull request" | "run" {
  const isSame = reviewed?.marker.digest === plan.digest;
  const doubt = isSame ? mergeDoubt(reviewed) : undefined;
  if (isSame && doubt === undefined) return "pull request";
  if (!byPush && shown === plan.digest) return "run";
  if (reviewed === undefined) {
    const isOther = shown !== undefined && shown !== plan.digest;
    return refuse(
      "plan-unapproved",
      isOther ? "--digest" : "github apply",
      isOther
        ? `The plan has become another one than ${shown.slice(0, 80)}.`
        : "No merged pull request of this commit has a plan of this organisation in its comment, so nobody has seen this plan.",
      "Open a pull request: `zivsync github plan` writes what it would do into its comment. Nothing was applied.",
    );
  }
  const place = `pull request #${reviewed.pullRequest.number}`;
  if (doubt !== undefined)
    return refuse(
      "plan-unapproved",
      place,
      doubt,
      "Run the workflow by hand: it shows the plan to those who approve its environment. Or open a new pull request. Nothing was applied.",
    );
  return refuse(
    "plan-unapproved",
    place,
    `The plan has become another one since it was approved. ${differenceOf(plan, approved)}`,
    "Open a new pull request: its comment shows what is planned now. Nothing was applied.",
  );
}

function differenceOf(plan: Plan, approved: Plan | undefined): string {
  if (approved === undefined) return `Its digest is now ${plan.digest}.`;
  const { caused, prevented } = splitByCause(plan.changes, approved.changes);
  if (caused.length + prevented.length === 0)
    return "The changes are the same; what differs is the organisation, or what was accepted of the guards.";
  const fresh = actionCounts(caused) || "nothing";
  const gone = actionCounts(prevented) || "nothing";
  return `Planned now, and not approved: ${fresh}. Approved, and no longer planned: ${gone}.`;
}
