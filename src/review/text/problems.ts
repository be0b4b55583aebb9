import type { Seen } from "../../model/plan/attention.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { Problem } from "../../model/values/errors.ts";
import { attentionParts } from "../attention/attention.ts";
import {
  clusterFindings,
  clusterLines,
  type FindingCluster,
  findingTotals,
  groupFindings,
} from "../shared/findings.ts";
import { createTerminal } from "../shared/medium.ts";
import { neutralText } from "../shared/neutral.ts";
import { countOf } from "../shared/totals.ts";
import { createPaint, type Paint } from "./terminal/color.ts";
import { wrapText } from "./terminal/display-width.ts";

/** Messages are ours and whole; only what they quote could be endless. */
const MESSAGE = 2_000;
const PER_CODE = 20;

/** Problems for stderr: a block per problem (code and place, message, remedy), and how many there are. */
export function renderProblems(problems: readonly Problem[], { color }: { readonly color: boolean }): string {
  const paint = createPaint(color);
  const blocks = problems.map(({ code, where, message, remedy }) => {
    const place = where === undefined ? "" : ` ${neutralText(where, MESSAGE)}`;
    const lines = [
      `${paint.red(`error[${code}]`)}${paint.bold(place)}`,
      `  ${neutralText(message, MESSAGE)}`,
    ];
    if (remedy !== undefined) lines.push(`  ${neutralText(remedy, MESSAGE)}`);
    return `${lines.join("\n")}\n`;
  });
  if (problems.length > 1) blocks.push(`${countOf(problems.length, "problem")}.\n`);
  return blocks.join("\n");
}

export type FindingOptions = {
  readonly color: boolean;
  readonly width: number;
  readonly details?: boolean;
  /** Where the whole is, said when something is left out. */
  readonly hint?: string;
};

/** Findings by severity and code. Notes are only counted, and of a code 20 are shown, unless `details` is set. */
export function renderFindings(findings: readonly Finding[], options: FindingOptions): string {
  if (findings.length === 0) return "";
  const title = createPaint(options.color).bold(`Findings: ${findingTotals(findings)}`);
  const lines = findingLines(findings, options);
  const isShort =
    options.hint !== undefined && lines.length < findingLines(findings, { ...options, details: true }).length;
  return `${[title, ...lines, ...(isShort ? [`  ${options.hint}`] : [])].join("\n")}\n`;
}

/** The first part of a review: a title for each class, and its findings. A name whose removal is held back is never shortened. */
export function attentionLines(seen: Seen, options: FindingOptions): readonly string[] {
  const paint = createPaint(options.color);
  return attentionParts(seen, createTerminal(createPaint(false))).flatMap((part) => [
    ...wrapText(`${part.name}: ${part.what}`, options.width, 0).map((line) => paint.bold(paint.yellow(line))),
    ...findingLines(part.findings, part.class === "heldBack" ? { ...options, details: true } : options),
  ]);
}

function findingLines(findings: readonly Finding[], options: FindingOptions): readonly string[] {
  const { details = false, color } = options;
  const paint = createPaint(color);
  return groupFindings(findings).flatMap((group) => {
    const { severity, code } = group;
    const title = `${severity === "info" ? "note" : severity} ${code} (${group.findings.length})`;
    const head = `  ${severity === "error" ? paint.red(title) : severity === "warning" ? paint.yellow(title) : title}`;
    if (severity === "info" && !details) return [head];
    const shown = details ? group.findings : group.findings.slice(0, PER_CODE);
    const rest = group.findings.length - shown.length;
    return [
      head,
      ...clusterFindings(shown).flatMap((cluster) => wrappedCluster(cluster, options, paint)),
      ...(rest > 0 ? [`    … and ${rest} more`] : []),
    ];
  });
}

/** Colour goes on after wrapping: a line ends with the colour it began with. */
function wrappedCluster(
  cluster: FindingCluster,
  { width, details = false }: FindingOptions,
  paint: Paint,
): readonly string[] {
  const plain = createTerminal(createPaint(false));
  const { title, accounts } = clusterLines(cluster, plain, details ? Number.POSITIVE_INFINITY : undefined);
  const lines = [...wrapText(title, width, 4), ...accounts.flatMap((account) => wrapText(account, width, 6))];
  return cluster[0].severity === "info" ? lines.map(paint.dim) : lines;
}
