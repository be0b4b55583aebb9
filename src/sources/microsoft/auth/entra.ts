import {
  type AuthenticationResult,
  ConfidentialClientApplication,
  type INetworkModule,
  ManagedIdentityApplication,
} from "@azure/msal-node";
import type { Clock } from "../../../model/ports.ts";
import type { EntraLogon } from "../../../model/source-config/entra.ts";
import { parseJson } from "../../../model/values/json.ts";
import { Secret } from "../../../model/values/secret.ts";
import { type Http, type HttpAnswer, NetworkTrouble } from "../../../network/http.ts";
import { ServiceFailure } from "../errors/failure.ts";
import { isTls, networkWords } from "../errors/network-errors.ts";
import { entraWords, identityWords } from "./entra-errors.ts";
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
  const { answer, trouble } = watch;
  const clean = (text: string) =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret.reveal(), "…"), text);
  if (proof.type === "managedIdentity") {
    return new ServiceFailure(identityWords(answer, proof.clientId), "reading");
  }
  if (trouble) return new ServiceFailure(networkWords(trouble, timeoutMs), "reading");
  if (answer) return new ServiceFailure(entraWords(answer, clean), "reading");
  return new ServiceFailure(
    {
      code: "credentials",
      message: "No request for a token could be made from what `auth` names.",
      remedy: "Check `tenant`, `authority` and `auth`.",
    },
    "reading",
  );
}
