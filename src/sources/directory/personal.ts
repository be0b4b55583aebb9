import type { DirectoryTable } from "../../model/source-config/directory.ts";
import type { LdapEntry } from "../ldap/protocol/types.ts";
import type { Run } from "./context/context.ts";
import { entryFilter, reportUnseen } from "./context/entry-filter.ts";
import {
  askedFor,
  introduce,
  markUnseen,
  sayActive,
  sayWithoutAliases,
  takeRecord,
} from "./context/take-record.ts";
import { entryReader } from "./entries/entry-reader.ts";
import { personOf } from "./entries/person.ts";
import { takeList } from "./groups/member-lists.ts";
import { conditionsOf, type Membership } from "./membership/ways.ts";
import { sweepAll } from "./moved.ts";
import { basesOf } from "./search/bases.ts";
import { addressFilter, allOf, peopleFilter } from "./search/filters.ts";

/** The word for the entries of these searches. */
export const PERSONAL = "personal accounts";

/** Reads the personal accounts, except entries that are records already: those of disabled users, for one. */
export async function readPersonal(run: Run, table: DirectoryTable, membership: Membership): Promise<void> {
  const conditions = conditionsOf(table);
  const { config, rule } = run;
  const delegates = table.map.delegates?.attribute;
  const reader = entryReader(config, { kind: "personal", map: table.map, rule });
  const taking = { reader, filter: entryFilter(reader, conditions, membership) };
  const isNamed = config.functional !== undefined || delegates !== undefined;
  const uid = isNamed && config.type === "ldap" ? ["uid"] : [];
  const take = (entry: LdapEntry) => {
    const read = reader.read(entry);
    const record = takeRecord(run, taking, entry, read);
    if (record === "known") return;
    // An account that a filter leaves out may be a delegate all the same.
    if (isNamed) introduce(run, entry, personOf(read.record));
    if (delegates !== undefined && record !== "left-out")
      run.opened.push({ record, attribute: delegates, list: takeList(run, entry, delegates) });
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
  reportUnseen(run, "personal", conditions, unseen);
  if (delegates !== undefined) markUnseen(run, openedBefore, [delegates], unseen);
}
