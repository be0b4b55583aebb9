import type { Clock, SecretReader } from "../../../model/ports.ts";
import type { EntraCredential, EntraLogon } from "../../../model/source-config/entra.ts";
import type { NamedFile } from "../../../model/source-config/named-file.ts";
import { InputError } from "../../../model/values/errors.ts";
import { asObject, parseJson } from "../../../model/values/json.ts";
import { Secret } from "../../../model/values/secret.ts";
import { redactorOf } from "../../../model/values/secret-forms.ts";
import type { Http } from "../../../network/http.ts";
import { quoted } from "../../records/findings.ts";
import { type Owner, problemOf, ServiceFailure, type Words } from "../errors/failure.ts";
import { type ClientCertificate, readClientCertificate } from "./certificate.ts";

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

const URL_VARIABLE = "ACTIONS_ID_TOKEN_REQUEST_URL";
const TOKEN_VARIABLE = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";

type GithubDependencies = { readonly readSecret: SecretReader; readonly http: Http };

/** The OIDC token that GitHub issues to a job for this audience. Throws InputError outside of such a job, ServiceFailure, NetworkTrouble. */
async function fetchGithubToken(
  audience: string,
  owner: Owner,
  { readSecret, http }: GithubDependencies,
): Promise<Secret> {
  const [address, token] = await Promise.all([
    readVariable(URL_VARIABLE, owner, readSecret),
    readVariable(TOKEN_VARIABLE, owner, readSecret),
  ]);
  const url = URL.canParse(address.reveal()) ? new URL(address.reveal()) : undefined;
  if (url?.protocol !== "https:")
    throw refused(`${URL_VARIABLE} holds no address that begins with https://.`);
  url.searchParams.set("audience", audience);
  const answer = await http.send({
    method: "GET",
    url: url.href,
    headers: { authorization: `bearer ${token.reveal()}`, accept: "application/json" },
  });
  const value = asObject(parseJson(answer.text))?.value;
  if (answer.status !== 200 || typeof value !== "string" || value === "") {
    const said = quoted(redactorOf([token])(answer.text));
    throw refused(
      `GitHub gave no OIDC token: it answered ${answer.status}${answer.status === 200 ? "" : ` with ${said}`}.`,
    );
  }
  return new Secret(value);
}

async function readVariable(name: string, owner: Owner, readSecret: SecretReader): Promise<Secret> {
  try {
    return await readSecret({ env: name }, owner.where);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const words: Words = {
      code: "credentials",
      message: `${name} is not set, so this is not a GitHub workflow that may have an OIDC token, and \`auth\` wants one.`,
      remedy:
        "Add `permissions: { id-token: write, contents: read }` to the job, or prove the application otherwise.",
    };
    throw new InputError(problemOf(words, owner));
  }
}

function refused(message: string): ServiceFailure {
  const remedy = "Look at the permissions of the job, and at GitHub's status, then run it again.";
  return new ServiceFailure({ code: "credentials", message, remedy }, "reading");
}
