import { RECORD_FIELDS, type RecordField, type SourceRecord } from "../../model/account/account.ts";
import { PLAIN_TEXTS } from "../../model/account/fields.ts";
import { KINDS, type Kind } from "../../model/account/kind.ts";
import type { Reading } from "../../model/ports.ts";
import type { ExchangeOnlineConfig } from "../../model/source-config/exchange.ts";
import { contentMark, digestOfMarks } from "../records/digest.ts";
import type { Collected } from "../records/findings.ts";
import type { MailboxFilter } from "./mailbox-filter.ts";

const ALWAYS: Readonly<Record<Kind, readonly RecordField[]>> = {
  personal: ["email", "fullName", "aliases", "accountKey", "active", "id"],
  functional: ["email", "fullName", "aliases", "delegates", "id"],
};
/** Read where a map names a property; the user of a shared mailbox is disabled, which says nothing about the mailbox. */
const MAPPED: readonly RecordField[] = ["active", ...PLAIN_TEXTS];

/** The reading, for the engine. Pure. */
export function toReading(
  config: ExchangeOnlineConfig,
  records: readonly SourceRecord[],
  collected: Collected,
  filter: MailboxFilter,
): Reading {
  const { sieve } = filter;
  const { facts = [], leftOut } = sieve.told();
  const findings = collected.findings();
  const asked = KINDS.filter((kind) => config.mailboxTypes[kind] !== undefined);
  // An application whose role is scoped sees some of the mailboxes, and nothing tells it so.
  const unseen = asked.filter((kind) => sieve.seen(kind) === 0);
  const speaks = asked
    .filter((kind) => !filter.leavesOutKind(kind))
    .map((kind) => [kind, fieldsOf(kind, config)]);
  const incomplete = findings.filter(({ code }) => code === "source-incomplete");
  const incompleteKinds = KINDS.filter((kind) => incomplete.some(({ where }) => where.kind === kind));
  return {
    source: config.name,
    type: config.type,
    records,
    complete: records.length > 0 && incomplete.every(({ where }) => where.kind !== undefined),
    digest: digestOfMarks(records.map((record) => contentMark(contentOf(record)))),
    findings,
    facts: [...collected.facts, ...facts],
    ...(leftOut === undefined ? {} : { leftOut }),
    speaks: Object.fromEntries(speaks),
    ...(incompleteKinds.length === 0 ? {} : { incompleteKinds }),
    ...(unseen.length === 0 ? {} : { unseen }),
  };
}

function fieldsOf(kind: Kind, { map }: ExchangeOnlineConfig): readonly RecordField[] {
  const fields = new Set([...ALWAYS[kind], ...MAPPED.filter((field) => map[field] !== undefined)]);
  return RECORD_FIELDS.filter((field) => fields.has(field));
}

/** A key in clear, and for the digest alone: as it prints itself, all keys are the same. */
function contentOf(record: SourceRecord): unknown {
  return { ...record, accountKey: record.accountKey?.value.reveal() };
}
