import type { Given, Kind, RecordProblem, SourceRecord } from "../model/account.ts";
import type { Secret } from "../model/secret.ts";
import { type RowContext, readFields } from "./row-record.ts";
import { placeOf, type Row, type Table } from "./table.ts";

/** What all records of a table have in common. */
export type TableContext = RowContext & { readonly table: Pick<Table, "shownAs" | "counts"> };

const NONE: readonly RecordProblem[] = [];

/** A row without problems that makes its fields when they are looked at: all of them take ten times the memory of its text. */
class TableRecord {
  static #latest: TableRecord | undefined;
  static #latestFields: SourceRecord | undefined;
  readonly #row: Row;
  readonly #context: TableContext;

  constructor(row: Row, context: TableContext) {
    this.#row = row;
    this.#context = context;
  }

  get kind(): Kind {
    return this.#context.kind;
  }
  get where(): string {
    return placeOf(this.#context.table, this.#row);
  }
  get supplement(): boolean {
    return false;
  }
  get problems(): readonly RecordProblem[] {
    return NONE;
  }
  get email(): Given<string> | undefined {
    return this.#fields().email;
  }
  get id(): Given<string> | undefined {
    return this.#fields().id;
  }
  get fullName(): Given<string> | undefined {
    return this.#fields().fullName;
  }
  get aliases(): Given<readonly string[]> | undefined {
    return this.#fields().aliases;
  }
  get delegates(): Given<readonly string[]> | undefined {
    return this.#fields().delegates;
  }
  get active(): Given<boolean> | undefined {
    return this.#fields().active;
  }
  get division(): Given<string> | undefined {
    return this.#fields().division;
  }
  get phone(): Given<string> | undefined {
    return this.#fields().phone;
  }
  get accountKey(): Given<Secret> | undefined {
    return this.#fields().accountKey;
  }

  toJSON(): SourceRecord {
    return this.#fields();
  }

  /** Whoever looks at one field of a record looks at others. */
  #fields(): SourceRecord {
    const known = TableRecord.#latest === this ? TableRecord.#latestFields : undefined;
    if (known !== undefined) return known;
    const fields = readFields(this.#row, this.where, this.#context, NONE);
    TableRecord.#latest = this;
    TableRecord.#latestFields = fields;
    return fields;
  }
}

/** The record of a row that has been read before, without a problem. A field that is not given reads as undefined. */
export function recordOf(row: Row, context: TableContext): SourceRecord {
  return new TableRecord(row, context) as unknown as SourceRecord;
}
