import { isIP } from "node:net";
import type { ErrorCode } from "../../../model/values/errors.ts";
import { quoted } from "../../records/findings.ts";
import type { LdapResult } from "../protocol/answers.ts";
import { MalformedAnswer } from "../protocol/ber.ts";
import { LdapFailure } from "../protocol/types.ts";

/** The words for Node's errors of a connection that was not made or broke. */
export type Trouble = { readonly code: string; readonly message: string; readonly names?: string };

const CHECK_NETWORK =
  "Check urls, the network and the firewall between here and the directory, then run zivsync again.";
const NAME_CA =
  "Name the file with the certificates (PEM) of the authority that signed it in caFile. Verification cannot be switched off.";
const RENEW = "Renew the certificate of the directory, and check the clock of this machine.";

const UNTRUSTED = new Set([
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_UNTRUSTED",
  "CERT_SIGNATURE_FAILURE",
  "CERT_CHAIN_TOO_LONG",
]);
/** UNSPECIFIED is all that Node says of most errors in certificates: old signatures, short keys, names that their authority may not give. */
const TLS_CODE =
  /^(?:CERT_|CRL_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO$|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_|PATH_LENGTH_|UNSPECIFIED$)/;

/** The trouble in an error of Node's sockets, DNS or TLS. */
export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof Error)) return { code: "unknown", message: String(error) };
  const { code, cert } = error as Error & { code?: unknown; cert?: { subjectaltname?: unknown } };
  const names = cert?.subjectaltname;
  return {
    code: typeof code === "string" ? code : error.name,
    message: error.message,
    ...(typeof names === "string" ? { names } : {}),
  };
}

/** The reason why no connection stands. Only what says that nobody answers has the code `directory-unreachable`. */
export function connectFailure(place: Place, trouble: Trouble): LdapFailure {
  return failureAt(
    place,
    TLS_CODE.test(trouble.code) ? tlsWords(place, trouble) : networkWords(place, trouble),
  );
}

/** A connection that stood, and is gone. */
export function lostFailure(place: Place, trouble?: Trouble): LdapFailure {
  if (trouble && TLS_CODE.test(trouble.code)) return connectFailure(place, trouble);
  const reason = trouble === undefined ? "the directory closed it" : trouble.code;
  return failureAt(place, {
    code: "directory-unreachable",
    message: `The connection to ${place.url} was lost before the whole answer had come (${reason}).`,
    remedy:
      "Run zivsync again. If it stays, look into the log of the directory and at the firewall in between.",
  });
}

export function connectTimedOut(place: Place, milliseconds: number): LdapFailure {
  return failureAt(place, {
    code: "directory-unreachable",
    message: `No connection to ${place.url} stood within ${milliseconds / 1000} s.`,
    remedy: CHECK_NETWORK,
  });
}

export function answerTimedOut(place: Place, milliseconds: number): LdapFailure {
  return failureAt(place, {
    code: "directory-timeout",
    message: `${place.url} sent no part of an answer for ${milliseconds / 1000} s, though one was due.`,
    remedy: "Allow more time with timeouts.answer, or make the searches of this source smaller.",
  });
}

export function answerUnending(place: Place, milliseconds: number): LdapFailure {
  return failureAt(place, {
    code: "directory-timeout",
    message: `${place.url} did not end its answer to one request within ${milliseconds / 1000} s.`,
    remedy: "Allow more time with timeouts.answer, or let zivsync ask for smaller pages with pageSize.",
  });
}

function networkWords(place: Place, { code }: Trouble): Words {
  const message =
    code === "ENOTFOUND" || code === "EAI_AGAIN"
      ? `The host of ${place.url} has no address (${code}).`
      : code === "ECONNREFUSED"
        ? `${place.url} refused the connection (${code}): no directory listens there.`
        : code === "ECONNRESET"
          ? `${place.url} hung up before a connection stood (${code}), as a directory without a certificate does where TLS is expected.`
          : `${place.url} could not be reached (${code}).`;
  return { code: "directory-unreachable", message, remedy: CHECK_NETWORK };
}

function tlsWords(place: Place, trouble: Trouble): Words {
  const { reason, remedy } = tlsReason(trouble);
  return {
    code: "directory-tls",
    message: `No trusted TLS connection to ${place.url}: ${reason} (${trouble.code}).`,
    remedy,
  };
}

function tlsReason({ code, message, names }: Trouble): { reason: string; remedy: string } {
  if (UNTRUSTED.has(code)) {
    return { reason: "its certificate comes from an authority that is not trusted here", remedy: NAME_CA };
  }
  if (code === "CERT_HAS_EXPIRED") return { reason: "its certificate has expired", remedy: RENEW };
  if (code === "CERT_NOT_YET_VALID") return { reason: "its certificate is not valid yet", remedy: RENEW };
  if (code === "UNSPECIFIED") {
    return {
      reason: `its certificate breaks a rule, ${quoted(message)}`,
      remedy:
        "Give the directory a certificate that is signed with SHA-256, has an RSA key of 2,048 bits or more, and that its authority may issue.",
    };
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return {
      reason: `its certificate is for ${names ? quoted(names) : "no name at all"}, and not for this host`,
      remedy:
        "Write the URL with a name that is in the certificate, or give the directory one for this name.",
    };
  }
  if (/wrong version number|packet length too long|http request|WRONG_VERSION_NUMBER/i.test(message)) {
    return {
      reason: "what answers there does not speak TLS on this port",
      remedy: "Use the port for LDAP over TLS (636, or 3269), or ldap:// with startTls: true.",
    };
  }
  if (/alert (?:number (?:42|43|44|45|46|48|116)|.*certificate|unknown ca)/i.test(message)) {
    return {
      reason: "the directory did not accept the client certificate",
      remedy:
        "Check bind.certificate: its dates, and that the directory trusts the authority that signed it.",
    };
  }
  if (/protocol version|unsupported protocol/i.test(message)) {
    return {
      reason: "it speaks no TLS 1.2 or newer",
      remedy: "Let the directory speak TLS 1.2 or 1.3. Older versions can be broken, and zivsync uses none.",
    };
  }
  return {
    reason: "the two could not agree on a secure connection",
    remedy: "Look at the TLS settings and the certificate of the directory.",
  };
}

/** The directory said goodbye (RFC 4511 section 4.4.1). */
export function goodbyeFailure(place: Place, { code, diagnostic }: LdapResult): LdapFailure {
  const said = diagnostic.trim() === "" ? `result ${code}` : `result ${code}: ${quoted(diagnostic)}`;
  return failureAt(
    place,
    {
      code: "directory-unreachable",
      message: `${place.url} ended the connection (${said}).`,
      remedy: "Run zivsync again. If it stays, look into the log of the directory.",
    },
    code,
  );
}

export function malformedFailure(place: Place, error: unknown): LdapFailure {
  const reason = error instanceof MalformedAnswer ? error.message : "an error while it was read";
  return failureAt(place, {
    code: "directory-answer",
    message: `What ${place.url} sent is not LDAP: ${reason}.`,
    remedy: "Check that a directory answers at this URL. Something in between may change what it sends.",
  });
}

/** The subject of a failure: the place of the source in its profile, and the URL that was tried. */
export type Place = { readonly where: string; readonly url: string };

export type Words = { readonly code: ErrorCode; readonly message: string; readonly remedy: string };

/** A failure at a place, with the result code and the referrals that came with it. */
export function failureAt(
  place: Place,
  words: Words,
  resultCode?: number,
  referrals: readonly string[] = [],
): LdapFailure {
  return new LdapFailure({ where: place.where, ...words }, resultCode, referrals);
}

/** True for the machine itself: what goes there crosses no network. */
export function isLoopback(address: string): boolean {
  const plain = address.toLowerCase().replace(/^::ffff:/, "");
  return plain === "::1" || (isIP(plain) === 4 && plain.startsWith("127."));
}
