import type { RecordField } from "../account/account.ts";
import type { Kind } from "../account/kind.ts";
import type { SecretRef } from "../values/secret.ts";
import type { KindFilters, MemberCondition } from "./filter.ts";
import type { NamedFile } from "./named-file.ts";

/** The way zivsync proves to Entra ID which application it is. */
export type EntraCredential = { readonly clientId: string } & (
  | { readonly type: "certificate"; readonly certificate: NamedFile; readonly passphrase?: SecretRef }
  | { readonly type: "secret"; readonly secret: SecretRef }
  /** A token of another issuer in a file that is renewed there (Kubernetes). */
  | { readonly type: "tokenFile"; readonly file: NamedFile }
  /** GitHub's own OIDC issuer, within a workflow with `id-token: write`. */
  | { readonly type: "github"; readonly audience: string }
);

/** A service of Microsoft, and how zivsync logs on to it. */
export type EntraLogon = {
  /** Id or a domain of the tenant. */
  readonly tenant: string;
  /** `managedIdentity`: of the machine; `clientId` names a user-assigned one. */
  readonly credential: EntraCredential | { readonly type: "managedIdentity"; readonly clientId?: string };
  /** Where the service answers; the audience of tokens, too: `https://graph.microsoft.com`. */
  readonly baseUrl: string;
  /** `https://login.microsoftonline.com`. */
  readonly authority: string;
  /** Certificates (PEM) that are trusted instead of those that Node brings along. */
  readonly ca?: NamedFile;
  /** Milliseconds until an answer is given up. */
  readonly timeoutMs: number;
};

/** A property of users; `guid`: the base64 of 16 bytes, written as Windows writes a GUID. */
export type MappedProperty = { readonly property: string; readonly encoding: "text" | "guid" };
export type UserType = "Member" | "Guest";

export type EntraIdConfig = EntraLogon & {
  readonly type: "entra-id";
  readonly name: string;
  /** The place of the source in its profile: `profiles/staff.yaml:12:5`. */
  readonly where: string;
  /** Requests under way at once. */
  readonly concurrency: number;
  /** The things to read. */
  readonly kinds: readonly Kind[];
  /** Of users; groups have their fields from fixed properties. */
  readonly map: Readonly<Partial<Record<RecordField, MappedProperty>>>;
  /** The users that are personal accounts; all that is named must be so. Absent: members of the organisation, no guests. */
  readonly userTypes?: readonly UserType[];
  /** In any of these groups, at any depth: object ids or addresses. */
  readonly memberOf?: MemberCondition;
  /** Assigned to an application: they themselves, or as direct members of a group that is. */
  readonly assignedTo?: { readonly appId: string; readonly where: string };
  /** With a plan of this service. */
  readonly licensed?: { readonly service: "exchange"; readonly where: string };
  readonly filters?: KindFilters;
};
