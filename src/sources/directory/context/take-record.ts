import type { Kind } from "../../../model/account/kind.ts";
import { parseAddress } from "../../../model/values/address.ts";
import type { LdapEntry } from "../../ldap/protocol/types.ts";
import { counted } from "../../records/findings.ts";
import type { ActivityRule } from "../entries/activity.ts";
import { anchorOf, distinct, type EntryReader, type ReadEntry } from "../entries/entry-reader.ts";
import type { Person } from "../entries/person.ts";
import { giveBeside, type RecordDraft } from "../entries/record.ts";
import { readValue } from "../entries/values/encoding.ts";
import { foundActivity } from "../entries/values.ts";
import { NOBODY_IN_ANY } from "../groups/hidden-members.ts";
import { dnKey } from "../search/dn.ts";
import type { Run } from "./context.ts";
import { type EntryFilter, holdBack } from "./entry-filter.ts";

/** All attributes that a search for records asks for. */
export function askedFor({ config }: Run, { reader, filter }: Taking, more: readonly string[]) {
  return distinct([...reader.attributes, anchorOf(config).attribute, ...filter.attributes, ...more]);
}

/** The way the entries of one search become records, and which of them do. */
export type Taking = { readonly reader: EntryReader; readonly filter: EntryFilter };

/**
 * Makes a record of an entry, unless it is one already or the filter leaves it out. The same entry comes twice when bases
 * overlap, and when it is moved while the pages are read.
 */
export function takeRecord(
  run: Run,
  { reader, filter }: Taking,
  entry: LdapEntry,
  { record, mismatch }: ReadEntry,
): RecordDraft | "known" | "left-out" {
  const identity = (reader.idIsAnchor ? record.id?.value : undefined) ?? identityOf(run.config, entry);
  const taken = run.taken.get(identity);
  if (taken !== undefined) {
    if (!isSameEntry(taken, record)) reportShared(run, taken, record);
    return "known";
  }
  const verdict = filter.judge(entry, record);
  if (verdict === "left-out") {
    leaveOut(run, record.kind, identity);
    return verdict;
  }
  holdBack(record, verdict);
  // A disabled user who is not a functional account by the filter, but a personal one.
  if (run.leftOut.size > 0 && record.kind === "personal" && run.leftOut.delete(`functional ${identity}`)) {
    run.sieve.forget("functional");
  }
  run.taken.set(identity, record);
  run.records.push(record);
  run.sieve.count(record.kind, true);
  if (filter.judgeDelegates) run.late.push({ record, judge: filter.judgeDelegates });
  if (mismatch.length > 0) reportMismatch(run, record, mismatch);
  return record;
}

/** The identifier of an entry, wherever it is moved: its immutable id, or else its DN. */
export function identityOf(config: Run["config"], entry: LdapEntry): string {
  const id = readValue(entry, anchorOf(config));
  return typeof id === "string" ? id : dnKey(entry.dn);
}

/** An entry that is moved keeps its address; one that gets another address stays where it is. */
function isSameEntry(one: RecordDraft, other: RecordDraft): boolean {
  if (dnKey(one.where) === dnKey(other.where)) return true;
  const address = parseAddress(one.email?.value ?? "");
  return address !== undefined && address === parseAddress(other.email?.value ?? "");
}

/**
 * Two people may be behind one id, which a directory gives where it was joined from copies: the second one is present,
 * and nobody would look for that account. Or the one entry was moved and got another address while it was read.
 */
function reportShared({ collected }: Run, taken: RecordDraft, { kind, where: place }: RecordDraft): void {
  const summary = `This entry has the same id as ${taken.where}, and another address, so zivsync cannot tell whether they are one person. Give each its own id, or run the plan again if the entry was just moved. Until then, no ${kind} account is removed because of this source.`;
  collected.find("source-incomplete", "error", summary, { kind, place });
}

/** As what it is not taken as one kind, an entry can still be one of the other. */
function leaveOut({ leftOut, sieve }: Run, kind: Kind, identity: string): void {
  const key = `${kind} ${identity}`;
  if (leftOut.has(key)) return;
  leftOut.add(key);
  sieve.count(kind, false);
}

function reportMismatch({ collected }: Run, record: RecordDraft, others: readonly string[]): void {
  const { kind, where: place } = record;
  const email = record.email?.value ?? "";
  const summary = `\`mail\` says ${email}, and proxyAddresses says that the primary address is ${others.join(", ")}. The account goes by \`mail\`; set \`primary: proxyAddresses\` if it should not, or correct the entry.`;
  collected.find("address-mismatch", "warning", summary, { kind, place });
}

/** Makes somebody known to the groups, by DN and by `uid`. */
export function introduce({ graph, config }: Run, entry: LdapEntry, person: Person): number {
  const uids = config.type === "ldap" ? entry.texts("uid") : [];
  return graph.introduce(entry.dn, uids, person.standing, person.address);
}

/**
 * Where no entry has an attribute for aliases, the directory says nothing about them, or they may not be read; where some
 * have one, those without it have none.
 */
export function sayWithoutAliases(
  { records, config }: Run,
  from: number,
  { addresses }: EntryReader,
  unseen: ReadonlySet<string>,
): void {
  const seen = addresses.aliases.filter((name) => !unseen.has(name.toLowerCase()));
  if (seen.length === 0) return;
  const none = { value: [], attribute: seen.join(", ") };
  for (const record of records.slice(from)) giveBeside(record, config.name, "aliases", none);
}

/** Says of those whose entry does not decide it whether they are enabled, by what the directory shows of others. */
export function sayActive(
  { records, config }: Run,
  from: number,
  rule: ActivityRule,
  unseen: ReadonlySet<string>,
): void {
  const activity = foundActivity(rule.ofSilent((attribute) => !unseen.has(attribute.toLowerCase())));
  if (activity === undefined) return;
  for (const record of records.slice(from)) giveBeside(record, config.name, "active", activity);
}

/** Marks the lists that were opened since, when none of the attributes that they come from was seen on any entry. */
export function markUnseen(
  { opened, collected }: Run,
  since: number,
  attributes: readonly string[],
  unseen: ReadonlySet<string>,
  gap = NOBODY_IN_ANY,
): void {
  if (attributes.some((name) => !unseen.has(name.toLowerCase()))) return;
  const lists = opened.slice(since);
  if (lists.length === 0) return;
  for (const one of lists) {
    one.list.gap ??= gap;
    one.isUnseen = true;
  }
  const kind = lists[0]?.record.kind ?? "functional";
  const whose = counted(lists.length, `${kind} account`, `${kind} accounts`);
  const summary = `The delegates of ${whose} are not known, and stay as they are: ${gap}.`;
  collected.find("delegates-incomplete", "warning", summary, { kind });
}
