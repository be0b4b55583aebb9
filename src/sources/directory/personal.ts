import type { DirectoryTable } from "../../model/directory-config.ts";
import type { LdapEntry } from "../ldap/ldap.ts";
import { basesOf } from "./bases.ts";
import { conditionsOf } from "./conditions.ts";
import { askedFor, introduce, markUnseen, sayActive, sayWithoutAliases, takeRecord } from "./entries.ts";
import { entryFilter, tellUnseen } from "./entry-filter.ts";
import { entryReader } from "./entry-reader.ts";
import { addressFilter, allOf, peopleFilter } from "./filters.ts";
import { takeList } from "./member-lists.ts";
import type { Membership } from "./member-ways.ts";
import { sweepAll } from "./moved.ts";
import { personOf } from "./people.ts";
import type { Run } from "./run.ts";

/** What people call the entries of these searches. */
export const PERSONAL = "personal accounts";

/** Reads the personal accounts, except entries that are records already: those of disabled users, for one. */
export async function readPersonal(run: Run, table: DirectoryTable, membership: Membership): Promise<void> {
  const conditions = conditionsOf(run.config, table);
  const { config, rule } = run;
  const delegates = table.map.delegates?.attribute;
  const reader = entryReader(config, { kind: "personal", map: table.map, delegates: delegates ?? "", rule });
  const taking = { reader, filter: entryFilter(reader, conditions, membership) };
  const isNamed = config.functional !== undefined || delegates !== undefined;
  const uid = isNamed && config.type === "ldap" ? ["uid"] : [];
  const take = (entry: LdapEntry) => {
    const read = reader.read(entry);
    const record = takeRecord(run, taking, entry, read);
    if (record === "known") return;
    // Whom a filter leaves out may be a delegate all the same.
    if (isNamed) introduce(run, entry, personOf(read.fields));
    if (delegates !== undefined && record !== "left-out")
      run.opened.push({ record, list: takeList(run, entry, delegates) });
  };
  const from = run.records.length;
  const openedBefore = run.opened.length;
  const fields = delegates === undefined ? reader.fields : { ...reader.fields, delegates: [delegates] };
  run.speakers.push({ kind: "personal", label: PERSONAL, fields });
  let unseen: ReadonlySet<string> | undefined;
  for (const way of membership.ways) {
    const sweep = {
      label: PERSONAL,
      bases: await basesOf(table, run.contexts),
      scope: table.scope,
      filter: allOf(peopleFilter(config), addressFilter(config, table), table.filter, way.filter),
      attributes: askedFor(run, taking, [...way.attributes, ...uid, ...(delegates ? [delegates] : [])]),
    };
    unseen = await sweepAll(run, "personal", sweep, (entry) => {
      if (way.accepts(entry)) take(entry);
    });
  }
  if (unseen === undefined) return;
  sayWithoutAliases(run, from, reader, unseen);
  if (table.map.active === undefined) sayActive(run, from, rule, unseen);
  tellUnseen(run, "personal", conditions, unseen);
  if (delegates !== undefined) markUnseen(run, openedBefore, [delegates], unseen);
}
