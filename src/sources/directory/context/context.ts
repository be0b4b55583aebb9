import type { Kind } from "../../../model/account/kind.ts";
import type { Clock } from "../../../model/ports.ts";
import type { DirectoryConfig } from "../../../model/source-config/directory.ts";
import type { KindFilters } from "../../../model/source-config/filter.ts";
import type { LdapSession } from "../../ldap/protocol/types.ts";
import type { Verdict } from "../../records/filter.ts";
import { Sieve } from "../../records/filtering.ts";
import { Collected } from "../../records/findings.ts";
import { type ActivityRule, activeDirectoryRule, LDAP_RULE } from "../entries/activity.ts";
import type { FieldAttributes } from "../entries/entry-reader.ts";
import { type PersonReader, personReader } from "../entries/person.ts";
import type { RecordDraft } from "../entries/record.ts";
import { GroupSchema } from "../groups/hidden-members.ts";
import { MemberGraph, type MemberList } from "../groups/member-graph.ts";
import { conditionsOf, withOwnConditions } from "../membership/ways.ts";
import { isGlobalCatalogue, type NamingContexts, namingContexts } from "../search/bases.ts";
import type { Remainder } from "../search/ranges.ts";
import { type RootDse, rootDse } from "../search/root-dse.ts";
import { Searches } from "../search/searches.ts";

/** A record whose delegates are still to be found out. */
export type Opened = {
  readonly record: RecordDraft;
  readonly list: MemberList;
  /** Those who are kept out, whatever list they are in. */
  readonly except?: MemberList;
  /** Where the list comes from, as the origin of the delegates names it. */
  readonly attribute: string;
  /** A list of permissions: distribution groups give none, and the origin names the groups that do. */
  readonly ofPermissions?: true;
  /** True where no entry shows the list's attribute: then an empty list says nothing. */
  isUnseen?: boolean;
};

/** The fields that the records of one search can give: their kind, the label of the search, and the attributes of each field. */
export type Speaker = {
  readonly kind: Kind;
  readonly label: string;
  readonly fields: FieldAttributes;
};

/** One reading while it goes on. If the connection breaks off, it has what was read so far. */
export type Run = {
  readonly session: LdapSession;
  readonly config: DirectoryConfig;
  readonly collected: Collected;
  readonly searches: Searches;
  readonly root: RootDse;
  readonly contexts: NamingContexts;
  readonly globalCatalogue: boolean;
  readonly rule: ActivityRule;
  readonly people: PersonReader;
  readonly records: RecordDraft[];
  readonly graph: MemberGraph;
  readonly schema: GroupSchema;
  readonly opened: Opened[];
  readonly speakers: Speaker[];
  /** Lists that came in part, with what is still to be asked for. */
  readonly remainders: Map<MemberList, Remainder[]>;
  /** The entries that are records already, by their immutable ids, or DNs. */
  readonly taken: Map<string, RecordDraft>;
  /** The same with the kind, of those that a filter left out. */
  readonly leftOut: Set<string>;
  readonly sieve: Sieve;
  /** Records that a filter judges by their delegates. */
  readonly late: Late[];
};

export type Late = {
  readonly record: RecordDraft;
  readonly judge: (record: RecordDraft) => Verdict;
};

/** All conditions on the records of each kind, for what is reported of them. */
function filtersOf(config: DirectoryConfig): KindFilters {
  const { personal, functional } = config;
  const ofDisabled = functional?.disabledUsers?.conditions ?? [];
  return {
    ...(personal ? { personal: conditionsOf(personal) } : {}),
    ...(functional ? { functional: [...conditionsOf(functional), ...ofDisabled] } : {}),
  };
}

/** `rule` says who is enabled, where that is not as the type of the directory has it. */
export function startRun(
  session: LdapSession,
  given: DirectoryConfig,
  clock: Pick<Clock, "now">,
  rule: ActivityRule = given.type === "active-directory" ? activeDirectoryRule(clock.now()) : LDAP_RULE,
): Run {
  const config = withOwnConditions(given);
  const collected = new Collected(config.name);
  const root = rootDse(session);
  return {
    session,
    config,
    collected,
    searches: new Searches(session, clock),
    root,
    contexts: namingContexts(session, config, root),
    globalCatalogue: config.type === "active-directory" && isGlobalCatalogue(session.url),
    rule,
    people: personReader(config, rule),
    records: [],
    graph: new MemberGraph(),
    schema: new GroupSchema(session),
    opened: [],
    speakers: [],
    remainders: new Map(),
    taken: new Map(),
    leftOut: new Set(),
    sieve: new Sieve(config.name, filtersOf(config)),
    late: [],
  };
}
