import type { Clock } from "../../../model/ports.ts";
import { asObject, asText, parseJson } from "../../../model/values/json.ts";
import type { Secret } from "../../../model/values/secret.ts";

/** An access token, and what it says of itself. */
export type Token = {
  readonly value: Secret;
  /** `tid`: the tenant that it is for. */
  readonly tenantId: string | undefined;
  /** `aud`: the service that it is for. */
  readonly audience: string | undefined;
  /** Application permissions that an administrator has consented to. */
  readonly roles: readonly string[];
  /** Milliseconds since 1970. */
  readonly renewAt: number;
};

const LONGEST_LEAD_MS = 5 * 60_000;

/** Reads the claims of a token (RFC 7519). Nothing is verified: the token comes from its issuer over TLS. */
export function readToken(value: Secret, expiresAt: number | undefined, now: number): Token {
  const payload = value.reveal().split(".")[1] ?? "";
  const claims = asObject(parseJson(Buffer.from(payload, "base64url").toString("utf8")));
  const roles = Array.isArray(claims?.roles) ? claims.roles.filter((one) => typeof one === "string") : [];
  const lifetime = Math.max(0, (expiresAt ?? Number.POSITIVE_INFINITY) - now);
  return {
    value,
    tenantId: asText(claims?.tid)?.toLowerCase(),
    audience: asText(claims?.aud),
    roles,
    renewAt: now + lifetime - Math.min(LONGEST_LEAD_MS, lifetime / 2),
  };
}

/** Keeps the present token, and lets one renewal serve all that wait for it. */
export class TokenKeeper {
  readonly #acquire: () => Promise<Token>;
  readonly #clock: Pick<Clock, "now">;
  #present: Promise<Token> | undefined;
  /** The token that `#present` is. */
  #known: Token | undefined;

  constructor(acquire: () => Promise<Token>, clock: Pick<Clock, "now">) {
    this.#acquire = acquire;
    this.#clock = clock;
  }

  /** The present token; the first call gets one, and so does one shortly before it ends. */
  get(): Promise<Token> {
    const known = this.#known;
    return known !== undefined && this.#clock.now() >= known.renewAt ? this.renew(known) : this.#start();
  }

  /** Another token than `refused`, which the service did not take. */
  renew(refused: Token): Promise<Token> {
    if (this.#known === refused) {
      this.#known = undefined;
      this.#present = undefined;
    }
    return this.#start();
  }

  #start(): Promise<Token> {
    this.#present ??= this.#acquire().then((token) => {
      this.#known = token;
      return token;
    });
    return this.#present;
  }
}
