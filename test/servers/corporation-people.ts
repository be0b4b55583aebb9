import type { Entry } from "./ldif.ts";
import { DOMAIN_DN } from "./samba.ts";

/** What a person's entry means, by the rules of this file alone. All addresses in lower case, aliases sorted. */
export type TruePerson = {
  readonly address: string;
  readonly aliases: readonly string[];
  readonly fullName: string;
  readonly active: boolean;
};

/** `truth` is absent for people without an address. */
export type Person = { readonly entry: Entry; readonly truth?: TruePerson };

/** More than one group may hold by Active Directory's limit of 5,000 on what is sent at once. */
const PEOPLE = 5_200;
/** These stand under OU=Few, with groups of their own: a part that is read quickly. */
export const FEW = 400;

const NAMES = ["Anna Müller", "Bjørn Åse", "山田 太郎", "Zoë 't Hart", "Łukasz Żółć", 'Sam "Sammy" O’Neill'];
const OTHERS = (name: string) => [
  `SIP:${name}@example.org`,
  `sip:${name}@example.net`,
  `X500:/o=Corp/ou=Exchange/cn=Recipients/cn=${name}`,
  `x400:C=NL;A= ;P=Corp;O=Exchange;S=${name};`,
  `EUM:${name};phone-context=corp.example.test`,
  `MS:CORP/POST/${name}`,
  `NOTES:${name}/CORP@CORP`,
];

/** 100 ns since 1601, as `accountExpires` holds it. */
const fileTime = (iso: string) => String((BigInt(Date.parse(iso)) + 11_644_473_600_000n) * 10_000n);
const EXPIRED = fileTime("2001-02-03T04:05:06Z");
const LATER = fileTime("2201-02-03T04:05:06Z");

function expiry(index: number): { readonly accountExpires?: string } {
  if (index % 29 === 7) return { accountExpires: EXPIRED };
  if (index % 29 === 8) return { accountExpires: LATER };
  return index % 29 === 9 ? { accountExpires: "0" } : {};
}

/** Every so many has something of its own; the numbers have no common factor, so that all mix. */
function personAt(index: number): Person {
  const name = `p${String(index).padStart(4, "0")}`;
  const domain = index % 7 === 3 ? "example.com" : "example.org";
  const address = `${name}@${domain}`;
  const aliases = Array.from({ length: index % 4 }, (_, nth) => `${name}.alias${nth}@example.org`);
  const onlySecondary = index % 19 === 6;
  const proxies = index % 11 !== 2;
  const shown = `${NAMES[index % NAMES.length]} ${index}`;
  const named = index % 17 !== 3;
  const disabled = index % 23 === 5;
  const primary = index % 401 === 17 ? `other.${address}` : address;
  const proxyAddresses = [
    `${onlySecondary ? "smtp" : "SMTP"}:${primary}`,
    ...aliases.map((alias, nth) => `smtp:${nth === 1 ? alias.toUpperCase() : alias}`),
    ...(index % 5 === 0 ? OTHERS(name) : []),
  ];
  const entry = {
    dn: `CN=${name},${index < FEW ? "OU=Few" : `OU=Ward ${index % 12},OU=Staff`},${DOMAIN_DN}`,
    attributes: {
      objectClass: "user",
      sAMAccountName: name,
      userPrincipalName: `${name}@corp.example.test`,
      userAccountControl: disabled ? "514" : "512",
      givenName: `Given ${index}`,
      sn: `Surname ${index}`,
      department: index % 2 ? "Care" : "Cure",
      ...(named ? { displayName: shown } : {}),
      ...(index % 50 === 49 ? {} : { mail: index % 13 === 1 ? address.toUpperCase() : address }),
      ...(proxies && index % 50 !== 49 ? { proxyAddresses } : {}),
      ...expiry(index),
    },
  };
  if (index % 50 === 49) return { entry };
  const active = !disabled && index % 29 !== 7;
  const fullName = named ? shown : `Given ${index} Surname ${index}`;
  // A primary address of another attribute is not an alias, unless it is written as one.
  const others = onlySecondary && primary !== address ? [primary, ...aliases].sort() : aliases;
  return { entry, truth: { address, aliases: proxies ? others : [], fullName, active } };
}

/** Names that need escapes in a DN, as RFC 4514 writes them, and characters of all sorts. */
const ODD_NAMES = [
  "Doe\\, Jane",
  "\\#hash",
  "a\\+b",
  'say \\"hi\\"',
  "back\\\\slash",
  "\\ space before",
  "semi\\;colon",
  "less \\< more \\>",
  "equals\\=sign",
  "slash/person",
  "(paren*star)",
  "Müller Übermäßig",
  "山田太郎",
  "Zoe\u0308 't Hart",
  "😀 smile",
  "two  spaces",
  "#".padStart(2, "x"),
  "per%20cent",
];

function oddPersonAt(cn: string, index: number): Person {
  const address = `odd${index}@example.com`;
  const fullName = `Odd ${index}`;
  const entry = {
    dn: `CN=${cn},OU=Odd,${DOMAIN_DN}`,
    attributes: {
      objectClass: "user",
      sAMAccountName: `odd${index}`,
      userAccountControl: "512",
      displayName: fullName,
      mail: address,
      proxyAddresses: [`SMTP:${address}`, `smtp:odd${index}.alias@example.com`],
    },
  };
  return { entry, truth: { address, aliases: [`odd${index}.alias@example.com`], fullName, active: true } };
}

export const PEOPLE_OF_THE_CORPORATION: readonly Person[] = [
  ...Array.from({ length: PEOPLE }, (_, index) => personAt(index)),
  ...ODD_NAMES.map(oddPersonAt),
];

/** Bears the mark by which every run of the command line is searched for secrets. */
export const SERVICE_PASSWORD = "canary-api-key-Directory-1";
const password = (text: string) => Buffer.from(`"${text}"`, "utf16le");

const service = (name: string, more: Entry["attributes"] = {}): Entry => ({
  dn: `CN=${name},OU=Service,${DOMAIN_DN}`,
  attributes: {
    objectClass: "user",
    sAMAccountName: name,
    userPrincipalName: `${name}@corp.example.test`,
    userAccountControl: "66048",
    unicodePwd: password(SERVICE_PASSWORD),
    ...more,
  },
});

/** Accounts to bind as: one that may, and one for every reason why one may not. */
export const SERVICE_ACCOUNTS: readonly Entry[] = [
  service("svc-zivsync"),
  service("svc-disabled", { userAccountControl: "66050" }),
  service("svc-expired", { accountExpires: EXPIRED }),
  service("svc-must-change", { userAccountControl: "512", pwdLastSet: "0" }),
  service("svc-locked"),
];
