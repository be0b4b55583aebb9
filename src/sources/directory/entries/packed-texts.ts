/**
 * Texts of many records outside of the heap. 100,000 records of some ten texts each would be a million objects that the
 * garbage collector looks at again and again; as bytes they take half the memory, and cost nothing until they are read.
 */

/**
 * A list of texts as bytes: one byte of flags, how many texts, the length of each, how many bytes they are together, and
 * these, in UTF-8. The same flags and texts are the same bytes, and no others are.
 */
export type PackedTexts = { readonly bytes: Buffer; readonly at: number };

const CHUNK_BYTES = 1 << 20;
/** Numbers below take one byte; of others and of what is absent, the first byte tells. */
const LONG = 0xfe;
const ABSENT = 0xff;
const NUMBER_BYTES = 1 + 4;
const MOST_PER_UNIT = 3;
const ASCII_END = 0x80;

export class TextPacker {
  #chunk = Buffer.alloc(0);
  #at = 0;

  /** Flags are a byte. Texts hold no lone surrogates: what was decoded from UTF-8 has none. */
  pack(flags: number, texts: readonly (string | undefined)[]): PackedTexts {
    let units = 0;
    for (const text of texts) if (text !== undefined) units += text.length;
    this.#makeRoom(1 + (texts.length + 2) * NUMBER_BYTES + MOST_PER_UNIT * units);
    const chunk = this.#chunk;
    const packed = { bytes: chunk, at: this.#at };
    chunk[packed.at] = flags;
    let at = addNumber(chunk, packed.at + 1, texts.length);
    for (const text of texts) at = addNumber(chunk, at, text?.length);
    const end = addAscii(chunk, addNumber(chunk, at, units), texts);
    this.#at = end ?? addUtf8(chunk, at, texts);
    return packed;
  }

  #makeRoom(most: number): void {
    if (this.#chunk.length - this.#at >= most) return;
    this.#chunk = Buffer.allocUnsafeSlow(Math.max(most, CHUNK_BYTES));
    this.#at = 0;
  }
}

/** Nearly all texts are ASCII and short: copied here, they take less time than one call for the encoding of them. */
function addAscii(chunk: Buffer, start: number, texts: readonly (string | undefined)[]): number | undefined {
  let at = start;
  for (const text of texts) {
    if (text === undefined) continue;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= ASCII_END) return undefined;
      chunk[at++] = unit;
    }
  }
  return at;
}

function addUtf8(chunk: Buffer, start: number, texts: readonly (string | undefined)[]): number {
  const all = Buffer.from(texts.join(""), "utf8");
  const at = addNumber(chunk, start, all.length);
  return at + all.copy(chunk, at);
}

/** Gives where it ends. */
function addNumber(chunk: Buffer, at: number, value: number | undefined): number {
  if (value === undefined || value < LONG) {
    chunk[at] = value ?? ABSENT;
    return at + 1;
  }
  chunk[at] = LONG;
  return chunk.writeUInt32LE(value, at + 1);
}

/** The flags that a list was packed with. */
export function flagsOf({ bytes, at }: PackedTexts): number {
  return bytes[at] ?? 0;
}

/** Adds flags to those of a list. */
export function addFlags({ bytes, at }: PackedTexts, flags: number): void {
  bytes[at] = (bytes[at] ?? 0) | flags;
}

/** Where the bytes of a list end. */
export function endOf({ bytes, at }: PackedTexts): number {
  const lengthsTo = skip(bytes, afterNumber(bytes, at + 1), numberAt(bytes, at + 1));
  return afterNumber(bytes, lengthsTo) + numberAt(bytes, lengthsTo);
}

/** All texts of a list; undefined where none was given. They share the memory of one string. */
export function unpackTexts({ bytes, at }: PackedTexts): readonly (string | undefined)[] {
  const count = numberAt(bytes, at + 1);
  const lengths = afterNumber(bytes, at + 1);
  const lengthsTo = skip(bytes, lengths, count);
  const from = afterNumber(bytes, lengthsTo);
  const all = bytes.toString("utf8", from, from + numberAt(bytes, lengthsTo));
  const texts: (string | undefined)[] = [];
  let start = 0;
  for (let next = lengths; next < lengthsTo; next = afterNumber(bytes, next)) {
    if (bytes[next] === ABSENT) {
      texts.push(undefined);
      continue;
    }
    const end = start + numberAt(bytes, next);
    texts.push(all.slice(start, end));
    start = end;
  }
  return texts;
}

/** One of them, where possible alone in its memory: for texts that are kept, and must not keep all others. */
export function unpackText(packed: PackedTexts, index: number): string | undefined {
  const { bytes, at } = packed;
  const count = numberAt(bytes, at + 1);
  let before = 0;
  let units = 0;
  let wanted = 0;
  let next = afterNumber(bytes, at + 1);
  for (let nth = 0; nth < count; nth++) {
    if (nth === index) {
      before = units;
      wanted = next;
    }
    if (bytes[next] !== ABSENT) units += numberAt(bytes, next);
    next = afterNumber(bytes, next);
  }
  if (wanted === 0 || bytes[wanted] === ABSENT) return undefined;
  if (numberAt(bytes, next) !== units) return unpackTexts(packed)[index];
  const from = afterNumber(bytes, next) + before;
  return bytes.toString("latin1", from, from + numberAt(bytes, wanted));
}

/** Where so many numbers end. */
function skip(bytes: Buffer, at: number, count: number): number {
  let next = at;
  for (let nth = 0; nth < count; nth++) next = afterNumber(bytes, next);
  return next;
}

function afterNumber(bytes: Buffer, at: number): number {
  return bytes[at] === LONG ? at + NUMBER_BYTES : at + 1;
}

function numberAt(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  return first === LONG ? bytes.readUInt32LE(at + 1) : first;
}
