import { createHash } from "node:crypto";

/** What a fake Exchange Online has. Rows are sent as they stand here. */
export type Row = Readonly<Record<string, unknown>>;

export type FakeGroup = {
  readonly name: string;
  readonly guid: string;
  readonly type: string;
  readonly address?: string;
  /** Rows of recipients; of a security group without mail, names. */
  readonly members: readonly (Row | string)[];
};

export type FakeTenant = {
  readonly mailboxes: readonly unknown[];
  /** By address, in lower case. */
  readonly permissions: Readonly<Record<string, readonly unknown[]>>;
  readonly groups: readonly FakeGroup[];
  /** Contacts, guests, mail users. */
  readonly recipients: readonly Row[];
};

export const NO_TENANT: FakeTenant = { mailboxes: [], permissions: {}, groups: [], recipients: [] };

/** A GUID made from a name, always the same. */
export function guid(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  return [8, 4, 4, 4, 12].map((length, nth) => hex.slice(nth * 12, nth * 12 + length)).join("-");
}

/** The row of an enabled user's mailbox; `more` replaces what it says. */
export function user(address: string, more: Row = {}): Row {
  const [local = ""] = address.split("@");
  return {
    PrimarySmtpAddress: address,
    DisplayName: `User ${local}`,
    EmailAddresses: [`SMTP:${address}`],
    RecipientTypeDetails: "UserMailbox",
    AccountDisabled: false,
    Guid: guid(`mailbox ${address}`),
    ExternalDirectoryObjectId: guid(`object ${address}`),
    ...more,
  };
}

export function shared(address: string, more: Row = {}): Row {
  const [local = ""] = address.split("@");
  return user(address, {
    DisplayName: `Desk ${local}`,
    RecipientTypeDetails: "SharedMailbox",
    AccountDisabled: true,
    ...more,
  });
}

/** How a mailbox stands among the members of a group. */
export function member({ PrimarySmtpAddress, DisplayName, RecipientTypeDetails, Guid }: Row): Row {
  return { PrimarySmtpAddress, DisplayName, RecipientTypeDetails, Guid };
}

export function group(name: string, members: FakeGroup["members"], more: Partial<FakeGroup> = {}): FakeGroup {
  return { name, guid: guid(`group ${name}`), type: "MailUniversalSecurityGroup", members, ...more };
}

/** How a group stands among the members of another one, and in answers to a search. */
export function groupRow({ name, guid: id, type, address }: FakeGroup): Row {
  return {
    DisplayName: name,
    Guid: id,
    RecipientTypeDetails: type,
    ...(address === undefined ? {} : { PrimarySmtpAddress: address }),
  };
}

/** An entry of a mailbox's permissions: explicit full access, unless `more` says otherwise. */
export function grant(User: unknown, more: Row = {}): Row {
  const permission = {
    AccessRights: ["FullAccess"],
    IsInherited: false,
    Deny: false,
    InheritanceType: "All",
    ...more,
  };
  return { User, IsOwner: false, PermissionList: [permission] };
}

/** What Exchange notes at every mailbox. */
export const SELF = grant("NT AUTHORITY\\SELF", { AccessRights: ["FullAccess", "ReadPermission"] });
