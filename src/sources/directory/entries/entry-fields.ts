import type { RecordProblem } from "../../../model/account/account.ts";

/** A text with the attribute that it comes from, where that differs from entry to entry. */
export type From<T> = { readonly value: T; readonly attribute: string };

/** What one entry gives. */
export type EntryFields = {
  readonly where: string;
  readonly email: string | undefined;
  readonly id: string | undefined;
  readonly fullName: From<string> | undefined;
  readonly aliases: From<readonly string[]> | undefined;
  readonly active: From<boolean> | undefined;
  readonly division: string | undefined;
  readonly phone: string | undefined;
  readonly accountKey: string | undefined;
  readonly problems: readonly RecordProblem[];
};
