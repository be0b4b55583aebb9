import type { SourceRecord } from "../../model/account/account.ts";
import type { Clock, OnProgress, Reading, SecretReader } from "../../model/ports.ts";
import type { ExchangeOnlineConfig } from "../../model/source-config/exchange.ts";
import { InputError, RemoteError } from "../../model/values/errors.ts";
import { type Http, NetworkTrouble, openHttp } from "../../network/http.ts";
import { readCertificates } from "../ldap/credentials.ts";
import { acquireToken } from "../microsoft/auth/entra.ts";
import { readProof } from "../microsoft/auth/proof.ts";
import { type Token, TokenKeeper } from "../microsoft/auth/token.ts";
import { ExchangeFailure } from "../microsoft/errors/failure.ts";
import { networkWords } from "../microsoft/errors/network-errors.ts";
import { Collected, counted, grouped } from "../records/findings.ts";
import { AccessReader } from "./access/access.ts";
import { MailboxFilter } from "./mailbox-filter.ts";
import { Listing, listMailboxes, propertiesWith } from "./mailboxes/list.ts";
import { toReading } from "./reading.ts";
import { ExchangeService } from "./service/service.ts";

/** What reading Exchange Online needs of the world. */
export type ExchangeDependencies = {
  readonly readSecret: SecretReader;
  readonly clock: Clock;
  readonly onProgress?: OnProgress;
};

const HOLDS_BACK = "Nothing is removed because of this source.";

/**
 * Reads the mailboxes of a tenant and who has full access to the shared ones. Throws InputError for credentials that
 * cannot be read, and RemoteError when nothing can be read at all; what breaks off later makes the reading incomplete.
 */
export async function readExchangeOnline(
  config: ExchangeOnlineConfig,
  deps: ExchangeDependencies,
): Promise<Reading> {
  const ca = config.ca ? await readCertificates(config.ca, config.where) : undefined;
  const http = open(config, ca);
  try {
    return await readThrough(http, config, deps);
  } catch (error) {
    if (error instanceof ExchangeFailure) throw new RemoteError([{ where: config.where, ...error.words }]);
    if (!(error instanceof NetworkTrouble)) throw error;
    throw new RemoteError([{ where: config.where, ...networkWords(error, config.timeoutMs) }]);
  } finally {
    await http.close();
  }
}

function open({ timeoutMs, where }: ExchangeOnlineConfig, ca: readonly string[] | undefined): Http {
  try {
    return openHttp({ timeoutMs, ...(ca ? { ca } : {}) });
  } catch {
    // It is not quoted: it may hold a password.
    const message = "The environment names a proxy (HTTPS_PROXY or HTTP_PROXY) that is not an address.";
    throw new InputError([
      { code: "exchange-unreachable", where, message, remedy: "Write http://HOST:PORT." },
    ]);
  }
}

async function readThrough(
  http: Http,
  config: ExchangeOnlineConfig,
  deps: ExchangeDependencies,
): Promise<Reading> {
  const { clock, readSecret, onProgress } = deps;
  const startedAt = clock.now();
  const proof = await readProof(config, { readSecret, clock, http });
  const tokens = new TokenKeeper(() => acquireToken(config, proof, { http, clock }), clock);
  const tenantId = tenantOf(await tokens.get(), config);
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
  filter.tellUnseen(collected);
  filter.tellEmptyGroups(collected);
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
  const { credential } = config;
  collected.fact("tenant", tenantId);
  collected.fact("application", applicationOf(credential));
  collected.fact("mailboxes", mailboxesRead(listing.count, listing.records));
  collected.fact("groups asked", grouped(access.groups.asked));
  collected.fact("names looked up", grouped(access.principals.lookups));
  collected.fact("requests", grouped(service.requests));
  collected.fact("time", `${((clock.now() - startedAt) / 1000).toFixed(1)} s`);
  return toReading(config, records, collected, filter);
}

/** Requests name the tenant by its id, and only the token knows it where a domain is configured. */
function tenantOf({ tenantId }: Token, { tenant }: ExchangeOnlineConfig): string {
  const isId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  const fail = (message: string, remedy: string): never => {
    throw new ExchangeFailure({ code: "exchange-credentials", message, remedy }, "reading");
  };
  if (tenantId === undefined || !isId.test(tenantId)) {
    return isId.test(tenant)
      ? tenant
      : fail(
          "The token of Entra ID does not say which tenant it is for.",
          "Write the id of the tenant as `tenant`.",
        );
  }
  if (isId.test(tenant) && tenant !== tenantId) {
    return fail(
      `The token is for the tenant ${tenantId}, and \`tenant\` says ${tenant}.`,
      "Correct `tenant`, or use an identity of that tenant.",
    );
  }
  return tenantId;
}

/** Why the list of mailboxes is not whole, where it is not. Throws ExchangeFailure when there is nothing of it. */
async function list(
  service: ExchangeService,
  properties: readonly string[],
  listing: Listing,
  collected: Collected,
): Promise<ExchangeFailure | undefined> {
  try {
    await listMailboxes(service, properties, listing, collected);
    return undefined;
  } catch (error) {
    if (!(error instanceof ExchangeFailure) || listing.count === 0) throw error;
    return error;
  }
}

function applicationOf(credential: ExchangeOnlineConfig["credential"]): string {
  if (credential.type !== "managedIdentity") return credential.clientId;
  return `managed identity${credential.clientId === undefined ? "" : ` ${credential.clientId}`}`;
}

function mailboxesRead(rows: number, records: readonly SourceRecord[]): string {
  const functional = records.filter(({ kind }) => kind === "functional").length;
  return `${counted(rows, "mailbox", "mailboxes")}: ${grouped(records.length - functional)} personal, ${grouped(functional)} functional, ${grouped(rows - records.length)} left out`;
}
