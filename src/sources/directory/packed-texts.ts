/**
 * Texts of many records outside of the heap. 100,000 records of some ten texts each would be a million objects that the
 * garbage collector looks at again and again; as bytes they take half the memory, and cost nothing until they are read.
 */

/** A list of texts as bytes: each its length and its UTF-8. */
export type PackedTexts = { readonly bytes: Buffer; readonly at: number };

const CHUNK_BYTES = 1 << 20;
/** Lengths below take one byte; of others and of what is absent, the first byte tells. */
const LONG = 0xfe;
const ABSENT = 0xff;
const LENGTH_BYTES = 5;
const MOST_PER_UNIT = 3;

export class TextPacker {
  #chunk = Buffer.alloc(0);
  #at = 0;

  /** Texts hold no lone surrogates: what was decoded from UTF-8 has none. */
  pack(texts: readonly (string | undefined)[]): PackedTexts {
    let most = 0;
    for (const text of texts) most += LENGTH_BYTES + MOST_PER_UNIT * (text?.length ?? 0);
    if (this.#chunk.length - this.#at < most) {
      this.#chunk = Buffer.allocUnsafeSlow(Math.max(most, CHUNK_BYTES));
      this.#at = 0;
    }
    const packed = { bytes: this.#chunk, at: this.#at };
    for (const text of texts) this.#add(text);
    return packed;
  }

  #add(text: string | undefined): void {
    const chunk = this.#chunk;
    if (text === undefined) {
      chunk[this.#at++] = ABSENT;
      return;
    }
    const isLong = MOST_PER_UNIT * text.length >= LONG;
    const from = this.#at + (isLong ? LENGTH_BYTES : 1);
    const length = chunk.write(text, from, "utf8");
    if (isLong) {
      chunk[this.#at] = LONG;
      chunk.writeUInt32LE(length, this.#at + 1);
    } else chunk[this.#at] = length;
    this.#at = from + length;
  }
}

/** The text of this index; undefined where none was given. */
export function unpackText(bytes: Buffer, at: number, index: number): string | undefined {
  let from = at;
  for (let skipped = 0; skipped < index; skipped++) from = endOf(bytes, from);
  const first = bytes[from];
  if (first === ABSENT) return undefined;
  return bytes.toString("utf8", from + (first === LONG ? LENGTH_BYTES : 1), endOf(bytes, from));
}

/** The texts from this index on, so many of them. */
export function unpackTexts(
  bytes: Buffer,
  at: number,
  index: number,
  count: number,
): readonly (string | undefined)[] {
  let from = at;
  for (let skipped = 0; skipped < index; skipped++) from = endOf(bytes, from);
  const texts: (string | undefined)[] = [];
  for (let nth = 0; nth < count; nth++) {
    texts.push(unpackText(bytes, from, 0));
    from = endOf(bytes, from);
  }
  return texts;
}

function endOf(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? ABSENT;
  if (first === ABSENT) return at + 1;
  return first === LONG ? at + LENGTH_BYTES + bytes.readUInt32LE(at + 1) : at + 1 + first;
}
