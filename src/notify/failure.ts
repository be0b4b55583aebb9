import type { Channel } from "../model/run/channel.ts";
import type { ErrorCode, Problem } from "../model/values/errors.ts";
import { RemoteError } from "../model/values/errors.ts";

/** The reason why a notification was not delivered. The message holds neither the address of a web service nor a secret. */
export class DeliveryFailure extends RemoteError {
  /** Whether another try can go better. */
  readonly retry: boolean;
  /** How long the receiver asks to wait, in milliseconds. */
  readonly waitMs: number | undefined;
  constructor(problem: Problem, options: { readonly retry: boolean; readonly waitMs?: number | undefined }) {
    super(problem);
    this.retry = options.retry;
    this.waitMs = options.waitMs;
  }
}

type Words = { readonly code: ErrorCode; readonly message: string; readonly remedy: string };
type Options = { readonly retry: boolean; readonly waitMs?: number | undefined };

/** A failure of one channel, at its place in the configuration. */
export function failure({ where }: Channel, words: Words, options: Options): DeliveryFailure {
  return new DeliveryFailure({ ...words, where }, options);
}

/** Mail goes directly; what goes over HTTP may go through a proxy. */
const NETWORK = {
  "the mail server":
    "Check `smtp.host` and `smtp.port`, and that this machine may reach them: mail goes directly, through no proxy.",
  "the receiver":
    "Check that this machine may reach it, directly or through the proxy that HTTPS_PROXY names.",
} as const;
const TLS_CODE =
  /CERT|^ERR_TLS_|^ERR_SSL_|^ERR_OSSL_|^EPROTO$|^UNABLE_TO_|^DEPTH_ZERO_|^SELF_SIGNED_|^HOSTNAME_MISMATCH|^INVALID_|^PATH_LENGTH_|^UNSPECIFIED$|^ETLS$/;

/** The failure on the way, by a code of Node. */
export function networkFailure(channel: Channel, whom: keyof typeof NETWORK, code: string): DeliveryFailure {
  const remedy = NETWORK[whom];
  if (code === "timeout" || /TIMEOUT|^ETIMEDOUT$/.test(code)) {
    const message = `${capital(whom)} of \`${channel.name}\` did not answer in time.`;
    return failure(channel, { code: "notify-timeout", message, remedy }, { retry: true });
  }
  if (TLS_CODE.test(code)) {
    const message = `No trusted TLS connection to ${whom} of \`${channel.name}\` (${code}), so nothing was sent.`;
    const advice =
      "Name the file with the certificates (PEM) of the authority that signed its certificate in `caFile`. Verification cannot be switched off.";
    return failure(channel, { code: "notify-tls", message, remedy: advice }, { retry: false });
  }
  const message = `${capital(whom)} of \`${channel.name}\` could not be reached, or hung up (${code}).`;
  return failure(channel, { code: "notify-unreachable", message, remedy }, { retry: true });
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
