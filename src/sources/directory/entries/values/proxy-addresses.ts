import type { LdapEntry } from "../../../ldap/protocol/types.ts";

export const PROXY = "proxyAddresses";

/** The addresses in `proxyAddresses`: values of `SMTP:` are primary, those of `smtp:` further addresses. */
export type ProxyAddresses = { readonly primary: readonly string[]; readonly further: readonly string[] };

const NONE: readonly string[] = [];
/** No address holds a colon, so what stands before one is the kind of an address. */
const KIND = /^\s*([A-Za-z][A-Za-z0-9-]*):/;

/** The mail addresses among the values; kinds that are not mail (SIP:, X500:, x400:, EUM: …) and empty ones left out. */
export function readProxyAddresses(entry: LdapEntry): ProxyAddresses {
  return { primary: behind("SMTP:", entry), further: behind("smtp:", entry) };
}

/** The same, of values that are in a list. */
export function splitProxyAddresses(values: readonly string[]): ProxyAddresses {
  const behind = (kind: string) =>
    values
      .flatMap((value) => (value.startsWith(kind) ? [value.slice(kind.length).trim()] : []))
      .filter((address) => address !== "");
  return { primary: behind("SMTP:"), further: behind("smtp:") };
}

function behind(kind: string, entry: LdapEntry): readonly string[] {
  const values = entry.textsBehind(kind, PROXY);
  if (values.length === 0) return NONE;
  const addresses: string[] = [];
  for (const value of values) {
    const address = value.trim();
    if (address !== "") addresses.push(address);
  }
  return addresses;
}

/** The aliases in an attribute that a map names: values without a kind count as they are. */
export function readMappedAliases(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => {
    const kind = KIND.exec(value)?.[1];
    if (kind === undefined) return value.trim() === "" ? [] : [value.trim()];
    const address = kind === "smtp" ? value.trim().slice(5).trim() : "";
    return address === "" ? [] : [address];
  });
}
