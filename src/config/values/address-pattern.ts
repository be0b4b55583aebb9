import { parseAddress, parseDomain } from "../../model/values/address.ts";

/**
 * Canonical form of an address or of a pattern with `*`, or undefined when no address can match it. A domain without `*`
 * is put in ASCII, as in canonical addresses; where `*` is in the domain, the rest of it must be ASCII already.
 */
export function parseAddressPattern(text: string): string | undefined {
  if (!text.includes("*")) return parseAddress(text);
  const pattern = text.trim().normalize("NFC").toLowerCase();
  const at = pattern.lastIndexOf("@");
  if (at < 0) return /^[!-~]+$/.test(pattern) && canBeAddress(pattern) ? pattern : undefined;
  const local = pattern.slice(0, at);
  const domain = pattern.slice(at + 1);
  if (!domain.includes("*")) {
    const ascii = parseDomain(domain);
    return ascii !== undefined && canBeAddress(`${local}@${ascii}`) ? `${local}@${ascii}` : undefined;
  }
  return /^[!-~]+$/.test(domain) && canBeAddress(pattern) ? pattern : undefined;
}

/** Whether any address can match the pattern. */
function canBeAddress(pattern: string): boolean {
  const fills = pattern.includes("@") ? ["x", "x.x"] : ["x@x.x", "x"];
  return fills.some((fill) => {
    const [first = "", ...rest] = pattern.split("*");
    const filled = pattern.includes("@")
      ? [first, ...rest].join(fill)
      : [first, rest.join("x")].join("x@x.x");
    return parseAddress(filled) !== undefined;
  });
}
