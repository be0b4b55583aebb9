import type { Clock, OnProgress, Reading, SecretReader } from "../../model/ports.ts";
import type { DirectoryConfig } from "../../model/source-config/directory.ts";
import type { LdapSession } from "../ldap/protocol/types.ts";
import { openSession, type SessionConfig } from "../ldap/session.ts";
import { type Opened, type Run, startRun } from "./context/context.ts";
import { readingOf } from "./context/reading.ts";
import { markUnseen } from "./context/take-record.ts";
import { MAILBOX_DELEGATES, readGroups, readStandIns, type StandIns } from "./functional.ts";
import { takeList } from "./groups/member-lists.ts";
import { resolveMembers } from "./groups/resolve.ts";
import { membershipIn } from "./membership/member-of.ts";
import { conditionsOf, type Membership, memberConditionsOf } from "./membership/ways.ts";
import { PERSONAL, readPersonal } from "./personal.ts";
import { disabledFilter } from "./search/filters.ts";

/** The ports of reading a directory. */
export type DirectoryDependencies = {
  readonly readSecret: SecretReader;
  readonly clock: Pick<Clock, "now">;
  readonly onProgress?: OnProgress;
};

/** A bound session that reports how far it is. Throws as openSession does. */
export async function openReporting(
  config: SessionConfig,
  { readSecret, onProgress }: DirectoryDependencies,
): Promise<LdapSession> {
  const session = await openSession(config, readSecret);
  return onProgress ? reporting(session, (entries) => onProgress(entries, "entries")) : session;
}

/**
 * Reads the accounts of a directory over one connection, which is closed afterwards. Throws RemoteError or InputError
 * when it cannot be reached, entered or searched; what breaks off later makes the reading incomplete.
 */
export async function readDirectory(config: DirectoryConfig, deps: DirectoryDependencies): Promise<Reading> {
  const session = await openReporting(config, deps);
  try {
    return await readEntries(session, config, deps.clock);
  } finally {
    await session.close();
  }
}

/** Entries between two reports: seldom enough to cost nothing. */
const EVERY = 500;

/** The same session, which reports from time to time how many entries its searches have given. */
function reporting(session: LdapSession, onEntries: (entries: number) => void): LdapSession {
  let entries = 0;
  return {
    ...session,
    search: (query, onEntry) =>
      session.search(query, (entry) => {
        onEntry(entry);
        if (++entries % EVERY === 0) onEntries(entries);
      }),
  };
}

/**
 * Reads the accounts of a directory through a session that is open. Throws RemoteError when it cannot be searched at all;
 * where it breaks off later, the reading has what was read until then, and is not complete.
 */
export async function readEntries(
  session: LdapSession,
  config: DirectoryConfig,
  clock: Pick<Clock, "now">,
): Promise<Reading> {
  return readingOf(startRun(session, config, clock), config.type, readAll);
}

async function readAll(run: Run): Promise<void> {
  const { personal, functional } = run.config;
  const inPersonal = personal && (await membershipIn(run, personal));
  const inFunctional = functional && (await membershipIn(run, functional));
  if (functional && inFunctional) {
    const more = functional.disabledUsers?.conditions ?? [];
    const asksForMembers = memberConditionsOf(more).length > 0;
    const inDisabled = asksForMembers ? await membershipIn(run, functional, more) : inFunctional;
    await readDisabledUsers(run, functional, inDisabled);
  }
  if (personal && inPersonal) await readPersonal(run, personal, inPersonal);
  reportUnseenDisabled(run);
  if (functional && inFunctional) await readGroups(run, functional, inFunctional);
  if (run.opened.length > 0) await resolveMembers(run);
}

type FunctionalTable = NonNullable<DirectoryConfig["functional"]>;

const LABEL = "disabled users";

/** Reads disabled users that stand for shared mailboxes. Must come before the personal accounts, which leave them out. */
async function readDisabledUsers(run: Run, table: FunctionalTable, membership: Membership): Promise<void> {
  const { disabledUsers } = table;
  if (disabledUsers === undefined) return;
  const { config } = run;
  const map = { ...table.map, ...disabledUsers.map };
  const byDefault = config.type === "active-directory" ? MAILBOX_DELEGATES : undefined;
  const delegates = map.delegates?.attribute ?? byDefault;
  const opened: Opened[] = [];
  const conditions = [...conditionsOf(table), ...(disabledUsers.conditions ?? [])];
  const standIns: StandIns = {
    label: LABEL,
    table,
    conditions,
    map,
    filters: [disabledFilter(config), table.filter, disabledUsers.filter],
    delegates: delegates ?? "",
    attributes: delegates ? [delegates] : [],
    take: (record, entry) => {
      if (delegates !== undefined)
        opened.push({ record, attribute: delegates, list: takeList(run, entry, delegates) });
    },
  };
  const unseen = await readStandIns(run, standIns, membership);
  const isShown = delegates !== undefined && !unseen.has(delegates.toLowerCase());
  // Without a map and without any value, the directory says nothing about delegates: they stay as they are.
  if (!isShown && map.delegates === undefined) return;
  const since = run.opened.length;
  run.opened.push(...opened);
  if (delegates !== undefined) markUnseen(run, since, [delegates], unseen);
}

/**
 * A server finds no disabled user for an account that may not read who is disabled. Shared mailboxes would look as if they
 * were gone, unless the personal accounts show that it may.
 */
function reportUnseenDisabled({ config, searches, collected, rule }: Run): void {
  if (config.functional?.disabledUsers === undefined || searches.entriesOf(LABEL) > 0) return;
  if (rule.decisive.some((attribute) => searches.isShown(PERSONAL, attribute))) return;
  const summary = `\`disabledUsers\` asks for disabled users, and none is shown. Let the account that binds read ${rule.decisive.join(" and ")}, or leave \`disabledUsers\` out. No functional account is removed because of this source.`;
  collected.find("source-incomplete", "error", summary, { kind: "functional" });
}
