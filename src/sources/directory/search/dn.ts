/** One `type=value` of a DN: the type in lower case under its usual name, the value as text without escapes. */
export type DnPart = { readonly type: string; readonly value: string };

/** Types that may come by number or by their long name (RFC 4514, section 3, and RFC 4519). */
const USUAL_NAMES: Readonly<Record<string, string>> = {
  "2.5.4.3": "cn",
  commonname: "cn",
  "2.5.4.6": "c",
  countryname: "c",
  "2.5.4.7": "l",
  localityname: "l",
  "2.5.4.8": "st",
  stateorprovincename: "st",
  "2.5.4.10": "o",
  organizationname: "o",
  "2.5.4.11": "ou",
  organizationalunitname: "ou",
  "0.9.2342.19200300.100.1.25": "dc",
  domaincomponent: "dc",
  "0.9.2342.19200300.100.1.1": "uid",
  userid: "uid",
};

/**
 * Nearly all DNs are plain: ASCII, short types, nothing escaped, no spaces but single ones inside values. For them the
 * key is the text in lower case, and this runs some 100,000 times in a reading.
 */
const PLAIN = /^(?:[A-Za-z]{1,3}=(?! )(?:[!$-*\--:=?-[\]-~]| (?![ ,]|$))+(?:,(?!$)|$))+$/;
/** BER tags of strings that a `#…` value can hold: OCTET STRING, UTF8String, PrintableString, IA5String. */
const STRING_TAGS = new Set([0x04, 0x0c, 0x13, 0x16]);
const TYPE = /^(?:[a-z][a-z0-9-]*|\d+(?:\.\d+)+)$/;
const SPECIAL = /[\\,+"<>;]/g;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A text that is equal for equal DNs, in whatever form they are written (RFC 4514, RFC 2253); case, spaces and
 * compatibility forms of characters do not count. What is not a DN is compared as text in lower case.
 */
export function dnKey(dn: string): string {
  if (PLAIN.test(dn)) return dn.toLowerCase();
  const rdns = parseDn(dn);
  if (rdns === undefined) return dn.toLowerCase();
  return rdns.map((parts) => parts.map(partKey).sort().join("+")).join(",");
}

/** The RDNs of a DN from the entry up, or undefined when the text is not a DN. */
export function parseDn(dn: string): readonly (readonly DnPart[])[] | undefined {
  if (dn.trim() === "") return [];
  const rdns: DnPart[][] = [[]];
  let at = 0;
  for (;;) {
    const equals = dn.indexOf("=", at);
    if (equals < 0) return undefined;
    const type = typeName(dn.slice(at, equals));
    const value = readValue(dn, equals + 1);
    if (type === undefined || value === undefined) return undefined;
    rdns.at(-1)?.push({ type, value: value.text });
    if (value.end >= dn.length) return rdns;
    if (dn[value.end] !== "+") rdns.push([]);
    at = value.end + 1;
  }
}

/** The DN of the entry above, or undefined when the text is not a DN. */
export function parentDn(dn: string): string | undefined {
  for (let at = 0; ; ) {
    const equals = dn.indexOf("=", at);
    const value = equals < 0 ? undefined : readValue(dn, equals + 1);
    if (value === undefined) return undefined;
    if (dn[value.end] !== "+") return dn.slice(value.end + 1);
    at = value.end + 1;
  }
}

/** The DN of the domain that an entry of Active Directory lies in: its `DC=` parts. */
export function domainDn(dn: string): string {
  const parts = parseDn(dn)?.flat() ?? [];
  const labels = parts.filter(({ type }) => type === "dc").map(({ value }) => value);
  return labels.map((label) => `DC=${label.replace(SPECIAL, "\\$&")}`).join(",");
}

function typeName(text: string): string | undefined {
  const type = text
    .trim()
    .toLowerCase()
    .replace(/^oid\./, "");
  return TYPE.test(type) ? (USUAL_NAMES[type] ?? type) : undefined;
}

type ReadValue = { readonly text: string; readonly end: number };

function readValue(dn: string, from: number): ReadValue | undefined {
  let start = from;
  while (dn[start] === " ") start++;
  if (dn[start] === "#") return readHexValue(dn, start + 1);
  if (dn[start] === '"') return readQuoted(dn, start + 1);
  const end = endOf(dn, start, /[,+;]/);
  if (/["<>]/.test(dn.slice(start, end).replace(/\\./gs, ""))) return undefined;
  const text = unescaped(trimmedEnd(dn.slice(start, end)));
  return text === undefined ? undefined : { text, end };
}

/** Where the value ends: at the first such character that no backslash stands before. */
function endOf(dn: string, from: number, stop: RegExp): number {
  let at = from;
  while (at < dn.length && !stop.test(dn[at] ?? "")) at += dn[at] === "\\" ? 2 : 1;
  return Math.min(at, dn.length);
}

/** An escaped space at the end belongs to the value; others do not. */
function trimmedEnd(raw: string): string {
  const trimmed = raw.replace(/ +$/, "");
  const slashes = /\\*$/.exec(trimmed)?.[0].length ?? 0;
  return slashes % 2 === 1 && trimmed.length < raw.length ? `${trimmed} ` : trimmed;
}

function readQuoted(dn: string, from: number): ReadValue | undefined {
  const close = endOf(dn, from, /"/);
  if (close >= dn.length) return undefined;
  const text = unescaped(dn.slice(from, close));
  let end = close + 1;
  while (dn[end] === " ") end++;
  if (text === undefined || (end < dn.length && !/[,+;]/.test(dn[end] ?? ""))) return undefined;
  return { text, end };
}

function readHexValue(dn: string, from: number): ReadValue | undefined {
  const end = endOf(dn, from, /[,+;]/);
  const hex = dn.slice(from, end).trim().toLowerCase();
  if (hex === "" || hex.length % 2 === 1 || !/^[0-9a-f]+$/.test(hex)) return undefined;
  const bytes = Buffer.from(hex, "hex");
  const [tag = 0, length = 0] = bytes;
  const header = length === 0x81 ? 3 : 2;
  const size = length === 0x81 ? (bytes[2] ?? 0) : length;
  const whole = STRING_TAGS.has(tag) && length <= 0x81 && length !== 0x80 && bytes.length === header + size;
  return { text: whole ? textOf(bytes.subarray(header)) : `${HEX}${hex}`, end };
}

/** Marks values that are bytes and no text; a noncharacter, so that no text looks like it. */
const HEX = "\uffff#";

function textOf(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return HEX + Buffer.from(bytes).toString("hex");
  }
}

function unescaped(raw: string): string | undefined {
  if (!raw.includes("\\")) return raw;
  const bytes: Uint8Array[] = [];
  for (let at = 0; at < raw.length; ) {
    const slash = raw.indexOf("\\", at);
    bytes.push(Buffer.from(raw.slice(at, slash < 0 ? raw.length : slash)));
    if (slash < 0) break;
    const pair = raw.slice(slash + 1, slash + 3);
    if (/^[0-9a-f]{2}$/i.test(pair)) {
      bytes.push(Buffer.from(pair, "hex"));
      at = slash + 3;
    } else {
      const point = raw.codePointAt(slash + 1);
      if (point === undefined) return undefined;
      const character = String.fromCodePoint(point);
      bytes.push(Buffer.from(character));
      at = slash + 1 + character.length;
    }
  }
  return textOf(Buffer.concat(bytes));
}

function partKey({ type, value }: DnPart): string {
  const folded = value.normalize("NFKC").toLowerCase().normalize("NFKC");
  const text = folded.replace(/\s+/gu, " ").replace(/^ | $/g, "");
  return `${type}=${text.replace(SPECIAL, "\\$&").replace(/^#/, "\\#")}`;
}
