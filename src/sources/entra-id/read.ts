import { RECORD_FIELDS, type RecordField, type SourceRecord } from "../../model/account/account.ts";
import type { Kind } from "../../model/account/kind.ts";
import type { Clock, OnProgress, Reading, SecretReader } from "../../model/ports.ts";
import type { EntraIdConfig } from "../../model/source-config/entra.ts";
import { grouped } from "../../model/values/text.ts";
import type { ServiceFailure } from "../microsoft/errors/failure.ts";
import { readingOf } from "../microsoft/reading.ts";
import { applicationOf, type Session, withSession } from "../microsoft/session.ts";
import { Collected, counted, HOLDS_BACK } from "../records/findings.ts";
import { readAssigned } from "./groups/assigned.ts";
import { GROUPS_PERMISSION, type Groups, readGroups } from "./groups/groups.ts";
import { delegatesOf, MemberReader } from "./groups/members.ts";
import { askForStrangers } from "./groups/strangers.ts";
import { Selection } from "./selection.ts";
import { permissionRemedy } from "./service/answers.ts";
import { Graph, requireAudience } from "./service/graph.ts";
import type { Taken } from "./service/lists.ts";
import { ENABLED, NAMES } from "./users/user-record.ts";
import { readUsers, USERS_PERMISSION, type Users } from "./users/users.ts";

/** The ports of reading Entra ID. */
export type EntraDependencies = {
  readonly readSecret: SecretReader;
  readonly clock: Clock;
  readonly onProgress?: OnProgress;
};

/**
 * Reads the users of a tenant, and its groups with their members. Throws InputError for credentials that cannot be read,
 * and RemoteError when nothing can be read at all; what breaks off later makes the reading incomplete.
 */
export async function readEntraId(config: EntraIdConfig, deps: EntraDependencies): Promise<Reading> {
  const owner = { where: config.where, family: "entra" } as const;
  return withSession(config, owner, deps, (session) => readThrough(session, config, deps));
}

async function readThrough(
  { http, tokens, token, tenantId }: Session,
  config: EntraIdConfig,
  { clock, onProgress }: EntraDependencies,
): Promise<Reading> {
  const startedAt = clock.now();
  requireAudience(token, config);
  const graph = new Graph(config, { http, tokens, clock, ...(onProgress ? { onProgress } : {}) });
  const collected = new Collected(config.name);
  const selection = new Selection(config);
  const users = await readUsers(graph, config, selection.properties);
  if (users.gap !== undefined && users.taken.size === 0) throw users.gap;
  reportUsers(users, collected);
  const needsGroups = config.kinds.includes("functional") || selection.namesGroups;
  const groups = needsGroups ? await readGroups(graph, config) : undefined;
  const known = { users: users.taken, groups: groups?.taken ?? NO_GROUPS };
  const reader = new MemberReader(graph, known, token.roles);
  if (groups !== undefined) {
    reportGroups(groups, config, collected);
    await selection.readGroups(groups.taken, groups.gap === undefined, reader);
    if (config.assignedTo)
      selection.takeAssigned(
        await readAssigned(config.assignedTo, groups.taken, { graph, reader, collected }),
      );
  }
  const records = [
    ...(config.kinds.includes("personal") ? peopleIn(users.taken, selection, collected) : []),
    ...(config.kinds.includes("functional") && groups
      ? await functional({ users: users.taken, groups: groups.taken, selection, reader, collected })
      : []),
  ];
  selection.reportGaps(collected);
  if (users.gap === undefined) await askForStrangers(reader.strangers, { graph, collected });
  if (graph.over) reportBroken(graph.over, collected);
  reportEmpty(records, selection, collected);
  collected.fact("tenant", tenantId);
  collected.fact("application", applicationOf(config));
  collected.fact(
    "permissions",
    token.roles.length === 0 ? "none in the token" : [...token.roles].sort().join(", "),
  );
  collected.fact("users", usersRead(users.taken));
  if (groups) collected.fact("groups", grouped(groups.taken.size));
  collected.fact("lists of members", grouped(reader.asked));
  collected.fact("requests", grouped(graph.requests));
  collected.fact("time", `${((clock.now() - startedAt) / 1000).toFixed(1)} s`);
  return toReading(config, records, collected, selection, users.taken.shown);
}

const NO_GROUPS = { byId: new Map() } as Pick<Groups, "byId"> as Groups;

function reportUsers({ taken, gap }: Taken<Users>, collected: Collected): void {
  if (gap !== undefined) reportBroken(gap, collected, "The list of users is not whole.");
  if (taken.withheld > 0) {
    const summary = `${counted(taken.withheld, "user", "users")} came with only an id, or without a word on their addresses, which is what Graph gives where a permission is missing. ${permissionRemedy(USERS_PERMISSION)} ${HOLDS_BACK}`;
    collected.find("source-incomplete", "error", summary);
  }
  for (const { place, said, email } of taken.mismatches) {
    const summary = `\`mail\` says ${said}, and the entry \`SMTP:\` of \`proxyAddresses\` says ${email}. The account goes by the entry; correct the user if it should not.`;
    collected.find("address-mismatch", "warning", summary, { kind: "personal", place });
  }
}

function reportGroups({ taken, gap }: Taken<Groups>, { kinds }: EntraIdConfig, collected: Collected): void {
  const isAsked = kinds.includes("functional");
  const kind: { readonly kind?: Kind } = isAsked ? { kind: "functional" } : {};
  const held = "No functional account is removed because of this source.";
  if (gap !== undefined && isAsked) {
    const { message, remedy } = gap.words;
    const summary = `The list of groups is not whole. ${message} ${remedy} ${held}`;
    collected.find("source-incomplete", "error", summary, kind);
  }
  if (taken.withheld === 0 || !isAsked) return;
  const summary = `${counted(taken.withheld, "group", "groups")} came with only an id, or without a word on their addresses, which is what Graph gives where a permission is missing. ${permissionRemedy(GROUPS_PERMISSION)} ${held}`;
  collected.find("source-incomplete", "error", summary, kind);
}

function reportBroken(
  { words }: ServiceFailure,
  collected: Collected,
  what = "The reading broke off.",
): void {
  collected.find("source-incomplete", "error", `${what} ${words.message} ${words.remedy} ${HOLDS_BACK}`);
}

function reportEmpty(records: readonly SourceRecord[], { sieve }: Selection, collected: Collected): void {
  const byFilter = sieve.findings();
  for (const { code, severity, summary, where } of byFilter) collected.find(code, severity, summary, where);
  if (records.length > 0 || byFilter.length > 0) return;
  collected.find("source-empty", "warning", `Entra ID gives no record at all. ${HOLDS_BACK}`);
}

function peopleIn(users: Users, selection: Selection, collected: Collected): readonly SourceRecord[] {
  for (const name of selection.properties) {
    const rows = [...users.byId.values()].filter(({ row }) => row !== undefined);
    if (rows.length === 0 || rows.some(({ row }) => row?.[name] !== undefined)) continue;
    const summary = `The filter looks at ${name}, and no user that was read has this property. Its name may be mistyped.`;
    collected.find("filter-unseen", "warning", summary);
  }
  return users.people().flatMap(({ record, id, row }) => selection.sift(record, id, row));
}

type Parts = {
  readonly users: Users;
  readonly groups: Groups;
  readonly selection: Selection;
  readonly reader: MemberReader;
  readonly collected: Collected;
};

async function functional({
  users,
  groups,
  selection,
  reader,
  collected,
}: Parts): Promise<readonly SourceRecord[]> {
  const lists = await Promise.all(
    [...groups.byId.values()].flatMap(({ record, ...group }) =>
      record === undefined
        ? []
        : [
            reader
              .members(group, "any")
              .then((members) => ({ record, id: group.id, ...delegatesOf(members, { users, groups }) })),
          ],
    ),
  );
  const unsaid = lists.length > 1 && lists.every(({ isEmpty }) => isEmpty) ? NOBODY_ANYWHERE : undefined;
  return lists.flatMap(({ record, id, addresses, incomplete = unsaid, leftOut }) => {
    const { where } = record;
    if (leftOut !== undefined)
      collected.find("member-left-out", "info", leftOut, { kind: "functional", place: where });
    const origin = { source: collected.source, where, attribute: "transitiveMembers" };
    const withDelegates: SourceRecord = {
      ...record,
      delegates: { value: addresses, origin },
      ...(incomplete === undefined ? {} : { delegatesIncomplete: incomplete }),
    };
    return selection.sift(withDelegates, id);
  });
}

/** One group may be empty. Where all are, most likely their members are not shown. */
const NOBODY_ANYWHERE = "Graph shows no member of any group, so it may not show members at all.";

function usersRead({ size, guests, withoutAddress }: Users): string {
  const parts = [
    ...(guests === 0 ? [] : [counted(guests, "guest", "guests")]),
    ...(withoutAddress === 0 ? [] : [`${grouped(withoutAddress)} without an address`]),
  ];
  return parts.length === 0 ? grouped(size) : `${grouped(size)}, of which ${parts.join(" and ")} left out`;
}

/** The reading, for the engine. `shown`: properties that some user has. Pure. */
function toReading(
  config: EntraIdConfig,
  records: readonly SourceRecord[],
  collected: Collected,
  { sieve }: Selection,
  shown: ReadonlySet<string>,
): Reading {
  const fieldsOf = (kind: Kind) => fieldsSaid(kind, config, shown);
  return readingOf({ source: config, asked: config.kinds, records, collected, sieve, fieldsOf });
}

/** A property that no user has may be one that the application may not read: its field is not said, of anybody. */
function fieldsSaid(kind: Kind, { map }: EntraIdConfig, shown: ReadonlySet<string>): readonly RecordField[] {
  if (kind === "functional") return ["email", "fullName", "aliases", "delegates", "id"];
  const usual: Readonly<Partial<Record<RecordField, readonly string[]>>> = {
    fullName: NAMES,
    aliases: ["proxyAddresses"],
    active: [ENABLED],
  };
  return RECORD_FIELDS.filter((field) => {
    if (field === "email" || field === "id") return true;
    const mapped = map[field];
    const from = mapped ? [mapped.property] : (usual[field] ?? []);
    return from.some((name) => shown.has(name));
  });
}
