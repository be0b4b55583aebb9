import { createHash } from "node:crypto";
import { compareText, type SourceRecord } from "../model/account.ts";

/** So many records are hashed at once: each call costs as much as some of them. */
const HASHED = 1000;

/** `sha256:…` over what records say, account keys included, whatever order they came in. */
export function digestRecords<R extends Pick<SourceRecord, "kind" | "where">>(
  records: readonly R[],
  contentOf: (record: R) => unknown,
): string {
  const hash = createHash("sha256");
  const ordered = records
    .map((record) => ({ record, where: record.where }))
    .sort((a, b) => compareText(a.where, b.where) || compareText(a.record.kind, b.record.kind));
  for (let from = 0; from < ordered.length; from += HASHED) {
    // What is not given becomes null, and no given value is null.
    const some = ordered.slice(from, from + HASHED).map(({ record }) => JSON.stringify(contentOf(record)));
    hash.update(`${some.join("\n")}\n`);
  }
  return `sha256:${hash.digest("hex")}`;
}
