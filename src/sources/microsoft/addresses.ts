import type { RecordProblem } from "../../model/account/account.ts";
import { asText, type JsonObject } from "../../model/values/json.ts";
import { readMappedAliases, splitProxyAddresses } from "../directory/entries/values/proxy-addresses.ts";

/** The addresses of one mailbox. `aliases` is absent when Exchange does not say them. */
export type MailboxAddresses = {
  readonly email: string | undefined;
  readonly emailFrom: string;
  readonly aliases: readonly string[] | undefined;
  readonly aliasesFrom: string;
  /** The primary address by its property, where the `SMTP:` entry gives another one. */
  readonly mismatch: string | undefined;
  /** True when several addresses claim to be the primary one. */
  readonly isUnclear: boolean;
  readonly problems: readonly RecordProblem[];
};

/** The names of the property with the primary address, and of the list of all entries with their kinds. */
export type AddressProperties = { readonly primary: string; readonly entries: string };

/** The properties that the addresses come from, where a map says so. */
export type AddressMap = { readonly email?: string; readonly aliases?: string };

type Email = Pick<MailboxAddresses, "email" | "emailFrom" | "isUnclear" | "problems">;

/**
 * The primary address is the `SMTP:` entry, which is what mail is sent as; without one, the property for it. Aliases are
 * the entries of `smtp:`; those of other kinds (SIP:, X500: …) are not mail. What is null or missing is not said.
 */
export function readAddresses(row: JsonObject, map: AddressMap, names: AddressProperties): MailboxAddresses {
  const entries = textsIn(row[names.entries]);
  const proxies = splitProxyAddresses(Array.isArray(entries) ? entries : []);
  const primary = withoutRepeats(proxies.primary);
  const own = asText(row[names.primary]);
  const email = map.email === undefined ? primaryOf(row, primary, names) : mappedEmail(row, map.email);
  const others = map.email === undefined ? primary.filter((one) => !same(one, email.email)) : [];
  const from = map.aliases ?? names.entries;
  const values = map.aliases === undefined ? entries : textsIn(row[map.aliases]);
  const further = map.aliases === undefined ? proxies.further : readMappedAliases(listed(values));
  // Every mailbox has an address, so a list without one does not say that there are no others.
  const isWhole = map.aliases !== undefined || primary.length + proxies.further.length > 0;
  const isSaid = Array.isArray(values) && isWhole;
  const isOther = map.email === undefined && own !== undefined && primary.length === 1;
  return {
    ...email,
    aliases: isSaid ? [...others, ...further] : undefined,
    aliasesFrom: from,
    mismatch: isOther && !same(own, email.email) ? own : undefined,
    problems: [...email.problems, ...aliasProblems(values, from, email.isUnclear)],
  };
}

function primaryOf(row: JsonObject, primary: readonly string[], names: AddressProperties): Email {
  const own = asText(row[names.primary]);
  if (primary.length > 1) {
    const message = `${primary.length} of its entries begin with \`SMTP:\`, and only one can be the primary address.`;
    const email = primary.find((one) => same(one, own)) ?? primary[0];
    const problems: RecordProblem[] = [{ attribute: names.entries, message, field: "email" }];
    return { email, emailFrom: names.entries, isUnclear: true, problems };
  }
  const [email] = primary;
  if (email !== undefined) return { email, emailFrom: names.entries, isUnclear: false, problems: [] };
  const problems = emailProblems(row[names.primary], names.primary);
  // Whoever has mail under some address is somebody in doubt, and not nobody.
  if (own === undefined && problems.length === 0 && listed(textsIn(row[names.entries])).some(isMail)) {
    const message = "None of its entries begins with `SMTP:`, which would be the primary address.";
    problems.push({ attribute: names.entries, message, field: "email" });
  }
  return { email: own, emailFrom: names.primary, isUnclear: false, problems };
}

function mappedEmail(row: JsonObject, property: string): Email {
  const email = asText(row[property])?.replace(/^smtp:/i, "");
  return { email, emailFrom: property, isUnclear: false, problems: emailProblems(row[property], property) };
}

function isMail(entry: string): boolean {
  return /^smtp:\s*\S/i.test(entry);
}

function emailProblems(value: unknown, attribute: string): RecordProblem[] {
  if (value === undefined || value === null || typeof value === "string") return [];
  return [{ attribute, message: "It holds no text, and the field takes one.", field: "email" }];
}

function aliasProblems(values: Texts, attribute: string, isUnclear: boolean): readonly RecordProblem[] {
  const problem = (message: string): RecordProblem => ({ attribute, message, field: "aliases" });
  if (values === "unreadable") return [problem("It is not a list of texts, so the aliases are not known.")];
  if (isUnclear) return [problem("Which of its entries are aliases depends on the primary address.")];
  return [];
}

/** undefined: not said. */
type Texts = readonly string[] | "unreadable" | undefined;

/** The texts of a list. One text counts as a list. */
function textsIn(value: unknown): Texts {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value.trim() === "" ? undefined : [value];
  if (!Array.isArray(value)) return "unreadable";
  return value.every((one) => typeof one === "string") ? value : "unreadable";
}

function listed(values: Texts): readonly string[] {
  return Array.isArray(values) ? values : [];
}

function withoutRepeats(addresses: readonly string[]): readonly string[] {
  return addresses.filter((one, nth) => addresses.findIndex((other) => same(one, other)) === nth);
}

function same(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a.trim().toLowerCase() === b.trim().toLowerCase();
}
