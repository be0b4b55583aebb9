import type { Finding } from "../../model/plan/finding.ts";
import type { Start } from "./journal.ts";

/** A value, and what is to be said of how it came about. */
export type Found<T> = { readonly value: T; readonly findings: readonly Finding[] };

export function found<T>(value: T, ...findings: readonly Finding[]): Found<T> {
  return { value, findings };
}

/** A finding about the account of a journalled change. */
export function about(
  start: Start,
  code: Finding["code"],
  severity: Finding["severity"],
  summary: string,
): Finding {
  return {
    code,
    severity,
    summary,
    where: { profile: start.profile, kind: start.kind, address: start.address },
  };
}
