import type { MappedAttribute } from "../../../../model/source-config/directory.ts";
import type { LdapEntry } from "../../../ldap/protocol/types.ts";
import { Unclear } from "../../../records/findings.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true });
const HEX = "0123456789abcdef";
/** Where the bytes of a GUID are in its text: the first three groups are little-endian (MS-DTYP 2.3.4). */
const GUID_ORDER = [3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15];
const GUID_BYTES = 16;
const scratch = Buffer.alloc(36);

/** The text of a GUID, lower case; undefined when it is not 16 bytes. */
export function guidText(bytes: Uint8Array): string | undefined {
  if (bytes.length !== GUID_BYTES) return undefined;
  let at = 0;
  for (const index of GUID_ORDER) {
    if (index < 0) scratch[at++] = 0x2d;
    else {
      const byte = bytes[index] ?? 0;
      scratch[at++] = HEX.charCodeAt(byte >> 4);
      scratch[at++] = HEX.charCodeAt(byte & 15);
    }
  }
  // Through bytes, because text joined from pieces takes four times the memory until somebody reads it.
  return scratch.toString("latin1", 0, at);
}

/** The values of an attribute as text, or why one of them cannot be. */
export function readValues(
  entry: LdapEntry,
  { attribute, encoding }: MappedAttribute,
): readonly string[] | Unclear {
  if (encoding === "text") return readTexts(entry, attribute);
  const values: string[] = [];
  for (const bytes of entry.bytes(attribute)) {
    const text = encoding === "guid" ? guidText(bytes) : Buffer.from(bytes).toString(encoding);
    if (text === undefined) {
      return new Unclear(`A value of it has ${bytes.length} bytes, and a GUID has ${GUID_BYTES}.`);
    }
    values.push(text);
  }
  return values;
}

/** The one value of an attribute; nothing when it has none or only white space. */
export function readValue(entry: LdapEntry, mapped: MappedAttribute): string | undefined | Unclear {
  const values = readValues(entry, mapped);
  if (values instanceof Unclear) return values;
  if (values.length > 1) {
    return new Unclear(`It has ${values.length} values, and nothing says which one is meant.`);
  }
  const value = values[0];
  return value === undefined || value.trim() === "" ? undefined : value;
}

function readTexts(entry: LdapEntry, attribute: string): readonly string[] | Unclear {
  const texts = entry.texts(attribute);
  let isCertain = true;
  for (const text of texts) if (text.includes("\ufffd")) isCertain = false;
  if (isCertain) return texts;
  // U+FFFD can also be what the directory holds.
  return entry.bytes(attribute).every(isUtf8)
    ? texts
    : new Unclear("Its bytes are not UTF-8 text. A binary attribute needs an `encoding` in the map.");
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    UTF8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
