import type { ErrorCode } from "../../model/values/errors.ts";

/** Milliseconds: until connected, until the answer begins, until the answer has come whole. */
export type Timeouts = { readonly connect: number; readonly response: number; readonly whole: number };
export const DEFAULT_TIMEOUTS: Timeouts = { connect: 10_000, response: 60_000, whole: 300_000 };

/** The reason why a request brought nothing that could be used. */
export type Failure = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
  /** False only when the request certainly never reached the target, or the target certainly did nothing with it. */
  readonly sent: boolean;
  /** Another try may go better. */
  readonly again: boolean;
  /** How long the target asks to wait before it. */
  readonly waitMs?: number;
};

/**
 * The details of a broken connection: its code, the system call, the time-out that ended it, its message. `open`: a TLS connection
 * had come about, so whatever broke it, the request may have arrived.
 */
export type Break = {
  readonly open: boolean;
  readonly code: string;
  readonly message: string;
  readonly syscall?: string;
  readonly timeout?: string;
};

const NETWORK =
  "Check target.url, the network, and the proxy settings (HTTPS_PROXY, NO_PROXY), then run it again.";
const NOT_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "EADDRNOTAVAIL",
]);
const BEFORE_SENDING = new Set(["lookup", "connect", "secureConnect"]);
const TLS_CODE =
  /^(?:CERT_|ERR_TLS_|ERR_SSL_|EPROTO$|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_|PATH_LENGTH_|CRL_|UNSPECIFIED$)/;

/** Sorts a broken connection to `host` into what happened, whether anything was sent, and whether to try again. */
export function failureOf(broken: Break, host: string, timeouts: Timeouts): Failure {
  if (broken.timeout !== undefined) return timedOut(broken.timeout, host, timeouts);
  if (!broken.open && TLS_CODE.test(broken.code)) return tlsFailed(broken.code, host);
  const proxy = /^Bad response: (\d{3})$/.exec(broken.message)?.[1];
  if (proxy !== undefined) return proxyRefused(proxy, host);
  if (broken.code === "ERR_TARGET_TEXT") return unreadable(host);
  if (broken.code === "ERR_TARGET_BOUNDS") return beyondBounds(broken.message, host);
  if (!broken.open && isNotSent(broken)) {
    return {
      code: "target-unreachable",
      message: `${host} could not be reached (${broken.message === "Proxy timeout" ? "the proxy did not answer" : broken.code}). Nothing was sent.`,
      remedy: NETWORK,
      sent: false,
      again: true,
    };
  }
  return {
    code: "target-unreachable",
    message: `The connection to ${host} was cut before the whole answer had come (${broken.code}).`,
    remedy: NETWORK,
    sent: true,
    again: true,
  };
}

function isNotSent({ code, syscall, message }: Break): boolean {
  return NOT_SENT.has(code) || syscall === "connect" || message === "Proxy timeout";
}

function timedOut(event: string, host: string, timeouts: Timeouts): Failure {
  const sent = !BEFORE_SENDING.has(event);
  const milliseconds = !sent ? timeouts.connect : event === "response" ? timeouts.response : timeouts.whole;
  const what = !sent
    ? "could not be reached"
    : event === "response"
      ? "did not answer"
      : "did not give a whole answer";
  return {
    code: "target-timeout",
    message: `${host} ${what} within ${milliseconds / 1000} s.`,
    remedy: NETWORK,
    sent,
    again: true,
  };
}

function tlsFailed(code: string, host: string): Failure {
  return {
    code: "target-tls",
    message: `No trusted TLS connection to ${host} (${code}): its certificate could not be verified, or it does not speak TLS 1.2 or newer. Nothing was sent.`,
    remedy:
      "If your network inspects TLS, name the file with its CA certificate in NODE_EXTRA_CA_CERTS. Verification cannot be switched off.",
    sent: false,
    again: false,
  };
}

function proxyRefused(status: string, host: string): Failure {
  return {
    code: "target-unreachable",
    message: `The proxy refused the connection to ${host}: it answered ${status}. Nothing was sent.`,
    remedy:
      status === "407"
        ? "The proxy wants a user name and a password: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT"
        : `Ask for access to ${host} on port 443, or correct HTTPS_PROXY and NO_PROXY.`,
    sent: false,
    again: status.startsWith("5"),
  };
}

function unreadable(host: string): Failure {
  return {
    code: "target-answer",
    message: `The answer of ${host} is not UTF-8 text, so names in it cannot be read for certain.`,
    remedy: "Run it again. If it stays, something between here and Zivver changes the answers.",
    sent: true,
    again: false,
  };
}

function beyondBounds(what: string, host: string): Failure {
  return {
    code: "target-answer",
    message: `The answer of ${host} ${what}, which no answer of Zivver is, so it was not read to its end.`,
    remedy: "Check that target.url is Zivver's API, and that no proxy answers in its place.",
    sent: true,
    again: false,
  };
}
