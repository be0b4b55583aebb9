import { isRemoval } from "../../model/plan/change.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { totalsLine } from "../attention/attention.ts";
import { MARKDOWN } from "../shared/medium.ts";
import { aboutLines, type SealChecked } from "../shared/plan-facts.ts";
import { changesIn } from "../shared/totals.ts";
import { changeSection, takeRemovals } from "./changes.ts";
import { Room } from "./fit.ts";
import {
  attentionPart,
  attentionSections,
  findingSection,
  guardSection,
  refusalPart,
  sourceSection,
  totalsTable,
  waitSection,
} from "./sections.ts";

/** GitHub takes 65,536 characters in a comment; the rest is room for what is put around a plan. */
const COMMENT = 64_000;

export type MarkdownOptions = { readonly sealChecked: SealChecked; readonly maxCharacters?: number };

/**
 * A plan for a pull request's comment, in at most `maxCharacters` (from 4,000 on): totals, what is refused, what is
 * incomplete, held back, in conflict or left as it is, every suspension and deletion by name, the rest folded. What does not fit is counted; suspensions and deletions are cut last of all.
 */
export function renderMarkdown(
  plan: Plan,
  { sealChecked, maxCharacters = COMMENT }: MarkdownOptions,
): string {
  const head = `### ${totalsLine(plan)}\n\n${totalsTable(plan)}\n${refusalPart(plan)}${attentionPart(plan)}`;
  const foot = aboutLines(plan, MARKDOWN, sealChecked)
    .map((line) => `- ${line}\n`)
    .join("");
  const room = new Room(maxCharacters - head.length - foot.length);
  const profiles = plan.configuration.profiles.length > 1;
  const others = plan.changes.filter((change) => !isRemoval(change));
  const title = changesIn(plan.summary) === others.length ? "Changes" : "Other changes";
  const budget = room.left - Math.max(0, Math.min(1_000, room.left / 4));
  const removed = { changes: plan.changes, profiles, deletedAfterDays: plan.deletedAfterDays };
  const removals = takeRemovals(room, removed, budget);
  const attention = attentionSections(plan).map((section) => room.take(section, room.left / 2));
  const waits = room.take(waitSection(plan), room.left / 4);
  const guards = room.take(guardSection(plan), room.left / 4);
  const sources = room.take(sourceSection(plan), room.left / 4);
  const findings = room.take(findingSection(plan.findings), room.left / 2);
  const changes = room.take(changeSection(`${title} (${others.length})`, { changes: others, profiles }));
  const comment = head + attention.join("") + waits + removals + findings + changes + guards + sources + foot;
  return comment.length <= maxCharacters
    ? comment
    : `${totalsLine(plan)}\n`.slice(0, Math.max(0, maxCharacters));
}
