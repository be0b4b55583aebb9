import { RECORD_FIELDS, type RecordField } from "../../../model/account/account.ts";
import { KINDS, type Kind } from "../../../model/account/kind.ts";
import type { Reading } from "../../../model/ports.ts";
import type { DirectoryConfig } from "../../../model/source-config/directory.ts";
import { RemoteError } from "../../../model/values/errors.ts";
import { firstOf } from "../../../model/values/text.ts";
import { LdapFailure } from "../../ldap/protocol/types.ts";
import { digestOfRecords } from "../../records/digest.ts";
import { HOLDS_BACK } from "../../records/findings.ts";
import { setAllDelegates } from "../groups/delegates.ts";
import { isNarrowed } from "../membership/ways.ts";
import { basesOf } from "../search/bases.ts";
import type { Run } from "./context.ts";
import { sieveByDelegates } from "./entry-filter.ts";

/**
 * The reading of a directory as `read` does it, for a source of this type. Throws RemoteError when it cannot be
 * searched at all; where it breaks off later, the reading has what was read until then, and is not complete.
 */
export async function readingOf(run: Run, type: string, read: (run: Run) => Promise<void>): Promise<Reading> {
  let complete = true;
  try {
    await reportConnection(run);
    await read(run);
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    if (isFatal(run, error)) throw new RemoteError(error.problem, { cause: error });
    complete = false;
    const { message, remedy } = error.problem;
    const summary = [message, remedy, HOLDS_BACK].filter((part) => part !== undefined).join(" ");
    run.collected.find("source-incomplete", "error", summary);
  }
  setAllDelegates(run);
  sieveByDelegates(run);
  return toReading(run, type, complete);
}

async function reportConnection(run: Run): Promise<void> {
  const { config, session, collected } = run;
  collected.fact("server", session.url);
  const identity = await session.whoAmI();
  collected.fact("bound as", identity === undefined ? configuredIdentity(config) : shownIdentity(identity));
  await reportBases(run);
  if (config.type === "active-directory") await reportBehind(run);
}

/**
 * A domain controller that is new or was restored answers while it still takes over entries from the others, and says so
 * (MS-ADTS 3.1.1.3.2); a global catalogue, too, of those of other domains.
 */
async function reportBehind({ session, root, collected, globalCatalogue }: Run): Promise<void> {
  const attributes = ["isSynchronized", ...(globalCatalogue ? ["isGlobalCatalogReady"] : [])];
  let behind: string | undefined;
  try {
    const says = await root();
    behind = attributes.find((name) => says(name)[0]?.toUpperCase() === "FALSE");
  } catch (error) {
    // One that does not say it is not known to be behind.
    if (!(error instanceof LdapFailure) || error.resultCode === undefined) throw error;
  }
  if (behind === undefined) return;
  const summary = `${session.url} is not synchronised with the other servers yet (${behind} of its root DSE is FALSE), so entries may be missing. Run the plan again later, or name another server first in urls. ${HOLDS_BACK}`;
  collected.find("source-incomplete", "error", summary);
}

/** RFC 4513, 5.2.1.8: `u:` or `dn:` before the name; nothing at all, or nothing behind that, for anonymous. */
function shownIdentity(identity: string): string {
  const name = identity.replace(/^(?:u|dn):/, "").trim();
  return name === "" ? "anonymous" : name;
}

/** Not every server says who it takes us for. */
function configuredIdentity({ bind }: DirectoryConfig): string {
  if (bind === undefined) return "anonymous";
  return bind.type === "simple" ? bind.user : `the client certificate ${bind.certificate.shownAs}`;
}

async function reportBases({ config, contexts, collected }: Run): Promise<void> {
  const bases = new Set<string>();
  for (const table of [config.personal, config.functional]) {
    if (table) for (const base of await basesOf(table, contexts)) bases.add(base);
  }
  const named = [...bases].map((base) => (base === "" ? "the whole forest" : base));
  collected.fact("searched under", named.join("; "));
}

/** A wrong base or filter is a mistake in the configuration, and a first search refused is not a reading. */
function isFatal({ searches }: Run, { problem }: LdapFailure): boolean {
  if (problem.code === "directory-not-found" || problem.code === "directory-filter") return true;
  return searches.finished === 0 && searches.entries === 0;
}

function toReading(run: Run, type: string, wholly: boolean): Reading {
  const { config, records, searches, collected, sieve } = run;
  const referrals = openReferrals(searches.referrals);
  if (referrals.length > 0)
    collected.find("source-incomplete", "error", referralSummary(config.type, referrals));
  reportEmpty(run);
  const { facts = [], leftOut } = sieve.summary();
  const findings = collected.findings();
  const gaps = findings.filter(({ code }) => code === "source-incomplete");
  const asked = KINDS.filter((kind) => config[kind] !== undefined);
  const unseen = asked.filter((kind) => sieve.seen(kind) === 0);
  const inPart = asked.filter((kind) => gaps.some(({ where }) => where.kind === kind));
  const isWhole = wholly && records.length > 0 && gaps.every(({ where }) => where.kind !== undefined);
  return {
    source: config.name,
    type,
    records,
    complete: isWhole && inPart.length < asked.length,
    digest: digestOfRecords(records),
    findings,
    facts: [...collected.facts, ...searches.facts(), ...facts],
    ...(leftOut === undefined ? {} : { leftOut }),
    speaks: speaksOf(run),
    ...(inPart.length === 0 ? {} : { incompleteKinds: inPart }),
    ...(unseen.length === 0 ? {} : { unseen }),
  };
}

/** A kind of which nothing is left after a filter is more likely a mistake than meant. */
function reportEmpty({ config, records, collected, sieve }: Run): void {
  const byFilter = sieve.findings();
  for (const { code, severity, summary, where } of byFilter) collected.find(code, severity, summary, where);
  const none = KINDS.filter((kind) => {
    const table = config[kind];
    return table !== undefined && isNarrowed(table) && sieve.seen(kind) === 0;
  });
  for (const kind of none) {
    const summary = `The directory gives no ${kind} record that the filter takes. No ${kind} account is removed because of this source.`;
    collected.find("source-empty", "warning", summary, { kind });
  }
  if (records.length > 0 || byFilter.length > 0 || none.length > 0) return;
  collected.find("source-empty", "warning", `The directory gives no record at all. ${HOLDS_BACK}`);
}

/**
 * The fields that a directory gives of each kind that it was asked for. A directory leaves out what may not be read as if
 * it were not there, so a field of which no entry shows an attribute is not among them.
 */
function speaksOf(run: Run): NonNullable<Reading["speaks"]> {
  const kinds = KINDS.filter((kind) => run.config[kind] !== undefined);
  return Object.fromEntries(
    kinds.map((kind) => {
      const shown = shownFields(run, kind);
      if (givesDelegates(run, kind)) shown.add("delegates");
      return [kind, RECORD_FIELDS.filter((field) => shown.has(field))];
    }),
  );
}

function shownFields({ speakers, searches }: Run, wanted: Kind): Set<RecordField> {
  const shown = new Set<RecordField>();
  for (const { kind, label, fields } of speakers) {
    if (kind !== wanted) continue;
    for (const field of RECORD_FIELDS) {
      if (fields[field]?.some((attribute) => searches.isShown(label, attribute))) shown.add(field);
    }
  }
  return shown;
}

/** People whose primary group it is are members of a group that lists nobody. */
function givesDelegates({ opened }: Run, kind: Kind): boolean {
  return opened.some(({ record }) => record.kind === kind && record.delegates !== undefined);
}

/** Parts of a forest that hold no accounts; every search of a domain's root is pointed to them. */
const WITHOUT_ACCOUNTS = /^\/(?:dc=domaindnszones|dc=forestdnszones|cn=configuration|cn=schema),/i;
const NAMED = 5;

/** The search references that may stand for accounts, each once, without what they may hold of credentials. */
export function openReferrals(urls: Iterable<string>): readonly string[] {
  const open = new Set<string>();
  for (const url of urls) if (!WITHOUT_ACCOUNTS.test(pathOf(url))) open.add(withoutCredentials(url));
  return [...open].sort();
}

/** A source for the other part is not enough: whoever searches above it is pointed to it all the same. */
const REMEDIES: Readonly<Record<DirectoryConfig["type"], string>> = {
  "active-directory":
    "Set baseDns to the parts of this domain where the accounts are, and add a source for each other domain; or read the global catalogue (port 3269).",
  ldap: "Set baseDns to the parts of the tree that this server holds, and add a source for each other server.",
};

/** The findings of a reading with open references. */
export function referralSummary(type: DirectoryConfig["type"], urls: readonly string[]): string {
  return `The directory says that some entries lie elsewhere, and they were not read: ${firstOf(urls, NAMED)}. ${REMEDIES[type]} Nothing is removed because of this source.`;
}

function pathOf(url: string): string {
  const path = /^[a-z]+:\/\/[^/]*(\/.*)$/i.exec(url)?.[1] ?? "";
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function withoutCredentials(url: string): string {
  return url.replace(/^([a-z]+:\/\/)[^/@]*@/i, "$1");
}
