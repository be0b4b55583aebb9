import type { SearchScope } from "../../../model/source-config/directory.ts";
import type { Problem } from "../../../model/values/errors.ts";

/**
 * An entry as the server sent it. It keeps the bytes of its message: whoever wants a value for long takes the text. Names of attributes are compared without case; options (`member;range=0-1499`)
 * are part of a name.
 */
export interface LdapEntry {
  readonly dn: string;
  /** Names of the attributes that came with at least one value, in lower case, options included. */
  names(): readonly string[];
  /** Whether it came with a value, or with a range of its values. */
  has(attribute: string): boolean;
  /** The values as UTF-8 text; what is not UTF-8 stands as U+FFFD. None: empty. */
  texts(attribute: string): readonly string[];
  /** The same for those values that begin with this ASCII text, case counted: what stands behind it. */
  textsBehind(prefix: string, attribute: string): readonly string[];
  /** The values as bytes, copied. None: empty. */
  bytes(attribute: string): readonly Uint8Array[];
}

export type SearchQuery = {
  readonly base: string;
  readonly scope: SearchScope;
  /** RFC 4515. */
  readonly filter: string;
  /** By name: nothing else is asked for. */
  readonly attributes: readonly string[];
};

/** URLs of search references: parts of the tree that this server does not hold. */
export type SearchEnd = { readonly entries: number; readonly referrals: readonly string[] };

/** A connection that is bound. It is never opened again by itself: an unbound one sees less, and silently. */
export interface LdapSession {
  /** The URL that answered. */
  readonly url: string;
  /** Our identity by the server (RFC 4532), or undefined where it gives none. */
  whoAmI(): Promise<string | undefined>;
  /**
   * All entries, page by page, until the server's cookie is empty. Rejects with LdapFailure unless the server said that
   * this was all. What `onEntry` throws ends the search.
   */
  search(query: SearchQuery, onEntry: (entry: LdapEntry) => void): Promise<SearchEnd>;
  /** One entry by its DN, without paging; false when it is not there. Up to 50 may be under way: OpenLDAP hangs up past 100. */
  lookUp(query: Omit<SearchQuery, "scope">, onEntry: (entry: LdapEntry) => void): Promise<boolean>;
  close(): Promise<void>;
}

/** The reason why a directory did not give what it was asked for, in words for people. */
export class LdapFailure extends Error {
  override readonly name = "LdapFailure";
  readonly problem: Problem;
  /** The LDAP result code, where there was one. */
  readonly resultCode: number | undefined;
  /** URLs of a result `referral` (10). */
  readonly referrals: readonly string[];
  constructor(problem: Problem, resultCode?: number, referrals: readonly string[] = []) {
    super(problem.message);
    this.problem = problem;
    this.resultCode = resultCode;
    this.referrals = referrals;
  }
}
