import type { DirectoryConfig, DirectoryTable } from "../../../model/source-config/directory.ts";

/** Tests bits of a number (LDAP_MATCHING_RULE_BIT_AND). */
const BIT_AND = "1.2.840.113556.1.4.803";

/** Object classes of groups, in any directory that is not Active Directory. */
export const GROUP_CLASSES = ["groupOfNames", "groupOfUniqueNames", "groupOfMembers", "posixGroup", "group"];

/** So many values in one filter: servers have limits, and these attributes are indexed. */
const IN_ONE_FILTER = 100;

/** A value as it is in a filter (RFC 4515): whatever it holds, it stays one value. */
export function escapeFilterValue(value: string): string {
  return value.replace(/[\0()*\\]/g, (c) => `\\${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** All of these filters; those that are undefined do not count. */
export function allOf(...filters: readonly (string | undefined)[]): string {
  const given = filters.filter((filter) => filter !== undefined);
  return given.length === 1 ? (given[0] ?? "") : `(&${given.join("")})`;
}

export function anyOf(filters: readonly string[]): string {
  return filters.length === 1 ? (filters[0] ?? "") : `(|${filters.join("")})`;
}

/** Entries that have an address where the table looks for it. */
export function addressFilter(
  config: DirectoryConfig,
  table: Pick<DirectoryTable, "map"> | undefined,
): string {
  const mapped = table?.map.email?.attribute;
  if (mapped !== undefined) return `(${mapped}=*)`;
  return config.primary === "proxyAddresses" ? "(proxyAddresses=SMTP:*)" : "(mail=*)";
}

/** People: enabled or not, with or without an address. */
export function peopleFilter({ type }: DirectoryConfig): string {
  return type === "active-directory"
    ? "(&(objectCategory=person)(objectClass=user))"
    : "(objectClass=person)";
}

export function groupFilter({ type }: DirectoryConfig): string {
  if (type === "active-directory") return "(objectCategory=group)";
  return anyOf(GROUP_CLASSES.map((name) => `(objectClass=${name})`));
}

/** Users that are disabled by a switch; an account that has expired is not among them. */
export function disabledFilter({ type }: DirectoryConfig): string {
  if (type === "active-directory") return `(userAccountControl:${BIT_AND}:=2)`;
  return "(|(nsAccountLock=TRUE)(pwdAccountLockedTime=000001010000Z))";
}

/** Direct members of any of these groups. */
export function memberFilter(groups: readonly string[]): string {
  return anyOf(groups.map((dn) => `(memberOf=${escapeFilterValue(dn)})`));
}

/** Users whose primary group has one of these numbers: a group does not list them as its members. */
export function primaryGroupFilter(rids: readonly number[]): string {
  return anyOf(rids.map((rid) => `(primaryGroupID=${rid})`));
}

/** A list in parts that fit into one filter each. */
export function inFilters<T>(values: readonly T[]): readonly (readonly T[])[] {
  const parts: (readonly T[])[] = [];
  for (let at = 0; at < values.length; at += IN_ONE_FILTER) parts.push(values.slice(at, at + IN_ONE_FILTER));
  return parts;
}
