import type { DirectoryTable } from "../../../model/source-config/directory.ts";
import type { RecordFilter } from "../../../model/source-config/filter.ts";
import { conditionsOf, memberConditionsOf } from "../context/conditions.ts";
import type { Run } from "../context/context.ts";
import { membershipOf } from "./member-of.ts";
import type { Membership } from "./ways.ts";

/** The members of the groups that the conditions of a table, and `more`, name. Rejects with LdapFailure. */
export function membershipIn(run: Run, table: DirectoryTable, more: RecordFilter = []): Promise<Membership> {
  return membershipOf(run, table, memberConditionsOf([...conditionsOf(table), ...more]));
}
