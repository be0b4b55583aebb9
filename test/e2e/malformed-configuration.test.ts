import { describe, expect, test } from "vitest";
import { organizationYaml, PROFILE_YAML, workplace } from "../support/cli.ts";
import { type Malformed, refused, runMalformed } from "../support/malformed.ts";

/* Configuration that cannot be used: every command that reads it says the same, and nothing is asked of anybody. */

/** Nobody listens here: a case that connected would fail with another message. */
const NOWHERE = "http://127.0.0.1:9/api/scim/v2";
const ORGANIZATION = "desired-state/organization.yaml";
const PROFILE = "desired-state/profiles/all.yaml";
const validate = ["validate"];

/** The sound file with one thing changed. */
function changed(content: string, from: string, to: string): string {
  if (!content.includes(from)) throw new Error(`nothing to change: ${from}`);
  return content.replace(from, to);
}
const organization = (from: string, to: string) => ({
  [ORGANIZATION]: changed(organizationYaml(NOWHERE), from, to),
});
const profile = (from: string, to: string) => ({ [PROFILE]: changed(PROFILE_YAML, from, to) });
const declared = (accounts: string) => ({
  [PROFILE]: changed(
    PROFILE_YAML,
    "sources:\n",
    "sources:\n  - { name: extra, type: declared, files: ../accounts/*.yaml }\n",
  ),
  "desired-state/accounts/extra.yaml": `apiVersion: zivsync/v1\nkind: Accounts\n${accounts}`,
});

const CASES: readonly Malformed[] = [
  {
    name: "a bracket that is not closed",
    files: organization("[example.org, example.com]", "[example.org, example.com"),
    words: validate,
    err: [
      "error[yaml-syntax] organization.yaml:9:1",
      "  A character is missing here: a quote, bracket, comma, colon or space that YAML needs.",
      "  Close what was opened, and leave a space after every `:`, `-` and `,`.",
    ],
  },
  {
    name: "a key written twice",
    files: organization("loginMethod: sso", "loginMethod: sso\nloginMethod: password"),
    words: validate,
    err: [
      "error[config-duplicate] organization.yaml:8:1",
      "  This key is twice in one map, and only one of the two could count.",
      "  Remove or rename one of them.",
    ],
  },
  {
    name: "an alias bomb",
    files: organization(
      "[example.org, example.com]",
      `\n  - &a [x, x, x, x, x, x, x, x, x]\n${[..."bcdefgh"].map((name, at) => `  - &${name} [${Array(9).fill(`*${"abcdefgh"[at]}`).join(", ")}]\n`).join("")}`,
    ),
    words: validate,
    err: [
      "error[yaml-alias-bomb] organization.yaml:1:1",
      "  The aliases (`*…`) of this file lead in a circle, or are more than 100 when those inside each other are counted.",
      "  Write the values out in place of aliases.",
    ],
  },
  {
    name: "a key that is nearly one",
    files: organization("loginMethod", "loginMetod"),
    words: validate,
    err: [
      "error[unknown-key] organization.yaml:7:1",
      "  `loginMetod` is not a key of this file, and what zivsync does not know would have no effect.",
      "  Did you mean `loginMethod`?",
    ],
  },
  {
    name: "a key that is nothing like one, in a profile",
    files: profile("name: all", "name: all\nflavour: vanilla"),
    words: validate,
    err: [
      "error[unknown-key] profiles/all.yaml:4:1",
      "  `flavour` is not a key of this file, and what zivsync does not know would have no effect.",
      "  Known here: `apiVersion`, `kind`, `name`, `description`, `manages`, `aliases`, `division`, `sources`, `sync`.",
    ],
  },
  {
    name: "values of wrong types",
    files: organization("{ requests: 1000, seconds: 1 }", "{ requests: many, seconds: -1 }"),
    words: validate,
    err: [
      "error[config-shape] organization.yaml:6:26",
      "  `target.rateLimit.requests` must be a whole number, not text. The number of requests that Zivver accepts in one window.",
      "  Write for example `50`.",
      "",
      "error[config-shape] organization.yaml:6:41",
      "  `target.rateLimit.seconds` must be at least 1. Length of the window in seconds.",
      "  Write for example `10`.",
      "",
      "2 problems.",
    ],
  },
  {
    name: "text where a list belongs",
    files: organization("[example.org, example.com]", "example.org"),
    words: validate,
    err: [
      "error[config-shape] organization.yaml:8:17",
      "  `claimedDomains` must be a list, not text. The domains that the organisation has claimed in Zivver. Accounts and aliases must be in one of them.",
      "  Write for example `[example.org]`.",
    ],
  },
  {
    name: "an API key in clear",
    files: organization("{ env: ZIVVER_API_KEY }", "canary-api-key-7f3b1c"),
    words: validate,
    err: [
      "error[secret-inline] organization.yaml:5:11",
      "  This is a literal secret: anyone who can read the repository can read it.",
      "  Write `{ env: NAME }` with the name of an environment variable, or `{ file: PATH }`. If the value was real and has been committed, replace it at its origin.",
    ],
  },
  {
    name: "an API key in clear under `value`",
    files: organization("{ env: ZIVVER_API_KEY }", "{ value: canary-api-key-7f3b1c }"),
    words: ["plan"],
    err: [
      "error[config-shape] organization.yaml:5:11",
      "  A secret must be named by exactly one of `env` and `file`, and `env` by a name of letters, digits and `_`.",
      "  Write `{ env: NAME }` with the name of an environment variable, or `{ file: PATH }`.",
    ],
  },
  {
    name: "a claimed domain that is none",
    files: organization("[example.org, example.com]", "[example.org, '@example.com']"),
    words: validate,
    err: [
      "error[domain-invalid] organization.yaml:8:31",
      '  "@example.com" is not a domain that can receive mail.',
      "  Write a domain such as `example.org`, without `@` or `https://`.",
    ],
  },
  {
    name: "a domain that is not claimed",
    files: profile("functional] }", "functional], include: [{ domain: exmple.org }] }"),
    words: validate,
    err: [
      "error[domain-unclaimed] profiles/all.yaml:4:63",
      '  The domain "exmple.org" is not among the `claimedDomains`, so no account can lie in it.',
      "  Correct it, or add it to `claimedDomains` in organization.yaml.",
    ],
  },
  {
    name: "a profile that owns nothing",
    files: profile(
      "functional] }",
      "functional], include: [{ domain: example.org }], exclude: [{ domain: example.org }] }",
    ),
    words: validate,
    err: [
      "error[profile-owns-nothing] profiles/all.yaml:4:1",
      "  Whatever `include` takes in, `exclude` leaves out, so the profile would never do anything.",
      "  Remove the condition from one of the two, or remove the profile.",
    ],
  },
  {
    name: "two profiles that own the same accounts",
    files: { "desired-state/profiles/more.yaml": changed(PROFILE_YAML, "name: all", "name: more") },
    words: ["plan"],
    err: [
      "error[profiles-overlap] profiles/more.yaml:4:10",
      '  The profile "all" in profiles/all.yaml owns the same personal accounts, for example "zivsync-example@example.org", and two profiles would undo each other\'s changes.',
      "  Exclude them in one of the two: add a condition to `manages.exclude` in profiles/more.yaml or profiles/all.yaml.",
    ],
  },
  {
    name: "a source of an unknown type",
    files: profile("type: spreadsheet", "type: spreadshet"),
    words: validate,
    err: [
      "error[config-shape] profiles/all.yaml:7:11",
      "  `type` must be one of `spreadsheet`, `declared`, `active-directory`, `ldap`, `entra-id`, `exchange-online`, `exchange-on-premises`, `records`. The source type. This version of zivsync supports no others.",
      "  Did you mean `spreadsheet`?",
    ],
  },
  {
    name: "sources that are not maps, and a type that is not text: one problem each",
    files: profile("sources:\n", "sources:\n  - hr-export\n  -\n  - { name: extra, type: 5 }\n"),
    words: validate,
    err: [
      "error[config-shape] profiles/all.yaml:6:5",
      "  Entry 1 of `sources` must be a map of keys and values, not text. One source of accounts.",
      "  Write for example `{ name: hr-export, type: spreadsheet, file: ../users.csv }`.",
      "",
      "error[config-shape] profiles/all.yaml:7:4",
      "  Entry 2 of `sources` must be a map of keys and values, not nothing. One source of accounts.",
      "  Write for example `{ name: hr-export, type: spreadsheet, file: ../users.csv }`.",
      "",
      "error[config-shape] profiles/all.yaml:8:26",
      "  `type` must be text, not a number. The source type. This version of zivsync supports no others.",
      '  Put it in quotes: "…".',
      "",
      "3 problems.",
    ],
  },
  {
    name: "a state that is text: one problem",
    files: organization("loginMethod: sso", "loginMethod: sso\nstate: git"),
    words: validate,
    err: [
      "error[config-shape] organization.yaml:8:8",
      "  `state` must be a map of keys and values, not text. Where zivsync stores its state between runs.",
      "  Write for example `{ store: git, branch: zivsync-state }`.",
    ],
  },
  {
    name: "declared files that are not there",
    files: profile(
      "sources:\n",
      "sources:\n  - { name: extra, type: declared, files: ../accounts/*.yaml }\n",
    ),
    words: validate,
    err: [
      "error[file-not-found] profiles/all.yaml:6:43",
      '  No file matches "../accounts/*.yaml", so the source would be empty.',
      "  Write a path relative to this file, such as `../accounts/*.yaml`.",
    ],
  },
  {
    name: "a declared address that is none",
    files: declared("personal:\n  - { email: anna.example.org, fullName: Anna Bos }\n"),
    words: validate,
    err: [
      "error[address-invalid] accounts/extra.yaml:4:14",
      '  "anna.example.org" is not an e-mail address.',
      "  Write an address such as `j.doe@example.org`.",
    ],
  },
  {
    name: "a declared account key in clear",
    files: declared("personal:\n  - { email: anna@example.org, accountKey: canary-account-key-anna }\n"),
    words: ["records"],
    err: [
      "error[secret-inline] accounts/extra.yaml:4:44",
      "  This is a literal secret: anyone who can read the repository can read it.",
      "  Write `{ env: NAME }` with the name of an environment variable, or `{ file: PATH }`. If the value was real and has been committed, replace it at its origin.",
    ],
  },
  {
    name: "an empty file",
    files: { [PROFILE]: "" },
    words: validate,
    err: [
      "error[config-empty] profiles/all.yaml:1:1",
      "  The file is empty, and an empty file says nothing.",
      "  Begin it with `apiVersion: zivsync/v1` and `kind: Profile`. Or remove the file.",
    ],
  },
  {
    name: "a file of another kind",
    files: profile("kind: Profile", "kind: Organization"),
    words: validate,
    err: [
      "error[config-kind] profiles/all.yaml:2:7",
      "  `kind` is not `Profile`, and a file at this place must be.",
      "  Write `kind: Profile`, or move the file to where its kind belongs.",
    ],
  },
  {
    name: "a version of the format that does not exist",
    files: organization("zivsync/v1", "zivsync/v2"),
    words: validate,
    err: [
      "error[config-version] organization.yaml:1:13",
      "  `apiVersion` is not `zivsync/v1`, the one format that this version of zivsync reads.",
      "  Write `apiVersion: zivsync/v1`.",
    ],
  },
  {
    name: "a file that is not UTF-8",
    files: { [ORGANIZATION]: Buffer.from(`${organizationYaml(NOWHERE)}# caf\u00e9\n`, "latin1") },
    words: validate,
    err: ["error[file-unreadable] organization.yaml", "  The file is not UTF-8 text.", "  Save it as UTF-8."],
  },
  {
    name: "no organization.yaml",
    files: { [ORGANIZATION]: null },
    words: ["plan"],
    err: [
      "error[file-not-found] desired-state",
      "  There is no organization.yaml in this folder, so it holds no configuration of zivsync.",
      "  Name the folder that has one: `zivsync -C DIR …`. `zivsync init` writes a new one to fill in.",
    ],
  },
  {
    name: "organization.yml",
    files: { [ORGANIZATION]: null, "desired-state/organization.yml": organizationYaml(NOWHERE) },
    words: validate,
    err: [
      "error[config-duplicate] desired-state",
      "  There is a file organization.yml, and zivsync reads organization.yaml.",
      "  Rename it to organization.yaml.",
    ],
  },
  {
    name: "a folder that is not there",
    words: ["-C", "desired-stat", "plan"],
    err: [
      "error[file-not-found] desired-stat",
      "  There is no organization.yaml in this folder, so it holds no configuration of zivsync.",
      "  Name the folder that has one: `zivsync -C DIR …`. `zivsync init` writes a new one to fill in.",
    ],
  },
  {
    name: "an address of the target without TLS",
    files: organization(NOWHERE, "http://app.example.org/api/scim/v2"),
    words: ["plan"],
    err: [
      "error[config-shape] organization.yaml:4:8",
      "  `target.url` must begin with `https://`, or the API key would cross the network in clear.",
      "  Write an address such as `https://app.zivver.com/api/scim/v2`, or leave `url` out.",
    ],
  },
  {
    name: "a guard in per cent past 100",
    files: organization(
      "loginMethod: sso",
      "loginMethod: sso\nguards: { suspend: { percent: 120 }, delte: off }",
    ),
    words: validate,
    err: [
      "error[config-shape] organization.yaml:8:31",
      "  `guards.suspend.percent` must be at most 100. Percent of the managed live accounts of that kind, from 10 accounts on.",
      "  Write for example `5`.",
      "",
      "error[unknown-key] organization.yaml:8:38",
      "  `delte` is not a key of `guards`, and what zivsync does not know would have no effect.",
      "  Did you mean `delete`?",
      "",
      "2 problems.",
    ],
  },
  {
    name: "wrong in three files at once",
    files: {
      ...organization("loginMethod: sso", "loginMethod: saml"),
      ...profile("file: ../users.csv", "files: ../users.csv"),
      "desired-state/accounts/extra.yaml": "apiVersion: zivsync/v1\nkind: Accounts\npersonal: none\n",
    },
    words: validate,
    err: [
      "error[config-shape] accounts/extra.yaml:3:11",
      "  `personal` must be a list, not text. Accounts of one person each.",
      "  Write for example `[{ email: j.doe@example.org, fullName: Jane Doe }]`.",
      "",
      "error[config-shape] organization.yaml:7:14",
      "  `loginMethod` must be one of `sso`, `password`. How people log in to Zivver: with single sign-on, which needs an account key for every personal account, or with a password.",
      "  Write one of these.",
      "",
      "error[unknown-key] profiles/all.yaml:8:17",
      "  `files` is not a key of `personal`, and what zivsync does not know would have no effect.",
      "  Did you mean `file`?",
      "",
      "3 problems.",
    ],
  },
];

describe("configuration that cannot be used", () => {
  test.each(CASES)("$name", async (one) => {
    expect(await runMalformed(await workplace(), one, NOWHERE)).toEqual(refused(one));
  });
});
