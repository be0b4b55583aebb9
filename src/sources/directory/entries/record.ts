import {
  type Given,
  isInDoubt,
  type RecordField,
  type RecordProblem,
  type SourceRecord,
} from "../../../model/account/account.ts";

/** A record while its directory is read: what other entries and other searches say of it is added until then. */
export type RecordDraft = { -readonly [K in keyof SourceRecord]: SourceRecord[K] };

/** The content of a field. */
export type ValueOf<F extends RecordField> = NonNullable<SourceRecord[F]>["value"];

/** A value with the attribute that it comes from. */
export type From<T> = { readonly value: T; readonly attribute: string };

/** The value of a field by an entry: a value, why it cannot be read, or nothing. */
export type Found<T> = From<T> | RecordProblem | undefined;

/** Puts the values found into a record. A value that cannot be read is a problem of that field, and holds that field alone. */
export function give<F extends RecordField>(
  record: RecordDraft,
  source: string,
  field: F,
  found: Found<ValueOf<F>>,
): void {
  if (found === undefined) return;
  if ("message" in found) addProblems(record, [found]);
  else record[field] = given(found, source, record.where) as RecordDraft[F];
}

/** The same where the entry itself says nothing of the field, and could be read. */
export function giveBeside<F extends RecordField>(
  record: RecordDraft,
  source: string,
  field: F,
  found: Found<ValueOf<F>>,
): void {
  if (record[field] === undefined && !isInDoubt(record, field)) give(record, source, field, found);
}

export function addProblems(record: RecordDraft, problems: readonly RecordProblem[]): void {
  record.problems = record.problems.length === 0 ? problems : [...record.problems, ...problems];
}

function given<T>({ value, attribute }: From<T>, source: string, where: string): Given<T> {
  return { value, origin: { source, where, attribute } };
}
