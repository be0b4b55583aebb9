/** A security identifier, taken apart: `S-1-5-21-…` of the domain, and the number within it. */
export type Sid = { readonly domain: string; readonly rid: number };

const HEADER = 8;
/** MS-DTYP 2.4.2.2. */
const MOST_PARTS = 15;

/** The text of the identifier that begins at `at`, and where it ends (MS-DTYP 2.4.2.2); undefined when none does. */
export function readSid(
  bytes: Uint8Array,
  at: number,
  limit = bytes.length,
): { readonly text: string; readonly end: number } | undefined {
  if (limit > bytes.length || at + HEADER > limit) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, limit - at);
  const count = view.getUint8(1);
  const length = HEADER + 4 * count;
  if (view.getUint8(0) !== 1 || count < 1 || count > MOST_PARTS || length > limit - at) return undefined;
  const authority = view.getUint16(2) * 2 ** 32 + view.getUint32(4);
  const parts = Array.from({ length: count }, (_, index) => view.getUint32(HEADER + 4 * index, true));
  return { text: ["S-1", authority, ...parts].join("-"), end: at + length };
}

/** The text of an identifier that is all there is in `bytes`; undefined when it is none. */
export function sidText(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  const sid = readSid(bytes, 0);
  return sid?.end === bytes.length ? sid.text : undefined;
}

/** Takes the bytes of `objectSid` apart; undefined when they are none. */
export function parseSid(bytes: Uint8Array | undefined): Sid | undefined {
  const text = sidText(bytes);
  if (text === undefined) return undefined;
  const at = text.lastIndexOf("-");
  return { domain: text.slice(0, at), rid: Number(text.slice(at + 1)) };
}

/** The value of a filter that asks for an identifier: its bytes, each escaped (RFC 4515). */
export function sidFilterValue(text: string): string {
  const [authority = 0, ...parts] = text.split("-").slice(2).map(Number);
  const view = new DataView(new ArrayBuffer(HEADER + 4 * parts.length));
  view.setUint8(0, 1);
  view.setUint8(1, parts.length);
  view.setUint16(2, Math.floor(authority / 2 ** 32));
  view.setUint32(4, authority % 2 ** 32);
  for (const [index, part] of parts.entries()) view.setUint32(HEADER + 4 * index, part, true);
  const bytes = new Uint8Array(view.buffer);
  return Array.from(bytes, (byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
}
