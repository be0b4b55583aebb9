/** What a directory sends, in BER written by hand: a second opinion beside the library that zivsync uses. */

export type Attributes = Readonly<Record<string, readonly (string | Uint8Array)[]>>;

/** One message of an answer: the operation, and the controls behind it. The envelope has the request's id. */
export type Message = { readonly operation: Buffer; readonly controls?: Buffer };

export type DoneOptions = {
  readonly matchedDn?: string;
  readonly diagnostic?: string;
  readonly referrals?: readonly string[];
  /** Of the paged results control; none is sent without it. */
  readonly cookie?: string | Uint8Array;
};

export function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content]);
}

/** The shortest form; `long` gives the one of Active Directory, which always takes four bytes for a constructed one. */
export function lengthOf(length: number, long = false): Buffer {
  if (!long && length < 0x80) return Buffer.of(length);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  const from = long ? 0 : bytes.findIndex((byte) => byte !== 0);
  return Buffer.concat([Buffer.of(0x80 + 4 - from), bytes.subarray(from)]);
}

export function octets(value: string | Uint8Array): Buffer {
  return tlv(0x04, typeof value === "string" ? Buffer.from(value) : value);
}

export function integer(value: number, tag = 0x02): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  let from = 0;
  while (from < 3 && bytes[from] === 0 && (bytes[from + 1] ?? 0) < 0x80) from += 1;
  return tlv(tag, bytes.subarray(from));
}

/** A whole LDAPMessage. */
export function envelope(id: number, message: Message): Buffer {
  return tlv(0x30, integer(id), message.operation, message.controls ?? Buffer.alloc(0));
}

export function entry(dn: string, attributes: Attributes): Message {
  const list = Object.entries(attributes).map(([name, values]) =>
    tlv(0x30, octets(name), tlv(0x31, ...values.map(octets))),
  );
  return { operation: tlv(0x64, octets(dn), tlv(0x30, ...list)) };
}

export function reference(...urls: readonly string[]): Message {
  return { operation: tlv(0x73, ...urls.map(octets)) };
}

/** SearchResultDone. */
export function done(code = 0, options: DoneOptions = {}): Message {
  const { cookie } = options;
  const operation = tlv(0x65, ...result(code, options));
  if (cookie === undefined) return { operation };
  const value = tlv(0x30, integer(0), octets(cookie));
  return { operation, controls: tlv(0xa0, tlv(0x30, octets("1.2.840.113556.1.4.319"), octets(value))) };
}

export function bound(code = 0, options: DoneOptions = {}): Message {
  return { operation: tlv(0x61, ...result(code, options)) };
}

/** ExtendedResponse; `value` is left out by default. */
export function extended(
  code = 0,
  options: DoneOptions & { readonly name?: string; readonly value?: string | Uint8Array } = {},
): Message {
  const { name, value } = options;
  return {
    operation: tlv(
      0x78,
      ...result(code, options),
      ...(name === undefined ? [] : [tlv(0x8a, Buffer.from(name))]),
      ...(value === undefined ? [] : [tlv(0x8b, typeof value === "string" ? Buffer.from(value) : value)]),
    ),
  };
}

/** To be sent with the id 0 (RFC 4511 section 4.4.1). */
export function noticeOfDisconnection(code: number, diagnostic: string): Message {
  return extended(code, { diagnostic, name: "1.3.6.1.4.1.1466.20036" });
}

function result(code: number, { matchedDn = "", diagnostic = "", referrals = [] }: DoneOptions): Buffer[] {
  const links = referrals.length > 0 ? [tlv(0xa3, ...referrals.map(octets))] : [];
  return [integer(code, 0x0a), octets(matchedDn), octets(diagnostic), ...links];
}
