import type { LdapResult } from "./protocol/answers.ts";
import type { LdapEntry } from "./protocol/types.ts";

/** What is done with the answers to one request, until `result` or `fail`, of which exactly one comes. */
export type Exchange = {
  readonly resultTag: number;
  readonly entry?: (entry: LdapEntry) => void;
  readonly reference?: (urls: readonly string[]) => void;
  readonly result: (result: LdapResult) => void;
  /**
   * Told of the result while entries are still to be worked through: what is asked for now is made by the server
   * meanwhile. With it, entries are kept as bytes until the result is there; `result` comes after the last of them.
   */
  readonly ahead?: (result: LdapResult) => void;
  readonly fail: (reason: unknown) => void;
};
