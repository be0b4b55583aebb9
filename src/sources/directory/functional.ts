import type { AttributeMap, DirectoryTable } from "../../model/source-config/directory.ts";
import type { RecordFilter } from "../../model/source-config/filter.ts";
import type { LdapEntry } from "../ldap/protocol/types.ts";
import type { Run } from "./context/context.ts";
import { entryFilter, reportUnseen } from "./context/entry-filter.ts";
import { askedFor, introduce, markUnseen, sayWithoutAliases, takeRecord } from "./context/take-record.ts";
import { type EntryReader, entryReader } from "./entries/entry-reader.ts";
import type { RecordDraft } from "./entries/record.ts";
import { groupAttributes, memberAttributes, takeGroup, takeList } from "./groups/member-lists.ts";
import { conditionsOf, type Membership } from "./membership/ways.ts";
import { sweepAll } from "./moved.ts";
import { basesOf } from "./search/bases.ts";
import { addressFilter, allOf, groupFilter, peopleFilter } from "./search/filters.ts";

/** The people who may open a shared mailbox, as Exchange notes it at the mailbox (set where it is mapped for them by itself). */
export const MAILBOX_DELEGATES = "msExchDelegateListLink";

/** Users that stand for functional accounts: how they are found, and what is done with each. */
export type StandIns = {
  readonly label: string;
  readonly table: DirectoryTable;
  /** Their filter beside the filters of the directory itself. */
  readonly conditions: RecordFilter;
  readonly map: AttributeMap;
  /** Their pattern. */
  readonly filters: readonly (string | undefined)[];
  /** The attribute that says who their delegates are; where nothing does, empty. */
  readonly delegates: string;
  /** Further attributes to ask for. */
  readonly attributes: readonly string[];
  readonly take: (record: RecordDraft, entry: LdapEntry) => void;
};

/**
 * Makes functional accounts of users, who are nobody's delegates themselves. Gives the attributes, in lower case, that
 * none of them had. Must come before the personal accounts, which leave them out.
 */
export async function readStandIns(
  run: Run,
  { label, table, conditions, map, filters, delegates, attributes, take }: StandIns,
  membership: Membership,
): Promise<ReadonlySet<string>> {
  const { config } = run;
  const reader = entryReader(config, { kind: "functional", map });
  const taking = { reader, filter: entryFilter(reader, conditions, membership) };
  const from = run.records.length;
  const fields = delegates === "" ? reader.fields : { ...reader.fields, delegates: [delegates] };
  run.speakers.push({ kind: "functional", label, fields });
  const own = [peopleFilter(config), addressFilter(config, { map }), ...filters];
  let unseen: ReadonlySet<string> = new Set();
  for (const way of membership.ways) {
    const sweep = {
      label,
      bases: await basesOf(table, run.contexts),
      scope: table.scope,
      filter: allOf(...own, way.filter),
      attributes: askedFor(run, taking, [...way.attributes, ...attributes]),
    };
    unseen = await sweepAll(run, "functional", sweep, (entry) => {
      if (!way.accepts(entry)) return;
      const record = takeRecord(run, taking, entry, reader.read(entry));
      if (typeof record === "string") return;
      introduce(run, entry, { standing: "nobody" });
      take(record, entry);
    });
  }
  sayWithoutAliases(run, from, reader, unseen);
  reportUnseen(run, "functional", conditions, unseen);
  return unseen;
}

/** Reads the groups: those with an address are accounts, and all of them say who is in what. */
export async function readGroups(run: Run, table: DirectoryTable, membership: Membership): Promise<void> {
  const { config } = run;
  const own = table.map.delegates?.attribute;
  const delegates = own ?? memberAttributes(config).join(", ");
  const reader = entryReader(config, { kind: "functional", map: table.map });
  const bases = await basesOf(table, run.contexts);
  const { scope } = table;
  const conditions = conditionsOf(table);
  const taking = { reader, filter: entryFilter(reader, conditions, membership) };
  const onlySome = table.filter !== undefined || membership.isNarrowed;
  const ways = membership.ways.filter(({ byPrimary }) => !byPrimary);
  const from = run.records.length;
  const openedBefore = run.opened.length;
  const attributes = askedFor(run, taking, [
    ...groupAttributes(config),
    ...ways.flatMap((way) => way.attributes),
    ...(own ? [own] : []),
  ]);
  const members = own === undefined ? memberAttributes(config) : [own];
  const membersFrom = own === undefined && onlySome ? "groups for nesting" : "groups";
  run.speakers.push({ kind: "functional", label: "groups", fields: reader.fields });
  run.speakers.push({ kind: "functional", label: membersFrom, fields: { delegates: members } });
  const take = (entry: LdapEntry) => {
    const list = takeGroup(run, entry);
    if (!onlySome && !hasAddress(reader, entry)) return;
    const record = takeRecord(run, taking, entry, reader.read(entry));
    if (typeof record === "string") return;
    run.opened.push({
      record,
      attribute: delegates,
      list: own === undefined ? list : takeList(run, entry, own),
    });
  };
  let unseen: ReadonlySet<string> = new Set();
  for (const way of ways) {
    const wanted = allOf(groupFilter(config), addressFilter(config, table), table.filter, way.filter);
    const filter = onlySome ? wanted : groupFilter(config);
    const sweep = { label: "groups", bases, scope, filter, attributes };
    unseen = await sweepAll(run, "functional", sweep, (entry) => {
      if (way.accepts(entry)) take(entry);
    });
  }
  sayWithoutAliases(run, from, reader, unseen);
  reportUnseen(run, "functional", conditions, unseen);
  let unseenAtAll = unseen;
  if (onlySome) {
    const all = { label: "groups for nesting", bases, scope, filter: groupFilter(config) };
    unseenAtAll = await run.searches.run({ ...all, attributes: groupAttributes(config) }, (entry) => {
      takeGroup(run, entry);
    });
  }
  markUnseen(run, openedBefore, members, own === undefined ? unseenAtAll : unseen);
}

/** The same as the filter for addresses asks the server. */
function hasAddress({ addresses }: EntryReader, entry: LdapEntry): boolean {
  const values = entry.texts(addresses.primary);
  if (addresses.primary.toLowerCase() !== "proxyaddresses") return values.length > 0;
  return values.some((value) => /^smtp:./i.test(value));
}
