import { RECORD_FIELDS, type RecordField, type SourceRecord } from "../../model/account/account.ts";
import { PLAIN_TEXTS } from "../../model/account/fields.ts";
import { KINDS, type Kind } from "../../model/account/kind.ts";
import type { Reading } from "../../model/ports.ts";
import type { ExchangeOnlineConfig } from "../../model/source-config/exchange.ts";
import { readingOf } from "../microsoft/reading.ts";
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
