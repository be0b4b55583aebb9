import type { Finding, FindingCode, Severity } from "../../model/plan/finding.ts";
import { compareText } from "../../model/values/text.ts";
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

/** Findings of one group that say the same of several accounts of one source, in the order of the first. */
export type FindingCluster = readonly [Finding, ...Finding[]];

/** A statement about many accounts is made once. A finding about no account stays alone. */
export function clusterFindings(findings: readonly Finding[]): readonly FindingCluster[] {
  const clusters = new Map<string, [Finding, ...Finding[]]>();
  for (const [at, finding] of findings.entries()) {
    const { summary, where } = finding;
    const key =
      where.address === undefined ? String(at) : JSON.stringify([summary, where.profile, where.source]);
    const cluster = clusters.get(key);
    if (cluster) cluster.push(finding);
    else clusters.set(key, [finding]);
  }
  return [...clusters.values()];
}

/** A cluster in lines: one for a finding alone; else what is said, and below it whom it is about. */
export type ClusterLines = { readonly title: string; readonly accounts: readonly string[] };

/** Writes a cluster. `limit`: characters of what is said; that of removals names people, and is not cut. */
export function clusterLines([first, ...more]: FindingCluster, medium: Medium, limit?: number): ClusterLines {
  if (more.length === 0) return { title: findingLine(first, medium, limit), accounts: [] };
  const { profile, source } = first.where;
  return {
    title: `${medium.prose(first.summary, limit)}${placeOf([profile, source], medium)}`,
    accounts: [first, ...more].map(
      ({ where }) => `${subjectOf(where, medium)}${placeOf([where.place], medium)}`,
    ),
  };
}

/** One finding on one line: whom it is about, what it is, where. */
function findingLine({ summary, where }: Finding, medium: Medium, limit?: number): string {
  const subject = where.address === undefined ? "" : `${subjectOf(where, medium)}: `;
  return `${subject}${medium.prose(summary, limit)}${placeOf([where.profile, where.source, where.place], medium)}`;
}

function subjectOf({ address = "", fullName = "" }: Finding["where"], medium: Medium): string {
  return medium.person(fullName, address);
}

function placeOf(parts: readonly (string | undefined)[], medium: Medium): string {
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? "" : ` ${medium.quiet(`(${medium.name(known.join(", "))})`)}`;
}
