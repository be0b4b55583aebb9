import type { NetworkTrouble } from "../../../network/http.ts";
import { quoted } from "../../records/findings.ts";
import type { Words } from "./failure.ts";

const TLS_CODE =
  /^(?:CERT_|CRL_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO$|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_|PATH_LENGTH_|UNSPECIFIED$)/;
const NETWORK = "Check the network and the proxy settings (HTTPS_PROXY, NO_PROXY), then run zivsync again.";
const CA =
  "If your network inspects TLS, name the file with its CA certificate (PEM) in `caFile`. Verification cannot be switched off.";

/** True when another try cannot go better. */
export function isTls({ code }: NetworkTrouble): boolean {
  return TLS_CODE.test(code);
}

/** The failure on the way to a host, in words. */
export function networkWords(trouble: NetworkTrouble, timeoutMs: number): Words {
  const { host, code, message } = trouble;
  if (isTls(trouble)) return tlsWords(trouble);
  if (code === "timeout" || /_TIMEOUT$/.test(code)) {
    return {
      code: "timeout",
      message: `${host} gave no whole answer within ${timeoutMs / 1000} s.`,
      remedy: "Run zivsync again, or allow more time with `timeout`.",
    };
  }
  if (code === "not-text") {
    return {
      code: "answer",
      message: `The answer of ${host} is not UTF-8 text, so names in it cannot be read for certain.`,
      remedy: "Run zivsync again. If it stays, something between here and Microsoft changes the answers.",
    };
  }
  if (code === "too-large") {
    return {
      code: "answer",
      message: `The answer of ${host} is larger than any answer of Microsoft, so it was not read to its end.`,
      remedy: "Run zivsync again. If it stays, something between here and Microsoft changes the answers.",
    };
  }
  const proxy = /Proxy response \((\d{3})\)/.exec(message)?.[1];
  if (proxy !== undefined) {
    return {
      code: "unreachable",
      message: `The proxy refused the connection to ${host}: it answered ${proxy}.`,
      remedy:
        proxy === "407"
          ? "The proxy wants a user name and a password: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT"
          : `Ask for access to ${host} on port 443, or correct HTTPS_PROXY and NO_PROXY.`,
    };
  }
  const reason =
    code === "ENOTFOUND" || code === "EAI_AGAIN"
      ? `${host} has no address (${code}).`
      : `${host} could not be reached, or hung up before a whole answer had come (${code}).`;
  return { code: "unreachable", message: reason, remedy: NETWORK };
}

function tlsWords({ host, code, message, names }: NetworkTrouble): Words {
  const reason =
    code === "ERR_TLS_CERT_ALTNAME_INVALID"
      ? `its certificate is for ${names ? quoted(names) : "no name at all"}, and not for this host`
      : code === "CERT_HAS_EXPIRED"
        ? "its certificate has expired"
        : code === "UNSPECIFIED"
          ? `its certificate breaks a rule, ${quoted(message)}`
          : "its certificate comes from an authority that is not trusted here, or it speaks no TLS 1.2 or newer";
  return {
    code: "tls",
    message: `No trusted TLS connection to ${host}: ${reason} (${code}). No token was sent.`,
    remedy: CA,
  };
}
