import type { DirectoryConfig, DirectoryTable } from "../../../model/source-config/directory.ts";
import type { MemberCondition, RecordFilter } from "../../../model/source-config/filter.ts";
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

type Narrowing = Pick<DirectoryTable, "memberOf" | "conditions">;

/** The same directory with `memberOf`, which has a key of its own, as one more condition of its tables. */
export function withOwnConditions(config: DirectoryConfig): DirectoryConfig {
  const { personal, functional, where } = config;
  return {
    ...config,
    ...(personal ? { personal: foldedIn(personal, where) } : {}),
    ...(functional ? { functional: foldedIn(functional, where) } : {}),
  };
}

function foldedIn<T extends Narrowing>(table: T, where: string): T {
  const { memberOf, conditions = [] } = table;
  if (memberOf.length === 0) return table;
  return { ...table, memberOf: [], conditions: [{ memberOf, exclude: false, where }, ...conditions] };
}

/** All conditions on the entries of a table of a reading. */
export function conditionsOf({ conditions = [] }: Pick<DirectoryTable, "conditions">): RecordFilter {
  return conditions;
}

export function memberConditionsOf(conditions: RecordFilter): readonly MemberCondition[] {
  return conditions.flatMap((one) => ("memberOf" in one ? [one] : []));
}

/** Whether the directory itself is asked for some entries of a table only. The people whom a filter leaves out afterwards are known all the same. */
export function isNarrowed(table: Pick<DirectoryTable, "filter" | "conditions">): boolean {
  const asksForMembers = memberConditionsOf(conditionsOf(table)).some(({ exclude }) => !exclude);
  return table.filter !== undefined || asksForMembers;
}
