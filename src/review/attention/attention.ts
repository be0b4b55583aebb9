import {
  ATTENTION_CLASSES,
  attentionClass,
  countAttention,
  incompleteSources,
  type Seen,
} from "../../model/plan/attention.ts";
import { ACTIONS } from "../../model/plan/change.ts";
import type { AttentionClass, Finding } from "../../model/plan/finding.ts";
import type { Plan, PlanSummary } from "../../model/plan/plan.ts";
import type { Medium } from "../shared/medium.ts";
import { changesIn, countOf } from "../shared/totals.ts";
import { heldBackSentences, heldIn } from "./held-back.ts";

/** One class of what a review says first. */
export type AttentionPart = {
  readonly class: AttentionClass;
  /** `Held back`. */
  readonly name: string;
  /** `1 source could not be read in full: staff/hr`, `21 suspensions on hold for 3 days because …`; names in it are safe already. */
  readonly what: string;
  /** The same without names. */
  readonly short: string;
  readonly findings: readonly Finding[];
};

const NAMES: Readonly<Record<AttentionClass, string>> = {
  incomplete: "Incomplete",
  heldBack: "Held back",
  conflict: "Conflicts",
  frozen: "Left as they are",
};

/** Sources that a title names. */
const SOURCES = 5;

/** The first part of a review, in this order; empty where there is nothing of the kind. Pure. */
export function attentionParts(seen: Seen, medium: Medium): readonly AttentionPart[] {
  const sources = incompleteSources(seen.sources);
  const rest = sources.length - SOURCES;
  const names = sources.slice(0, SOURCES).map((name) => medium.name(name));
  const list = [...names, ...(rest > 0 ? [`and ${rest} more`] : [])].join(", ");
  return shortParts(seen).map((part) => {
    if (part.class === "incomplete" && sources.length > 0) return { ...part, what: `${part.short}: ${list}` };
    const held = part.class === "heldBack" ? heldIn(part.findings) : undefined;
    return held === undefined ? part : { ...part, what: heldBackSentences(held).join("; ") };
  });
}

/** `Incomplete: 1 source could not be read in full. Held back: 3 removals.`; empty where there is nothing. Pure. */
export function attentionLine(seen: Seen): string {
  return shortParts(seen)
    .map(({ name, short }) => `${name}: ${short}.`)
    .join(" ");
}

/** The findings that no part of the beginning shows. */
export function otherFindings(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter((finding) => attentionClass(finding) === undefined);
}

function shortParts(seen: Seen): readonly AttentionPart[] {
  const counts = countAttention(seen);
  return ATTENTION_CLASSES.filter((one) => counts[one] > 0).map((one) => {
    const findings = seen.findings.filter((finding) => attentionClass(finding) === one);
    const short = shortOf(one, counts[one], findings, seen);
    return { class: one, name: NAMES[one], what: short, short, findings };
  });
}

function shortOf(
  one: AttentionClass,
  count: number,
  findings: readonly Finding[],
  { sources }: Seen,
): string {
  if (one === "incomplete") return incompleteWords(count, incompleteSources(sources).length);
  // A finding without an address is about several accounts, which it names itself.
  const isNamed = findings.every(({ where }) => where.address !== undefined);
  if (one === "heldBack") return isNamed ? countOf(count, "removal") : "suspensions and deletions";
  return countOf(count, "account");
}

/** Sources that were read in full can lack something all the same. They come first, since the names of the others follow. */
function incompleteWords(count: number, unread: number): string {
  const lacking = count - unread;
  return [
    ...(lacking > 0
      ? [
          `${countOf(lacking, "source gives", "sources give")} less than is expected of ${lacking === 1 ? "it" : "them"}`,
        ]
      : []),
    ...(unread > 0 ? [`${countOf(unread, "source")} could not be read in full`] : []),
  ].join(", ");
}

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
