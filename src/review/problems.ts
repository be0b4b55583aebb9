import type { Problem } from "../errors.ts";
import type { Finding } from "../model/plan.ts";
import { wrapText } from "./display-width.ts";
import { findingLine, findingTotals, groupFindings } from "./finding-groups.ts";
import { createTerminal } from "./medium.ts";
import { neutralText } from "./neutral.ts";
import { createPaint, type Paint } from "./paint.ts";
import { countOf } from "./totals.ts";

/** Messages are ours and whole; only what they quote could be endless. */
const MESSAGE = 2_000;
const PER_CODE = 20;

/** What is wrong, for stderr: a block per problem (code and place, message, remedy), and how many there are. */
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

export type FindingOptions = { readonly color: boolean; readonly width: number; readonly details?: boolean };

/** Findings by severity and code. Notes are only counted, and of a code 20 are shown, unless `details` is set. */
export function renderFindings(findings: readonly Finding[], options: FindingOptions): string {
  if (findings.length === 0) return "";
  const paint = createPaint(options.color);
  const details = options.details ?? false;
  const lines = [paint.bold(`Findings: ${findingTotals(findings)}`)];
  for (const group of groupFindings(findings)) {
    const { severity, code } = group;
    const title = `${severity === "info" ? "note" : severity} ${code} (${group.findings.length})`;
    lines.push(
      `  ${severity === "error" ? paint.red(title) : severity === "warning" ? paint.yellow(title) : title}`,
    );
    if (severity === "info" && !details) continue;
    const shown = details ? group.findings : group.findings.slice(0, PER_CODE);
    lines.push(...shown.flatMap((finding) => wrappedFinding(finding, options.width, paint)));
    const rest = group.findings.length - shown.length;
    if (rest > 0) lines.push(`    … and ${rest} more`);
  }
  return `${lines.join("\n")}\n`;
}

/** Colour goes on after wrapping: a line ends with the colour it began with. */
function wrappedFinding(finding: Finding, width: number, paint: Paint): readonly string[] {
  const plain = createTerminal(createPaint(false));
  const lines = wrapText(findingLine(finding, plain), width, 4);
  return finding.severity === "info" ? lines.map(paint.dim) : lines;
}
