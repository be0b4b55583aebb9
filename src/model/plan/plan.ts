import type { FieldName } from "../account/fields.ts";
import type { Kind } from "../account/kind.ts";
import type { WhyHeldBack } from "../run/held-back.ts";
import type { Address } from "../values/address.ts";
import type { Secret } from "../values/secret.ts";
import type { Action, Change, SealedKey } from "./change.ts";
import type { GuardName } from "./default-guards.ts";
import type { AttentionCounts, Finding, FindingCode } from "./finding.ts";
import type { StandingApproval, Wait } from "./standing.ts";
import type { Link, SourceFields, StateWitness, SuspendedBecause } from "./state.ts";

export type GuardResult = {
  readonly guard: GuardName | "protectedNobody";
  readonly kind?: Kind;
  /** The profile, where a guard measures the accounts of one. */
  readonly profile?: string;
  /** The account, where a guard measures one account. */
  readonly address?: Address;
  /** Profile and source, where a guard measures one source. */
  readonly source?: string;
  readonly measured: number;
  readonly of: number;
  /** null: no limit is set. */
  readonly limit: number | null;
  readonly verdict: "passed" | "refused" | "accepted";
};

export type SourceSummary = {
  readonly profile: string;
  readonly name: string;
  readonly type: string;
  readonly records: number;
  readonly complete: boolean;
  readonly digest: string;
  /** The fields that any of its records gives, by kind. */
  readonly fields?: SourceFields;
};

export type PlanSummary = Readonly<Record<Action, number>> & {
  readonly unchanged: number;
  readonly unmanaged: number;
  /** Requests that apply will need when nothing goes wrong, the two readings included. */
  readonly requests: number;
  /** The time by the rate limit alone. */
  readonly seconds: number;
};

/**
 * The facts that apply will remember of an account beside its address and the values it then has. With `change` it is remembered
 * once that change is carried out, else when the plan is.
 */
export type Remembered = {
  readonly change?: string;
  /** Absent of an account that the change creates. */
  readonly zivverId?: string;
  readonly link?: Link;
  readonly former?: readonly Address[];
  /** The fields that the sources give; absent where the account is not as they say and stays so. */
  readonly fields?: readonly FieldName[];
  /** Digest of an account key that is seen at the source and not sent. */
  readonly accountKey?: string;
  /** Its removal is held back: since when is remembered until it is carried out or not due any more. */
  readonly removalHeldBack?: boolean;
  /** The reason why it is held back. */
  readonly heldBackBecause?: WhyHeldBack;
  /** The codes of all findings for which something of it is held; absent where they are as remembered. */
  readonly held?: readonly FindingCode[];
  /** The reason why zivsync suspends it; null once it is active again. */
  readonly suspended?: SuspendedBecause | null;
};

/** The decisions of the engine. Data only. */
export type PlanBody<K = Secret> = {
  readonly sources: readonly SourceSummary[];
  readonly live: { readonly personal: number; readonly functional: number; readonly digest: string };
  readonly summary: PlanSummary;
  readonly guards: readonly GuardResult[];
  readonly findings: readonly Finding[];
  readonly changes: readonly Change<K>[];
  /** Sorted; absent without a state store. Not part of the digest: nothing of it reaches Zivver. */
  readonly remember?: readonly Remembered[];
  /** No guard refuses. The one predicate: no other code derives it again. */
  readonly applicable: boolean;
  /** Of the part of a plan that waits for people: why each of its changes does. */
  readonly waits?: readonly Wait[];
};

/** A plan as it is in a file. */
export type Plan = PlanBody<SealedKey> & {
  readonly formatVersion: 1;
  readonly zivsync: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly target: { readonly url: string; readonly organization: string };
  readonly configuration: {
    readonly digest: string;
    /** `author`: who wrote the configuration, by e-mail address: of the commit, or of this checkout while it is dirty. */
    readonly git: {
      readonly commit: string;
      readonly branch: string;
      readonly dirty: boolean;
      readonly author: string;
      /** Addresses and logins of who made the plan; absent in plans of older versions. */
      readonly planner?: readonly string[];
    } | null;
    readonly profiles: readonly string[];
    /** The one address that `--only` named, or null. */
    readonly only: string | null;
  };
  /** The state that it was made from; absent without one. An older one must not be put back before apply. */
  readonly state?: StateWitness;
  /** Of the routine part of a plan. Apply holds it against the configuration and the state, and believes nothing of it. */
  readonly standing?: StandingApproval;
  /** Days after which Zivver deletes a suspended personal account; absent where organization.yaml does not say. */
  readonly deletedAfterDays?: number;
  /** The parts of the review that come first, counted; absent in plans of older versions. */
  readonly attention?: AttentionCounts;
  readonly digest: string;
  readonly seal: string;
};
