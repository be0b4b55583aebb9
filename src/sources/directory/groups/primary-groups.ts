import type { LdapEntry } from "../../ldap/protocol/types.ts";
import { inFilters, primaryGroupFilter } from "../search/filters.ts";
import { parseSid } from "../search/sid.ts";
import type { MemberList } from "./member-graph.ts";

/** A way to find the users whose primary group one of some groups is. */
export type PrimaryMembers = {
  readonly filters: readonly string[];
  readonly attributes: readonly string[];
  /** The group that is the primary one of this user, if it is one of them. */
  readonly groupsOf: (entry: LdapEntry) => MemberList | undefined;
};

/**
 * A user's primary group is not in `member`, but by a number that counts within the user's own domain (MS-ADTS
 * 3.1.1.3.1.2.3, MS-SAMR): so the domain part of both identifiers must be the same.
 */
export function primaryMembers(lists: readonly MemberList[]): PrimaryMembers {
  const groups = new Map<string, MemberList>();
  const rids = new Set<number>();
  for (const list of lists) {
    if (list.sid === undefined) continue;
    groups.set(`${list.sid.domain}-${list.sid.rid}`, list);
    rids.add(list.sid.rid);
  }
  return {
    filters: inFilters([...rids]).map(primaryGroupFilter),
    attributes: ["objectSid", "primaryGroupID"],
    groupsOf: (entry) => {
      const own = parseSid(entry.bytes("objectSid")[0]);
      const rid = entry.texts("primaryGroupID")[0];
      return own === undefined ? undefined : groups.get(`${own.domain}-${rid}`);
    },
  };
}
