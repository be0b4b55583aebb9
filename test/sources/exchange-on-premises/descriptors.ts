/*
 * Writes security descriptors after MS-DTYP 2.4, for tests; the order of the parts, and what is wrong in them, as told.
 */

export type WrittenAce = {
  readonly type: number;
  readonly flags?: number;
  readonly mask?: number;
  readonly sid?: string;
  /** Of object ACEs: written when they are there. */
  readonly objectType?: string;
  readonly inheritedObjectType?: string;
  /** What follows the identifier: a condition, or room that nobody uses. */
  readonly rest?: number;
};

export type WrittenDescriptor = {
  readonly owner?: string;
  readonly group?: string;
  /** null: present, and not there. */
  readonly dacl?: readonly WrittenAce[] | null;
  readonly sacl?: readonly WrittenAce[];
  /** Where the list of permissions stands among the parts. */
  readonly daclFirst?: boolean;
  readonly revision?: number;
  readonly control?: number;
  readonly listRevision?: number;
};

export const ALLOW = 0;
export const DENY = 1;
export const AUDIT = 2;
export const OBJECT_TYPES: ReadonlySet<number> = new Set([5, 6, 11, 12]);

export function sidBytes(text: string): Buffer {
  const [authority = 0, ...parts] = text.split("-").slice(2).map(Number);
  const bytes = Buffer.alloc(8 + 4 * parts.length);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt8(parts.length, 1);
  bytes.writeUIntBE(authority, 2, 6);
  for (const [index, part] of parts.entries()) bytes.writeUInt32LE(part, 8 + 4 * index);
  return bytes;
}

function aceBytes({ type, flags = 0, mask = 1, sid, objectType, inheritedObjectType, rest = 0 }: WrittenAce) {
  const guids = [objectType, inheritedObjectType].map((hex) => Buffer.from(hex ?? "", "hex"));
  const present = (objectType === undefined ? 0 : 1) + (inheritedObjectType === undefined ? 0 : 2);
  const object = OBJECT_TYPES.has(type) ? [uint32(present), ...guids] : [];
  const body = [uint32(mask), ...object, ...(sid === undefined ? [] : [sidBytes(sid)]), Buffer.alloc(rest)];
  const content = Buffer.concat(body);
  return Buffer.concat([Buffer.from([type, flags]), uint16(4 + content.length), content]);
}

function aclBytes(aces: readonly WrittenAce[], revision: number): Buffer {
  const content = Buffer.concat(aces.map(aceBytes));
  return Buffer.concat([
    Buffer.from([revision, 0]),
    uint16(8 + content.length),
    uint16(aces.length),
    uint16(0),
    content,
  ]);
}

export function descriptorBytes(written: WrittenDescriptor): Uint8Array {
  const { owner, group, dacl, sacl, daclFirst = false, revision = 1, listRevision = 4 } = written;
  const parts = [
    { at: 4, bytes: owner && sidBytes(owner) },
    { at: 8, bytes: group && sidBytes(group) },
    { at: 12, bytes: sacl && aclBytes(sacl, 2) },
    { at: 16, bytes: dacl && aclBytes(dacl, listRevision) },
  ];
  const header = Buffer.alloc(20);
  header.writeUInt8(revision, 0);
  const given = 0x8000 + (dacl === undefined ? 0 : 0x4) + (sacl === undefined ? 0 : 0x10);
  header.writeUInt16LE(written.control ?? given, 2);
  const bytes: Buffer[] = [header];
  let length = header.length;
  for (const part of daclFirst ? parts.reverse() : parts) {
    if (!part.bytes) continue;
    header.writeUInt32LE(length, part.at);
    bytes.push(part.bytes);
    length += part.bytes.length;
  }
  return new Uint8Array(Buffer.concat(bytes));
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
