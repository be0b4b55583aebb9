import { ACTIONS, type Finding, type Plan } from "../model/plan.ts";
import { type FindingGroup, findingLine, findingTotals, groupFindings } from "./finding-groups.ts";
import { acceptOptions, guardMeasure, guardScope, refusalLine, refusals } from "./guard-wording.ts";
import { fitSection, folded, type Section } from "./markdown-fit.ts";
import { MARKDOWN } from "./medium.ts";
import { aboutLines, type SealChecked } from "./plan-facts.ts";
import { isRemoval, type PlannedChange, showChange } from "./shown-change.ts";
import type { ShownField } from "./shown-field.ts";
import { changesIn, countOf, totalsLine } from "./totals.ts";

/** GitHub takes 65,536 characters in a comment; the rest is room for what is put around a plan. */
const COMMENT = 64_000;
const LIST_ITEMS = 10;
const PER_CODE = 20;
const ROWS = 20;

export type MarkdownOptions = { readonly sealChecked: SealChecked; readonly maxCharacters?: number };

/**
 * A plan for a pull request's comment, in at most `maxCharacters` (from 4,000 on): totals, what is refused, every suspension
 * and deletion by name, the rest folded. What does not fit is counted; suspensions and deletions are cut last of all.
 */
export function renderMarkdown(
  plan: Plan,
  { sealChecked, maxCharacters = COMMENT }: MarkdownOptions,
): string {
  const head = `### ${totalsLine(plan)}\n\n${totalsTable(plan)}\n${refusalPart(plan)}`;
  const foot = aboutLines(plan, MARKDOWN, sealChecked)
    .map((line) => `- ${line}\n`)
    .join("");
  let left = maxCharacters - head.length - foot.length;
  const take = (section: Section | undefined, budget: number): string => {
    const text = section ? fitSection(section, budget).text : "";
    left -= text.length;
    return text;
  };
  const reserve = Math.max(0, Math.min(1_000, left / 4));
  const removals = take(removalSection(plan, left / 2, left - reserve), left - reserve);
  const guards = take(guardSection(plan), left / 4);
  const sources = take(sourceSection(plan), left / 4);
  const findings = take(findingSection(plan.findings), left / 2);
  const changes = take(changeSection(plan), left);
  const comment = head + removals + findings + changes + guards + sources + foot;
  return comment.length <= maxCharacters
    ? comment
    : `${totalsLine(plan)}\n`.slice(0, Math.max(0, maxCharacters));
}

function totalsTable({ summary }: Plan): string {
  const columns = [...ACTIONS, "unchanged", "unmanaged", "requests"] as const;
  const cells = columns.map((column) => summary[column]);
  return [columns, columns.map(() => "--:"), cells].map((row) => `| ${row.join(" | ")} |\n`).join("");
}

function refusalPart({ applicable, guards }: Plan): string {
  if (applicable) return "";
  const refused = refusals(guards);
  const options = acceptOptions(guards);
  const by = refused.length === 0 ? "" : ` by ${countOf(refused.length, "guard")}`;
  const rest = refused.length - ROWS;
  const accept =
    options.length > ROWS
      ? "If exactly this is wanted: `zivsync show` prints every option that accepts it."
      : `If exactly this is wanted, plan again, with the same options and these: \`${options.join(" ")}\``;
  const lines = [
    "[!CAUTION]",
    `**Refused${by}: nothing of this plan can be applied.**`,
    ...refused.slice(0, ROWS).map((result) => `- ${refusalLine(result, MARKDOWN)}`),
    ...(rest > 0 ? [`- … and ${rest} more`] : []),
    ...(options.length === 0 ? [] : ["", accept]),
  ];
  return `${lines.map((line) => `> ${line}`.trimEnd()).join("\n")}\n\n`;
}

/** With what changes as long as that is less than `comfortable`; past it by name only, and cut only past `budget`. */
function removalSection(plan: Plan, comfortable: number, budget: number): Section | undefined {
  const removals = plan.changes.filter(isRemoval);
  if (removals.length === 0) return undefined;
  const open = `**Suspensions and deletions (${removals.length})**\n\n`;
  const section = (entry: (change: PlannedChange) => string): Section => ({
    open,
    ...each(removals, entry),
    more: (from) => `- … and ${moreOf(removals.slice(from))}\n`,
    close: "\n",
  });
  const detailed = section((change) => changeEntry(change, plan));
  if (fitSection(detailed, Math.min(comfortable, budget)).whole) return detailed;
  return section(({ action, address }) => `- ${action} ${MARKDOWN.address(address)}\n`);
}

function each<T>(items: readonly T[], write: (item: T) => string): Pick<Section, "count" | "entry"> {
  return {
    count: items.length,
    entry: (at) =>
      items
        .slice(at, at + 1)
        .map(write)
        .join(""),
  };
}

function changeSection(plan: Plan): Section | undefined {
  const changes = plan.changes.filter((change) => !isRemoval(change));
  if (changes.length === 0) return undefined;
  const title = changesIn(plan.summary) === changes.length ? "Changes" : "Other changes";
  return {
    ...folded(`${title} (${changes.length})`),
    ...each(changes, (change) => changeEntry(change, plan)),
    more: (from) => `- … and ${moreOf(changes.slice(from))}\n`,
  };
}

/** `762 more: 700 to create, 62 to update`. */
function moreOf(changes: readonly PlannedChange[]): string {
  const counts = ACTIONS.map((action) => ({
    action,
    count: changes.filter((change) => change.action === action).length,
  }));
  const parts = counts.filter(({ count }) => count > 0).map(({ action, count }) => `${count} to ${action}`);
  return `${changes.length} more: ${parts.join(", ")}`;
}

function changeEntry(change: PlannedChange, plan: Plan): string {
  const shown = showChange(change, MARKDOWN, LIST_ITEMS);
  const profile = plan.configuration.profiles.length > 1 ? ` (${shown.profile})` : "";
  const name = shown.fullName === "" ? "" : ` ${shown.fullName}`;
  const head = `- **${shown.action}** ${shown.kind} ${shown.address}${name}${profile}\n`;
  return head + shown.fields.map(fieldEntry).join("");
}

function fieldEntry({ label, text, items, origin }: ShownField): string {
  const shown = text === "" ? items.join(", ") : text;
  return `  - ${label}: ${shown}${origin === "" ? "" : ` (${origin})`}\n`;
}

function findingSection(findings: readonly Finding[]): Section | undefined {
  if (findings.length === 0) return undefined;
  const lines = groupFindings(findings).flatMap(findingLines);
  return {
    ...folded(`Findings: ${findingTotals(findings)}`),
    ...each(lines, ({ text }) => text),
    more: (from) => {
      const rest = lines.slice(from).reduce((sum, { counts }) => sum + counts, 0);
      return rest === 0 ? "" : `- … and ${countOf(rest, "more finding")}\n`;
    },
  };
}

/** A group's lines, each with how many findings are lost with it: of notes, the title stands for all. */
function findingLines({
  code,
  severity,
  findings,
}: FindingGroup): readonly { text: string; counts: number }[] {
  const total = findings.length;
  if (severity === "info") return [{ text: `- **note** \`${code}\` (${total})\n`, counts: total }];
  const shown = findings.slice(0, PER_CODE);
  const rest = total - shown.length;
  return [
    { text: `- **${severity}** \`${code}\` (${total})\n`, counts: 0 },
    ...shown.map((finding) => ({ text: `  - ${findingLine(finding, MARKDOWN)}\n`, counts: 1 })),
    ...(rest > 0 ? [{ text: `  - … and ${rest} more\n`, counts: rest }] : []),
  ];
}

function guardSection({ guards }: Plan): Section | undefined {
  if (guards.length === 0) return undefined;
  const order = [...guards].sort((a, b) => Number(a.verdict === "passed") - Number(b.verdict === "passed"));
  return {
    ...folded(`Guards (${guards.length})`),
    ...each(
      order,
      (result) => `- ${guardScope(result, MARKDOWN)}: ${result.verdict} (${guardMeasure(result)})\n`,
    ),
    more: (from) => `- … and ${guards.length - from} more\n`,
  };
}

function sourceSection({ sources }: Plan): Section | undefined {
  if (sources.length === 0) return undefined;
  const incomplete = sources.filter(({ complete }) => !complete).length;
  const order = [...sources].sort((a, b) => Number(a.complete) - Number(b.complete));
  return {
    ...folded(`Sources (${sources.length}${incomplete > 0 ? `, ${incomplete} incomplete` : ""})`),
    ...each(order, ({ profile, name, type, records, complete }) => {
      const state = complete ? "complete" : "**incomplete**: nothing that rests on it is removed";
      return `- ${MARKDOWN.name(`${profile}/${name}`)} (${MARKDOWN.name(type)}): ${countOf(records, "record")}, ${state}\n`;
    }),
    more: (from) => `- … and ${sources.length - from} more\n`,
  };
}
