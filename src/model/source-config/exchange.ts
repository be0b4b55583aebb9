import type { RecordField } from "../account/account.ts";
import type { Kind } from "../account/kind.ts";
import type { DirectoryConfig, DirectoryTable } from "./directory.ts";
import type { EntraLogon } from "./entra.ts";
import type { KindFilters } from "./filter.ts";

/** The types of mailboxes of Exchange; a remote one lies in Exchange Online, and Active Directory knows of it. */
export const MAILBOX_TYPES = [
  "user",
  "linked",
  "shared",
  "room",
  "equipment",
  "remoteUser",
  "remoteShared",
  "remoteRoom",
  "remoteEquipment",
] as const;
export type MailboxType = (typeof MAILBOX_TYPES)[number];

/** The mailboxes that are the accounts of one kind. */
export type MailboxTable = DirectoryTable & { readonly mailboxTypes: readonly MailboxType[] };

/** The mailboxes of an Exchange organisation, as the Active Directory below it knows them. */
export type ExchangeOnPremisesConfig = Omit<
  DirectoryConfig,
  "type" | "primary" | "personal" | "functional"
> & {
  readonly type: "exchange-on-premises";
  /** Where it stands who may open a shared mailbox: its security descriptor, or the list for automapping. */
  readonly fullAccess: "descriptor" | "automapping";
  readonly personal?: MailboxTable;
  readonly functional?: MailboxTable;
};

export type ExchangeOnlineConfig = EntraLogon & {
  readonly type: "exchange-online";
  readonly name: string;
  /** The place of the source in its profile: `profiles/desks.yaml:12:5`. */
  readonly where: string;
  /** `adminapi/beta`. */
  readonly apiPath: string;
  /** RecipientTypeDetails → kind of account; others are left out. */
  readonly mailboxTypes: Readonly<Partial<Record<Kind, readonly string[]>>>;
  /** Requests under way at once. */
  readonly concurrency: number;
  readonly map: Readonly<Partial<Record<RecordField, string>>>;
  readonly filters?: KindFilters;
};
