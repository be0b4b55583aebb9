import type { Finding } from "../../model/plan/finding.ts";
import type { Start } from "./journal.ts";

export type Findings = Finding[];

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
