import type { SourceRecord } from "../../model/account/account.ts";
import { plainTexts } from "../../model/account/fields.ts";
import { present } from "./given.ts";

type Told = Exclude<keyof SourceRecord, "kind" | "where" | "supplement" | "problems">;

/**
 * All that a record says, as an object of its own. Records of large sources make their fields when they are looked at, so
 * spreading one gives nothing.
 */
export function copyRecord(record: SourceRecord): SourceRecord {
  const { kind, where, supplement, problems } = record;
  const { email, id, fullName, aliases, delegates, delegatesIncomplete, active } = record;
  const { phoneInvalid, accountKey } = record;
  const texts = plainTexts((field) => record[field]);
  const ofPerson = { email, id, fullName, aliases, delegates, delegatesIncomplete, active };
  const told = { ...ofPerson, ...texts, phoneInvalid, accountKey } satisfies Record<Told, unknown>;
  return { kind, where, supplement, ...present(told), problems };
}
