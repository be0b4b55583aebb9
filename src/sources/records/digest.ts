import * as crypto from "node:crypto";
import { RECORD_FIELDS, type SourceRecord } from "../../model/account/account.ts";
import { Secret } from "../../model/values/secret.ts";

/** `sha256:…` over all that the records of a source say, account keys included, whatever order they came in. */
export function digestOfRecords(records: readonly SourceRecord[]): string {
  return digestOfMarks(
    records.map((record) => {
      const { kind, where, delegatesIncomplete, problems } = record;
      const values = RECORD_FIELDS.map((field) => plain(record[field]?.value));
      return contentMark([kind, where, values, delegatesIncomplete, problems]);
    }),
  );
}

function plain(value: unknown): unknown {
  return value instanceof Secret ? value.reveal() : value;
}

/** The content of a record, account key included, as a short text: the same for the same content, and for no other. */
export function contentMark(content: unknown): string {
  // An absent value becomes null, and no given value is null.
  return sha256(JSON.stringify(content));
}

/** `sha256:…` over the marks of all records of a source, whatever order they came in. */
export function digestOfMarks(marks: readonly string[]): string {
  const all = [...marks].sort().join("\n");
  return `sha256:${crypto.createHash("sha256").update(all).digest("hex")}`;
}

/** In one call where Node has one (20.12): there are as many of these as records, and an object for each takes thrice as long. */
function sha256(text: string): string {
  const { hash = hashByObject } = crypto;
  return hash("sha256", text, "base64");
}

function hashByObject(algorithm: string, text: string, encoding: "base64"): string {
  return crypto.createHash(algorithm).update(text).digest(encoding);
}
