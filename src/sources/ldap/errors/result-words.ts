import { quoted } from "../../records/findings.ts";
import type { LdapResult } from "../protocol/answers.ts";
import type { LdapFailure } from "../protocol/types.ts";
import { failureAt, type Place, type Words } from "./network.ts";

/** The purpose of a request: a bind (as whom), a search (under which base), or something else (in words: "StartTLS"). */
export type Asked =
  | { readonly bind: string }
  | { readonly search: string; readonly filter: string }
  | { readonly request: string };

/** A result that is not success, in words. */
export function resultFailure(place: Place, asked: Asked, result: LdapResult): LdapFailure {
  const { code, message, remedy } = wordsOf(place.url, asked, result);
  const said =
    result.diagnostic.replaceAll("\0", "").trim() === "" ? "" : ` It says: ${quoted(result.diagnostic)}.`;
  return failureAt(place, { code, message: `${message}${said}`, remedy }, result.code, result.referrals);
}

function wordsOf(url: string, asked: Asked, result: LdapResult): Words {
  const own =
    "bind" in asked
      ? bindWords(url, asked.bind, result)
      : "search" in asked
        ? searchWords(url, asked, result)
        : undefined;
  return own ?? limitWords(url, result) ?? refusalWords(url, asked, result);
}

/** Sub-codes of Active Directory in the diagnostic of an invalidCredentials (49): `…, data 52e, v4563`. */
const SUB_CODES: Readonly<Record<string, readonly [message: string, remedy: string]>> = {
  "525": ["it knows no such user", "Check bind.user: a DN, user@domain, or DOMAIN\\user."],
  "52e": ["the password is wrong", "Check the password. Trying again and again can lock the account."],
  "530": ["it may not log on at this time", "Allow this account to log on at any hour."],
  "531": ["it may not log on from this computer", "Allow this account to log on from this computer."],
  "532": ["its password has expired", "Set a new password, and let it not expire for this account."],
  "533": ["it is disabled", "Enable this account."],
  "701": ["the account has expired", "Give this account a later end date, or none."],
  "773": ["it must change its password first", 'Take "must change password at next logon" off this account.'],
  "775": ["it is locked out after too many wrong passwords", "Unlock this account, and check the password."],
};

function bindWords(url: string, user: string, { code, diagnostic }: LdapResult): Words | undefined {
  const named = user === "" ? "an anonymous bind" : `the bind as ${quoted(user)}`;
  if (code === 49) {
    const subCode = /\bdata ([0-9a-f]{3})\b/i.exec(diagnostic)?.[1]?.toLowerCase() ?? "";
    const [reason, remedy] = SUB_CODES[subCode] ?? [
      "the user is not known, or the password is wrong",
      "Check bind.user and its password. Trying again and again can lock the account.",
    ];
    return {
      code: "directory-credentials",
      message: `${url} refused ${named}: ${reason}.`,
      remedy,
    };
  }
  if (code === 8 || code === 13) {
    return {
      code: "directory-tls",
      message: `${url} refused ${named}, because it wants a connection that is encrypted or signed (${resultName(code)}).`,
      remedy: "Use ldaps://, or ldap:// with startTls: true.",
    };
  }
  if (code === 32 || code === 34) {
    return {
      code: "directory-credentials",
      message: `${url} refused ${named}: it is not the DN of an entry there (${resultName(code)}).`,
      remedy:
        "Write the DN of the account in bind.user. Names like user@domain only work with Active Directory.",
    };
  }
  if (code === 7) {
    return {
      code: "directory-credentials",
      message: `${url} does not take this way to prove who one is (${resultName(code)}).`,
      remedy:
        "Use a user and a password in bind, or let the directory take client certificates (SASL EXTERNAL).",
    };
  }
  if (code === 48 || code === 50 || code === 53) {
    return {
      code: "directory-credentials",
      message: `${url} refused ${named} (${resultName(code)}).`,
      remedy: "Name an account in bind that may log on to this directory.",
    };
  }
  return undefined;
}

function searchWords(
  url: string,
  asked: { readonly search: string; readonly filter: string },
  { code, matchedDn, referrals }: LdapResult,
): Words | undefined {
  const base = asked.search === "" ? "the root" : quoted(asked.search);
  if (code === 32) {
    const far = matchedDn === "" ? "" : ` The last part of it that is there: ${quoted(matchedDn)}.`;
    return {
      code: "directory-not-found",
      message: `${url} has no entry ${base}, or does not show it to this account.${far}`,
      remedy: "Check baseDns, and that the account in bind may read there.",
    };
  }
  if (code === 34) {
    return {
      code: "directory-not-found",
      message: `${url} does not take ${base} for a DN (${resultName(code)}).`,
      remedy: "Write baseDns as DNs: DC=corp,DC=example,DC=org.",
    };
  }
  if (code === 18) {
    return {
      code: "directory-filter",
      message: `${url} cannot compare in the way that the filter ${quoted(asked.filter)} asks for (${resultName(code)}).`,
      remedy: "Correct the filter.",
    };
  }
  if (code === 10) {
    return {
      code: "directory-refused",
      message: `${url} does not hold ${base} itself: it refers to ${referrals.length > 0 ? quoted(referrals.join(", ")) : "another server"}, and zivsync goes nowhere that is not configured.`,
      remedy: "Name a server in urls that holds it, or leave it out of baseDns.",
    };
  }
  return undefined;
}

function limitWords(url: string, { code, diagnostic }: LdapResult): Words | undefined {
  if (code === 11 && /page size/i.test(diagnostic)) {
    return {
      code: "directory-refused",
      message: `${url} gives no pages of this size (${resultName(code)}).`,
      remedy: "Lower pageSize.",
    };
  }
  const limits: Readonly<Record<number, readonly [message: string, remedy: string]>> = {
    3: [
      "its time limit was reached",
      "Ask for a higher limit for this account, or make the searches of this source smaller.",
    ],
    4: [
      "its size limit was reached",
      "Ask for a higher limit (or none) for this account, or lower pageSize.",
    ],
    11: [
      "an administrative limit was reached",
      "Ask for higher limits for this account, or make the searches of this source smaller.",
    ],
    51: ["it is busy", "Run zivsync again later."],
    52: ["it is not available", "Run zivsync again later, or name a second server in urls."],
  };
  const words = limits[code];
  if (words === undefined) return undefined;
  return {
    code: "directory-refused",
    message: `${url} stopped: ${words[0]} (${resultName(code)}).`,
    remedy: words[1],
  };
}

function refusalWords(url: string, asked: Asked, { code, diagnostic }: LdapResult): Words {
  const what = "bind" in asked ? "the bind" : "search" in asked ? "the search" : asked.request;
  const refused = `${url} refused ${what} (${resultName(code)}).`;
  const demanded = asksToLogOn(code, diagnostic);
  if (demanded !== undefined) return { code: "directory-credentials", ...demanded(url) };
  const remedies: Readonly<Record<number, string>> = {
    8: "Use ldaps://, or ldap:// with startTls: true.",
    12: "This directory cannot give its answers page by page, and zivsync does not read it without that.",
    13: "Use ldaps://, or ldap:// with startTls: true.",
    50: "Give the account in bind the right to read there.",
    53: "Look into the log of the directory for the reason.",
  };
  return {
    code: "directory-refused",
    message: refused,
    remedy: remedies[code] ?? "Look into the log of the directory.",
  };
}

/** The codes with which Active Directory (1) and OpenLDAP (8, 53) refuse those who have not logged on, or not in the way they want. */
function asksToLogOn(code: number, diagnostic: string) {
  const isAsked = code === 1 ? /successful bind must be completed/i : /authentication required/i;
  if (![1, 8, 53].includes(code) || !isAsked.test(diagnostic)) return undefined;
  const isSasl = /\bSASL\b/i.test(diagnostic);
  return (url: string) => ({
    message: isSasl
      ? `${url} lets only those search who have logged on by SASL.`
      : `${url} lets only those search who have logged on.`,
    remedy: isSasl
      ? "Show a client certificate in bind (SASL EXTERNAL): a password is not enough here."
      : "Name a user and a password in bind.",
  });
}

/** RFC 4511, appendix A. */
const NAMES: Readonly<Record<number, string>> = {
  1: "operationsError",
  2: "protocolError",
  3: "timeLimitExceeded",
  4: "sizeLimitExceeded",
  7: "authMethodNotSupported",
  8: "strongerAuthRequired",
  10: "referral",
  11: "adminLimitExceeded",
  12: "unavailableCriticalExtension",
  13: "confidentialityRequired",
  14: "saslBindInProgress",
  16: "noSuchAttribute",
  17: "undefinedAttributeType",
  18: "inappropriateMatching",
  21: "invalidAttributeSyntax",
  32: "noSuchObject",
  33: "aliasProblem",
  34: "invalidDNSyntax",
  36: "aliasDereferencingProblem",
  48: "inappropriateAuthentication",
  49: "invalidCredentials",
  50: "insufficientAccessRights",
  51: "busy",
  52: "unavailable",
  53: "unwillingToPerform",
  54: "loopDetect",
  71: "affectsMultipleDSAs",
  80: "other",
};

/** A result code by name and number. */
function resultName(code: number): string {
  const known = NAMES[code];
  return known === undefined ? `result ${code}` : `${known}, ${code}`;
}
