import { RECORD_FIELDS, type RecordField, type SourceRecord } from "../../model/account/account.ts";
import type { Kind } from "../../model/account/kind.ts";
import type { Reading } from "../../model/ports.ts";
import type { EntraIdConfig } from "../../model/source-config/entra.ts";
import { readingOf } from "../microsoft/reading.ts";
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
  const fieldsOf = (kind: Kind) => fieldsSaid(kind, config, shown);
  return readingOf({ source: config, asked: config.kinds, records, collected, sieve, fieldsOf });
}

/** A property that no user has may be one that the application may not read: its field is not said, of anybody. */
function fieldsSaid(kind: Kind, { map }: EntraIdConfig, shown: ReadonlySet<string>): readonly RecordField[] {
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
