import { unzipSync } from "fflate";
import { MalformedWorkbook, OversizedWorkbook } from "./xml.ts";

/** The parts of a workbook by name. */
export type Archive = { has(name: string): boolean; read(name: string): string };

/** Bytes of all parts of a workbook together, once they are unpacked. */
export const LARGEST_UNPACKED = 200 * 1024 * 1024;
export const MOST_PARTS = 10_000;

type Part = { readonly stored: string; readonly bytes: number; readonly checksum: number };

/**
 * Opens a zip archive: looks at the sizes in its directory before anything is unpacked, and checks every part it gives
 * against the checksum there, as fflate does neither. Throws MalformedWorkbook and OversizedWorkbook.
 */
export function openArchive(zip: Uint8Array, largest = LARGEST_UNPACKED): Archive {
  const parts = listParts(zip, largest);
  return {
    has: (name) => parts.has(name),
    read(name) {
      const part = parts.get(name);
      if (part === undefined) throw new MalformedWorkbook(`The file is a workbook without its part ${name}.`);
      const bytes = unzip(zip, ({ name: stored }) => stored === part.stored)[part.stored];
      if (bytes?.length !== part.bytes || checksum(bytes) !== part.checksum) throw damaged();
      return decodeXml(bytes);
    },
  };
}

type EntryFilter = (entry: { readonly name: string; readonly originalSize: number }) => boolean;

function unzip(zip: Uint8Array, filter: EntryFilter): Record<string, Uint8Array> {
  try {
    return unzipSync(zip, { filter });
  } catch (error) {
    if (error instanceof OversizedWorkbook || error instanceof MalformedWorkbook) throw error;
    throw damaged();
  }
}

function listParts(zip: Uint8Array, largest: number): ReadonlyMap<string, Part> {
  const checksums = listChecksums(zip, MOST_PARTS);
  const parts = new Map<string, Part>();
  let total = 0;
  let index = 0;
  unzip(zip, ({ name: stored, originalSize: bytes }) => {
    total += bytes;
    if (index >= MOST_PARTS || total > largest) throw new OversizedWorkbook();
    const sum = checksums[index];
    index += 1;
    // Some writers on Windows part folders with a backslash.
    const name = stored.replaceAll("\\", "/");
    if (sum === undefined || parts.has(name)) throw damaged();
    parts.set(name, { stored, bytes, checksum: sum });
    return false;
  });
  return parts;
}

function damaged(): MalformedWorkbook {
  return new MalformedWorkbook("The file is a damaged or incomplete archive, so it cannot be read in full.");
}

function decodeXml(bytes: Uint8Array): string {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-16be";
  const isWide = wide === "utf-16le" || (bytes[0] === 0xfe && bytes[1] === 0xff);
  try {
    return new TextDecoder(isWide ? wide : "utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw damaged();
  }
}

const END_OF_DIRECTORY = 0x06054b50;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_END = 0x06064b50;
const ENTRY = 0x02014b50;

/**
 * CRC-32 of each entry in the order of a zip archive's directory (APPNOTE.TXT 4.3.12); empty when there is no directory.
 * Stops after `most` entries.
 */
function listChecksums(zip: Uint8Array, most: number): readonly number[] {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const u32 = (at: number) => (at >= 0 && at + 4 <= view.byteLength ? view.getUint32(at, true) : -1);
  const u16 = (at: number) => (at >= 0 && at + 2 <= view.byteLength ? view.getUint16(at, true) : 0);
  let end = view.byteLength - 22;
  // After the end record a comment of at most 65,535 bytes may stand.
  const first = Math.max(0, end - 0xffff);
  while (end >= first && u32(end) !== END_OF_DIRECTORY) end -= 1;
  if (end < first) return [];
  let at = u32(end + 16);
  if (u32(end - 20) === ZIP64_LOCATOR && u32(u32(end - 12)) === ZIP64_END) at = u32(u32(end - 12) + 48);
  const checksums: number[] = [];
  while (u32(at) === ENTRY && checksums.length < most) {
    checksums.push(u32(at + 16));
    at += 46 + u16(at + 28) + u16(at + 30) + u16(at + 32);
  }
  return checksums;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32 as zip has it. Own code, because `zlib.crc32` came with Node 20.15 and fflate keeps its own to itself. */
function checksum(bytes: Uint8Array): number {
  let value = 0xffffffff;
  // Not `for … of`, which takes three times as long, and parts are large.
  for (let at = 0; at < bytes.length; at += 1) {
    value = (TABLE[(value ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (value >>> 8);
  }
  return (value ^ 0xffffffff) >>> 0;
}
