import { RECORD_FIELDS, type RecordField, type SourceRecord } from "../../model/account/account.ts";
import { PLAIN_TEXTS } from "../../model/account/fields.ts";
import { KINDS, type Kind } from "../../model/account/kind.ts";
import type { Clock, OnProgress, Reading, SecretReader } from "../../model/ports.ts";
import type { ExchangeOnlineConfig } from "../../model/source-config/exchange.ts";
import { grouped } from "../../model/values/text.ts";
import { ServiceFailure } from "../microsoft/errors/failure.ts";
import { readingOf } from "../microsoft/reading.ts";
import { applicationOf, type Session, withSession } from "../microsoft/session.ts";
import { Collected, counted, HOLDS_BACK } from "../records/findings.ts";
import { AccessReader } from "./access/access.ts";
import { MailboxFilter } from "./mailbox-filter.ts";
import { Listing, listMailboxes, propertiesWith } from "./mailboxes/list.ts";
import { ExchangeService } from "./service/service.ts";

/** The ports of reading Exchange Online. */
export type ExchangeDependencies = {
  readonly readSecret: SecretReader;
  readonly clock: Clock;
  readonly onProgress?: OnProgress;
};

/**
 * Reads the mailboxes of a tenant and who has full access to the shared ones. Throws InputError for credentials that
 * cannot be read, and RemoteError when nothing can be read at all; what breaks off later makes the reading incomplete.
 */
export async function readExchangeOnline(
  config: ExchangeOnlineConfig,
  deps: ExchangeDependencies,
): Promise<Reading> {
  const owner = { where: config.where, family: "exchange" } as const;
  return withSession(config, owner, deps, (session) => readThrough(session, config, deps));
}

async function readThrough(
  { http, tokens, tenantId }: Session,
  config: ExchangeOnlineConfig,
  { clock, onProgress }: ExchangeDependencies,
): Promise<Reading> {
  const startedAt = clock.now();
  const service = new ExchangeService(config, tenantId, {
    http,
    tokens,
    clock,
    ...(onProgress ? { onProgress } : {}),
  });
  const collected = new Collected(config.name);
  const filter: MailboxFilter = new MailboxFilter(config, () => listing);
  const { ownNames } = filter.sieve;
  const listing = new Listing(config, collected, ownNames.length > 0);
  const access = new AccessReader(service, listing.mailboxes, config.concurrency);
  const properties = propertiesWith([...Object.values(config.map), ...ownNames]);
  const brokeOff = await list(service, properties, listing, collected);
  if (brokeOff === undefined) {
    await filter.readGroups(access);
    const open = listing.records.filter((one) => one.kind === "functional" && !filter.leavesOut(one));
    await access.read(open);
  }
  const over = brokeOff ?? service.over;
  const records = listing.records.flatMap((listed) => {
    const isShared = listed.kind === "functional" && !filter.leavesOut(listed);
    const record = isShared ? access.withDelegates(listed, config.name, collected, over) : listed;
    return filter.sift(listed, record);
  });
  filter.reportUnseen(collected);
  filter.reportEmptyGroups(collected);
  if (over)
    collected.find(
      "source-incomplete",
      "error",
      `The reading broke off. ${over.words.message} ${HOLDS_BACK}`,
    );
  const byFilter = filter.sieve.findings();
  for (const { code, severity, summary, where } of byFilter) collected.find(code, severity, summary, where);
  if (records.length === 0 && byFilter.length === 0) {
    const summary = `Exchange gives no mailbox of the types that are accounts. ${HOLDS_BACK}`;
    collected.find("source-empty", "warning", summary);
  }
  collected.fact("tenant", tenantId);
  collected.fact("application", applicationOf(config));
  collected.fact("mailboxes", mailboxesRead(listing.count, listing.records));
  collected.fact("groups asked", grouped(access.groups.asked));
  collected.fact("names looked up", grouped(access.principals.lookups));
  collected.fact("requests", grouped(service.requests));
  collected.fact("time", `${((clock.now() - startedAt) / 1000).toFixed(1)} s`);
  return toReading(config, records, collected, filter);
}

/** The reason why the list of mailboxes is not whole, where it is not. Throws ServiceFailure when there is nothing of it. */
async function list(
  service: ExchangeService,
  properties: readonly string[],
  listing: Listing,
  collected: Collected,
): Promise<ServiceFailure | undefined> {
  try {
    await listMailboxes(service, properties, listing, collected);
    return undefined;
  } catch (error) {
    if (!(error instanceof ServiceFailure) || listing.count === 0) throw error;
    return error;
  }
}

function mailboxesRead(rows: number, records: readonly SourceRecord[]): string {
  const functional = records.filter(({ kind }) => kind === "functional").length;
  return `${counted(rows, "mailbox", "mailboxes")}: ${grouped(records.length - functional)} personal, ${grouped(functional)} functional, ${grouped(rows - records.length)} left out`;
}

const ALWAYS: Readonly<Record<Kind, readonly RecordField[]>> = {
  personal: ["email", "fullName", "aliases", "accountKey", "active", "id"],
  functional: ["email", "fullName", "aliases", "delegates", "id"],
};
/** Read where a map names a property; the user of a shared mailbox is disabled, which says nothing about the mailbox. */
const MAPPED: readonly RecordField[] = ["active", ...PLAIN_TEXTS];

/** The reading, for the engine. Pure. */
function toReading(
  config: ExchangeOnlineConfig,
  records: readonly SourceRecord[],
  collected: Collected,
  { sieve }: MailboxFilter,
): Reading {
  const asked = KINDS.filter((kind) => config.mailboxTypes[kind] !== undefined);
  const fieldsOf = (kind: Kind) => fieldsSaid(kind, config);
  return readingOf({ source: config, asked, records, collected, sieve, fieldsOf });
}

function fieldsSaid(kind: Kind, { map }: ExchangeOnlineConfig): readonly RecordField[] {
  const fields = new Set([...ALWAYS[kind], ...MAPPED.filter((field) => map[field] !== undefined)]);
  return RECORD_FIELDS.filter((field) => fields.has(field));
}
