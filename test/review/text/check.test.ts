import { describe, expect, test } from "vitest";
import { type CheckedSource, type CheckedTarget, renderCheck } from "../../../src/review/text/check.ts";

const OPTIONS = { color: false, width: 100, tableWidth: Number.POSITIVE_INFINITY };

const TARGET: CheckedTarget = {
  ok: true,
  url: "https://app.zivver.com/api/scim/v2",
  seconds: 0.4149,
  personal: 2014,
  functional: 31,
  domainsInUse: ["example.org", "example.com"],
  domainsNotInUse: [],
};

const DIRECTORY: CheckedSource = {
  ok: false,
  profile: "staff",
  source: "head-office",
  type: "active-directory",
  seconds: 1,
  complete: false,
  records: { personal: 1, functional: 1 },
  facts: [
    { label: "bound as", value: "CORP\\svc-zivsync" },
    { label: "searched under", value: "DC=corp\u001b[2J,DC=example\u202e,DC=org" },
    { label: "attributes seen on no entry", value: "employeeID (not used, or may not be read)" },
  ],
  findings: [
    {
      code: "source-incomplete",
      severity: "error",
      summary: "The directory closed the connection. Nothing is removed because of this source.",
      where: { profile: "staff", source: "head-office" },
    },
  ],
  first: [
    {
      place: "CN=Anna Bos,OU=Care,DC=corp,DC=example,DC=org",
      kind: "personal",
      email: "anna@example.org",
      fullName: "Anna Bos",
      aliases: ["a.bos@example.org"],
      delegates: null,
      accountKey: "set",
      becomes: "anna@example.org, active",
    },
    {
      place: "CN=Desk,OU=Groups,DC=corp,DC=example,DC=org",
      kind: "functional",
      email: "desk@example.org",
      fullName: null,
      aliases: [],
      delegates: ["anna@example.org", "bert@example.org"],
      accountKey: "none",
      becomes: "held back: full-name-missing",
    },
  ],
};

const REFUSED: CheckedSource = {
  ok: false,
  profile: "staff",
  source: "branch",
  type: "ldap",
  seconds: 10.004,
  problems: [
    {
      code: "directory-credentials",
      where: "profiles/staff.yaml:12:5",
      message: "The directory did not take the password.",
      remedy: "Look at \u001b[31mit.",
    },
  ],
};

describe("what a check found", () => {
  test("all that there is to say", () => {
    const checked = { target: TARGET, sources: [DIRECTORY, REFUSED] };
    expect(renderCheck(checked, OPTIONS)).toBe(`Zivver: https://app.zivver.com/api/scim/v2
  The API key works. 2014 personal accounts and 31 functional, read in 0.41 s.
  Whether it may write is not tried: a check only reads.
  In use: 2 of 2 claimed domains.

staff / head-office (active-directory)
  Not read in full, so nothing is removed because of this source: 1 personal record and 1 functional
    in 1.00 s.
  bound as: CORP\\svc-zivsync
  searched under: DC=corp\\u{1b}[2J,DC=example\\u{202e},DC=org
  attributes seen on no entry: employeeID (not used, or may not be read)
  Findings: 1 error, 0 warnings, 0 notes
    error source-incomplete (1)
      The directory closed the connection. Nothing is removed because of this source. (staff,
        head-office)

  Place                                          Kind        Email             Full name  Aliases  Delegates  Account key  Becomes
  ---------------------------------------------  ----------  ----------------  ---------  -------  ---------  -----------  ----------------------------
  CN=Anna Bos,OU=Care,DC=corp,DC=example,DC=org  personal    anna@example.org  Anna Bos         1             set          anna@example.org, active
  CN=Desk,OU=Groups,DC=corp,DC=example,DC=org    functional  desk@example.org                   0          2  none         held back: full-name-missing

staff / branch (ldap): could not be read (after 10.00 s)
  error[directory-credentials] profiles/staff.yaml:12:5
    The directory did not take the password.
    Look at \\u{1b}[31mit.

Not all is well: 1 source could not be read, 1 source could not be read in full.
`);
  });

  test("errors among the findings of sources that were read in full are in the verdict", () => {
    const whole = { ...DIRECTORY, ok: true, complete: true };
    const lines = renderCheck({ target: null, sources: [whole] }, OPTIONS)
      .trimEnd()
      .split("\n");
    expect(lines[0]).toBe("staff / head-office (active-directory)");
    expect(lines[1]).toBe("  Read in full: 1 personal record and 1 functional in 1.00 s.");
    expect(lines.at(-1)).toBe(
      "Everything could be read in full. But 1 error among the findings needs attention.",
    );
  });
});
