import type { DirectoryConfig } from "../../model/source-config/directory.ts";
import type {
  ExchangeOnPremisesConfig,
  MailboxTable,
  MailboxType,
} from "../../model/source-config/exchange.ts";
import { type ActivityRule, activeDirectoryRule } from "../directory/entries/activity.ts";
import { allOf, anyOf } from "../directory/search/filters.ts";
import type { LdapEntry } from "../ldap/protocol/types.ts";

/** Says what a mailbox is; a 64-bit number, as text. */
export const RECIPIENT_TYPE = "msExchRecipientTypeDetails";

const NUMBERS: Readonly<Record<MailboxType, string>> = {
  user: "1",
  linked: "2",
  shared: "4",
  room: "16",
  equipment: "32",
  remoteUser: "2147483648",
  remoteShared: "34359738368",
  remoteRoom: "8589934592",
  remoteEquipment: "17179869184",
};
const REMOTE: ReadonlySet<string> = new Set([
  NUMBERS.remoteUser,
  NUMBERS.remoteShared,
  NUMBERS.remoteRoom,
  NUMBERS.remoteEquipment,
]);

/** The Active Directory in which the mailboxes stand, with searches that find mailboxes only. */
export function directoryOf(config: ExchangeOnPremisesConfig): DirectoryConfig {
  const { fullAccess: _, personal, functional, ...connection } = config;
  return {
    ...connection,
    type: "active-directory",
    primary: "proxyAddresses",
    ...(personal === undefined ? {} : { personal: ofTypes(personal) }),
    ...(functional === undefined ? {} : { functional: ofTypes(functional) }),
  };
}

function ofTypes(table: MailboxTable): MailboxTable {
  const types = anyOf(table.mailboxTypes.map((type) => `(${RECIPIENT_TYPE}=${NUMBERS[type]})`));
  return { ...table, filter: allOf(types, table.filter) };
}

/** Exchange Online knows who may open it, and Active Directory does not. */
export function isRemote(entry: LdapEntry): boolean {
  return REMOTE.has(entry.texts(RECIPIENT_TYPE)[0] ?? "");
}

/**
 * As Active Directory has it, except for linked mailboxes: their people log on in another forest, and the user here is
 * disabled by design. So they are active as long as the mailbox is one.
 */
export function mailboxRule(now: number): ActivityRule {
  const ofUser = activeDirectoryRule(now);
  return {
    ...ofUser,
    attributes: [...ofUser.attributes, RECIPIENT_TYPE],
    read: (entry) =>
      entry.texts(RECIPIENT_TYPE)[0] === NUMBERS.linked
        ? { value: true, attribute: RECIPIENT_TYPE }
        : ofUser.read(entry),
  };
}
