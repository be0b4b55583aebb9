import {
  type AuthenticationResult,
  ConfidentialClientApplication,
  type INetworkModule,
  ManagedIdentityApplication,
} from "@azure/msal-node";
import type { Clock } from "../../../model/ports.ts";
import type { EntraLogon } from "../../../model/source-config/entra.ts";
import { asObject, asText, parseJson } from "../../../model/values/json.ts";
import { Secret } from "../../../model/values/secret.ts";
import { redactorOf } from "../../../model/values/secret-forms.ts";
import { type Http, type HttpAnswer, NetworkTrouble } from "../../../network/http.ts";
import { quoted } from "../../records/findings.ts";
import { ServiceFailure, type Words } from "../errors/failure.ts";
import { isTls, networkWords } from "../errors/network-errors.ts";
import type { Proof } from "./proof.ts";
import { readToken, type Token } from "./token.ts";

type EntraConfig = Omit<EntraLogon, "credential" | "ca">;
type EntraDependencies = { readonly http: Http; readonly clock: Clock };

export const TRIES = 4;
const FIRST_PAUSE_MS = 1_000;

/** The last exchange of an attempt: msal's own errors say less, and nobody knows what they hold. */
type Watch = { answer?: HttpAnswer; trouble?: NetworkTrouble };

/** One way to the network: how it sends, and where it notes what came. */
type Line = { send: Http["send"]; watch: Watch };

/**
 * msal keeps the first network module that it was given for managed identities, for all that follow in the process: so
 * there is one, and what stands behind it changes. Sources are read one after the other.
 */
const identityLine: Line = { send: () => Promise.reject(new Error("no reading")), watch: {} };

/** Gets one new token; repeats what may work a moment later. Throws ServiceFailure, and InputError for what a file or variable lacks. */
export async function acquireToken(
  config: EntraConfig,
  proof: Proof,
  { http, clock }: EntraDependencies,
): Promise<Token> {
  for (let tried = 1; ; tried++) {
    const outcome = await attempt(config, proof, http);
    if ("result" in outcome) {
      const { accessToken, expiresOn } = outcome.result;
      return readToken(new Secret(accessToken), expiresOn?.getTime(), clock.now());
    }
    const { answer, trouble } = outcome.watch;
    const again = trouble ? !isTls(trouble) : answer?.status === 429 || (answer?.status ?? 0) >= 500;
    if (!again || tried >= TRIES) throw failureOf(outcome, proof, config.timeoutMs);
    await clock.sleep(FIRST_PAUSE_MS * 2 ** (tried - 1));
  }
}

type Failed = { readonly watch: Watch; readonly secrets: readonly Secret[] };

async function attempt(
  config: EntraConfig,
  proof: Proof,
  http: Http,
): Promise<{ readonly result: AuthenticationResult } | Failed> {
  const watch: Watch = {};
  const secrets: Secret[] = [];
  if (proof.type === "managedIdentity") Object.assign(identityLine, { send: http.sendDirectly, watch });
  const system = {
    networkClient: networkModule(
      proof.type === "managedIdentity" ? identityLine : { send: http.send, watch },
    ),
    loggerOptions: { loggerCallback: () => {}, piiLoggingEnabled: false },
    disableInternalRetries: true,
  };
  if (proof.type === "secret") secrets.push(proof.secret);
  try {
    if (proof.type === "assertion") secrets.push(await proof.fetch());
    const result =
      proof.type === "managedIdentity"
        ? await new ManagedIdentityApplication({
            ...(proof.clientId === undefined
              ? {}
              : { managedIdentityIdParams: { userAssignedClientId: proof.clientId } }),
            system,
          }).acquireToken({ resource: config.baseUrl, forceRefresh: true })
        : await new ConfidentialClientApplication({
            auth: {
              clientId: proof.clientId,
              authority: `${config.authority}/${config.tenant}`,
              // Spares the question to the public cloud whether it knows this host, and to the host where its tokens are.
              knownAuthorities: [new URL(config.authority).host],
              authorityMetadata: endpointsOf(config),
              ...clientProof(proof, secrets[0]),
            },
            system,
          }).acquireTokenByClientCredential({ scopes: [`${config.baseUrl}/.default`], skipCache: true });
    return result !== null && isToken(result.accessToken) ? { result } : { watch, secrets };
  } catch (error) {
    if (error instanceof NetworkTrouble) return { watch: { trouble: error }, secrets };
    if (error instanceof ServiceFailure || (error instanceof Error && error.name === "InputError"))
      throw error;
    return { watch, secrets };
  }
}

/** Visible ASCII, as a header takes it; msal gives an empty text, or none, for an answer without a token. */
function isToken(text: unknown): boolean {
  return typeof text === "string" && /^[!-~]+$/.test(text);
}

/** Where Entra ID gives tokens of a tenant, alike in all clouds. */
function endpointsOf({ authority, tenant }: EntraConfig): string {
  const of = `${authority}/${tenant}`;
  return JSON.stringify({
    authorization_endpoint: `${of}/oauth2/v2.0/authorize`,
    token_endpoint: `${of}/oauth2/v2.0/token`,
    issuer: `${of}/v2.0`,
    jwks_uri: `${of}/discovery/v2.0/keys`,
  });
}

function clientProof(proof: Exclude<Proof, { type: "managedIdentity" }>, secret: Secret | undefined) {
  if (proof.type === "certificate") {
    const { privateKey, thumbprint, pem } = proof.certificate;
    return { clientCertificate: { privateKey: privateKey.reveal(), thumbprintSha256: thumbprint, x5c: pem } };
  }
  const value = secret?.reveal() ?? "";
  return proof.type === "secret" ? { clientSecret: value } : { clientAssertion: value };
}

function networkModule(line: Line): INetworkModule {
  const exchange = async <T>(
    method: "GET" | "POST",
    url: string,
    options: { readonly headers?: Record<string, string>; readonly body?: string } = {},
  ) => {
    const { send, watch } = line;
    delete watch.answer;
    delete watch.trouble;
    try {
      const { headers = {}, body } = options;
      const answer = await send({ method, url, headers, ...(body === undefined ? {} : { body }) });
      watch.answer = answer;
      return {
        status: answer.status,
        headers: { ...answer.headers },
        body: (parseJson(answer.text) ?? {}) as T,
      };
    } catch (error) {
      if (error instanceof NetworkTrouble) watch.trouble = error;
      throw error;
    }
  };
  return {
    sendGetRequestAsync: (url, options) => exchange("GET", url, options),
    sendPostRequestAsync: (url, options) => exchange("POST", url, options),
  };
}

function failureOf({ watch, secrets }: Failed, proof: Proof, timeoutMs: number): ServiceFailure {
  const { trouble } = watch;
  const answer = watch.answer && { ...watch.answer, text: redactorOf(secrets)(watch.answer.text) };
  if (proof.type === "managedIdentity") {
    return new ServiceFailure(identityWords(answer, proof.clientId), "reading");
  }
  if (trouble) return new ServiceFailure(networkWords(trouble, timeoutMs), "reading");
  if (answer) return new ServiceFailure(entraWords(answer), "reading");
  return new ServiceFailure(
    {
      code: "credentials",
      message: "No request for a token could be made from what `auth` names.",
      remedy: "Check `tenant`, `authority` and `auth`.",
    },
    "reading",
  );
}

type Known = { readonly message: string; readonly remedy: string };

/** The meaning of Entra ID's codes here (learn.microsoft.com, "Microsoft Entra authentication and authorization error codes"). */
const KNOWN: Readonly<Record<string, Known>> = {
  AADSTS7000215: {
    message: "The client secret is wrong",
    remedy: "Put the value of the secret there, not its id; a secret shows its value only when it is made.",
  },
  AADSTS7000222: {
    message: "The client secret has expired",
    remedy: "Make a new secret for the application, and put its value there.",
  },
  AADSTS700016: {
    message: "The tenant knows no application with this client id",
    remedy: "Check `clientId` and `tenant`, and that the application has been added to this tenant.",
  },
  AADSTS700027: {
    message: "The application does not know this certificate, or the proof made with it is not valid",
    remedy:
      "Add the certificate (its public part) to the application in Entra ID, and check the clock of this machine.",
  },
  AADSTS700024: {
    message: "The proof is not valid at this time",
    remedy: "Check the clock of this machine; a token in a file may have to be renewed.",
  },
  AADSTS90002: {
    message: "There is no such tenant",
    remedy: "Check `tenant`, and `authority` where the tenant is in a cloud of its own.",
  },
  AADSTS900023: {
    message: "The tenant is neither an id nor a domain that is known",
    remedy: "Check `tenant`.",
  },
  AADSTS700211: {
    message: "The application trusts no token of this issuer",
    remedy: "Add a federated credential with this issuer to the application.",
  },
  AADSTS700212: {
    message: "The application expects another audience in the token",
    remedy:
      "Give the federated credential the audience of the token; for GitHub it can be set with `github`.",
  },
  AADSTS700213: {
    message: "The application trusts no token with this subject",
    remedy:
      "Add a federated credential whose subject is that of this workflow (repository, branch or environment) or service account.",
  },
  AADSTS70021: {
    message: "The application trusts no token with this issuer, subject and audience",
    remedy: "Add a federated credential that fits the token to the application.",
  },
  AADSTS7000112: {
    message: "The application is switched off in this tenant",
    remedy: "Let an administrator of the tenant enable it.",
  },
  AADSTS500011: {
    message: "The tenant knows no service at `baseUrl`",
    remedy: "Check `baseUrl`: every cloud has another.",
  },
  AADSTS53003: {
    message: "A rule of conditional access blocks the application",
    remedy: "Ask an administrator of the tenant which rule for workload identities it is.",
  },
};

/** The reason why Entra ID gave no token, from an answer without secrets. */
function entraWords(answer: HttpAnswer): Words {
  const body = asObject(parseJson(answer.text));
  const nested = asObject(body?.error);
  const description =
    asText(body?.error_description) ??
    asText(nested?.message) ??
    asText(body?.message) ??
    asText(body?.error);
  // A token that cannot be used is a secret all the same.
  const text =
    body?.access_token === undefined ? answer.text : JSON.stringify({ ...body, access_token: "…" });
  const said = quoted((description ?? text).split(/\r?\n| Trace ID:/)[0] ?? "");
  const code = /\bAADSTS\d+/.exec(description ?? "")?.[0] ?? "";
  const known = KNOWN[code];
  if (known) {
    const message = `Entra ID gave no token: ${known.message} (${code}). It said ${said}.`;
    return { code: "credentials", message, remedy: known.remedy };
  }
  const unavailable = answer.status === 429 || answer.status >= 500;
  return {
    code: unavailable ? "unavailable" : "credentials",
    message: `Entra ID gave no token: it answered ${answer.status} with ${said}.`,
    remedy: unavailable
      ? "Run zivsync again later."
      : "Check `tenant`, `authority` and `auth`. The code that begins with AADSTS is explained at https://login.microsoftonline.com/error.",
  };
}

/** The reason why the machine has no token of a managed identity. */
function identityWords(answer: HttpAnswer | undefined, clientId: string | undefined): Words {
  const body = asObject(parseJson(answer?.text ?? ""));
  const said = asText(body?.error_description) ?? asText(body?.message) ?? answer?.text ?? "";
  const what = answer === undefined ? "" : ` It answered ${answer.status} with ${quoted(said)}.`;
  return {
    code: "credentials",
    message: `The identity endpoint of this machine gave no token${clientId === undefined ? "" : ` for ${clientId}`}.${what}`,
    remedy: "Run zivsync on a machine of Azure with a managed identity, or prove the application otherwise.",
  };
}
