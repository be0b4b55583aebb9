import { compareText } from "../model/account.ts";
import type { Finding, FindingCode, Severity } from "../model/plan.ts";
import type { Medium } from "./medium.ts";
import { countOf } from "./totals.ts";

const SEVERITIES: readonly Severity[] = ["error", "warning", "info"];

/** Findings of one code and severity, in their own order. */
export type FindingGroup = {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly findings: readonly Finding[];
};

/** Errors first, then by code. */
export function groupFindings(findings: readonly Finding[]): readonly FindingGroup[] {
  const groups = new Map<string, { code: FindingCode; severity: Severity; findings: Finding[] }>();
  for (const finding of findings) {
    const key = `${SEVERITIES.indexOf(finding.severity)} ${finding.code}`;
    const group = groups.get(key);
    if (group) group.findings.push(finding);
    else groups.set(key, { code: finding.code, severity: finding.severity, findings: [finding] });
  }
  return [...groups].sort(([a], [b]) => compareText(a, b)).map(([, group]) => group);
}

/** `1 error, 3 warnings, 4 notes`; infos are called notes. */
export function findingTotals(findings: readonly Finding[]): string {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return [
    countOf(count("error"), "error"),
    countOf(count("warning"), "warning"),
    countOf(count("info"), "note"),
  ].join(", ");
}

/** One finding on one line: whom it is about, what it is, where. */
export function findingLine({ summary, where }: Finding, medium: Medium): string {
  const subject = where.address === undefined ? "" : `${medium.address(where.address)}: `;
  const places = [where.profile, where.source, where.place].filter((part) => part !== undefined);
  const place = places.length === 0 ? "" : ` ${medium.quiet(`(${medium.name(places.join(", "))})`)}`;
  return `${subject}${medium.prose(summary)}${place}`;
}
