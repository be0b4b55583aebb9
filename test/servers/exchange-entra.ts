import { createHash, type KeyObject, verify, X509Certificate } from "node:crypto";

/** What the fake Entra ID knows of the one application, and what it gives it. */
export type FakeEntraOptions = {
  readonly tenantId: string;
  readonly tenantDomain: string;
  readonly clientId: string;
  readonly secret?: string;
  /** PEM. */
  readonly certificate?: string;
  /** A token of another issuer that it trusts. */
  readonly trusted?: string;
  readonly roles?: readonly string[];
  /** Seconds that a token lives, and requests that it is good for. */
  readonly seconds?: number;
  readonly uses?: number;
  /** Whether `tid` is in the token. */
  readonly tid?: string | null;
  /** `aud` of the token, in place of what was asked for. */
  readonly audience?: string;
  /** A refusal shows the secret as the form held it. */
  readonly shows?: boolean;
};

export type Reply = {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
  readonly delayMs?: number;
};

/** Tokens: given for a proof that is checked, taken while they are good. */
export class FakeEntra {
  readonly #options: FakeEntraOptions;
  readonly #now: () => number;
  readonly #tokens = new Map<string, { readonly until: number; left: number }>();
  /** The proofs seen, by kind. */
  readonly proofs: string[] = [];
  /** No token is taken any more, new ones neither. */
  revoked = false;
  /** The machine has no identity any more. */
  silent = false;

  constructor(options: FakeEntraOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  get issued(): number {
    return this.#tokens.size;
  }

  takes(authorization: string | undefined): boolean {
    const token = this.#tokens.get(authorization?.replace(/^Bearer /, "") ?? "");
    if (this.revoked || token === undefined || token.until <= this.#now() || token.left <= 0) return false;
    token.left--;
    return true;
  }

  issue(audience: string): { access_token: string; expires_in: number; token_type: string } {
    const {
      tenantId,
      roles = ["Exchange.ManageAsApp"],
      seconds = 3600,
      uses = Number.POSITIVE_INFINITY,
    } = this.#options;
    const { tid = tenantId, audience: aud = audience } = this.#options;
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
    const claims = { aud, roles, nonce: this.#tokens.size, ...(tid === null ? {} : { tid }) };
    const token = `${encode({ alg: "none" })}.${encode(claims)}.canary-token-${this.#tokens.size}`;
    this.#tokens.set(token, { until: this.#now() + seconds * 1000, left: uses });
    return { access_token: token, expires_in: seconds, token_type: "Bearer" };
  }

  discover(origin: string, tenant: string): Reply {
    const at = `${origin}/${tenant}`;
    return {
      status: 200,
      body: {
        issuer: `${at}/v2.0`,
        authorization_endpoint: `${at}/oauth2/v2.0/authorize`,
        token_endpoint: `${at}/oauth2/v2.0/token`,
        jwks_uri: `${at}/discovery/v2.0/keys`,
      },
    };
  }

  token(origin: string, tenant: string, form: URLSearchParams): Reply {
    const { tenantId, tenantDomain, clientId } = this.#options;
    const refuse = (code: string, description: string): Reply => ({
      status: code === "AADSTS90002" ? 400 : 401,
      body: {
        error: "invalid_client",
        error_description: `${code}: ${description} Trace ID: 1 Correlation ID: 2`,
      },
    });
    if (tenant !== tenantId && tenant !== tenantDomain)
      return refuse("AADSTS90002", `Tenant '${tenant}' not found.`);
    if (form.get("client_id") !== clientId)
      return refuse("AADSTS700016", `Application with identifier '${form.get("client_id")}' was not found.`);
    if (form.get("grant_type") !== "client_credentials" || form.get("scope") !== `${origin}/.default`)
      return refuse("AADSTS500011", "The resource principal was not found.");
    const refused = this.#check(form, `${origin}/${tenant}/oauth2/v2.0/token`);
    // Some gateways before Entra ID show the request that they refuse.
    const sent = new URLSearchParams({ client_secret: form.get("client_secret") ?? "" });
    if (refused) return refuse(refused[0], `${refused[1]}${this.#options.shows ? ` Sent: ${sent}.` : ""}`);
    return { status: 200, body: this.issue(origin) };
  }

  #check(form: URLSearchParams, audience: string): [string, string] | undefined {
    const { secret, certificate, trusted } = this.#options;
    const assertion = form.get("client_assertion");
    if (assertion === null) {
      this.proofs.push("secret");
      if (secret !== undefined && form.get("client_secret") === secret) return undefined;
      return ["AADSTS7000215", "Invalid client secret provided."];
    }
    if (assertion === trusted) {
      this.proofs.push("federated");
      return undefined;
    }
    const header = part(assertion, 0);
    if (header["x5t#S256"] === undefined)
      return ["AADSTS700213", "No matching federated identity record found."];
    this.proofs.push("certificate");
    const known = certificate && new X509Certificate(certificate);
    if (!known || header["x5t#S256"] !== createHash("sha256").update(known.raw).digest("base64url"))
      return ["AADSTS700027", "The certificate with this identifier is not registered."];
    const claims = part(assertion, 1);
    const good =
      isSigned(assertion, known.publicKey) && claims.aud === audience && claims.iss === form.get("client_id");
    return good ? undefined : ["AADSTS700027", "Client assertion failed signature validation."];
  }
}

function part(token: string, nth: number): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(token.split(".")[nth] ?? "", "base64url").toString());
  } catch {
    return {};
  }
}

/** PS256, as RFC 7518 has it. */
function isSigned(token: string, key: KeyObject): boolean {
  const [header, claims, signature = ""] = token.split(".");
  const options = { key, padding: 6, saltLength: 32 };
  return verify("sha256", Buffer.from(`${header}.${claims}`), options, Buffer.from(signature, "base64url"));
}
