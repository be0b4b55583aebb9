import { RemoteError } from "../../errors.ts";
import { KINDS } from "../../model/account.ts";
import type { Clock, Reading } from "../../model/ports.ts";
import type { DirectoryConfig, DirectoryTable, RecordFilter } from "../../model/source-config.ts";
import { LdapFailure, type LdapSession } from "../ldap/ldap.ts";
import { basesOf } from "./bases.ts";
import { digestOf } from "./collected.ts";
import { setAllDelegates } from "./delegates.ts";
import { sourceRecords } from "./entries.ts";
import { conditionsOf, isNarrowed, memberConditionsOf, sieveByDelegates } from "./entry-filter.ts";
import { readDisabledUsers, readGroups } from "./functional.ts";
import { type Membership, membershipOf } from "./member-of.ts";
import { readPersonal } from "./personal.ts";
import { openReferrals, referralSummary } from "./referrals.ts";
import { resolveMembers } from "./resolve.ts";
import { type Run, startRun } from "./run.ts";

const HOLDS_BACK = "Nothing is removed on this source's word.";

/**
 * Reads the accounts of a directory through a session that is open. Throws RemoteError when it cannot be searched at all;
 * where it breaks off later, the reading has what was read until then, and is not complete.
 */
export async function readEntries(
  session: LdapSession,
  config: DirectoryConfig,
  clock: Pick<Clock, "now">,
): Promise<Reading> {
  const run = startRun(session, config, clock);
  let complete = true;
  try {
    await readAll(run);
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    if (isFatal(run, error)) throw new RemoteError([error.problem], { cause: error });
    complete = false;
    run.collected.find("source-incomplete", "error", `${error.problem.message} ${HOLDS_BACK}`);
  }
  setAllDelegates(run);
  sieveByDelegates(run);
  return toReading(run, complete);
}

async function readAll(run: Run): Promise<void> {
  const { config, session, collected } = run;
  const { personal, functional } = config;
  collected.fact("server", session.url);
  const identity = await session.whoAmI();
  collected.fact("bound as", identity === undefined ? configuredIdentity(config) : shownIdentity(identity));
  await tellBases(run);
  const inPersonal = personal && (await membershipIn(run, personal));
  const inFunctional = functional && (await membershipIn(run, functional));
  if (functional && inFunctional) {
    const more = functional.disabledUsers?.conditions ?? [];
    const asksForMembers = memberConditionsOf(more).length > 0;
    const inDisabled = asksForMembers ? await membershipIn(run, functional, more) : inFunctional;
    await readDisabledUsers(run, functional, inDisabled);
  }
  if (personal && inPersonal) await readPersonal(run, personal, inPersonal);
  if (functional && inFunctional) await readGroups(run, functional, inFunctional);
  if (run.opened.length > 0) await resolveMembers(run);
}

function membershipIn(run: Run, table: DirectoryTable, more: RecordFilter = []): Promise<Membership> {
  return membershipOf(run, table, memberConditionsOf([...conditionsOf(run.config, table), ...more]));
}

/** RFC 4513, 5.2.1.8: `u:` or `dn:` before the name; nothing at all for anonymous. */
function shownIdentity(identity: string): string {
  return identity === "" ? "anonymous" : identity.replace(/^(?:u|dn):/, "");
}

/** Not every server tells who it takes us for. */
function configuredIdentity({ bind }: DirectoryConfig): string {
  if (bind === undefined) return "anonymous";
  return bind.type === "simple" ? bind.user : `the client certificate ${bind.certificate.shownAs}`;
}

async function tellBases({ config, contexts, collected }: Run): Promise<void> {
  const bases = new Set<string>();
  for (const table of [config.personal, config.functional]) {
    if (table) for (const base of await basesOf(table, contexts)) bases.add(base);
  }
  const named = [...bases].map((base) => (base === "" ? "the whole forest" : base));
  collected.fact("searched under", named.join("; "));
}

/** A wrong base or filter is a mistake in the configuration, and a first search refused is no reading. */
function isFatal({ searches }: Run, { problem }: LdapFailure): boolean {
  if (problem.code === "directory-not-found" || problem.code === "directory-filter") return true;
  return searches.finished === 0 && searches.entries === 0;
}

function toReading(run: Run, wholly: boolean): Reading {
  const { config, records, searches, collected, sieve } = run;
  const referrals = openReferrals(searches.referrals);
  if (referrals.length > 0) collected.find("source-incomplete", "error", referralSummary(referrals));
  tellEmpty(run);
  const { facts = [], leftOut } = sieve.told();
  const findings = collected.findings();
  const stops = findings.some(({ code }) => code === "source-incomplete" || code === "source-empty");
  return {
    source: config.name,
    type: config.type,
    records: sourceRecords(records),
    complete: wholly && !stops,
    digest: digestOf(records),
    findings,
    facts: [...collected.facts, ...searches.facts(), ...facts],
    ...(leftOut === undefined ? {} : { leftOut }),
  };
}

/** A kind of which nothing is left after a filter is more likely a mistake than meant. */
function tellEmpty({ config, records, collected, sieve }: Run): void {
  const byFilter = sieve.findings();
  for (const { code, severity, summary, where } of byFilter) collected.find(code, severity, summary, where);
  const none = KINDS.filter((kind) => {
    const table = config[kind];
    return table !== undefined && isNarrowed(table) && sieve.seen(kind) === 0;
  });
  for (const kind of none) {
    const summary = `The directory gives no ${kind} record that the filter takes. ${HOLDS_BACK}`;
    collected.find("source-empty", "warning", summary, { kind });
  }
  if (records.length > 0 || byFilter.length > 0 || none.length > 0) return;
  collected.find("source-empty", "warning", `The directory gives no record at all. ${HOLDS_BACK}`);
}
