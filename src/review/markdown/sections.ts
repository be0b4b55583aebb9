import { ACTIONS } from "../../model/plan/change.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { attentionParts, otherFindings } from "../attention/attention.ts";
import {
  clusterFindings,
  clusterLines,
  type FindingCluster,
  type FindingGroup,
  findingTotals,
  groupFindings,
} from "../shared/findings.ts";
import { acceptOptions, guardMeasure, guardScope, refusalLine, refusals } from "../shared/guards.ts";
import { MARKDOWN } from "../shared/medium.ts";
import { countOf } from "../shared/totals.ts";
import { waitLines } from "../standing/waits.ts";
import { each, folded, type Section } from "./fit.ts";

/*
 * The parts of a plan in Markdown that hold no changes. All of them may be cut.
 */

const PER_CODE = 20;
const ROWS = 20;

/** The totals as a table: one column an action. */
export function totalsTable({ summary }: Plan): string {
  const columns = [...ACTIONS, "unchanged", "unmanaged", "requests"] as const;
  const cells = columns.map((column) => summary[column]);
  return [columns, columns.map(() => "--:"), cells].map((row) => `| ${row.join(" | ")} |\n`).join("");
}

/** The refusals of the guards and how to accept them; empty for a plan that can be applied. */
export function refusalPart({ applicable, guards }: Plan): string {
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

/** The incomplete, held back and conflicting parts: one line each; empty where there are none. */
export function attentionPart(plan: Plan): string {
  const lines = attentionParts(plan, MARKDOWN).map(({ name, what }) => `> - **${name}**: ${what}\n`);
  return lines.length === 0 ? "" : `> [!WARNING]\n${lines.join("")}\n`;
}

/** The findings of each of those lines. Whose removal is held back is never shortened, only cut where a page ends. */
export function attentionSections(plan: Plan): readonly Section[] {
  return attentionParts(plan, MARKDOWN)
    .filter(({ findings }) => findings.length > 0)
    .map((part) =>
      foldedFindings(
        `${part.name}: ${part.short}`,
        part.findings,
        part.class === "heldBack" ? Number.POSITIVE_INFINITY : PER_CODE,
      ),
    );
}

/** The other findings, by severity and code. */
export function findingSection(findings: readonly Finding[]): Section | undefined {
  const others = otherFindings(findings);
  if (others.length === 0) return undefined;
  return foldedFindings(`Findings: ${findingTotals(others)}`, others, PER_CODE);
}

function foldedFindings(title: string, findings: readonly Finding[], perCode: number): Section {
  const lines = groupFindings(findings).flatMap((group) => groupLines(group, perCode));
  return {
    ...folded(title),
    ...each(lines, ({ text }) => text),
    more: (from) => {
      const rest = lines.slice(from).reduce((sum, { counts }) => sum + counts, 0);
      return rest === 0 ? "" : `- … and ${countOf(rest, "more finding")}\n`;
    },
  };
}

type Line = { readonly text: string; readonly counts: number };

/** A group's lines, each with how many findings are lost with it: of notes, the title stands for all. */
function groupLines({ code, severity, findings }: FindingGroup, perCode: number): readonly Line[] {
  const total = findings.length;
  if (severity === "info") return [{ text: `- **note** \`${code}\` (${total})\n`, counts: total }];
  const shown = findings.slice(0, perCode);
  const rest = total - shown.length;
  return [
    { text: `- **${severity}** \`${code}\` (${total})\n`, counts: 0 },
    ...clusterFindings(shown).flatMap((cluster) => clusterEntries(cluster, perCode)),
    ...(rest > 0 ? [{ text: `  - … and ${rest} more\n`, counts: rest }] : []),
  ];
}

function clusterEntries(cluster: FindingCluster, perCode: number): readonly Line[] {
  const { title, accounts } = clusterLines(cluster, MARKDOWN, Number.isFinite(perCode) ? undefined : perCode);
  return [
    { text: `  - ${title}\n`, counts: accounts.length === 0 ? 1 : 0 },
    ...accounts.map((account) => ({ text: `    - ${account}\n`, counts: 1 })),
  ];
}

/** Every guard's measurement, those that did not pass first. */
export function guardSection({ guards }: Plan): Section | undefined {
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

/** The results of the sources, incomplete ones first. */
export function sourceSection({ sources }: Plan): Section | undefined {
  if (sources.length === 0) return undefined;
  const incomplete = sources.filter(({ complete }) => !complete).length;
  const order = [...sources].sort((a, b) => Number(a.complete) - Number(b.complete));
  return {
    ...folded(`Sources (${sources.length}${incomplete > 0 ? `, ${incomplete} incomplete` : ""})`),
    ...each(order, ({ profile, name, type, records, complete }) => {
      const state = complete
        ? "complete"
        : "**incomplete**: it could not be read in full, and nothing that rests on it is removed";
      return `- ${MARKDOWN.name(`${profile}/${name}`)} (${MARKDOWN.name(type)}): ${countOf(records, "record")}, ${state}\n`;
    }),
    more: (from) => `- … and ${sources.length - from} more\n`,
  };
}

/** The reason why the changes of a waiting part wait; undefined for any other plan. */
export function waitSection(plan: Plan): Section | undefined {
  const lines = waitLines(plan, MARKDOWN);
  if (lines.length === 0) return undefined;
  return {
    open: "**Why they wait for people**\n\n",
    ...each(lines, (line) => `- ${line}\n`),
    more: (from) => `- … and ${countOf(lines.length - from, "more reason")}\n`,
    close: "\n",
  };
}
