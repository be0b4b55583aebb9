import type { RecordProblem } from "../../model/account.ts";
import type { JsonObject } from "../../model/json.ts";
import { readMappedAliases, splitProxyAddresses } from "../directory/proxy-addresses.ts";
import { asText } from "./json.ts";

/** The addresses of one mailbox. `aliases` is absent when nobody can tell them. */
export type MailboxAddresses = {
  readonly email: string | undefined;
  readonly emailFrom: string;
  readonly aliases: readonly string[] | undefined;
  readonly aliasesFrom: string;
  /** What `PrimarySmtpAddress` says, where the `SMTP:` entry says something else. */
  readonly mismatch: string | undefined;
  /** True when several addresses claim to be the primary one. */
  readonly isUnclear: boolean;
  readonly problems: readonly RecordProblem[];
};

const PRIMARY = "PrimarySmtpAddress";
const ENTRIES = "EmailAddresses";

/** Which properties the addresses come from, where a map says so. */
export type AddressMap = { readonly email?: string; readonly aliases?: string };

/**
 * The primary address is the `SMTP:` entry, which is what mail is sent as; without one, `PrimarySmtpAddress`. Aliases are
 * the entries of `smtp:`; those of other kinds (SIP:, X500: …) are no mail.
 */
export function readAddresses(row: JsonObject, map: AddressMap): MailboxAddresses {
  const problems: RecordProblem[] = [];
  const entries = textsIn(row[ENTRIES]);
  const proxies = splitProxyAddresses(entries ?? []);
  const own = asText(row[PRIMARY]);
  const { email, emailFrom } =
    map.email === undefined ? primaryOf(proxies.primary, own, problems) : mappedEmail(row, map.email);
  const others = map.email === undefined ? proxies.primary.filter((one) => !same(one, email)) : [];
  const from = map.aliases ?? ENTRIES;
  const values = map.aliases === undefined ? entries : textsIn(row[map.aliases]);
  if (values === undefined) {
    const message = "It is empty or no list of texts, so nobody can tell the other addresses of the account.";
    problems.push({ attribute: from, message });
  }
  const further = map.aliases === undefined ? proxies.further : readMappedAliases(values ?? []);
  const isOther = map.email === undefined && own !== undefined && proxies.primary.length === 1;
  return {
    email,
    emailFrom,
    aliases: values === undefined ? undefined : [...others, ...further],
    aliasesFrom: from,
    mismatch: isOther && !same(own, email) ? own : undefined,
    isUnclear: map.email === undefined && proxies.primary.length > 1,
    problems,
  };
}

function primaryOf(primary: readonly string[], own: string | undefined, problems: RecordProblem[]) {
  if (primary.length > 1) {
    const message = `${primary.length} of its entries begin with \`SMTP:\`, and only one can be the primary address.`;
    problems.push({ attribute: ENTRIES, message });
  }
  const email = primary.length > 1 ? (primary.find((one) => same(one, own)) ?? primary[0]) : primary[0];
  return email === undefined ? { email: own, emailFrom: PRIMARY } : { email, emailFrom: ENTRIES };
}

function mappedEmail(row: JsonObject, property: string) {
  return { email: asText(row[property])?.replace(/^smtp:/i, ""), emailFrom: property };
}

/** The texts of a list, or undefined when it is none or has something else in it. One text counts as a list. */
function textsIn(value: unknown): readonly string[] | undefined {
  if (typeof value === "string") return [value];
  if (!Array.isArray(value)) return undefined;
  return value.every((one) => typeof one === "string") ? value : undefined;
}

function same(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a.trim().toLowerCase() === b.trim().toLowerCase();
}
