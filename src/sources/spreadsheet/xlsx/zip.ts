import { unzipSync } from "fflate";
import { MalformedWorkbook, OversizedWorkbook } from "./errors.ts";
import { checksum, listChecksums } from "./zip-directory.ts";

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
