import { createHash, type Hash } from "node:crypto";

/** What a record says, as bytes, and as text what it was told afterwards: the same for the same content, and no other. */
export type RecordContent = {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  readonly later: string;
};

type Content = { content(): RecordContent };

/** Bits of a whole number that is exact. */
const EXACT_BITS = 53;
const MARK_BITS = 32;
const MARKED_BYTES = 96;
const BATCH_BYTES = 64 * 1024;
const LENGTH_BYTES = 4;

/** `sha256:…` over the contents of all records of a source, whatever order they came in. */
export function digestOfContents(records: readonly Content[]): string {
  const hash = createHash("sha256");
  const batch = Buffer.allocUnsafe(BATCH_BYTES);
  let used = 0;
  for (const record of byContent(records)) {
    const { bytes, from, to, later } = record.content();
    const needed = 2 * LENGTH_BYTES + to - from;
    if (used + needed > batch.length) {
      hash.update(batch.subarray(0, used));
      used = 0;
    }
    if (needed > batch.length) {
      addLarge(hash, bytes.subarray(from, to), later.length);
    } else {
      used = batch.writeUInt32LE(to - from, used);
      used += bytes.copy(batch, used, from, to);
      used = batch.writeUInt32LE(later.length, used);
    }
    if (later === "") continue;
    hash.update(batch.subarray(0, used)).update(later);
    used = 0;
  }
  return `sha256:${hash.update(batch.subarray(0, used)).digest("hex")}`;
}

function addLarge(hash: Hash, bytes: Buffer, laterLength: number): void {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(bytes.length);
  hash.update(length).update(bytes);
  length.writeUInt32LE(laterLength);
  hash.update(length);
}

/**
 * The records in an order that only their contents decide. They are sorted as numbers, a mark of the content before the
 * index: sorting 100,000 texts takes ten times as long. Where marks are the same, the contents themselves are compared.
 */
function* byContent(records: readonly Content[]): Generator<Content> {
  const indexBits = Math.ceil(Math.log2(records.length + 1));
  const size = 2 ** indexBits;
  const dropped = Math.max(0, MARK_BITS + indexBits - EXACT_BITS);
  const keys = new Float64Array(records.length);
  for (const [index, record] of records.entries())
    keys[index] = (markOf(record.content()) >>> dropped) * size + index;
  keys.sort();
  let group: Content[] = [];
  let mark = -1;
  for (const key of keys) {
    const own = Math.floor(key / size);
    const record = records[key - own * size];
    if (own !== mark) {
      yield* sorted(group);
      group = [];
    }
    mark = own;
    if (record) group.push(record);
  }
  yield* sorted(group);
}

function sorted(group: Content[]): readonly Content[] {
  return group.length < 2 ? group : group.sort((a, b) => compare(a.content(), b.content()));
}

/** FNV-1a over the first bytes, in which a record names its place. */
function markOf({ bytes, from, to }: RecordContent): number {
  const end = Math.min(to, from + MARKED_BYTES);
  let mark = 0x811c9dc5;
  for (let at = from; at < end; at++) mark = Math.imul(mark ^ (bytes[at] ?? 0), 0x01000193);
  return mark >>> 0;
}

function compare(a: RecordContent, b: RecordContent): number {
  const ofBytes = a.bytes.compare(b.bytes, b.from, b.to, a.from, a.to);
  if (ofBytes !== 0) return ofBytes;
  return a.later < b.later ? -1 : a.later > b.later ? 1 : 0;
}
