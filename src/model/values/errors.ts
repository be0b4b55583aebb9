/** Every code that a thrown error can carry. Closed: docs and tests walk it. Finding codes live in model/plan.ts. */
export type ErrorCode =
  // usage and files
  | "usage"
  | "file-not-found"
  | "file-unreadable"
  | "file-unwritable"
  | "environment-unsafe"
  // configuration
  | "yaml-syntax"
  | "yaml-alias-bomb"
  | "config-empty"
  | "config-kind"
  | "config-version"
  | "config-shape"
  | "config-duplicate"
  | "unknown-key"
  | "unknown-source"
  | "unknown-profile"
  | "domain-invalid"
  | "domain-unclaimed"
  | "address-invalid"
  | "profile-owns-nothing"
  | "profiles-overlap"
  | "secret-missing"
  | "secret-empty"
  | "secret-white-space"
  | "secret-inline"
  | "secret-shared"
  | "secret-reserved"
  | "secret-folder"
  | "seal-key-short"
  // sources
  | "spreadsheet-format"
  | "spreadsheet-too-large"
  | "sheet-missing"
  | "column-missing"
  | "column-duplicate"
  | "csv-syntax"
  | "csv-encoding"
  | "program-not-allowed"
  | "program-failed"
  | "directory-unreachable"
  | "directory-tls"
  | "directory-timeout"
  | "directory-credentials"
  | "directory-refused"
  | "directory-not-found"
  | "directory-filter"
  | "directory-answer"
  | "exchange-unreachable"
  | "exchange-tls"
  | "exchange-timeout"
  | "exchange-credentials"
  | "exchange-forbidden"
  | "exchange-throttled"
  | "exchange-unavailable"
  | "exchange-answer"
  | "entra-unreachable"
  | "entra-tls"
  | "entra-timeout"
  | "entra-credentials"
  | "entra-forbidden"
  | "entra-throttled"
  | "entra-unavailable"
  | "entra-answer"
  // target
  | "target-host"
  | "target-unreachable"
  | "target-tls"
  | "target-timeout"
  | "target-unauthorized"
  | "target-forbidden"
  | "target-rate-limited"
  | "target-unavailable"
  | "target-answer"
  | "target-incomplete"
  | "target-refused"
  | "target-address-outside"
  | "target-alias-domain"
  | "target-alias-taken"
  | "target-alias-guest"
  | "target-division"
  | "target-member-unknown"
  | "target-account-unknown"
  | "target-address-exists"
  | "target-media-type"
  | "conformance-production"
  | "conformance-unconfirmed"
  | "conformance-file"
  // GitHub
  | "github-context"
  | "github-unauthorized"
  | "github-forbidden"
  | "github-not-found"
  | "github-rate-limited"
  | "github-unavailable"
  | "github-answer"
  | "git-commit"
  | "base-other-target"
  // notifications and status
  | "notify-url"
  | "notify-unreachable"
  | "notify-tls"
  | "notify-timeout"
  | "notify-credentials"
  | "notify-refused"
  | "state-required"
  // plan files, approval, apply
  | "plan-syntax"
  | "plan-shape"
  | "plan-version"
  | "plan-tampered"
  | "plan-other-target"
  | "plan-other-configuration"
  | "plan-expired"
  | "plan-clock"
  | "plan-used"
  | "plan-not-applicable"
  | "plan-unapproved"
  | "standing-refused"
  | "sync-needs-state"
  | "approval-key"
  | "approval-tool"
  | "approval-old"
  | "approval-too-many"
  | "plan-locked"
  | "lease-lost"
  | "journal-syntax"
  | "journal-other-plan"
  | "address-not-found"
  | "state-syntax"
  | "state-version"
  | "state-damaged"
  | "state-other-organization"
  | "state-locked"
  | "state-unreachable"
  | "state-race"
  | "state-rolled-back"
  | "plan-newer-state"
  | "simulator-state"
  | "internal";

/** One thing that is wrong: where (file:line:column, row, address), what and why, and what to do about it. */
export type Problem = {
  readonly code: ErrorCode;
  readonly where?: string;
  readonly message: string;
  readonly remedy?: string;
};

/** Base of everything zivsync throws on purpose. `problems` is never empty; `message` is for logs, not for people. */
export class ZivsyncError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: Problem | readonly Problem[], options?: ErrorOptions) {
    const all = [problems].flat();
    super(all.map((p) => `${p.where ? `${p.where}: ` : ""}${p.message}`).join("\n"), options);
    this.problems = all;
  }
}

/** The user's input cannot be used: arguments, files, configuration. Exit code 1, nothing written. */
export class InputError extends ZivsyncError {
  override readonly name = "InputError";
}

/** Another system answered wrongly, refused, or did not answer. Exit code 1. */
export class RemoteError extends ZivsyncError {
  override readonly name = "RemoteError";
  /** True when zivsync cannot tell whether the request was carried out: only the next reading settles it. */
  readonly uncertain: boolean;
  constructor(
    problems: Problem | readonly Problem[],
    options?: ErrorOptions & { readonly uncertain?: boolean },
  ) {
    super(problems, options);
    this.uncertain = options?.uncertain ?? false;
  }
}

/** zivsync declines to go on: guard, stale, unapproved, tampered. Exit code 3. */
export class RefusedError extends ZivsyncError {
  override readonly name = "RefusedError";
}

/** A bug in zivsync. Exit code 1. */
export class InternalError extends ZivsyncError {
  override readonly name = "InternalError";
  constructor(message: string, options?: ErrorOptions) {
    super({ code: "internal", message, remedy: "This is a bug in zivsync: please report it." }, options);
  }
}
