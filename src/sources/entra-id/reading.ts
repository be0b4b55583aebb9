import { RECORD_FIELDS, type RecordField, type SourceRecord } from "../../model/account/account.ts";
import { KINDS, type Kind } from "../../model/account/kind.ts";
import type { Reading } from "../../model/ports.ts";
import type { EntraIdConfig } from "../../model/source-config/entra.ts";
import { contentMark, digestOfMarks } from "../records/digest.ts";
import type { Collected } from "../records/findings.ts";
import type { Selection } from "./selection.ts";
import { ENABLED, NAMES } from "./users/user-record.ts";

/** The reading, for the engine. `shown`: properties that some user has. Pure. */
export function toReading(
  config: EntraIdConfig,
  records: readonly SourceRecord[],
  collected: Collected,
  { sieve }: Selection,
  shown: ReadonlySet<string>,
): Reading {
  const { facts = [], leftOut } = sieve.told();
  const findings = collected.findings();
  const { kinds } = config;
  const unseen = kinds.filter((kind) => sieve.seen(kind) === 0);
  const speaks = kinds
    .filter((kind) => sieve.takesKind(kind))
    .map((kind) => [kind, fieldsOf(kind, config, shown)]);
  const incomplete = findings.filter(({ code }) => code === "source-incomplete");
  const incompleteKinds = KINDS.filter((kind) => incomplete.some(({ where }) => where.kind === kind));
  const isWhole = records.length > 0 && incomplete.every(({ where }) => where.kind !== undefined);
  return {
    source: config.name,
    type: config.type,
    records,
    complete: isWhole && incompleteKinds.length < kinds.length,
    digest: digestOfMarks(records.map((record) => contentMark(contentOf(record)))),
    findings,
    facts: [...collected.facts, ...facts],
    ...(leftOut === undefined ? {} : { leftOut }),
    speaks: Object.fromEntries(speaks),
    ...(incompleteKinds.length === 0 ? {} : { incompleteKinds }),
    ...(unseen.length === 0 ? {} : { unseen }),
  };
}

/** A property that no user has may be one that the application may not read: its field is not said, of anybody. */
function fieldsOf(kind: Kind, { map }: EntraIdConfig, shown: ReadonlySet<string>): readonly RecordField[] {
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

/** A key in clear, and for the digest alone: as it prints itself, all keys are the same. */
function contentOf(record: SourceRecord): unknown {
  return { ...record, accountKey: record.accountKey?.value.reveal() };
}
