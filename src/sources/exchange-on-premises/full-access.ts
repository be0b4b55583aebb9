import type { AccessEntry, AccessList } from "./descriptor.ts";

/**
 * The people who may open a mailbox by its permissions, as far as they say it. A denial goes before whatever allows, also where it
 * stands behind: so nobody is let in whom Windows might keep out.
 */
export type FullAccess = {
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
  /** The reason why there may be more: half sentences. */
  readonly gaps: readonly string[];
};

/** Exchange's MailboxRights.FullAccess: the bit that Active Directory calls "create child". */
const FULL_ACCESS = 0x1;
/** All rights together. Exchange does not write them into a mailbox, and shows them as nothing of its own. */
const GENERIC_ALL = 0x1000_0000;

/** Identifiers of nobody who reads mail: the mailbox itself, the system, administrators, place holders. */
const NOBODY = /^S-1-(?:0-0|3-\d+|5-(?:10|18|19|20|32-544))$/;
/** Identifiers of everybody who is logged on. */
const EVERYBODY: ReadonlyMap<string, string> = new Map([
  ["S-1-1-0", "Everyone"],
  ["S-1-5-11", "Authenticated Users"],
]);
/** The members of a domain, or of one of the groups that every domain has. */
const LISTED = /^S-1-5-21-/;

const ALL_IN: FullAccess = {
  allowed: [],
  denied: [],
  gaps: ["it has no list of permissions, so everybody may open it, and they cannot be listed"],
};
const NONE: FullAccess = { allowed: [], denied: [], gaps: [] };

type Found = Readonly<Record<keyof FullAccess, Set<string>>>;

/** The people who may open a mailbox with these permissions. */
export function fullAccessOf(list: AccessList): FullAccess {
  if (list === "everybody") return ALL_IN;
  const counting = list.filter(counts);
  const keepsAllOut = ({ effect, sid, ...entry }: AccessEntry) =>
    effect === "deny" && EVERYBODY.has(sid) && isCertain(entry);
  if (counting.some(keepsAllOut)) return NONE;
  const found: Found = { allowed: new Set(), denied: new Set(), gaps: new Set() };
  for (const entry of counting) take(found, entry);
  return { allowed: [...found.allowed], denied: [...found.denied], gaps: [...found.gaps] };
}

/**
 * Inherited entries do not count: they are the rights of those who run the servers. Nor do those that count for the
 * folders only (MS-DTYP 2.5.3.2 passes over them), or for a single property.
 */
function counts({ mask, inherited, inheritOnly, narrowed }: AccessEntry): boolean {
  return !inherited && !inheritOnly && !narrowed && (mask & (FULL_ACCESS | GENERIC_ALL)) !== 0;
}

function isCertain({ mask, conditional }: Pick<AccessEntry, "mask" | "conditional">): boolean {
  return !conditional && (mask & FULL_ACCESS) !== 0;
}

function take({ allowed, denied, gaps }: Found, entry: AccessEntry): void {
  const { effect, sid } = entry;
  if (effect === "deny" ? isPlaceHolder(sid) : NOBODY.test(sid)) return;
  if (!isCertain(entry)) gaps.add(unclear(entry));
  if (effect === "deny") denied.add(sid);
  else if (isCertain(entry) && LISTED.test(sid)) allowed.add(sid);
  else if (isCertain(entry)) gaps.add(tooMany(sid));
}

/** The administrators are people, too, when they are denied something. */
function isPlaceHolder(sid: string): boolean {
  return NOBODY.test(sid) && sid !== "S-1-5-32-544";
}

function unclear({ effect, sid, conditional }: AccessEntry): string {
  const what = effect === "allow" ? "allows" : "denies";
  return conditional
    ? `a permission ${what} access to ${sid} under a condition`
    : `a permission ${what} ${sid} everything at once, which Exchange does not call full access`;
}

function tooMany(sid: string): string {
  const name = EVERYBODY.get(sid);
  return `a permission lets in ${name === undefined ? sid : `${sid} (${name})`}, and they cannot be listed`;
}
