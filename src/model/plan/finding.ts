import type { Kind } from "../account/kind.ts";
import type { HeldRemoval } from "../run/held-back.ts";

export type Severity = "info" | "warning" | "error";

/** Every code a finding can carry. Closed: docs and tests walk it. */
export type FindingCode =
  | "source-empty"
  | "source-incomplete"
  | "filter-unseen"
  | "record-without-address"
  | "record-unreadable"
  | "record-not-managed"
  | "record-kind-not-managed"
  | "duplicate-record"
  | "supplement-without-account"
  | "address-unclaimed"
  | "address-claimed-twice"
  | "address-taken"
  | "alias-unclaimed"
  | "alias-invalid"
  | "delegate-invalid"
  | "delegate-unknown"
  | "delegates-incomplete"
  | "phone-invalid"
  | "division-unknown"
  | "member-left-out"
  | "group-nested"
  | "address-mismatch"
  | "full-name-missing"
  | "account-key-missing"
  | "account-key-twice"
  | "account-owned-twice"
  | "account-unmanaged"
  | "account-protected"
  | "kind-mismatch"
  | "live-address-twice"
  | "rename-ambiguous"
  | "rename-not-possible"
  | "perhaps-renamed"
  | "link-gone"
  | "link-twice"
  | "link-replaced"
  | "link-outside"
  | "link-doubtful"
  | "anchor-twice"
  | "address-reused"
  | "removal-held-back"
  | "identity-conflict"
  | "identity-unknown"
  | "alias-waits"
  | "active-not-given"
  | "field-lost"
  | "field-not-given"
  | "kind-not-given"
  | "encoding-doubtful"
  | "protected-nobody"
  | "protected-unknown"
  | "state-empty"
  | "revert-impossible"
  | "revert-changed-since"
  | "policy-held-back";

/** Something a person should know. `where` holds only what is known. */
export type Finding = {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly summary: string;
  readonly where: {
    readonly profile?: string;
    readonly source?: string;
    readonly place?: string;
    readonly kind?: Kind;
    readonly address?: string;
    readonly fullName?: string;
  };
  /** Of `removal-held-back`; absent in plans of older versions. */
  readonly heldBack?: HeldRemoval;
};

/**
 * The part of every review that comes before anything else: what the sources did not give, removals that are due and held back,
 * conflicts, and accounts that are left as they are.
 */
export type AttentionClass = "incomplete" | "heldBack" | "conflict" | "frozen";

/** How many of each there are: sources, removals, and accounts (or records, where no account is known). */
export type AttentionCounts = Readonly<Record<AttentionClass, number>>;
