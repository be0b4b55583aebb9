import type { Given, Kind, Origin, RecordProblem, SourceRecord } from "../../model/account.ts";
import { Secret } from "../../model/secret.ts";
import { unclearProblem, type Verdict } from "../record-filter.ts";
import { contentMark } from "../records-digest.ts";
import type { EntryFields } from "./entry-fields.ts";
import { type PackedTexts, TextPacker, unpackText, unpackTexts } from "./packed-texts.ts";

/** What all records of one search have in common: the source, the kind, and the attribute of each field. */
export type RecordShape = {
  readonly source: string;
  readonly kind: Kind;
  readonly attributes: Readonly<
    Record<"email" | "id" | "delegates" | "division" | "phone" | "accountKey", string>
  >;
};

/** Which of a record's packed texts is which; its aliases follow. */
const WHERE = 0;
const EMAIL = 1;
const ID = 2;
const FULL_NAME = 3;
const DIVISION = 4;
const PHONE = 5;
const ACCOUNT_KEY = 6;
const MARK = 7;
const ALIASES = 8;

const NONE: readonly string[] = [];

/** Makes the records of one reading. */
export class RecordMaker {
  readonly #packer = new TextPacker();

  make(shape: RecordShape, fields: EntryFields): DirectoryRecord {
    const { where, email, id, fullName, division, phone, accountKey, aliases } = fields;
    const key = accountKey === id ? undefined : accountKey;
    const own = [where, email, id, fullName?.value, division, phone, key];
    const sorted = aliases && [...aliases.value].sort();
    // Marked now, while the server is busy with the next entries.
    own.push(
      contentMark([shape.kind, own, accountKey === id, sorted, fields.active?.value, fields.problems]),
    );
    const texts = this.#packer.pack(aliases ? own.concat(aliases.value) : own);
    return new DirectoryRecord(shape, texts, {
      keyIsId: accountKey !== undefined && accountKey === id,
      nameFrom: fullName?.attribute ?? "",
      aliases: aliases?.value.length,
      aliasesFrom: aliases?.attribute ?? "",
      active: fields.active?.value,
      activeFrom: fields.active?.attribute ?? "",
      problems: fields.problems,
    });
  }
}

/** What of a record is no text of its own. */
type Rest = {
  readonly keyIsId: boolean;
  readonly nameFrom: string;
  /** How many there are; undefined when nothing is said of them. */
  readonly aliases: number | undefined;
  readonly aliasesFrom: string;
  readonly active: boolean | undefined;
  readonly activeFrom: string;
  readonly problems: readonly RecordProblem[];
};

/** A record that makes its fields when they are looked at: with 100,000 of them, holding all takes five times the memory. */
export class DirectoryRecord {
  static #latest: DirectoryRecord | undefined;
  static #latestTexts: readonly (string | undefined)[] = [];
  #problems: readonly RecordProblem[];
  readonly #shape: RecordShape;
  readonly #bytes: Buffer;
  readonly #at: number;
  readonly #keyIsId: boolean;
  readonly #nameFrom: string;
  #aliases: number | undefined;
  #aliasesFrom: string;
  readonly #active: boolean | undefined;
  readonly #activeFrom: string;
  #delegates: readonly string[] | undefined;
  #delegatesFrom: string;
  #incomplete: string | undefined;
  #isChanged = false;

  constructor(shape: RecordShape, { bytes, at }: PackedTexts, rest: Rest) {
    this.#problems = rest.problems;
    this.#shape = shape;
    this.#bytes = bytes;
    this.#at = at;
    this.#keyIsId = rest.keyIsId;
    this.#nameFrom = rest.nameFrom;
    this.#aliases = rest.aliases;
    this.#aliasesFrom = rest.aliasesFrom;
    this.#active = rest.active;
    this.#activeFrom = rest.activeFrom;
    this.#delegatesFrom = shape.attributes.delegates;
  }

  get where(): string {
    return this.#text(WHERE) ?? "";
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
    return this.#give(this.#textAlone(EMAIL), this.#shape.attributes.email);
  }
  get id(): Given<string> | undefined {
    return this.#give(this.#text(ID), this.#shape.attributes.id);
  }
  get fullName(): Given<string> | undefined {
    return this.#give(this.#text(FULL_NAME), this.#nameFrom);
  }
  get aliases(): Given<readonly string[]> | undefined {
    return this.#give(this.#aliasList(), this.#aliasesFrom);
  }
  get active(): Given<boolean> | undefined {
    return this.#give(this.#active, this.#activeFrom);
  }
  get division(): Given<string> | undefined {
    return this.#give(this.#text(DIVISION), this.#shape.attributes.division);
  }
  get phone(): Given<string> | undefined {
    return this.#give(this.#text(PHONE), this.#shape.attributes.phone);
  }
  get accountKey(): Given<Secret> | undefined {
    const key = this.#key();
    return key === undefined ? undefined : this.#give(new Secret(key), this.#shape.attributes.accountKey);
  }
  get delegates(): Given<readonly string[]> | undefined {
    return this.#give(this.#delegates, this.#delegatesFrom);
  }
  get delegatesIncomplete(): string | undefined {
    return this.#incomplete;
  }

  /** Says that there are no aliases, unless the entry itself gave some or could not be read. */
  withoutAliases(attribute: string): void {
    if (this.#aliases !== undefined || this.problems.length > 0) return;
    this.#isChanged = true;
    this.#aliases = 0;
    this.#aliasesFrom = attribute;
  }
  /** Adds a problem where a filter cannot judge the record, unless one holds it back already. */
  holdBack(verdict: Verdict): void {
    if (typeof verdict === "string" || this.#problems.length > 0) return;
    this.#isChanged = true;
    this.#problems = verdict.unclear.map(unclearProblem);
  }
  setDelegates(addresses: readonly string[], incomplete: string | undefined, attribute?: string): void {
    this.#isChanged = true;
    this.#delegates = addresses;
    if (attribute !== undefined) this.#delegatesFrom = attribute;
    this.#incomplete = incomplete;
  }

  /** Stands for all that the record says, the account key too: for a digest. */
  mark(): string {
    const asRead = this.#textAlone(MARK) ?? "";
    if (!this.#isChanged) return asRead;
    return contentMark([asRead, this.#aliases, this.#delegates, this.#incomplete, this.#problems]);
  }

  /** Whoever looks at one field of a record looks at others. */
  #texts(): readonly (string | undefined)[] {
    if (DirectoryRecord.#latest !== this) {
      const packed = { bytes: this.#bytes, at: this.#at };
      DirectoryRecord.#latestTexts = unpackTexts(packed, ALIASES + (this.#aliases ?? 0));
      DirectoryRecord.#latest = this;
    }
    return DirectoryRecord.#latestTexts;
  }

  #text(index: number): string | undefined {
    return this.#texts()[index];
  }

  #textAlone(index: number): string | undefined {
    const packed = { bytes: this.#bytes, at: this.#at };
    return unpackText(packed, ALIASES + (this.#aliases ?? 0), index);
  }

  #key(): string | undefined {
    return this.#text(this.#keyIsId ? ID : ACCOUNT_KEY);
  }

  #aliasList(): readonly string[] | undefined {
    if (this.#aliases === undefined || this.#aliases === 0) return this.#aliases === 0 ? NONE : undefined;
    return this.#texts().slice(ALIASES) as readonly string[];
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
