import type { Clock, SecretReader } from "../../model/ports.ts";
import type { EntraLogon } from "../../model/source-config/entra.ts";
import { InputError, RemoteError } from "../../model/values/errors.ts";
import { type Http, NetworkTrouble, openHttp } from "../../network/http.ts";
import { readCertificates } from "../ldap/credentials.ts";
import { acquireToken } from "./auth/entra.ts";
import { readProof } from "./auth/proof.ts";
import { type Token, TokenKeeper } from "./auth/token.ts";
import { type Owner, problemOf, ServiceFailure } from "./errors/failure.ts";
import { networkWords } from "./errors/network-errors.ts";

/** The ports of logging on. */
type SessionDependencies = { readonly readSecret: SecretReader; readonly clock: Clock };

/** A service that zivsync has logged on to, with its first token. */
export type Session = {
  readonly http: Http;
  readonly tokens: TokenKeeper;
  readonly token: Token;
  /** The id of the tenant, whatever the configuration names it by. */
  readonly tenantId: string;
};

/**
 * Logs on, reads, and closes the connections. Throws InputError for credentials that cannot be read, and RemoteError for
 * every ServiceFailure that `read` lets through.
 */
export async function withSession<T>(
  config: EntraLogon,
  owner: Owner,
  deps: SessionDependencies,
  read: (session: Session) => Promise<T>,
): Promise<T> {
  const ca = config.ca ? await readCertificates(config.ca, owner.where) : undefined;
  const http = open(config, owner, ca);
  try {
    return await read(await logOn(http, config, owner, deps));
  } catch (error) {
    if (error instanceof ServiceFailure) throw new RemoteError(problemOf(error.words, owner));
    if (!(error instanceof NetworkTrouble)) throw error;
    throw new RemoteError(problemOf(networkWords(error, config.timeoutMs), owner));
  } finally {
    await http.close();
  }
}

function open({ timeoutMs }: EntraLogon, owner: Owner, ca: readonly string[] | undefined): Http {
  try {
    return openHttp({ timeoutMs, ...(ca ? { ca } : {}) });
  } catch {
    // It is not quoted: it may hold a password.
    const message = "The environment names a proxy (HTTPS_PROXY or HTTP_PROXY) that is not an address.";
    const words = { code: "unreachable", message, remedy: "Write http://HOST:PORT." } as const;
    throw new InputError(problemOf(words, owner));
  }
}

async function logOn(
  http: Http,
  config: EntraLogon,
  owner: Owner,
  { readSecret, clock }: SessionDependencies,
): Promise<Session> {
  const proof = await readProof(config.credential, owner, { readSecret, clock, http });
  const tokens = new TokenKeeper(() => acquireToken(config, proof, { http, clock }), clock);
  const token = await tokens.get();
  return { http, tokens, token, tenantId: tenantOf(token, config) };
}

/** Requests name the tenant by its id, and only the token knows it where a domain is configured. */
function tenantOf({ tenantId }: Token, { tenant }: EntraLogon): string {
  const isId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  const fail = (message: string, remedy: string): never => {
    throw new ServiceFailure({ code: "credentials", message, remedy }, "reading");
  };
  if (tenantId === undefined || !isId.test(tenantId)) {
    return isId.test(tenant)
      ? tenant
      : fail(
          "The token of Entra ID does not say which tenant it is for.",
          "Write the id of the tenant as `tenant`.",
        );
  }
  if (isId.test(tenant) && tenant !== tenantId) {
    return fail(
      `The token is for the tenant ${tenantId}, and \`tenant\` says ${tenant}.`,
      "Correct `tenant`, or use an identity of that tenant.",
    );
  }
  return tenantId;
}

/** The application as people know it: by its client id. */
export function applicationOf({ credential }: EntraLogon): string {
  if (credential.type !== "managedIdentity") return credential.clientId;
  return `managed identity${credential.clientId === undefined ? "" : ` ${credential.clientId}`}`;
}
