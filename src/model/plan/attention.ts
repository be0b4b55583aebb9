import type { AttentionClass, AttentionCounts, Finding, FindingCode } from "./finding.ts";
import type { PlanBody, SourceSummary } from "./plan.ts";

/** In the order in which they are shown. */
export const ATTENTION_CLASSES: readonly AttentionClass[] = ["incomplete", "heldBack", "conflict", "frozen"];

/** The one place where codes are classed. null: an ordinary finding, as a note (severity `info`) is whatever its code. */
const CLASSES: Readonly<Record<FindingCode, AttentionClass | null>> = {
  "source-empty": "incomplete",
  "source-incomplete": "incomplete",
  "record-without-address": "incomplete",
  "field-lost": "incomplete",
  "kind-not-given": "incomplete",

  "removal-held-back": "heldBack",

  "identity-conflict": "conflict",
  "duplicate-record": "conflict",
  "address-claimed-twice": "conflict",
  "address-taken": "conflict",
  "alias-waits": "conflict",
  "account-key-twice": "conflict",
  "account-owned-twice": "conflict",
  "kind-mismatch": "conflict",
  "live-address-twice": "conflict",
  "rename-ambiguous": "conflict",
  "link-twice": "conflict",
  "anchor-twice": "conflict",

  "identity-unknown": "frozen",
  "record-unreadable": "frozen",
  "record-not-managed": "frozen",
  "address-unclaimed": "frozen",
  "alias-invalid": "frozen",
  "delegate-invalid": "frozen",
  "delegates-incomplete": "frozen",
  "full-name-missing": "frozen",
  "account-key-missing": "frozen",
  "account-unmanaged": "frozen",
  "account-protected": "frozen",
  "link-outside": "frozen",
  "link-doubtful": "frozen",
  "address-reused": "frozen",
  "active-not-given": "frozen",
  "field-not-given": "frozen",
  "rename-not-possible": "frozen",
  "revert-impossible": "frozen",
  "revert-changed-since": "frozen",

  // A note where the alias is left out, an error where the whole account is left as it is.
  "alias-unclaimed": null,
  "filter-unseen": null,
  "perhaps-renamed": null,
  "record-kind-not-managed": null,
  "supplement-without-account": null,
  "delegate-unknown": null,
  "phone-invalid": null,
  "division-unknown": null,
  "member-left-out": null,
  "group-nested": null,
  "address-mismatch": null,
  "link-gone": null,
  "link-replaced": null,
  "encoding-doubtful": null,
  "protected-nobody": null,
  "protected-unknown": null,
  "state-empty": null,
  "policy-held-back": null,
};

/** The class of a finding; undefined for an ordinary one. An error is never ordinary. */
export function attentionClass({ code, severity }: Finding): AttentionClass | undefined {
  if (severity === "info") return undefined;
  return CLASSES[code] ?? (severity === "error" ? "frozen" : undefined);
}

/** The state of a plan's sources and findings: enough to see what needs attention. */
export type Seen = Pick<PlanBody, "findings"> & {
  readonly sources: readonly Pick<SourceSummary, "profile" | "name" | "complete">[];
};

/** Counts by class. An account counts once in a class, however many findings there are about it. Pure. */
export function countAttention({ sources, findings }: Seen): AttentionCounts {
  const subjects = {
    incomplete: new Set(incompleteSources(sources)),
    heldBack: new Set<string>(),
    conflict: new Set<string>(),
    frozen: new Set<string>(),
  };
  for (const [at, finding] of findings.entries()) {
    const its = attentionClass(finding);
    if (its !== undefined)
      subjects[its].add(its === "incomplete" ? sourceOf(finding) : subjectOf(finding, at));
  }
  const { incomplete, heldBack, conflict, frozen } = subjects;
  return {
    incomplete: incomplete.size,
    heldBack: heldBack.size,
    conflict: conflict.size,
    frozen: frozen.size,
  };
}

/**
 * Whether leavers may stay active, or newcomers be missing, although nothing is planned. A kind of account that a source gives
 * none of, or is not asked for, says so by itself; where that matters, removals are held back.
 */
export function isUnsettled({ sources, findings }: Seen): boolean {
  return (
    incompleteSources(sources).length > 0 ||
    findings.some((finding) => {
      const its = attentionClass(finding);
      return its === "heldBack" || (its === "incomplete" && !isOfKind(finding));
    })
  );
}

function isOfKind({ code, where }: Finding): boolean {
  return code === "kind-not-given" || (code === "source-empty" && where.kind !== undefined);
}

/** Those that were not read in full, as `profile/source`. */
export function incompleteSources(sources: Seen["sources"]): readonly string[] {
  return sources.flatMap(({ profile, name, complete }) => (complete ? [] : [`${profile}/${name}`]));
}

function sourceOf({ where }: Finding): string {
  return `${where.profile ?? ""}/${where.source ?? ""}`;
}

function subjectOf({ where }: Finding, at: number): string {
  return where.address === undefined ? `finding ${at}` : `${where.kind ?? ""} ${where.address}`;
}
