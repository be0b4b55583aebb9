/** A security identifier, taken apart: `S-1-5-21-…` of the domain, and the number within it. */
export type Sid = { readonly domain: string; readonly rid: number };

/** Takes the bytes of `objectSid` apart (MS-DTYP 2.4.2.2); undefined when they are none. */
export function parseSid(bytes: Uint8Array | undefined): Sid | undefined {
  if (bytes === undefined || bytes.length < 12) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint8(1);
  if (view.getUint8(0) !== 1 || count < 1 || bytes.length !== 8 + 4 * count) return undefined;
  const authority = view.getUint16(2) * 2 ** 32 + view.getUint32(4);
  const parts = Array.from({ length: count }, (_, index) => view.getUint32(8 + 4 * index, true));
  const rid = parts.pop() ?? 0;
  return { domain: ["S-1", authority, ...parts].join("-"), rid };
}
