import type { RecordProblem } from "../../../model/account/account.ts";
import type { DirectoryConfig, MappedAttribute } from "../../../model/source-config/directory.ts";
import { parseAddress } from "../../../model/values/address.ts";
import type { LdapEntry } from "../../ldap/protocol/types.ts";
import { Unclear } from "../../records/findings.ts";
import type { From } from "./record.ts";
import { readValues } from "./values/encoding.ts";
import {
  PROXY,
  type ProxyAddresses,
  readMappedAliases,
  readProxyAddresses,
} from "./values/proxy-addresses.ts";

/** The addresses of one entry, as far as they are known. */
export type EntryAddresses = {
  readonly email: string | undefined;
  readonly aliases: From<readonly string[]> | undefined;
  /** Values of `SMTP:` that say another primary address than `mail`. */
  readonly mismatch: readonly string[];
  readonly problems: readonly RecordProblem[];
};

export type AddressReader = {
  readonly attributes: readonly string[];
  /** The attribute that the primary address comes from. */
  readonly primary: string;
  /** Where aliases are looked for; a directory in which no entry has any of these says nothing about aliases. */
  readonly aliases: readonly string[];
  readonly read: (entry: LdapEntry) => EntryAddresses;
};

type Addressing = Pick<DirectoryConfig, "type" | "primary">;
type AddressMap = { readonly email?: MappedAttribute; readonly aliases?: MappedAttribute };
/** Addresses, best first, and what is in doubt about them. */
type Primary = { readonly values: readonly string[]; readonly problems: readonly RecordProblem[] };

/** Further addresses in directories for Unix mail servers (389, qmail-ldap). */
const ALTERNATE = "mailAlternateAddress";
const NO_PROXIES: ProxyAddresses = { primary: [], further: [] };
const NONE: readonly never[] = [];
const NO_PRIMARY: Primary = { values: NONE, problems: NONE };
const IN_PART = "The server gave its values only in part, so not all addresses of the account are known.";

/**
 * Reads primary address and aliases by the map, by `mail`, or by the one `SMTP:` value. Of several primary addresses the
 * first stands for the account and the others count as its aliases, so that whatever account it is stays as it is.
 */
export function addressReader({ type, primary }: Addressing, map: AddressMap): AddressReader {
  const mail =
    map.email ?? (primary === "mail" ? { attribute: "mail", encoding: "text" as const } : undefined);
  const isActiveDirectory = type === "active-directory";
  const aliases = map.aliases ? [map.aliases.attribute] : isActiveDirectory ? [PROXY] : [PROXY, ALTERNATE];
  const compares = map.email === undefined && primary === "mail";
  const needsProxies = map.aliases === undefined || compares || mail === undefined;
  const attributes = [...(mail ? [mail.attribute] : []), ...(needsProxies ? [PROXY] : []), ...aliases];
  const read = (entry: LdapEntry): EntryAddresses => {
    const hasAny = needsProxies && entry.has(PROXY);
    const proxies = hasAny ? readProxyAddresses(entry) : NO_PROXIES;
    const found = mail ? readMail(entry, mail) : readPrimary(entry, proxies);
    const email = found.values[0];
    const others = found.values.length < 2 ? NONE : found.values.slice(1);
    const own = map.aliases
      ? readMapped(entry, map.aliases)
      : readDefault(entry, isActiveDirectory, proxies, mail?.attribute, hasAny);
    const problems = own.problem === undefined ? found.problems : [...found.problems, own.problem];
    const further = own.aliases;
    const kept: From<readonly string[]> | undefined =
      others.length === 0
        ? further
        : { value: [...others, ...(further?.value ?? [])], attribute: further?.attribute ?? "mail" };
    const mismatch = compares && email !== undefined ? differing(proxies.primary, email) : NONE;
    return { email, aliases: kept, mismatch, problems };
  };
  return { attributes, primary: mail?.attribute ?? PROXY, aliases, read };
}

function readMail(entry: LdapEntry, mail: MappedAttribute): Primary {
  const { attribute } = mail;
  const values = readValues(entry, mail);
  if (values instanceof Unclear) return inDoubt(attribute, values.message);
  if (values.length === 0) return cameInPart(entry, attribute) ? inDoubt(attribute, IN_PART) : NO_PRIMARY;
  const many = `It has ${values.length} values, and nothing says which one is the primary address. Map \`email\` to an attribute that has one value only.`;
  return primaryOf(values, attribute, many);
}

function readPrimary(entry: LdapEntry, { primary, further }: ProxyAddresses): Primary {
  if (primary.length === 0 && further.length > 0)
    return inDoubt(PROXY, "None of its values begins with `SMTP:`, which would be the primary address.");
  if (primary.length === 0) return cameInPart(entry, PROXY) ? inDoubt(PROXY, IN_PART) : NO_PRIMARY;
  const many = `${primary.length} of its values begin with \`SMTP:\`, and only one can be the primary address. Write the others with \`smtp:\`.`;
  return primaryOf(primary, PROXY, many);
}

/** A value that is not an address is never given as one: by its id the account is found all the same. */
function primaryOf(values: readonly string[], attribute: string, many: string): Primary {
  const [only] = values;
  if (only !== undefined && values.length === 1 && parseAddress(only) !== undefined) {
    return { values, problems: NONE };
  }
  const addresses = values.filter((value) => parseAddress(value) !== undefined);
  if (addresses.length === 0) return inDoubt(attribute, "It does not hold an email address.");
  const others =
    "The values that are not the primary address would be aliases, and nothing says which these are.";
  const problems: readonly RecordProblem[] = [
    { attribute, message: many, field: "email" },
    { attribute, message: others, field: "aliases" },
  ];
  return { values: addresses, problems };
}

function inDoubt(attribute: string, message: string): Primary {
  return { values: NONE, problems: [{ attribute, message, field: "email" }] };
}

type Aliases = {
  readonly aliases: From<readonly string[]> | undefined;
  readonly problem?: RecordProblem;
};

function readMapped(entry: LdapEntry, mapped: MappedAttribute): Aliases {
  const { attribute } = mapped;
  const values = readValues(entry, mapped);
  if (values instanceof Unclear) {
    return { aliases: undefined, problem: { attribute, message: values.message, field: "aliases" } };
  }
  if (values.length === 0) return cameInPart(entry, attribute) ? inPart(attribute) : { aliases: undefined };
  return { aliases: { value: readMappedAliases(values), attribute } };
}

function readDefault(
  entry: LdapEntry,
  isActiveDirectory: boolean,
  { further, primary }: ProxyAddresses,
  mail: string | undefined,
  hasAny: boolean,
): Aliases {
  if (further.length === 0 && primary.length === 0 && cameInPart(entry, PROXY)) return inPart(PROXY);
  if (isActiveDirectory) return { aliases: hasAny ? { value: further, attribute: PROXY } : undefined };
  const alternate = entry.texts(ALTERNATE);
  if (alternate.length > 0) {
    const attribute = further.length > 0 ? `${PROXY}, ${ALTERNATE}` : ALTERNATE;
    return { aliases: { value: [...further, ...readMappedAliases(alternate)], attribute } };
  }
  const hasProxies = further.length > 0 || primary.length > 0 || mail === undefined;
  return { aliases: hasProxies ? { value: further, attribute: PROXY } : undefined };
}

/** A server that gives long lists in ranges leaves the attribute itself empty. */
export function cameInPart(entry: LdapEntry, attribute: string): boolean {
  return entry.has(attribute) && entry.texts(attribute).length === 0;
}

function inPart(attribute: string): Aliases {
  return { aliases: undefined, problem: { attribute, message: IN_PART, field: "aliases" } };
}

function differing(primary: readonly string[], email: string): readonly string[] {
  if (primary.length === 0) return NONE;
  const own = email.trim().toLowerCase();
  return primary.filter((address) => address.toLowerCase() !== own);
}
