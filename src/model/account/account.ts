import type { Address } from "../values/address.ts";
import type { Secret } from "../values/secret.ts";
import { type FieldName, PLAIN_TEXTS, type TextField } from "./fields.ts";
import type { Kind } from "./kind.ts";

/** Where a value comes from: which source, which place in it (file and row, DN), which attribute or column. */
export type Origin = { readonly source: string; readonly where: string; readonly attribute: string };

/** A value as a source gives it. */
export type Given<T> = { readonly value: T; readonly origin: Origin };
type GivenTexts = { readonly [F in TextField]?: Given<string> };

/** The names to which a `map:` can assign a column or attribute: the address as `email`, the id, and every other field. */
export type RecordField = "email" | "id" | Exclude<FieldName, "address">;
export const RECORD_FIELDS: readonly RecordField[] = [
  "email",
  "fullName",
  "aliases",
  "delegates",
  "accountKey",
  "active",
  ...PLAIN_TEXTS,
  "id",
];

/**
 * A cell or attribute that could not be read. `field` is the field in doubt: that field alone is held. Without one the
 * whole record is in doubt (a row whose cells may be in the wrong columns), and its account is left as it is.
 */
export type RecordProblem = {
  readonly attribute: string;
  readonly message: string;
  readonly field?: RecordField;
};

/**
 * One entry of a source, as written there: addresses are not yet canonical. A field that is not given is absent; a list
 * that is given and empty says "none".
 */
export type SourceRecord = GivenTexts & {
  readonly kind: Kind;
  /** The place, for people: `accounts.xlsx, sheet "Users", row 12`. */
  readonly where: string;
  /** True when the record only adds to an account that another source gives, and makes none by itself. */
  readonly supplement: boolean;
  readonly email?: Given<string>;
  readonly id?: Given<string>;
  readonly aliases?: Given<readonly string[]>;
  readonly delegates?: Given<readonly string[]>;
  /** The reason why `delegates` may lack some: then none is removed on this record's word. */
  readonly delegatesIncomplete?: string;
  readonly active?: Given<boolean>;
  /** Its phone number cannot be one: the account keeps what it has, whatever sources of less precedence give. */
  readonly phoneInvalid?: true;
  readonly accountKey?: Given<Secret>;
  readonly problems: readonly RecordProblem[];
};

/** Whether a record cannot say what one of its fields is. A doubt about the whole record is another one. */
export function isInDoubt({ problems }: Pick<SourceRecord, "problems">, wanted: RecordField): boolean {
  return problems.some(({ field }) => field === wanted);
}

/** One account as the sources say it should be. A field that no source gives is absent and is left alone. */
export type DesiredAccount = GivenTexts & {
  readonly profile: string;
  readonly kind: Kind;
  readonly address: Address;
  readonly addressOrigin: Origin;
  readonly active: boolean;
  readonly activeOrigin: Origin;
  /** No source says whether the account is active; `active` only means that a record is there. */
  readonly activeNotGiven?: true;
  /** Fields in doubt: they are left as they are, and an account that needs one of them is not created. */
  readonly held?: ReadonlySet<RecordField>;
  /** Sorted, without the primary, without excluded and unclaimed domains. */
  readonly aliases?: Given<readonly Address[]>;
  /** True when the aliases may lack some: none is taken away then. */
  readonly aliasesIncomplete?: true;
  readonly delegates?: Given<readonly Address[]>;
  /** True when a record's delegates may lack some: none is removed then. */
  readonly delegatesIncomplete?: true;
  readonly accountKey?: Given<Secret>;
  readonly id?: Given<string>;
  /** The ids that further sources give, as keyed digests; absent where nothing is remembered. */
  readonly otherIds?: readonly { readonly source: string; readonly anchor: string }[];
};

/** One account as Zivver has it. */
export type LiveAccount = Readonly<Record<TextField, string>> & {
  readonly kind: Kind;
  readonly zivverId: string;
  readonly address: Address;
  /** Personal: as Zivver says. Functional: true while anyone but the account itself is a member. */
  readonly active: boolean;
  readonly aliases: readonly Address[];
  /** Personal accounts: addresses of those who may open it. Functional accounts: empty. */
  readonly delegates: readonly Address[];
  /** Functional accounts: ids of its members, its own left out. Personal accounts: empty. */
  readonly members: readonly string[];
  /** `sha256:…` over the resource as Zivver gave it, `meta` left out and sets sorted. */
  readonly fingerprint: string;
  /** ExternalAccountId, where it is a GUID in lower case: perhaps the object id of the person in Entra ID. */
  readonly externalAccountId?: string;
};
