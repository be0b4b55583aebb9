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
    err: [],
  },
  {
    name: "a key written twice",
    files: organization("loginMethod: sso", "loginMethod: sso\nloginMethod: password"),
    words: validate,
    err: [],
  },
  {
    name: "an alias bomb",
    files: organization(
      "[example.org, example.com]",
      `\n  - &a [x, x, x, x, x, x, x, x, x]\n${[..."bcdefgh"].map((name, at) => `  - &${name} [${Array(9).fill(`*${"abcdefgh"[at]}`).join(", ")}]\n`).join("")}`,
    ),
    words: validate,
    err: [],
  },
  {
    name: "a key that is nearly one",
    files: organization("loginMethod", "loginMetod"),
    words: validate,
    err: [],
  },
  {
    name: "a key that is nothing like one, in a profile",
    files: profile("name: all", "name: all\nflavour: vanilla"),
    words: validate,
    err: [],
  },
  {
    name: "values of wrong types",
    files: organization("{ requests: 1000, seconds: 1 }", "{ requests: many, seconds: -1 }"),
    words: validate,
    err: [],
  },
  {
    name: "text where a list belongs",
    files: organization("[example.org, example.com]", "example.org"),
    words: validate,
    err: [],
  },
  {
    name: "an API key in clear",
    files: organization("{ env: ZIVVER_API_KEY }", "canary-api-key-7f3b1c"),
    words: validate,
    err: [],
  },
  {
    name: "an API key in clear under `value`",
    files: organization("{ env: ZIVVER_API_KEY }", "{ value: canary-api-key-7f3b1c }"),
    words: ["plan"],
    err: [],
  },
  {
    name: "a claimed domain that is none",
    files: organization("[example.org, example.com]", "[example.org, '@example.com']"),
    words: validate,
    err: [],
  },
  {
    name: "a domain that is not claimed",
    files: profile("functional] }", "functional], include: [{ domain: exmple.org }] }"),
    words: validate,
    err: [],
  },
  {
    name: "a profile that owns nothing",
    files: profile(
      "functional] }",
      "functional], include: [{ domain: example.org }], exclude: [{ domain: example.org }] }",
    ),
    words: validate,
    err: [],
  },
  {
    name: "two profiles that own the same accounts",
    files: { "desired-state/profiles/more.yaml": changed(PROFILE_YAML, "name: all", "name: more") },
    words: ["plan"],
    err: [],
  },
  {
    name: "a source of an unknown type",
    files: profile("type: spreadsheet", "type: spreadshet"),
    words: validate,
    err: [],
  },
  {
    name: "declared files that are not there",
    files: profile(
      "sources:\n",
      "sources:\n  - { name: extra, type: declared, files: ../accounts/*.yaml }\n",
    ),
    words: validate,
    err: [],
  },
  {
    name: "a declared address that is none",
    files: declared("personal:\n  - { email: anna.example.org, fullName: Anna Bos }\n"),
    words: validate,
    err: [],
  },
  {
    name: "a declared account key in clear",
    files: declared("personal:\n  - { email: anna@example.org, accountKey: canary-account-key-anna }\n"),
    words: ["records"],
    err: [],
  },
  {
    name: "an empty file",
    files: { [PROFILE]: "" },
    words: validate,
    err: [],
  },
  {
    name: "a file of another kind",
    files: profile("kind: Profile", "kind: Organization"),
    words: validate,
    err: [],
  },
  {
    name: "a version of the format that does not exist",
    files: organization("zivsync/v1", "zivsync/v2"),
    words: validate,
    err: [],
  },
  {
    name: "a file that is not UTF-8",
    files: { [ORGANIZATION]: Buffer.from(`${organizationYaml(NOWHERE)}# caf\u00e9\n`, "latin1") },
    words: validate,
    err: [],
  },
  {
    name: "no organization.yaml",
    files: { [ORGANIZATION]: null },
    words: ["plan"],
    err: [],
  },
  {
    name: "organization.yml",
    files: { [ORGANIZATION]: null, "desired-state/organization.yml": organizationYaml(NOWHERE) },
    words: validate,
    err: [],
  },
  {
    name: "a folder that is not there",
    words: ["-C", "desired-stat", "plan"],
    err: [],
  },
  {
    name: "an address of the target without TLS",
    files: organization(NOWHERE, "http://app.example.org/api/scim/v2"),
    words: ["plan"],
    err: [],
  },
  {
    name: "a guard in per cent past 100",
    files: organization(
      "loginMethod: sso",
      "loginMethod: sso\nguards: { suspend: { percent: 120 }, delte: off }",
    ),
    words: validate,
    err: [],
  },
  {
    name: "wrong in three files at once",
    files: {
      ...organization("loginMethod: sso", "loginMethod: saml"),
      ...profile("file: ../users.csv", "files: ../users.csv"),
      "desired-state/accounts/extra.yaml": "apiVersion: zivsync/v1\nkind: Accounts\npersonal: none\n",
    },
    words: validate,
    err: [],
  },
];

describe("configuration that cannot be used", () => {
  test.each(CASES)("$name", async (one) => {
    expect(await runMalformed(await workplace(), one, NOWHERE)).toEqual(refused(one));
  });
});
