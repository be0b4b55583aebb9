import type { Kind } from "../account/kind.ts";
import type { GuardLimits } from "./default-guards.ts";

/** One condition on a live account; every key that is given must hold. */
export type Condition = {
  readonly address?: string; // `*` stands for any run of characters
  readonly domain?: string; // canonical
  readonly divisionUnder?: string; // this division and those below it
  readonly fullName?: string; // `*` stands for any run of characters
};

/** The live accounts of a profile: of these kinds, matching one of `include` (all, when empty) and none of `exclude`. */
export type Manages = {
  readonly kinds: readonly Kind[];
  readonly include: readonly Condition[];
  readonly exclude: readonly Condition[];
};

export type Missing = "suspend" | "delete" | "ignore";

/** The rules of a profile for one kind of account. */
export type SyncPolicy = {
  readonly create: boolean;
  readonly update: boolean;
  readonly missing: Missing;
  readonly disabled: "suspend" | "ignore";
  readonly reactivate: boolean;
  readonly delegates: boolean;
};

/** The way a division is found when a record gives none. */
export type DivisionRule = { readonly fixed?: string; readonly byDomain?: Readonly<Record<string, string>> };

/** A profile, as far as the engine needs it. */
export type ProfilePolicy = {
  readonly name: string;
  readonly manages: Manages;
  readonly aliases: {
    readonly excludeDomains: readonly string[];
    readonly unclaimed: "skip" | "error";
    /** Whether a renamed account keeps its former address as an alias. Absent: it does. */
    readonly former?: "keep" | "drop";
  };
  readonly division?: DivisionRule;
  readonly sync: Readonly<Record<Kind, SyncPolicy>>;
};

/** How long Zivver's lists may take to show a write, where the configuration does not say: milliseconds. */
export const DEFAULT_SETTLE_MS = 60_000;

export type RateLimit = { readonly requests: number; readonly seconds: number };

/** The organisation, as far as the engine needs it. */
export type OrganizationPolicy = {
  readonly loginMethod: "sso" | "password";
  readonly claimedDomains: readonly string[];
  readonly protected: readonly string[];
  /** organization.yaml names no protected address and does not say `protected: none` either. */
  readonly protectsNobody?: boolean;
  readonly guards: GuardLimits;
  readonly rateLimit: RateLimit;
  /** The rule for account keys of which nobody knows whether Zivver has them. Absent: keep. */
  readonly unknownAccountKeys?: "keep" | "send";
};

/** How many must approve a plan; `forRemovals` is never less than `required`. */
export type ApprovalPolicy = {
  readonly required: number;
  readonly forRemovals: number;
  readonly selfApproval: boolean;
  /** Approvals on GitHub count as well: of this environment, and of the pull request. */
  readonly github?: { readonly environment: string };
};
