import type { Kind } from "./account.ts";
import type { SecretRef } from "./secret.ts";

/** The fields of a record that a `map:` can name a column or attribute for. */
export const RECORD_FIELDS = [
  "email",
  "fullName",
  "aliases",
  "delegates",
  "accountKey",
  "active",
  "division",
  "phone",
  "id",
] as const;
export type RecordField = (typeof RECORD_FIELDS)[number];

/** A file that configuration names: where it is, and how messages name it (relative to the configuration folder). */
export type NamedFile = { readonly path: string; readonly shownAs: string };

/** One table of a spreadsheet source. Without `sheet`, the first sheet of a workbook. */
export type SpreadsheetTable = NamedFile & {
  readonly sheet?: string;
  readonly map: Readonly<Partial<Record<RecordField, string>>>;
};

export type SpreadsheetConfig = {
  readonly type: "spreadsheet";
  readonly name: string;
  readonly personal?: SpreadsheetTable;
  readonly functional?: SpreadsheetTable;
};

/** One account of a `kind: Accounts` file, with its place (`accounts/exceptions.yaml:12:5`). */
export type DeclaredAccount = {
  readonly kind: Kind;
  readonly where: string;
  readonly email: string;
  readonly id?: string;
  readonly fullName?: string;
  readonly aliases?: readonly string[];
  readonly delegates?: readonly string[];
  readonly active?: boolean;
  readonly division?: string;
  readonly phone?: string;
  readonly accountKey?: SecretRef;
};

export type DeclaredConfig = {
  readonly type: "declared";
  readonly name: string;
  readonly accounts: readonly DeclaredAccount[];
};

/** How the bytes of an attribute become text; `guid` takes the mixed-endian bytes of Active Directory. */
export type AttributeEncoding = "text" | "guid" | "base64" | "hex";
export type MappedAttribute = { readonly attribute: string; readonly encoding: AttributeEncoding };
export type AttributeMap = Readonly<Partial<Record<RecordField, MappedAttribute>>>;

export type SearchScope = "subtree" | "oneLevel" | "base";

/** Which entries of a directory are the accounts of one kind. */
export type DirectoryTable = {
  /** Without one, the naming contexts that the directory names itself. */
  readonly baseDns: readonly string[];
  readonly scope: SearchScope;
  /** RFC 4515; entries must match it beside the type's own filter. */
  readonly filter?: string;
  /** DNs of groups; entries must be in one of them, at any depth. Without one, all are taken. */
  readonly memberOf: readonly string[];
  readonly map: AttributeMap;
};

/** Disabled users that stand for shared mailboxes; `filter` narrows them, `map` adds to that of the table. */
export type DisabledUsersTable = { readonly filter?: string; readonly map: AttributeMap };

/** How zivsync proves to a directory who it is. */
export type DirectoryBind =
  | { readonly type: "simple"; readonly user: string; readonly password: SecretRef }
  | {
      readonly type: "certificate";
      readonly certificate: NamedFile;
      readonly key: SecretRef;
      readonly passphrase?: SecretRef;
    };

/** A directory that is read over LDAP. `active-directory` and `ldap` differ in their defaults only. */
export type DirectoryConfig = {
  readonly type: "active-directory" | "ldap";
  readonly name: string;
  /** The place of the source in its profile: `profiles/staff.yaml:12:5`. */
  readonly where: string;
  /** Tried in this order; at least one. `ldaps://host[:port]`, or `ldap://` with StartTLS or on loopback. */
  readonly urls: readonly string[];
  readonly startTls: boolean;
  /** Absent: anonymous. */
  readonly bind?: DirectoryBind;
  /** Certificates (PEM) that are trusted instead of those that Node brings along. */
  readonly ca?: NamedFile;
  readonly pageSize: number;
  /** Milliseconds: until a connection stands, and between two answers of the server. */
  readonly timeouts: { readonly connectMs: number; readonly answerMs: number };
  readonly primary: "mail" | "proxyAddresses";
  readonly personal?: DirectoryTable;
  readonly functional?: DirectoryTable & { readonly disabledUsers?: DisabledUsersTable };
};

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
};

export type SourceConfig =
  | SpreadsheetConfig
  | DeclaredConfig
  | DirectoryConfig
  | ExchangeOnlineConfig
  | ExchangeOnPremisesConfig;
