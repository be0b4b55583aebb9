import { ACTIONS, type Plan, type PlanSummary } from "../model/plan.ts";

/** `1 request`, `11 requests`. */
export function countOf(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** How many accounts a plan changes. */
export function changesIn(summary: PlanSummary): number {
  return ACTIONS.reduce((sum, action) => sum + summary[action], 0);
}

/**
 * The first line of every review. Where nothing changes it says so, and claims that the accounts are right only when
 * every source was read whole and no account was left out.
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

function verdictOf({ sources, findings, configuration }: Plan): string {
  const incomplete = sources.filter((source) => !source.complete).length;
  const errors = findings.filter((finding) => finding.severity === "error").length;
  if (incomplete > 0 || errors > 0) {
    const unknown = [
      ...(incomplete > 0 ? [`${countOf(incomplete, "source")} could not be read whole`] : []),
      ...(errors > 0 ? [`${countOf(errors, "error")} among the findings`] : []),
    ];
    return `But not all is known: ${unknown.join(", ")}.`;
  }
  if (sources.length === 0) return "No source was read for this plan.";
  if (configuration.only !== null) return "The one account that was planned is as the sources say.";
  return "The live accounts are as the sources say.";
}
