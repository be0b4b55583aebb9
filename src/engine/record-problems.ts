import { compareText, type SourceRecord } from "../model/account.ts";
import type { Address } from "../model/address.ts";
import type { Finding } from "../model/plan.ts";
import type { ProfilePolicy } from "../model/policy.ts";

/** A record with the source that gave it and the canonical address it is about. */
export type Placed = { readonly record: SourceRecord; readonly source: string; readonly address: Address };

/** What is wrong with the records of one address as such: two in one source, two kinds, cells nobody could read. */
export function groupProblems(policy: ProfilePolicy, address: Address, group: readonly Placed[]): Finding[] {
  if (group.length === 1 && group[0]?.record.problems.length === 0) return [];
  const findings: Finding[] = [];
  const places = new Map<string, string[]>();
  for (const { record, source } of group) places.set(source, [...(places.get(source) ?? []), record.where]);
  for (const [source, wheres] of places) {
    if (wheres.length < 2) continue;
    findings.push({
      code: "duplicate-record",
      severity: "error",
      summary: `${wheres.length} records have this address, and they may contradict each other: ${[...wheres].sort(compareText).join("; ")}. The account is left as it is.`,
      where: { profile: policy.name, source, address },
    });
  }
  if (new Set(group.map((entry) => entry.record.kind)).size > 1) {
    findings.push({
      code: "kind-mismatch",
      severity: "error",
      summary:
        "One record says that this is a personal account, another that it is a functional one. The account is left as it is.",
      where: { profile: policy.name, address, ...firstPlace(group) },
    });
  }
  for (const { record, source } of group) {
    for (const problem of record.problems) {
      findings.push({
        code: "record-unreadable",
        severity: "error",
        summary: `${problem.attribute}: ${problem.message} The account is left as it is.`,
        where: { profile: policy.name, source, place: record.where, kind: record.kind, address },
      });
    }
  }
  return findings;
}

export function firstPlace(group: readonly Placed[]): { source?: string; place?: string } {
  const first = group[0];
  return first ? { source: first.source, place: first.record.where } : {};
}
