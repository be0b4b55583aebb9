/** Bytes that are not an LDAP message. Caught by the connection, which makes an LdapFailure of it. */
export class MalformedAnswer extends Error {
  override readonly name = "MalformedAnswer";
}

const LONGEST_LENGTH_FIELD = 8;
const LONGEST_INTEGER = 4;

/**
 * Walks over BER elements (definite lengths only, as RFC 4511 section 5.1 asks) and checks each against the element
 * around it. Throws MalformedAnswer.
 */
export class BerCursor {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** The tag that stands here, or -1 at the limit. */
  peek(limit: number): number {
    return this.at < limit ? (this.bytes[this.at] ?? -1) : -1;
  }

  /** Steps to the content of an element with this tag; gives where the content ends, which is never past the limit. */
  open(tag: number, limit: number): number {
    const { at, bytes } = this;
    // Nearly every element is short, and a reading has millions of them.
    const short = at + 1 < limit && bytes[at] === tag ? (bytes[at + 1] ?? 0x80) : 0x80;
    if (short < 0x80 && short <= limit - at - 2) {
      this.at = at + 2;
      return at + 2 + short;
    }
    if (this.peek(limit) !== tag) {
      throw new MalformedAnswer(`0x${tag.toString(16)} was expected`);
    }
    this.at += 1;
    return this.#length(limit);
  }

  /** Steps over the content of whatever element stands here. */
  skip(limit: number): void {
    this.at = this.open(this.peek(limit), limit);
  }

  text(tag: number, limit: number): string {
    const end = this.open(tag, limit);
    const text = this.bytes.toString("utf8", this.at, end);
    this.at = end;
    return text;
  }

  /** The content, copied. */
  content(tag: number, limit: number): Buffer {
    const end = this.open(tag, limit);
    const content = Buffer.from(this.bytes.subarray(this.at, end));
    this.at = end;
    return content;
  }

  integer(tag: number, limit: number): number {
    const end = this.open(tag, limit);
    const size = end - this.at;
    if (size < 1 || size > LONGEST_INTEGER) throw new MalformedAnswer(`an integer of ${size} bytes`);
    const value = this.bytes.readIntBE(this.at, size);
    this.at = end;
    return value;
  }

  #length(limit: number): number {
    const first = this.peek(limit);
    if (first === -1) throw new MalformedAnswer("an element without a length");
    this.at += 1;
    let length = first;
    if (first >= 0x80) {
      const size = first & 0x7f;
      if (size === 0 || size > LONGEST_LENGTH_FIELD) throw new MalformedAnswer(`a length of ${size} bytes`);
      length = 0;
      for (let i = 0; i < size; i += 1) {
        const byte = this.peek(limit);
        if (byte === -1) throw new MalformedAnswer("a length that breaks off");
        length = length * 256 + byte;
        this.at += 1;
      }
    }
    if (length > limit - this.at) throw new MalformedAnswer("an element longer than the one around it");
    return this.at + length;
  }
}
