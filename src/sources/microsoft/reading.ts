import type { RecordField, SourceRecord } from "../../model/account/account.ts";
import { KINDS, type Kind } from "../../model/account/kind.ts";
import type { Reading } from "../../model/ports.ts";
import { contentMark, digestOfMarks } from "../records/digest.ts";
import type { Sieve } from "../records/filtering.ts";
import type { Collected } from "../records/findings.ts";

/** All that was read of a tenant. `asked`: the kinds that were asked for; `fieldsOf`: what the source can say of each. */
export type TenantRead = {
  readonly source: { readonly name: string; readonly type: string };
  readonly asked: readonly Kind[];
  readonly records: readonly SourceRecord[];
  readonly collected: Collected;
  readonly sieve: Sieve;
  readonly fieldsOf: (kind: Kind) => readonly RecordField[];
};

/** The reading for the engine. Pure. */
export function readingOf({ source, asked, records, collected, sieve, fieldsOf }: TenantRead): Reading {
  const { facts = [], leftOut } = sieve.summary();
  const findings = collected.findings();
  // An application that may see a part of the tenant does not learn so: a kind of which nothing came may be there.
  const unseen = asked.filter((kind) => sieve.seen(kind) === 0);
  const speaks = asked.filter((kind) => sieve.takesKind(kind)).map((kind) => [kind, fieldsOf(kind)]);
  const incomplete = findings.filter(({ code }) => code === "source-incomplete");
  const incompleteKinds = KINDS.filter((kind) => incomplete.some(({ where }) => where.kind === kind));
  const isWhole = records.length > 0 && incomplete.every(({ where }) => where.kind !== undefined);
  return {
    source: source.name,
    type: source.type,
    records,
    complete: isWhole && incompleteKinds.length < asked.length,
    digest: digestOfMarks(records.map((record) => contentMark(contentOf(record)))),
    findings,
    facts: [...collected.facts, ...facts],
    ...(leftOut === undefined ? {} : { leftOut }),
    speaks: Object.fromEntries(speaks),
    ...(incompleteKinds.length === 0 ? {} : { incompleteKinds }),
    ...(unseen.length === 0 ? {} : { unseen }),
  };
}

/** A key in clear, and for the digest alone: as it prints itself, all keys are the same. */
function contentOf(record: SourceRecord): unknown {
  return { ...record, accountKey: record.accountKey?.value.reveal() };
}
