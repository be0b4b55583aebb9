import type { MemberCondition } from "../../../model/source-config/filter.ts";
import type { LdapEntry } from "../../ldap/protocol/types.ts";

/** One search that finds members: what the entries must match, and which of those that come count. */
export type Way = {
  readonly filter?: string;
  /** The attributes that `accepts` looks at. */
  readonly attributes: readonly string[];
  readonly accepts: (entry: LdapEntry) => boolean;
  /** True for users whose primary group it is; no group is found so. */
  readonly byPrimary: boolean;
};

export type Test = (entry: LdapEntry) => boolean | "unreadable";

/** The way the entries of a table are found, and which of them are in what. */
export type Membership = {
  /** An entry that comes by any of the ways is one of the table. */
  readonly ways: readonly Way[];
  /** Whether the ways bring members of groups only. */
  readonly isNarrowed: boolean;
  /** The attributes that `isMember` looks at. */
  readonly attributes: readonly string[];
  readonly isMember: (condition: MemberCondition, entry: LdapEntry) => boolean | "unreadable";
};
