import type { Clock, SecretReader } from "../../../model/ports.ts";
import type { EntraCredential, EntraLogon } from "../../../model/source-config/entra.ts";
import type { NamedFile } from "../../../model/source-config/named-file.ts";
import { InputError } from "../../../model/values/errors.ts";
import type { Secret } from "../../../model/values/secret.ts";
import type { Http } from "../../../network/http.ts";
import { type Owner, ServiceFailure } from "../errors/failure.ts";
import { type ClientCertificate, readClientCertificate } from "./certificate.ts";
import { fetchGithubToken } from "./github-token.ts";

/** The proof of our identity. An assertion is fetched again for each token, as it lives for minutes only. */
export type Proof =
  | { readonly type: "certificate"; readonly clientId: string; readonly certificate: ClientCertificate }
  | { readonly type: "secret"; readonly clientId: string; readonly secret: Secret }
  | { readonly type: "assertion"; readonly clientId: string; readonly fetch: () => Promise<Secret> }
  | { readonly type: "managedIdentity"; readonly clientId?: string };

type ProofDependencies = {
  readonly readSecret: SecretReader;
  readonly clock: Pick<Clock, "now">;
  readonly http: Http;
};

/** Reads what the credential names, and checks it as far as that goes offline. Throws InputError. */
export async function readProof(
  credential: EntraLogon["credential"],
  owner: Owner,
  deps: ProofDependencies,
): Promise<Proof> {
  const { where } = owner;
  switch (credential.type) {
    case "managedIdentity":
      return credential;
    case "secret":
      return {
        type: "secret",
        clientId: credential.clientId,
        secret: await deps.readSecret(credential.secret, where),
      };
    case "certificate":
      return certificateProof(credential, owner, deps);
    case "tokenFile": {
      const { file, clientId } = credential;
      const first = await readTokenFile(file, where, deps.readSecret);
      // Read again for the next token: it is renewed there.
      const fetch = once(first, () => readTokenFile(file, where, deps.readSecret));
      return { type: "assertion", clientId, fetch };
    }
    case "github": {
      const { clientId, audience } = credential;
      return { type: "assertion", clientId, fetch: () => fetchGithubToken(audience, owner, deps) };
    }
  }
}

async function certificateProof(
  credential: EntraCredential & { readonly type: "certificate" },
  owner: Owner,
  { readSecret, clock }: ProofDependencies,
): Promise<Proof> {
  const passphrase = credential.passphrase ? await readSecret(credential.passphrase, owner.where) : undefined;
  const certificate = await readClientCertificate(credential.certificate, passphrase, owner, clock.now());
  return { type: "certificate", clientId: credential.clientId, certificate };
}

async function readTokenFile(file: NamedFile, where: string, readSecret: SecretReader): Promise<Secret> {
  try {
    return await readSecret({ file: file.path }, where);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(
      error.problems.map((problem) => ({
        ...problem,
        message: problem.message.replaceAll(file.path, () => file.shownAs),
      })),
    );
  }
}

function once(first: Secret, next: () => Promise<Secret>): () => Promise<Secret> {
  let kept: Secret | undefined = first;
  return async () => {
    const now = kept;
    kept = undefined;
    if (now !== undefined) return now;
    try {
      return await next();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const message = error.problems.map((problem) => problem.message).join(" ");
      const remedy = "Look at what renews the file.";
      throw new ServiceFailure({ code: "credentials", message, remedy }, "reading");
    }
  };
}
