import type { RecordField } from "../account/account.ts";
import type { FieldName, FieldValue } from "../account/fields.ts";
import type { Kind } from "../account/kind.ts";
import type { WhyHeldBack } from "../run/held-back.ts";
import type { RunMemory } from "../run/memory.ts";
import type { Address } from "../values/address.ts";
import type { Secret } from "../values/secret.ts";
import type { FindingCode } from "./finding.ts";
import type { StandingUse } from "./standing.ts";

/**
 * Anchor ↔ account: the record's immutable id, named by a keyed digest (it may be the account key itself), and the profile
 * and source that gave it. A link counts for that source alone.
 */
export type Link = {
  readonly profile: string;
  readonly source: string;
  readonly anchor: string;
  /** Anchors that the account was linked to before, newest first: an id that was mangled one day is right again on another. */
  readonly replaced?: readonly string[];
  /** The ids of the same person in other sources of the profile; sorted by source. */
  readonly others?: readonly OtherId[];
};

/** The id that another source gives, as a keyed digest like an anchor. */
export type OtherId = { readonly source: string; readonly anchor: string };

/** Digest of an account key: one that zivsync `sent`, or one that was only seen while Zivver's own was kept. */
export type RememberedKey = { readonly digest: string; readonly sent: boolean };

/** The reason why zivsync suspended an account: no source gave it any more, or a source said that it is disabled. */
export type SuspendedBecause = "missing" | "disabled";

/** The state's line about one account. Nothing in it is secret, and an account without one is not an error. */
export type AccountMemory = {
  readonly zivverId: string;
  readonly kind: Kind;
  /** The primary address when it was last looked at: for people who read the file. */
  readonly address: Address;
  readonly link?: Link;
  /** Former primary addresses that the account keeps as aliases although no source gives them; sorted. */
  readonly former?: readonly Address[];
  readonly accountKey?: RememberedKey;
  /** Keyed digests of what was last applied, of the fields that the sources give. */
  readonly fields?: Readonly<Partial<Record<FieldName, string>>>;
  /** The time when its removal was first held back, as a date and time; absent when none is due. */
  readonly heldBackSince?: string;
  /** The reason why it is held back; absent in states of older versions. */
  readonly heldBackBecause?: WhyHeldBack;
  /** The time when something of it was first held for another reason, as a date and time, by the finding's code. */
  readonly heldSince?: Readonly<Partial<Record<FindingCode, string>>>;
  /** Absent of an account that is active, or was suspended by somebody else. */
  readonly suspended?: SuspendedBecause;
  /**
   * The time when zivsync suspended it, as a date and time, of a personal account: Zivver may delete it some time after. Absent of one that
   * is active, or that somebody else or an older version suspended.
   */
  readonly suspendedAt?: string;
};

/** How many records a source gave at the last apply for which it was read whole. */
export type SourceMemory = {
  readonly profile: string;
  readonly name: string;
  readonly records: number;
  /** The fields that any of its records gave, by kind. */
  readonly fields?: SourceFields;
};

export type SourceFields = Readonly<Partial<Record<Kind, readonly RecordField[]>>>;

/** A plan that was carried out to its end. Kept until it expires, so that it is used once on whatever machine. */
export type AppliedPlan = {
  readonly digest: string;
  readonly seal: string;
  readonly at: string;
  readonly expiresAt: string;
  /** The commit of the configuration that was last applied in full, by this plan or one before it. */
  readonly commit?: string;
};

/** An address that an apply took from an account, and that no apply has given to any account since. */
export type ReleasedAddress = {
  readonly address: Address;
  /** Whose it was. */
  readonly zivverId: string;
  /** That account's primary address, for people. */
  readonly account: Address;
  /** The time, as a date and time. */
  readonly at: string;
};

/** The state that is kept between runs: a cache with consequences, without which a plan is still right, but knows no renames. */
export type State = {
  /** Sorted by Zivver id; one entry an account. */
  readonly accounts: readonly AccountMemory[];
  /** Sorted by profile and name. */
  readonly sources: readonly SourceMemory[];
  /** Oldest first; the last one is the last apply. */
  readonly applied: readonly AppliedPlan[];
  /** The ledger of standing approval, oldest first; absent where it let nothing through. */
  readonly standing?: readonly StandingUse[];
  /** Sorted by address, one entry an address; absent where there is none. */
  readonly released?: readonly ReleasedAddress[];
  /** The facts that are kept of runs; absent before the first one. */
  readonly runs?: RunMemory;
};

/** One writing of a state: a number that grows with every write, and the digest of its bytes. */
export type StateWitness = { readonly serial: number; readonly digest: string };

export const EMPTY_STATE: State = { accounts: [], sources: [], applied: [] };

/** Names values without showing them: keyed digests, equal for equal input under one key. Pure. */
export interface Pseudonyms {
  anchor(profile: string, source: string, kind: Kind, id: string): string;
  accountKey(zivverId: string, key: Secret): string;
  /** Lists are sorted; of the members of a functional account, their ids. */
  value(zivverId: string, field: FieldName, value: FieldValue): string;
}
