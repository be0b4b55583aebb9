import type { SecretRef } from "../values/secret.ts";
import type { NamedFile } from "./named-file.ts";

/** How zivsync proves to Entra ID which application it is. */
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
