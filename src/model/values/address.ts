declare const canonical: unique symbol;

/** An e-mail address in canonical form: trimmed, lower case, NFC, domain in ASCII (IDNA). Compare with `===`. */
export type Address = string & { readonly [canonical]: true };

/** U+FFFD is what programs write in place of bytes that they could not read. */
const LOCAL_PART = /^[^\s@"(),:;<>[\\\]\p{Cc}\p{Cf}\p{Cs}\p{Zs}\ufffd]{1,64}$/u;
const LONGEST_LOCAL = 64;
const AT_SIGN = 0x40;
const LONGEST_DOMAIN = 253;
/** At least two labels, the last one not all digits. */
const DOMAIN = /^(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?!\d+$)(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/**
 * Canonical form of a domain, or undefined when it is not a domain that can receive mail: at least two labels of letters,
 * digits and hyphens (RFC 1123), at most 253 characters, the last label not all digits.
 */
export function parseDomain(text: string): string | undefined {
  const ascii = domainToAscii(text.trim().normalize("NFC").toLowerCase());
  return ascii !== undefined && isDomain(ascii) ? ascii : undefined;
}

function isDomain(ascii: string): boolean {
  return ascii.length <= LONGEST_DOMAIN && DOMAIN.test(ascii);
}

/** An address as most are written; it is canonical except for its case, if its domain is one. */
const ORDINARY = /^([a-z0-9_+'-]+(?:\.[a-z0-9_+'-]+)*)@([a-z0-9.-]+)$/i;

/** Canonical form of an address, or undefined when it is none. Quoted local parts are not taken: Zivver knows none. */
export function parseAddress(text: string): Address | undefined {
  if (ORDINARY.test(text)) {
    const lower = text.toLowerCase();
    const at = lower.indexOf("@");
    return at <= LONGEST_LOCAL && isDomain(lower.slice(at + 1)) ? (lower as Address) : undefined;
  }
  const trimmed = text.trim().normalize("NFC");
  const at = trimmed.lastIndexOf("@");
  if (at < 1) return undefined;
  // Once more, for lower case can make one character of two: J with a caron stands for itself only when small.
  const local = trimmed.slice(0, at).toLowerCase().normalize("NFC");
  const domain = parseDomain(trimmed.slice(at + 1));
  if (domain === undefined || !LOCAL_PART.test(local) || /^\.|\.$|\.\./.test(local)) return undefined;
  return `${local}@${domain}` as Address;
}

/** By what addresses as they were written are compared: the canonical form, or the text in lower case where it has none. */
export function addressKey(text: string): string {
  return parseAddress(text) ?? text.trim().toLowerCase();
}

/** The part behind the last `@`. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1);
}

/** Whether the domain of a canonical address is one of these. Without a copy of it, for whoever asks a million times. */
export function isInOneOf(domains: readonly string[], address: Address): boolean {
  for (const domain of domains) {
    const at = address.length - domain.length - 1;
    if (at >= 0 && address.charCodeAt(at) === AT_SIGN && address.endsWith(domain)) return true;
  }
  return false;
}

/** Whether an address matches a pattern in which `*` means any run of characters. Case does not count. */
export function matchesPattern(pattern: string, address: string): boolean {
  const parts = pattern.trim().normalize("NFC").toLowerCase().split("*");
  const first = parts[0] ?? "";
  if (parts.length === 1) return address === (parseAddress(pattern) ?? first);
  const last = parts.at(-1) ?? "";
  if (address.length < first.length + last.length) return false;
  if (!address.startsWith(first) || !address.endsWith(last)) return false;
  let from = first.length;
  const end = address.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = address.indexOf(part, from);
    if (found < 0 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}

function domainToAscii(domain: string): string | undefined {
  if (/^[a-z0-9.-]+$/.test(domain)) return domain;
  // The URL parser is the IDNA implementation that every engine has; what is not a letter or mark is kept from it.
  if (!/^[\p{L}\p{M}\p{N}.\-\u3002\uff0e\uff61\u00b7]+$/u.test(domain)) return undefined;
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return undefined;
  }
}
