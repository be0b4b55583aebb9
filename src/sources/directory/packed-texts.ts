/**
 * Texts of many records outside of the heap. 100,000 records of some ten texts each would be a million objects that the
 * garbage collector looks at again and again; as bytes they take half the memory, and cost nothing until they are read.
 */

/** A list of texts as bytes: the length of each, how many bytes they are together, and these, in UTF-8. */
export type PackedTexts = { readonly bytes: Buffer; readonly at: number };

const CHUNK_BYTES = 1 << 20;
/** Lengths below take one byte; of others and of what is absent, the first byte tells. */
const LONG = 0xfe;
const ABSENT = 0xff;
const NUMBER_BYTES = 4;
const MOST_PER_UNIT = 3;

export class TextPacker {
  #chunk = Buffer.alloc(0);
  #at = 0;

  /** Texts hold no lone surrogates: what was decoded from UTF-8 has none. */
  pack(texts: readonly (string | undefined)[]): PackedTexts {
    // Encoded together, and decoded together: each call for it costs more than the bytes of a record.
    const all = texts.join("");
    const most = (texts.length + 1) * (1 + NUMBER_BYTES) + MOST_PER_UNIT * all.length;
    if (this.#chunk.length - this.#at < most) {
      this.#chunk = Buffer.allocUnsafeSlow(Math.max(most, CHUNK_BYTES));
      this.#at = 0;
    }
    const packed = { bytes: this.#chunk, at: this.#at };
    for (const text of texts) this.#addLength(text?.length);
    const from = this.#at + NUMBER_BYTES;
    const written = this.#chunk.write(all, from, "utf8");
    this.#chunk.writeUInt32LE(written, this.#at);
    this.#at = from + written;
    return packed;
  }

  #addLength(length: number | undefined): void {
    if (length === undefined || length < LONG) {
      this.#chunk[this.#at++] = length ?? ABSENT;
      return;
    }
    this.#chunk[this.#at++] = LONG;
    this.#at = this.#chunk.writeUInt32LE(length, this.#at);
  }
}

/** All texts of a list of so many; undefined where none was given. They share the memory of one string. */
export function unpackTexts({ bytes, at }: PackedTexts, count: number): readonly (string | undefined)[] {
  const lengthsTo = afterLengths(bytes, at, count);
  const from = lengthsTo + NUMBER_BYTES;
  const all = bytes.toString("utf8", from, from + bytes.readUInt32LE(lengthsTo));
  const texts: (string | undefined)[] = [];
  let start = 0;
  for (let next = at; next < lengthsTo; next = afterLengths(bytes, next, 1)) {
    const length = lengthAt(bytes, next);
    texts.push(length === undefined ? undefined : all.slice(start, start + length));
    start += length ?? 0;
  }
  return texts;
}

/** One of them, where possible alone in its memory: for texts that are kept, and must not keep all others. */
export function unpackText(packed: PackedTexts, count: number, index: number): string | undefined {
  const { bytes, at } = packed;
  const lengthsTo = afterLengths(bytes, at, count);
  const wanted = afterLengths(bytes, at, index);
  let before = 0;
  let characters = 0;
  for (let next = at; next < lengthsTo; next = afterLengths(bytes, next, 1)) {
    if (next === wanted) before = characters;
    characters += lengthAt(bytes, next) ?? 0;
  }
  const length = lengthAt(bytes, wanted);
  if (length === undefined) return undefined;
  if (bytes.readUInt32LE(lengthsTo) !== characters) return unpackTexts(packed, count)[index];
  const from = lengthsTo + NUMBER_BYTES + before;
  return bytes.toString("latin1", from, from + length);
}

/** Where so many lengths end. */
function afterLengths(bytes: Buffer, at: number, count: number): number {
  let next = at;
  for (let nth = 0; nth < count; nth++) next += bytes[next] === LONG ? 1 + NUMBER_BYTES : 1;
  return next;
}

function lengthAt(bytes: Buffer, at: number): number | undefined {
  const first = bytes[at];
  if (first === LONG) return bytes.readUInt32LE(at + 1);
  return first === ABSENT ? undefined : first;
}
