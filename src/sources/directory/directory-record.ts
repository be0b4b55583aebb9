import type { Given, Kind, Origin, RecordProblem, SourceRecord } from "../../model/account.ts";
import { Secret } from "../../model/secret.ts";
import { unclearProblem, type Verdict } from "../record-filter.ts";

/** What all records of one search have in common: the source, the kind, and the attribute of each field. */
export type RecordShape = {
  readonly source: string;
  readonly kind: Kind;
  readonly attributes: Readonly<
    Record<"email" | "id" | "delegates" | "division" | "phone" | "accountKey", string>
  >;
};

/** A text with the attribute that it comes from, where that differs from entry to entry. */
export type From<T> = { readonly value: T; readonly attribute: string };

/** What one entry gives. */
export type EntryFields = {
  readonly where: string;
  readonly email: string | undefined;
  readonly id: string | undefined;
  readonly fullName: From<string> | undefined;
  readonly aliases: From<readonly string[]> | undefined;
  readonly active: From<boolean> | undefined;
  readonly division: string | undefined;
  readonly phone: string | undefined;
  readonly accountKey: string | undefined;
  readonly problems: readonly RecordProblem[];
};

/**
 * A record that makes its fields when they are looked at: with an origin beside each value, 100,000 records would take
 * three times the memory.
 */
export class DirectoryRecord {
  readonly where: string;
  #problems: readonly RecordProblem[];
  readonly #shape: RecordShape;
  readonly #email: string | undefined;
  readonly #id: string | undefined;
  readonly #fullName: string | undefined;
  readonly #nameFrom: string;
  #aliases: readonly string[] | undefined;
  #aliasesFrom: string;
  readonly #active: boolean | undefined;
  readonly #activeFrom: string;
  readonly #division: string | undefined;
  readonly #phone: string | undefined;
  readonly #accountKey: string | undefined;
  #delegates: readonly string[] | undefined;
  #incomplete: string | undefined;

  constructor(shape: RecordShape, fields: EntryFields) {
    this.where = fields.where;
    this.#problems = fields.problems;
    this.#shape = shape;
    this.#email = fields.email;
    this.#id = fields.id;
    this.#fullName = fields.fullName?.value;
    this.#nameFrom = fields.fullName?.attribute ?? "";
    this.#aliases = fields.aliases?.value;
    this.#aliasesFrom = fields.aliases?.attribute ?? "";
    this.#active = fields.active?.value;
    this.#activeFrom = fields.active?.attribute ?? "";
    this.#division = fields.division;
    this.#phone = fields.phone;
    this.#accountKey = fields.accountKey;
  }

  get problems(): readonly RecordProblem[] {
    return this.#problems;
  }
  get kind(): Kind {
    return this.#shape.kind;
  }
  get supplement(): boolean {
    return false;
  }
  get email(): Given<string> | undefined {
    return this.#give(this.#email, this.#shape.attributes.email);
  }
  get id(): Given<string> | undefined {
    return this.#give(this.#id, this.#shape.attributes.id);
  }
  get fullName(): Given<string> | undefined {
    return this.#give(this.#fullName, this.#nameFrom);
  }
  get aliases(): Given<readonly string[]> | undefined {
    return this.#give(this.#aliases, this.#aliasesFrom);
  }
  get active(): Given<boolean> | undefined {
    return this.#give(this.#active, this.#activeFrom);
  }
  get division(): Given<string> | undefined {
    return this.#give(this.#division, this.#shape.attributes.division);
  }
  get phone(): Given<string> | undefined {
    return this.#give(this.#phone, this.#shape.attributes.phone);
  }
  get accountKey(): Given<Secret> | undefined {
    if (this.#accountKey === undefined) return undefined;
    return this.#give(new Secret(this.#accountKey), this.#shape.attributes.accountKey);
  }
  get delegates(): Given<readonly string[]> | undefined {
    return this.#give(this.#delegates, this.#shape.attributes.delegates);
  }
  get delegatesIncomplete(): string | undefined {
    return this.#incomplete;
  }

  /** Says that there are no aliases, unless the entry itself gave some or could not be read. */
  withoutAliases(attribute: string): void {
    if (this.#aliases !== undefined || this.problems.length > 0) return;
    this.#aliases = [];
    this.#aliasesFrom = attribute;
  }
  /** Adds a problem where a filter cannot judge the record, unless one holds it back already. */
  holdBack(verdict: Verdict): void {
    if (typeof verdict === "string" || this.#problems.length > 0) return;
    this.#problems = verdict.unclear.map(unclearProblem);
  }
  setDelegates(addresses: readonly string[], incomplete: string | undefined): void {
    this.#delegates = addresses;
    this.#incomplete = incomplete;
  }

  #give<T>(value: T | undefined, attribute: string): Given<T> | undefined {
    if (value === undefined) return undefined;
    const origin: Origin = { source: this.#shape.source, where: this.where, attribute };
    return { value, origin };
  }
}

/** The same object: a field that is not given reads as undefined, as an absent member does. */
export function asSourceRecord(record: DirectoryRecord): SourceRecord {
  return record as unknown as SourceRecord;
}
