import type { DirectoryConfig, DirectoryTable } from "../../../model/source-config/directory.ts";
import type { MemberCondition, RecordFilter } from "../../../model/source-config/filter.ts";

type Narrowing = Pick<DirectoryTable, "memberOf" | "conditions">;

const known = new WeakMap<Narrowing, RecordFilter>();

/** All conditions on the entries of a table, the same ones each time: `memberOf` as a key of its own is one of them. */
export function conditionsOf({ where }: Pick<DirectoryConfig, "where">, table: Narrowing): RecordFilter {
  const before = known.get(table);
  if (before !== undefined) return before;
  const { memberOf, conditions = [] } = table;
  const all = memberOf.length === 0 ? conditions : [{ memberOf, exclude: false, where }, ...conditions];
  known.set(table, all);
  return all;
}

export function memberConditionsOf(conditions: RecordFilter): readonly MemberCondition[] {
  return conditions.flatMap((one) => ("memberOf" in one ? [one] : []));
}

/** Is the directory itself asked for some entries of a table only? Whom a filter leaves out afterwards is known all the same. */
export function isNarrowed({
  filter,
  memberOf,
  conditions = [],
}: Narrowing & Pick<DirectoryTable, "filter">): boolean {
  const asksForMembers = conditions.some((one) => "memberOf" in one && !one.exclude);
  return filter !== undefined || memberOf.length > 0 || asksForMembers;
}
