import { describe, expect, it } from "vitest";
import { type Asked, resultFailure } from "../../../../src/sources/ldap/errors/result-words.ts";
import { quoted } from "../../../../src/sources/records/findings.ts";

const URL = "ldaps://dc1.example.org";
const PLACE = { where: "profiles/staff.yaml:12:5", url: URL };
const BIND: Asked = { bind: "CORP\\svc" };
const SEARCH: Asked = { search: "OU=Staff,DC=example,DC=org", filter: "(mail=*)" };
const HIGHER = "Ask for higher limits for this account, or make the searches of this source smaller.";
const TLS = "Use ldaps://, or ldap:// with startTls: true.";
const LOG = "Look into the log of the directory.";

type Result = {
  readonly diagnostic?: string;
  readonly matchedDn?: string;
  readonly referrals?: readonly string[];
};

function problemOf(asked: Asked, code: number, result: Result = {}) {
  return resultFailure(PLACE, asked, { code, matchedDn: "", diagnostic: "", referrals: [], ...result })
    .problem;
}

const subCode = (data: string) =>
  `80090308: LdapErr: DSID-0C090400, comment: AcceptSecurityContext error, data ${data}, v1`;

describe("the words for a refused bind", () => {
  const refused = 'ldaps://dc1.example.org refused the bind as "CORP\\svc"';
  it.each([
    ["525", "it knows no such user", "Check bind.user: a DN, user@domain, or DOMAIN\\user."],
    ["52e", "the password is wrong", "Check the password. Trying again and again can lock the account."],
    ["52E", "the password is wrong", "Check the password. Trying again and again can lock the account."],
    ["530", "it may not log on at this time", "Allow this account to log on at any hour."],
    ["531", "it may not log on from this computer", "Allow this account to log on from this computer."],
    ["532", "its password has expired", "Set a new password, and let it not expire for this account."],
    ["533", "it is disabled", "Enable this account."],
    ["701", "the account has expired", "Give this account a later end date, or none."],
    [
      "773",
      "it must change its password first",
      'Take "must change password at next logon" off this account.',
    ],
    [
      "775",
      "it is locked out after too many wrong passwords",
      "Unlock this account, and check the password.",
    ],
    [
      "999",
      "the user is not known, or the password is wrong",
      "Check bind.user and its password. Trying again and again can lock the account.",
    ],
  ])("say what data %s means", (data, reason, remedy) => {
    const diagnostic = subCode(data);
    expect(problemOf(BIND, 49, { diagnostic })).toEqual({
      code: "directory-credentials",
      where: PLACE.where,
      message: `${refused}: ${reason}. It says: "${diagnostic}".`,
      remedy,
    });
  });

  it.each<[number, string, string, string]>([
    [
      49,
      "directory-credentials",
      ": the user is not known, or the password is wrong.",
      "Check bind.user and its password. Trying again and again can lock the account.",
    ],
    [
      8,
      "directory-tls",
      ", because it wants a connection that is encrypted or signed (strongerAuthRequired, 8).",
      TLS,
    ],
    [
      13,
      "directory-tls",
      ", because it wants a connection that is encrypted or signed (confidentialityRequired, 13).",
      TLS,
    ],
    [
      34,
      "directory-credentials",
      ": it is not the DN of an entry there (invalidDNSyntax, 34).",
      "Write the DN of the account in bind.user. Names like user@domain only work with Active Directory.",
    ],
    [
      50,
      "directory-credentials",
      " (insufficientAccessRights, 50).",
      "Name an account in bind that may log on to this directory.",
    ],
  ])("%i", (code, errorCode, rest, remedy) => {
    expect(problemOf(BIND, code)).toEqual({
      code: errorCode,
      where: PLACE.where,
      message: `${refused}${rest}`,
      remedy,
    });
  });

  it("name an anonymous one", () => {
    expect(problemOf({ bind: "" }, 48).message).toBe(
      `${URL} refused an anonymous bind (inappropriateAuthentication, 48).`,
    );
  });
});

describe("the words for a refused search", () => {
  it.each<[number, Result, string, string, string]>([
    [1, {}, "directory-refused", "refused the search (operationsError, 1).", LOG],
    [
      3,
      {},
      "directory-refused",
      "stopped: its time limit was reached (timeLimitExceeded, 3).",
      "Ask for a higher limit for this account, or make the searches of this source smaller.",
    ],
    [
      4,
      {},
      "directory-refused",
      "stopped: its size limit was reached (sizeLimitExceeded, 4).",
      "Ask for a higher limit (or none) for this account, or lower pageSize.",
    ],
    [8, {}, "directory-refused", "refused the search (strongerAuthRequired, 8).", TLS],
    [
      10,
      { referrals: ["ldap://b.test/", "ldap://c.test/"] },
      "directory-refused",
      'does not hold "OU=Staff,DC=example,DC=org" itself: it refers to "ldap://b.test/, ldap://c.test/", and zivsync goes nowhere that is not configured.',
      "Name a server in urls that holds it, or leave it out of baseDns.",
    ],
    [
      11,
      {},
      "directory-refused",
      "stopped: an administrative limit was reached (adminLimitExceeded, 11).",
      HIGHER,
    ],
    [
      12,
      {},
      "directory-refused",
      "refused the search (unavailableCriticalExtension, 12).",
      "This directory cannot give its answers page by page, and zivsync does not read it without that.",
    ],
    [13, {}, "directory-refused", "refused the search (confidentialityRequired, 13).", TLS],
    [
      18,
      {},
      "directory-filter",
      'cannot compare in the way that the filter "(mail=*)" asks for (inappropriateMatching, 18).',
      "Correct the filter.",
    ],
    [
      32,
      {},
      "directory-not-found",
      'has no entry "OU=Staff,DC=example,DC=org", or does not show it to this account.',
      "Check baseDns, and that the account in bind may read there.",
    ],
    [
      32,
      { matchedDn: "DC=example,DC=org" },
      "directory-not-found",
      'has no entry "OU=Staff,DC=example,DC=org", or does not show it to this account. The last part of it that is there: "DC=example,DC=org".',
      "Check baseDns, and that the account in bind may read there.",
    ],
    [
      34,
      {},
      "directory-not-found",
      'does not take "OU=Staff,DC=example,DC=org" for a DN (invalidDNSyntax, 34).',
      "Write baseDns as DNs: DC=corp,DC=example,DC=org.",
    ],
    [
      50,
      {},
      "directory-refused",
      "refused the search (insufficientAccessRights, 50).",
      "Give the account in bind the right to read there.",
    ],
    [51, {}, "directory-refused", "stopped: it is busy (busy, 51).", "Run zivsync again later."],
    [
      52,
      {},
      "directory-refused",
      "stopped: it is not available (unavailable, 52).",
      "Run zivsync again later, or name a second server in urls.",
    ],
    [
      53,
      { diagnostic: "sorry" },
      "directory-refused",
      'refused the search (unwillingToPerform, 53). It says: "sorry".',
      "Look into the log of the directory for the reason.",
    ],
    [80, {}, "directory-refused", "refused the search (other, 80).", LOG],
    [4096, {}, "directory-refused", "refused the search (result 4096).", LOG],
  ])("%i", (code, result, errorCode, message, remedy) => {
    expect(problemOf(SEARCH, code, result)).toEqual({
      code: errorCode,
      where: PLACE.where,
      message: `${URL} ${message}`,
      remedy,
    });
  });

  it.each([
    [53, "authentication required", "", "Name a user and a password in bind."],
    [8, "strong(er) authentication required", "", "Name a user and a password in bind."],
    [
      8,
      "SASL authentication required",
      " by SASL",
      "Show a client certificate in bind (SASL EXTERNAL): a password is not enough here.",
    ],
  ])("say that nobody was logged on, as OpenLDAP does: %i, %s", (code, diagnostic, how, remedy) => {
    expect(problemOf(SEARCH, code, { diagnostic })).toEqual({
      code: "directory-credentials",
      where: PLACE.where,
      message: `${URL} lets only those search who have logged on${how}. It says: "${diagnostic}".`,
      remedy,
    });
  });

  it("say that nobody was logged on, as Active Directory does", () => {
    const diagnostic =
      "000004DC: LdapErr: DSID-0C090A5C, comment: In order to perform this operation a successful bind must be completed on the connection., data 0, v4563";
    expect(problemOf(SEARCH, 1, { diagnostic })).toEqual({
      code: "directory-credentials",
      where: PLACE.where,
      message: `${URL} lets only those search who have logged on. It says: "${diagnostic}".`,
      remedy: "Name a user and a password in bind.",
    });
  });
});

describe("text of a server", () => {
  it.each([
    ["plain", '"plain"'],
    [" \u001b[31mred\u0007\r\nline\u2028two\u202e ", '"[31mred line two"'],
    ["x".repeat(201), `"${"x".repeat(200)}…"`],
    ["🚑".repeat(200), `"${"🚑".repeat(200)}"`],
    ["a\ud800b", '"a b"'],
  ])("is one short line without control characters", (text, shown) => {
    expect(quoted(text)).toBe(shown);
  });
});
