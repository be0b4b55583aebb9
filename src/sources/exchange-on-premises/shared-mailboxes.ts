import type { DirectoryTable } from "../../model/source-config/directory.ts";
import type { ExchangeOnPremisesConfig } from "../../model/source-config/exchange.ts";
import type { Opened, Run } from "../directory/context/context.ts";
import { markUnseen } from "../directory/context/take-record.ts";
import type { RecordDraft } from "../directory/entries/record.ts";
import { MAILBOX_DELEGATES, readStandIns } from "../directory/functional.ts";
import type { MemberList } from "../directory/groups/member-graph.ts";
import { takeList } from "../directory/groups/member-lists.ts";
import { conditionsOf, type Membership } from "../directory/membership/ways.ts";
import type { LdapEntry } from "../ldap/protocol/types.ts";
import { type AccessEntry, type AccessList, MalformedDescriptor, readAccessList } from "./descriptor.ts";
import { isRemote, RECIPIENT_TYPE } from "./mailboxes.ts";
import { numberOfSid } from "./principals.ts";

const DESCRIPTOR = "msExchMailboxSecurityDescriptor";
const IN_THE_CLOUD = "it is a remote mailbox, and Exchange Online says who may open it";
const UNSEEN =
  "no mailbox shows its permissions, so it may be that they may not be read; a global catalogue has none";

/** The identifiers that are allowed into a mailbox directly. */
export type Permitted = { readonly record: RecordDraft; readonly sids: readonly string[] };

/** Reads the functional accounts, and what their permissions say; who that is remains to be found out. */
export async function readSharedMailboxes(
  run: Run,
  table: DirectoryTable,
  fullAccess: ExchangeOnPremisesConfig["fullAccess"],
  membership: Membership,
): Promise<readonly Permitted[]> {
  const attribute = fullAccess === "descriptor" ? DESCRIPTOR : MAILBOX_DELEGATES;
  const permitted: Permitted[] = [];
  const since = run.opened.length;
  const take = (record: RecordDraft, entry: LdapEntry) => {
    const { list, except, sids } =
      fullAccess === "descriptor"
        ? openDescriptor(run, entry)
        : { list: takeList(run, entry, attribute), except: undefined, sids: [] };
    if (isRemote(entry)) list.gap = IN_THE_CLOUD;
    permitted.push({ record, sids });
    run.opened.push({
      record,
      list,
      attribute,
      ofPermissions: true,
      ...(except === undefined ? {} : { except }),
    });
  };
  const unseen = await readStandIns(
    run,
    {
      label: "shared mailboxes",
      table,
      conditions: conditionsOf(table),
      map: table.map,
      filters: [table.filter],
      delegates: attribute,
      attributes: [attribute, RECIPIENT_TYPE],
      take,
    },
    membership,
  );
  if (fullAccess === "descriptor") markUnseen(run, since, [attribute], unseen, UNSEEN);
  else markUnseen(run, since, [attribute], unseen);
  return permitted;
}

type Descriptor = Pick<Opened, "list"> & {
  readonly except: MemberList | undefined;
  readonly sids: readonly string[];
};

function openDescriptor(run: Run, entry: LdapEntry): Descriptor {
  const { allowed, denied, gaps } = accessTo(entry.bytes(DESCRIPTOR));
  const listOf = (sids: readonly string[]): MemberList => ({
    dn: entry.dn,
    members: sids.map((sid) => numberOfSid(run, sid)),
    gap: undefined,
  });
  const list = listOf(allowed);
  if (gaps.length > 0) list.gap = gaps.join("; ");
  const except = denied.length > 0 ? listOf(denied) : undefined;
  return { list, except, sids: allowed };
}

/** Exchange writes no descriptor until somebody is given access. */
function accessTo([bytes, ...others]: readonly Uint8Array[]): FullAccess {
  if (bytes === undefined) return { allowed: [], denied: [], gaps: [] };
  if (others.length > 0) return unreadable(`it has ${others.length + 1} values`);
  try {
    return fullAccessOf(readAccessList(bytes));
  } catch (error) {
    if (!(error instanceof MalformedDescriptor)) throw error;
    return unreadable(error.message);
  }
}

function unreadable(why: string): FullAccess {
  return { allowed: [], denied: [], gaps: [`its ${DESCRIPTOR} cannot be read (${why})`] };
}

/**
 * The people who may open a mailbox by its permissions, as far as they say it. A denial goes before whatever allows, also where it
 * stands behind: so nobody is let in whom Windows might keep out.
 */
type FullAccess = {
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
