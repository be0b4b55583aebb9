import type { RecordField } from "../account/account.ts";
import type { Kind } from "../account/kind.ts";
import type { SecretRef } from "../values/secret.ts";
import type { DirectoryConfig, DirectoryTable } from "./directory.ts";
import type { KindFilters } from "./filter.ts";
import type { NamedFile } from "./named-file.ts";

/** What mailboxes of Exchange can be; a remote one lies in Exchange Online, and Active Directory knows of it. */
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

/** Which mailboxes are the accounts of one kind. */
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

/** How zivsync proves to Entra ID which application it is. */
export type EntraCredential = { readonly clientId: string } & (
  | { readonly type: "certificate"; readonly certificate: NamedFile; readonly passphrase?: SecretRef }
  | { readonly type: "secret"; readonly secret: SecretRef }
  /** A token of another issuer in a file that is renewed there (Kubernetes). */
  | { readonly type: "tokenFile"; readonly file: NamedFile }
  /** GitHub's own OIDC issuer, within a workflow with `id-token: write`. */
  | { readonly type: "github"; readonly audience: string }
);

export type ExchangeOnlineConfig = {
  readonly type: "exchange-online";
  readonly name: string;
  /** The place of the source in its profile: `profiles/desks.yaml:12:5`. */
  readonly where: string;
  /** Id or a domain of the tenant. */
  readonly tenant: string;
  /** `managedIdentity`: of the machine; `clientId` names a user-assigned one. */
  readonly credential: EntraCredential | { readonly type: "managedIdentity"; readonly clientId?: string };
  /** `https://outlook.office365.com`; the audience of tokens, too. */
  readonly baseUrl: string;
  /** `adminapi/beta`. */
  readonly apiPath: string;
  /** `https://login.microsoftonline.com`. */
  readonly authority: string;
  /** Certificates (PEM) that are trusted instead of those that Node brings along. */
  readonly ca?: NamedFile;
  /** RecipientTypeDetails → kind of account; others are left out. */
  readonly mailboxTypes: Readonly<Partial<Record<Kind, readonly string[]>>>;
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Milliseconds until an answer is given up. */
  readonly timeoutMs: number;
  readonly map: Readonly<Partial<Record<RecordField, string>>>;
  readonly filters?: KindFilters;
};
