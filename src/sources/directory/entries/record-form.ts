import type { Kind } from "../../../model/account/kind.ts";

/** What all records of one search have in common: the source, the kind, and the attribute of each field. */
export type RecordShape = {
  readonly source: string;
  readonly kind: Kind;
  readonly attributes: Readonly<
    Record<"email" | "id" | "delegates" | "active" | "division" | "phone" | "accountKey", string>
  >;
};

/** Which of a record's packed texts is which; its aliases follow, sorted. */
export const WHERE = 0;
export const EMAIL = 1;
export const ID = 2;
export const FULL_NAME = 3;
export const DIVISION = 4;
export const PHONE = 5;
export const ACCOUNT_KEY = 6;
export const ALIASES = 7;

/** The flags of a record. Which kind it is of stands among them for the digest. */
export const IS_ACTIVE = 1;
export const IS_INACTIVE = 2;
export const KEY_IS_ID = 4;
export const HAS_ALIASES = 8;
export const IS_FUNCTIONAL = 16;

/** What is the same for very many records: their shape, and where their name, aliases and activity come from. */
export type Form = {
  readonly shape: RecordShape;
  readonly nameFrom: string;
  readonly aliasesFrom: string;
  readonly activeFrom: string;
};
