import type { Kind, Origin } from "../account/account.ts";
import type { Address } from "../values/address.ts";
import type { Secret } from "../values/secret.ts";
import type { AttentionCounts } from "./attention.ts";
import type { GuardName } from "./policy.ts";
import type { Link, SourceFields, StateWitness, SuspendedBecause } from "./state.ts";

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
};

export type FieldName =
  | "address"
  | "fullName"
  | "active"
  | "aliases"
  | "delegates"
  | "division"
  | "phone"
  | "accountKey";

/** null: the account, or the value, is not there. Lists are sorted. Of an account key there is a keyed digest at most. */
export type FieldValue = string | boolean | readonly string[] | null;

/** Where a field was changed since zivsync last applied it. */
export type ChangedIn = "source" | "zivver" | "both";

/**
 * The Zivver ids behind the names of a list of delegates, name by name. null: an account that this plan creates under
 * that address, or an address that no listing shows (a guest), which Zivver keeps as text.
 */
export type DelegateAccounts = {
  readonly before: readonly (string | null)[];
  readonly after: readonly (string | null)[];
};

export type FieldChange = {
  readonly field: FieldName;
  readonly before: FieldValue;
  readonly after: FieldValue;
  /** Of delegates: the accounts meant. Apply goes by these; the names are for reading. */
  readonly accounts?: DelegateAccounts;
  readonly origin?: Origin;
  /** Absent where it is not remembered what was last applied. */
  readonly changedIn?: ChangedIn;
};

/**
 * A first write that gives addresses up, needed where accounts swap addresses in a circle: the account goes to `address`
 * with `aliases`, so that the others can take what it had, before its own change follows.
 */
export type Release = { readonly address: Address; readonly aliases: readonly Address[] };

type ChangeCommon = {
  /** `c-1`, `c-2` … in the order in which they are carried out. */
  readonly id: string;
  readonly kind: Kind;
  /** The primary address after the change (of a removed account: the one it has). */
  readonly address: Address;
  readonly profile: string;
  /** Changes that must have been applied before this one. */
  readonly needs: readonly string[];
  readonly fields: readonly FieldChange[];
};

type OnLive = { readonly zivverId: string; readonly base: string };
type Releasing = { readonly release?: Release };
/** Whom it is about, for reading. */
type Named = { readonly fullName?: string };

/** `K`: how the account key is held. `Secret` inside the program, `SealedKey` in a plan file. */
export type CreateChange<K = Secret> = ChangeCommon & { readonly action: "create"; readonly accountKey?: K };
export type UpdateChange<K = Secret> = ChangeCommon &
  OnLive &
  Releasing & { readonly action: "update" | "reactivate"; readonly accountKey?: K };
/** A functional account that is emptied may change otherwise as well, so it too can have to give addresses up first. */
export type SuspendChange = ChangeCommon & OnLive & Releasing & Named & { readonly action: "suspend" };
export type DeleteChange = ChangeCommon & OnLive & { readonly action: "delete" };
export type Change<K = Secret> = CreateChange<K> | UpdateChange<K> | SuspendChange | DeleteChange;

export type Action = Change["action"];
export const ACTIONS: readonly Action[] = ["create", "update", "suspend", "reactivate", "delete"];

/** An account key as a plan file holds it: AES-256-GCM ciphertext (base64) and a keyed digest that names equal keys. */
export type SealedKey = { readonly sealed: string; readonly digest: string };

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
  /** What the rate limit alone makes of those requests. */
  readonly seconds: number;
};

/**
 * What apply will remember of an account beside its address and the values it then has. With `change` it is remembered
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
  /** The codes of all findings for which something of it is held; absent where they are as remembered. */
  readonly held?: readonly FindingCode[];
  /** Why zivsync suspends it; null once it is active again. */
  readonly suspended?: SuspendedBecause | null;
};

/** What the engine decides. Data only. */
export type PlanBody<K = Secret> = {
  readonly sources: readonly SourceSummary[];
  readonly live: { readonly personal: number; readonly functional: number; readonly digest: string };
  readonly summary: PlanSummary;
  readonly guards: readonly GuardResult[];
  readonly findings: readonly Finding[];
  readonly changes: readonly Change<K>[];
  /** Sorted; absent without a state store. Not part of the digest: nothing of it reaches Zivver. */
  readonly remember?: readonly Remembered[];
  /** No guard refuses. The one predicate: no other code derives it anew. */
  readonly applicable: boolean;
};

/** A plan as it stands in a file. */
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
  /** What the review says first, counted; absent in plans of older versions. */
  readonly attention?: AttentionCounts;
  readonly digest: string;
  readonly seal: string;
};
