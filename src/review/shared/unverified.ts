import type { Origin } from "../../model/account/account.ts";
import type { FieldChange } from "../../model/plan/change.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { Plan } from "../../model/plan/plan.ts";

/**
 * A plan whose seal could not be checked, for showing: what its digest does not cover is marked wherever people read it.
 * Where a value was changed since is left out, as no mark could stand beside it.
 */
export function markUnverified(plan: Plan): Plan {
  return {
    ...plan,
    findings: plan.findings.map(markFinding),
    changes: plan.changes.map((change) => ({ ...change, fields: change.fields.map(markField) })),
  };
}

function markFinding(finding: Finding): Finding {
  return { ...finding, summary: `Unverified: ${finding.summary}` };
}

function markField({ changedIn: _, ...field }: FieldChange): FieldChange {
  return field.origin === undefined ? field : { ...field, origin: markOrigin(field.origin) };
}

function markOrigin({ source, ...place }: Origin): Origin {
  return { source: source === "" ? "unverified" : `unverified: ${source}`, ...place };
}
