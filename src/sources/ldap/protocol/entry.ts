import { BerCursor, MalformedAnswer } from "./ber.ts";
import { MOST_ATTRIBUTES, MOST_VALUES } from "./bounds.ts";
import type { LdapEntry } from "./types.ts";

const OCTET_STRING = 0x04;
const SEQUENCE = 0x30;
const SET = 0x31;
/** Name from and to, values from and to. */
const NUMBERS_PER_ATTRIBUTE = 4;
const RANGE = ";range=";

/**
 * A SearchResultEntry (RFC 4511 section 4.5.2) read in place: making it checks it to its last value and notes where the
 * attributes lie; text is made when it is asked for.
 */
export class WireEntry implements LdapEntry {
  readonly dn: string;
  readonly #cursor: BerCursor;
  readonly #bytes: Buffer;
  readonly #offsets: number[] = [];

  /** Takes the content of the entry from `at` to `end`. Throws MalformedAnswer. */
  constructor(bytes: Buffer, at: number, end: number) {
    const cursor = new BerCursor(bytes, at);
    const offsets = this.#offsets;
    this.#bytes = bytes;
    this.#cursor = cursor;
    this.dn = cursor.text(OCTET_STRING, end);
    const attributesTo = cursor.open(SEQUENCE, end);
    while (cursor.at < attributesTo) {
      if (offsets.length === MOST_ATTRIBUTES * NUMBERS_PER_ATTRIBUTE)
        throw tooMany(MOST_ATTRIBUTES, "attributes");
      const attributeTo = cursor.open(SEQUENCE, attributesTo);
      const nameTo = cursor.open(OCTET_STRING, attributeTo);
      const nameFrom = cursor.at;
      cursor.at = nameTo;
      const valuesTo = cursor.open(SET, attributeTo);
      offsets.push(nameFrom, nameTo, cursor.at, valuesTo);
      for (let values = 1; cursor.at < valuesTo; values += 1) {
        if (values > MOST_VALUES) throw tooMany(MOST_VALUES, "values of one attribute");
        cursor.at = cursor.open(OCTET_STRING, valuesTo);
      }
      cursor.at = attributeTo;
    }
  }

  names(): readonly string[] {
    const bytes = this.#bytes;
    const names: string[] = [];
    for (let i = 0; i < this.#offsets.length; i += NUMBERS_PER_ATTRIBUTE) {
      if (this.#offset(i + 2) === this.#offset(i + 3)) continue;
      names.push(bytes.toString("utf8", this.#offset(i), this.#offset(i + 1)).toLowerCase());
    }
    return names;
  }

  has(attribute: string): boolean {
    for (let i = 0; i < this.#offsets.length; i += NUMBERS_PER_ATTRIBUTE) {
      if (this.#offset(i + 2) === this.#offset(i + 3)) continue;
      const from = this.#offset(i);
      const to = this.#offset(i + 1);
      if (this.#isNamed(attribute, from, to)) return true;
      const behind = from + attribute.length;
      const option = behind + RANGE.length;
      if (to > option && this.#isNamed(attribute, from, behind) && this.#isNamed(RANGE, behind, option))
        return true;
    }
    return false;
  }

  textsBehind(prefix: string, attribute: string): readonly string[] {
    const bytes = this.#bytes;
    const texts: string[] = [];
    for (let found = this.#find(attribute, 0); found >= 0; found = this.#find(attribute, found + 1)) {
      const end = this.#openValues(found);
      while (this.#cursor.at < end) {
        const to = this.#cursor.open(OCTET_STRING, end);
        const from = this.#cursor.at;
        if (this.#begins(prefix, from, to)) texts.push(bytes.toString("utf8", from + prefix.length, to));
        this.#cursor.at = to;
      }
    }
    return texts;
  }

  texts(attribute: string): readonly string[] {
    return this.textsBehind("", attribute);
  }

  bytes(attribute: string): readonly Uint8Array[] {
    const bytes = this.#bytes;
    const values: Uint8Array[] = [];
    for (let found = this.#find(attribute, 0); found >= 0; found = this.#find(attribute, found + 1)) {
      const end = this.#openValues(found);
      while (this.#cursor.at < end) {
        const to = this.#cursor.open(OCTET_STRING, end);
        values.push(new Uint8Array(bytes.subarray(this.#cursor.at, to)));
        this.#cursor.at = to;
      }
    }
    return values;
  }

  #offset(index: number): number {
    return this.#offsets[index] ?? 0;
  }

  /**
   * The index of the attribute from this one on that has the name, or -1. A server must not send an attribute twice; of one that does, no
   * value is lost.
   */
  #find(attribute: string, from: number): number {
    const offsets = this.#offsets;
    for (let i = from * NUMBERS_PER_ATTRIBUTE; i < offsets.length; i += NUMBERS_PER_ATTRIBUTE) {
      if (this.#isNamed(attribute, this.#offset(i), this.#offset(i + 1))) return i / NUMBERS_PER_ATTRIBUTE;
    }
    return -1;
  }

  /** Moves the cursor before the values of an attribute, and gives where they end. */
  #openValues(found: number): number {
    const at = found * NUMBERS_PER_ATTRIBUTE;
    this.#cursor.at = this.#offset(at + 2);
    return this.#offset(at + 3);
  }

  #begins(prefix: string, from: number, to: number): boolean {
    if (to - from < prefix.length) return false;
    for (let i = 0; i < prefix.length; i += 1) {
      if (this.#bytes[from + i] !== prefix.charCodeAt(i)) return false;
    }
    return true;
  }

  /** Compares byte by byte, so that looking for an attribute makes no string. Names of attributes are ASCII. */
  #isNamed(attribute: string, from: number, to: number): boolean {
    if (to - from !== attribute.length) return false;
    const bytes = this.#bytes;
    for (let i = 0; i < attribute.length; i += 1) {
      const byte = bytes[from + i] ?? 0;
      const code = attribute.charCodeAt(i);
      // Nearly always a server answers with the case that it was asked with.
      if (byte !== code && lowerCase(byte) !== lowerCase(code)) return false;
    }
    return true;
  }
}

function tooMany(most: number, what: string): MalformedAnswer {
  return new MalformedAnswer(`an entry of more than ${most.toLocaleString("en")} ${what}`);
}

function lowerCase(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}
