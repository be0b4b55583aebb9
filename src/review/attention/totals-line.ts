import { ACTIONS } from "../../model/plan/change.ts";
import type { Plan, PlanSummary } from "../../model/plan/plan.ts";
import { changesIn, countOf } from "../shared/totals.ts";
import { attentionLine } from "./attention.ts";

/**
 * The first line of every review. Where nothing changes it says so, and claims that the accounts are right only when
 * every source was read in full, no removal is held back and no account was left out.
 */
export function totalsLine(plan: Plan): string {
  const { summary } = plan;
  if (changesIn(summary) > 0) {
    const actions = ACTIONS.map((action) => `${summary[action]} to ${action}`).join(", ");
    const effort = `${countOf(summary.requests, "request")}, about ${summary.seconds} s at the rate limit.`;
    return `Plan: ${actions}; ${restOf(summary)} ${effort}`;
  }
  return `No changes. ${verdictOf(plan)} ${restOf(summary)}`;
}

function restOf({ unchanged, unmanaged }: PlanSummary): string {
  return `${unchanged} unchanged, ${unmanaged} unmanaged.`;
}

function verdictOf(plan: Plan): string {
  const attention = attentionLine(plan);
  if (attention !== "") return attention;
  if (plan.sources.length === 0) return "No source was read for this plan.";
  if (plan.configuration.only !== null) return "The one account that was planned is as the sources say.";
  return "The live accounts are as the sources say.";
}
