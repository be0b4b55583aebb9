import type { DirectoryTable } from "../../model/directory-config.ts";
import type { RecordFilter } from "../../model/source-filter.ts";
import { conditionsOf, memberConditionsOf } from "./conditions.ts";
import { membershipOf } from "./member-of.ts";
import type { Membership } from "./member-ways.ts";
import type { Run } from "./run.ts";

/** Who is in the groups that the conditions of a table, and `more`, name. Rejects with LdapFailure. */
export function membershipIn(run: Run, table: DirectoryTable, more: RecordFilter = []): Promise<Membership> {
  return membershipOf(run, table, memberConditionsOf([...conditionsOf(run.config, table), ...more]));
}
