import type { RecordField } from "../account/account.ts";
import type { SecretRef } from "../values/secret.ts";
import type { RecordFilter } from "./filter.ts";
import type { NamedFile } from "./named-file.ts";

/** The way the bytes of an attribute become text; `guid` takes the mixed-endian bytes of Active Directory. */
export type AttributeEncoding = "text" | "guid" | "base64" | "hex";
export type MappedAttribute = { readonly attribute: string; readonly encoding: AttributeEncoding };
export type AttributeMap = Readonly<Partial<Record<RecordField, MappedAttribute>>>;

export type SearchScope = "subtree" | "oneLevel" | "base";

/** The entries of a directory that are the accounts of one kind. */
export type DirectoryTable = {
  /** Without one, the naming contexts that the directory names itself. */
  readonly baseDns: readonly string[];
  readonly scope: SearchScope;
  /** RFC 4515; entries must match it beside the type's own filter. */
  readonly filter?: string;
  /** DNs or addresses of groups; entries must be in one of them, at any depth. Without one, all are taken. */
  readonly memberOf: readonly string[];
  /** Conditions beside these two. */
  readonly conditions?: RecordFilter;
  readonly map: AttributeMap;
};

/** Disabled users that stand for shared mailboxes; `filter` narrows them, `map` adds to that of the table. */
export type DisabledUsersTable = {
  readonly filter?: string;
  readonly conditions?: RecordFilter;
  readonly map: AttributeMap;
};

/** The way zivsync proves to a directory who it is. */
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
