import type { Given, RecordField, RecordProblem, SourceRecord } from "../../../model/account/account.ts";
import type { Kind } from "../../../model/account/kind.ts";
import { Secret } from "../../../model/values/secret.ts";
import { unclearProblem, type Verdict } from "../../records/filter.ts";
import type { Activity, UnclearActivity } from "./activity.ts";
import { addFlags, endOf, flagsOf, type PackedTexts, unpackText, unpackTexts } from "./packed-texts.ts";
import type { RecordContent } from "./record-digest.ts";
import {
  ACCOUNT_KEY,
  ALIASES,
  DIVISION,
  EMAIL,
  type Form,
  FULL_NAME,
  HAS_ALIASES,
  ID,
  IS_ACTIVE,
  IS_INACTIVE,
  KEY_IS_ID,
  PHONE,
  WHERE,
} from "./record-form.ts";
import { recordValue } from "./values/record-value.ts";

const NONE: readonly string[] = [];
const NO_PROBLEMS: readonly RecordProblem[] = [];

/** What few records have, or is known only later. */
type More = {
  problems: readonly RecordProblem[];
  /** The attribute that no aliases are known from. */
  withoutAliases?: string;
  delegates?: readonly string[];
  delegatesFrom?: string;
  incomplete?: string;
};

/** A record that makes its fields when they are looked at: with 100,000 of them, holding all takes five times the memory. */
export class DirectoryRecord {
  static #latest: DirectoryRecord | undefined;
  static #latestTexts: readonly (string | undefined)[] = [];
  static #latestAddressed: DirectoryRecord | undefined;
  static #latestEmail: string | undefined;
  static #latestWhere = "";
  readonly #form: Form;
  readonly #bytes: Buffer;
  readonly #at: number;
  #more: More | undefined;

  constructor(form: Form, { bytes, at }: PackedTexts, more: More | undefined) {
    this.#form = form;
    this.#bytes = bytes;
    this.#at = at;
    this.#more = more;
  }

  get where(): string {
    if (DirectoryRecord.#latestAddressed === this) return DirectoryRecord.#latestWhere;
    return this.#text(WHERE) ?? "";
  }
  get problems(): readonly RecordProblem[] {
    return this.#more === undefined ? NO_PROBLEMS : this.#more.problems;
  }
  get kind(): Kind {
    return this.#form.shape.kind;
  }
  get supplement(): boolean {
    return false;
  }
  get email(): Given<string> | undefined {
    this.#readAddress();
    return this.#give(DirectoryRecord.#latestEmail, this.#form.shape.attributes.email);
  }
  get id(): Given<string> | undefined {
    return this.#give(this.#text(ID), this.#form.shape.attributes.id);
  }
  get fullName(): Given<string> | undefined {
    return this.#give(this.#text(FULL_NAME), this.#form.nameFrom);
  }
  get aliases(): Given<readonly string[]> | undefined {
    if (this.#has(HAS_ALIASES)) {
      return this.#give(this.#texts().slice(ALIASES) as readonly string[], this.#form.aliasesFrom);
    }
    const from = this.#more?.withoutAliases;
    return from === undefined ? undefined : this.#give(NONE, from);
  }
  get active(): Given<boolean> | undefined {
    const isActive = this.#has(IS_ACTIVE);
    return isActive || this.#has(IS_INACTIVE) ? this.#give(isActive, this.#activeFrom) : undefined;
  }
  get #activeFrom(): string {
    return this.#form.activeFrom === "" ? this.#form.shape.attributes.active : this.#form.activeFrom;
  }
  get division(): Given<string> | undefined {
    return this.#give(this.#text(DIVISION), this.#form.shape.attributes.division);
  }
  get phone(): Given<string> | undefined {
    return this.#give(this.#text(PHONE), this.#form.shape.attributes.phone);
  }
  get accountKey(): Given<Secret> | undefined {
    const key = this.#text(this.#has(KEY_IS_ID) ? ID : ACCOUNT_KEY);
    if (key === undefined) return undefined;
    return this.#give(new Secret(key), this.#form.shape.attributes.accountKey);
  }
  get delegates(): Given<readonly string[]> | undefined {
    const { delegates, delegatesFrom } = this.#more ?? {};
    return this.#give(delegates, delegatesFrom ?? this.#form.shape.attributes.delegates);
  }
  get delegatesIncomplete(): string | undefined {
    return this.#more?.incomplete;
  }

  /** Says that there are no aliases, unless the entry itself gave some or could not be read. */
  withoutAliases(attribute: string): void {
    if (this.#has(HAS_ALIASES) || this.#isInDoubt("aliases")) return;
    this.#later().withoutAliases ??= attribute;
  }
  /** Says whether the account is enabled, unless the entry itself said it or could not be read. */
  sayActive(activity: Activity | UnclearActivity): void {
    if (this.#has(IS_ACTIVE | IS_INACTIVE) || this.#isInDoubt("active")) return;
    if ("value" in activity) {
      addFlags({ bytes: this.#bytes, at: this.#at }, activity.value ? IS_ACTIVE : IS_INACTIVE);
      return;
    }
    const { attribute, unclear } = activity;
    this.#addProblems([{ attribute, message: unclear.message, field: "active" }]);
  }
  /** Adds a problem where a filter cannot judge the record: all of it is in doubt then. */
  holdBack(verdict: Verdict): void {
    if (typeof verdict !== "string") this.#addProblems(verdict.unclear.map(unclearProblem));
  }
  /** Why delegates may be missing from a record that gives none. */
  withoutDelegates(incomplete: string): void {
    this.#later().incomplete = incomplete;
  }
  setDelegates(addresses: readonly string[], incomplete: string | undefined, attribute?: string): void {
    const later = this.#later();
    later.delegates = addresses;
    if (attribute !== undefined) later.delegatesFrom = attribute;
    if (incomplete === undefined) delete later.incomplete;
    else later.incomplete = incomplete;
  }

  /** All that the record says, the account key too: for a digest. */
  content(): RecordContent {
    const packed = { bytes: this.#bytes, at: this.#at };
    return { bytes: this.#bytes, from: this.#at, to: endOf(packed), later: this.#laterText() };
  }

  #isInDoubt(wanted: RecordField): boolean {
    return this.problems.some(({ field }) => field === wanted);
  }
  #addProblems(problems: readonly RecordProblem[]): void {
    this.#later().problems = [...this.problems, ...problems];
  }

  #laterText(): string {
    if (this.#more === undefined) return "";
    const { problems, withoutAliases, delegates, incomplete } = this.#more;
    // What is not given becomes null, and no given value is null.
    return JSON.stringify([problems, withoutAliases !== undefined, delegates, incomplete]);
  }

  #later(): More {
    this.#more ??= { problems: NO_PROBLEMS };
    return this.#more;
  }

  #has(flag: number): boolean {
    return (flagsOf({ bytes: this.#bytes, at: this.#at }) & flag) !== 0;
  }

  /** Whoever looks at one field of a record looks at others. */
  #texts(): readonly (string | undefined)[] {
    if (DirectoryRecord.#latest !== this) {
      DirectoryRecord.#latestTexts = unpackTexts({ bytes: this.#bytes, at: this.#at });
      DirectoryRecord.#latest = this;
    }
    return DirectoryRecord.#latestTexts;
  }

  #text(index: number): string | undefined {
    return this.#texts()[index];
  }

  /** Alone in their memory: who asks for the address keeps it with the place, and often asks for no other field. */
  #readAddress(): void {
    if (DirectoryRecord.#latestAddressed !== this) {
      const packed = { bytes: this.#bytes, at: this.#at };
      DirectoryRecord.#latestEmail = unpackText(packed, EMAIL);
      DirectoryRecord.#latestWhere = unpackText(packed, WHERE) ?? "";
      DirectoryRecord.#latestAddressed = this;
    }
  }

  #give<T>(value: T | undefined, attribute: string): Given<T> | undefined {
    if (value === undefined) return undefined;
    return recordValue(value, this.#form.shape.source, this.where, attribute);
  }
}

/** The same object: a field that is not given reads as undefined, as an absent member does. */
export function asSourceRecord(record: DirectoryRecord): SourceRecord {
  return record as unknown as SourceRecord;
}
