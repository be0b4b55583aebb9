import type { LdapEntry, LdapSession } from "../../ldap/protocol/types.ts";

/** A list that the server gave only in part: what is still to be asked for. */
export type Remainder = { readonly dn: string; readonly attribute: string; readonly from: number };

/** The result of reading a list: its values, and either the rest to ask for or why the rest cannot be had. */
export type ListPart = {
  readonly values: readonly string[];
  readonly next?: number;
  readonly gap?: string;
};

/** The reason why a list may lack members: half a sentence, as all gaps. */
export const ONLY_IN_PART = "the server gave the list only in part";

/**
 * The values of an attribute that may come in ranges (`member;range=0-1499`, MS-ADTS 3.1.1.3.1.3.3). `from`: how many
 * values came before.
 */
export function readList(entry: LdapEntry, attribute: string, from = 0): ListPart {
  const plain = entry.texts(attribute);
  // Most entries have no range, and their names need not be read to see that.
  if (plain.length === 0 && !entry.has(attribute)) return { values: plain };
  const prefix = `${attribute.toLowerCase()};range=`;
  const ranged = entry.names().filter((name) => name.startsWith(prefix));
  const [name] = ranged;
  if (name === undefined) return { values: plain };
  const values = [...plain, ...entry.texts(name)];
  const [, low = "", high = ""] = /^(\d+)-(\d+|\*)$/.exec(name.slice(prefix.length)) ?? [];
  const count = values.length - plain.length;
  if (low === "" || Number(low) !== from || ranged.length > 1) return { values, gap: ONLY_IN_PART };
  if (high === "*") return { values };
  if (count === 0 || Number(high) !== from + count - 1) return { values, gap: ONLY_IN_PART };
  return { values, next: Number(high) + 1 };
}

/** Asks for the rest of a list until the server says that it is the end; gives why there is a gap, if there is one. */
export async function readRemainder(
  session: LdapSession,
  { dn, attribute, from }: Remainder,
  take: (values: readonly string[]) => void,
): Promise<string | undefined> {
  for (let next: number | undefined = from; next !== undefined; ) {
    let part: ListPart = { values: [], gap: ONLY_IN_PART };
    const query = { base: dn, filter: "(objectClass=*)", attributes: [`${attribute};range=${next}-*`] };
    const start: number = next;
    const found = await session.lookUp(query, (entry) => {
      part = readList(entry, attribute, start);
      if (part.values.length === 0) part = { values: [], gap: ONLY_IN_PART };
    });
    if (!found) return ONLY_IN_PART;
    take(part.values);
    if (part.gap !== undefined) return part.gap;
    next = part.next;
  }
  return undefined;
}
