import type { DirectoryTable } from "../../model/source-config/directory.ts";
import type { ExchangeOnPremisesConfig } from "../../model/source-config/exchange.ts";
import { conditionsOf } from "../directory/context/conditions.ts";
import type { Opened, Run } from "../directory/context/context.ts";
import { markUnseen } from "../directory/context/take-record.ts";
import type { RecordDraft } from "../directory/entries/record.ts";
import { MAILBOX_DELEGATES, readStandIns } from "../directory/functional.ts";
import type { MemberList } from "../directory/groups/member-graph.ts";
import { takeList } from "../directory/groups/member-lists.ts";
import type { Membership } from "../directory/membership/ways.ts";
import type { LdapEntry } from "../ldap/protocol/types.ts";
import { MalformedDescriptor, readAccessList } from "./descriptor.ts";
import { type FullAccess, fullAccessOf } from "./full-access.ts";
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
