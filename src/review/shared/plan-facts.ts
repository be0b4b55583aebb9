import type { Origin } from "../../model/account/account.ts";
import type { FieldChange } from "../../model/plan/change.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { Medium } from "./medium.ts";

/** Whether the plan's seal was checked. A seal that is wrong is never rendered: it is refused before. */
export type SealChecked = "valid" | "unchecked";

const PROFILES = 20;

/** The bindings of the plan, a line each; the digest, which approvals name, comes near the end, the seal last. */
export function aboutLines(plan: Plan, medium: Medium, sealChecked: SealChecked): readonly string[] {
  const { target, configuration, live } = plan;
  return [
    `Target: ${medium.name(target.url)}, organization ${medium.name(target.organization)}`,
    `Live: ${live.personal} personal, ${live.functional} functional`,
    `Profiles: ${profileList(configuration.profiles, medium)}`,
    ...(configuration.only === null
      ? []
      : [`Only: ${medium.address(configuration.only)}; no other account was planned`]),
    `Configuration: ${commitOf(configuration.git, medium)}`,
    `Created: ${medium.name(plan.createdAt)}; expires: ${medium.name(plan.expiresAt)}`,
    `Digest: ${medium.name(plan.digest)}`,
    sealChecked === "valid"
      ? "Seal: valid."
      : "The seal is unchecked: no API key at hand. Findings, origins, sources and measures are unverified.",
  ];
}

function profileList(profiles: readonly string[], medium: Medium): string {
  const rest = profiles.length - PROFILES;
  const shown = profiles.slice(0, PROFILES).map((profile) => medium.name(profile));
  return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join(", ");
}

function commitOf(git: Plan["configuration"]["git"], medium: Medium): string {
  if (git === null) return "not in Git";
  const dirty = git.dirty ? ", with changes that are not committed" : "";
  return `commit ${medium.name(git.commit)} on ${medium.name(git.branch)}${dirty}`;
}

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
