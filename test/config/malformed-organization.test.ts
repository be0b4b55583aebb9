import { describe, expect, test } from "vitest";
import { type Case, changed, problemsOf } from "./folder.ts";

const CASES: readonly Case[] = [
  {
    name: "only a comment",
    from: "apiVersion: zivsync/v1\nkind: Organization\ntarget:\n  apiKey: { env: ZIVVER_API_KEY }\nclaimedDomains: [example.org, example.com]\n",
    to: "# nothing\n",
    problems: [
      {
        code: "config-empty",
        where: "organization.yaml:1:1",
        message: "The file is empty, and an empty file says nothing.",
        remedy: "Begin it with `apiVersion: zivsync/v1` and `kind: Organization`. Or remove the file.",
      },
    ],
  },
  {
    name: "a list",
    from: "apiVersion: zivsync/v1\nkind: Organization\ntarget:\n  apiKey: { env: ZIVVER_API_KEY }\nclaimedDomains: [example.org, example.com]\n",
    to: "- a\n",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:1:1",
        message: "The file must hold a map of keys and values.",
        remedy: "Begin it with `apiVersion: zivsync/v1` and `kind: Organization`.",
      },
    ],
  },
  {
    name: "no header",
    from: "apiVersion: zivsync/v1\nkind: Organization\n",
    to: "",
    problems: [
      {
        code: "config-version",
        where: "organization.yaml:1:1",
        message: "`apiVersion` is missing, so the format of this file is unknown.",
        remedy: "Write `apiVersion: zivsync/v1`.",
      },
      {
        code: "config-kind",
        where: "organization.yaml:1:1",
        message: "`kind` is missing, so it is unknown what this file describes.",
        remedy: "Write `kind: Organization`, or move the file to where its kind belongs.",
      },
    ],
  },
  {
    name: "another version and kind",
    from: "apiVersion: zivsync/v1\nkind: Organization",
    to: "apiVersion: zivsync/v2\nkind: Profile",
    problems: [
      {
        code: "config-version",
        where: "organization.yaml:1:13",
        message: "`apiVersion` is not `zivsync/v1`, the one format that this version of zivsync reads.",
        remedy: "Write `apiVersion: zivsync/v1`.",
      },
      {
        code: "config-kind",
        where: "organization.yaml:2:7",
        message: "`kind` is not `Organization`, and a file at this place must be.",
        remedy: "Write `kind: Organization`, or move the file to where its kind belongs.",
      },
    ],
  },
  {
    name: "a mistyped key",
    from: "claimedDomains",
    to: "claimedDomain",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:1:1",
        message:
          "`claimedDomains` is missing in this file. The domains that the organisation has claimed in Zivver. Accounts and aliases must be in one of them.",
        remedy: "Add it, for example `claimedDomains: [example.org]`.",
      },
      {
        code: "unknown-key",
        where: "organization.yaml:5:1",
        message:
          "`claimedDomain` is not a key of this file, and what zivsync does not know would have no effect.",
        remedy: "Did you mean `claimedDomains`?",
      },
    ],
  },
  {
    name: "no API key",
    from: "  apiKey: { env: ZIVVER_API_KEY }",
    to: "  {}",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:3:1",
        message: "`apiKey` is missing in `target`. A reference to the API key of Zivver.",
        remedy: "Add it, for example `apiKey: { env: ZIVVER_API_KEY }`.",
      },
    ],
  },
  {
    name: "an API key as a value",
    from: "{ env: ZIVVER_API_KEY }",
    to: "canary-1234",
    problems: [
      {
        code: "secret-inline",
        where: "organization.yaml:4:11",
        message: "This is a literal secret: anyone who can read the repository can read it.",
        remedy:
          "Write `{ env: NAME }` with the name of an environment variable, or `{ file: PATH }`. If the value was real and has been committed, replace it at its origin.",
      },
    ],
  },
  {
    name: "an API key under another name",
    from: "{ env: ZIVVER_API_KEY }",
    to: "{ value: canary-1234 }",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:4:11",
        message:
          "A secret must be named by exactly one of `env` and `file`, and `env` by a name of letters, digits and `_`.",
        remedy: "Write `{ env: NAME }` with the name of an environment variable, or `{ file: PATH }`.",
      },
    ],
  },
  {
    name: "both ways to name a secret",
    from: "{ env: ZIVVER_API_KEY }",
    to: "{ env: A, file: b }",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:4:11",
        message:
          "A secret must be named by exactly one of `env` and `file`, and `env` by a name of letters, digits and `_`.",
        remedy: "Write `{ env: NAME }` with the name of an environment variable, or `{ file: PATH }`.",
      },
    ],
  },
  {
    name: "a name that no variable can have",
    from: "{ env: ZIVVER_API_KEY }",
    to: "{ env: canary 1234 }",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:4:18",
        message:
          "A secret must be named by exactly one of `env` and `file`, and `env` by a name of letters, digits and `_`.",
        remedy: "Write `{ env: NAME }` with the name of an environment variable, or `{ file: PATH }`.",
      },
    ],
  },
  {
    name: "a region that is none",
    from: "claimedDomains:",
    to: "defaultPhoneRegion: uk\nclaimedDomains:",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:5:21",
        message: '"UK" is not a country or region with phone numbers of its own.',
        remedy: "Write its two letters after ISO 3166-1, for example `NL`; the United Kingdom is `GB`.",
      },
    ],
  },
  {
    name: "a country code where a region must be",
    from: "claimedDomains:",
    to: 'defaultPhoneRegion: "+31"\nclaimedDomains:',
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:5:21",
        message:
          "`defaultPhoneRegion` is not written as it must be. The country or region (ISO 3166-1, two letters) of phone numbers without a country code. zivsync then converts all numbers to E.164. Default: numbers are not converted.",
        remedy: "Write for example `NL`.",
      },
    ],
  },
  {
    name: "no domains",
    from: "[example.org, example.com]",
    to: "[]",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:5:17",
        message:
          "`claimedDomains` is empty. The domains that the organisation has claimed in Zivver. Accounts and aliases must be in one of them.",
        remedy: "Write for example `[example.org]`.",
      },
    ],
  },
  {
    name: "nothing where a list must be",
    from: "[example.org, example.com]",
    to: "",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:5:17",
        message:
          "`claimedDomains` must be a list, not nothing. The domains that the organisation has claimed in Zivver. Accounts and aliases must be in one of them.",
        remedy: "Write for example `[example.org]`.",
      },
    ],
  },
  {
    name: "no domains at all",
    from: "[example.org, example.com]",
    to: "[https://example.org, example, 5]",
    problems: [
      {
        code: "domain-invalid",
        where: "organization.yaml:5:18",
        message: '"https://example.org" is not a domain that can receive mail.',
        remedy: "Write a domain such as `example.org`, without `@` or `https://`.",
      },
      {
        code: "domain-invalid",
        where: "organization.yaml:5:39",
        message: '"example" is not a domain that can receive mail.',
        remedy: "Write a domain such as `example.org`, without `@` or `https://`.",
      },
      {
        code: "config-shape",
        where: "organization.yaml:5:48",
        message: "Entry 3 of `claimedDomains` must be text, not a number.",
        remedy: 'Put it in quotes: "…".',
      },
    ],
  },
  {
    name: "a domain twice",
    from: "[example.org, example.com]",
    to: "[EXAMPLE.org, example.org]",
    problems: [
      {
        code: "config-duplicate",
        where: "organization.yaml:5:31",
        message: 'The domain "example.org" is in the list twice.',
        remedy: "Remove one of the two.",
      },
    ],
  },
  {
    name: "plain http",
    from: "target:",
    to: "target:\n  url: http://app.example.org",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:4:8",
        message: "`target.url` must begin with `https://`, or the API key would cross the network in clear.",
        remedy: "Write an address such as `https://app.zivver.com/api/scim/v2`, or leave `url` out.",
      },
    ],
  },
  {
    name: "a password in the address",
    from: "target:",
    to: "target:\n  url: https://u:p@app.example.org/x",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:4:8",
        message: "`target.url` holds a user name or a password, and Zivver takes only the API key.",
        remedy: "Write an address such as `https://app.zivver.com/api/scim/v2`, or leave `url` out.",
      },
    ],
  },
  {
    name: "a query in the address",
    from: "target:",
    to: "target:\n  url: https://app.example.org/x?y",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:4:8",
        message: "`target.url` holds a query or a fragment, and requests add their own.",
        remedy: "Write an address such as `https://app.zivver.com/api/scim/v2`, or leave `url` out.",
      },
    ],
  },
  {
    name: "no address",
    from: "target:",
    to: "target:\n  url: zivver",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:4:8",
        message: "`target.url` is not an address of a web service.",
        remedy: "Write an address such as `https://app.zivver.com/api/scim/v2`, or leave `url` out.",
      },
    ],
  },
  {
    name: "an unknown way to send the key",
    from: "target:",
    to: "target:\n  apiKeyEncoding: base46",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:4:19",
        message:
          "`target.apiKeyEncoding` must be one of `as-copied`, `base64`. How zivsync sends the API key: unchanged, or encoded in base64.",
        remedy: "Did you mean `base64`?",
      },
    ],
  },
  {
    name: "a rate limit of none",
    from: "target:",
    to: "target:\n  rateLimit: { requests: 0 }",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:4:3",
        message: "`seconds` is missing in `target.rateLimit`. Length of the window in seconds.",
        remedy: "Add it, for example `seconds: 10`.",
      },
      {
        code: "config-shape",
        where: "organization.yaml:4:26",
        message:
          "`target.rateLimit.requests` must be at least 1. The number of requests that Zivver accepts in one window.",
        remedy: "Write for example `50`.",
      },
    ],
  },
  {
    name: "an unknown login method",
    from: "kind: Organization\n",
    to: "kind: Organization\nloginMethod: saml\n",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:3:14",
        message:
          "`loginMethod` must be one of `sso`, `password`. How people log in to Zivver: with single sign-on, which needs an account key for every personal account, or with a password.",
        remedy: "Write one of these.",
      },
    ],
  },
  {
    name: "guards",
    from: "kind: Organization\n",
    to: "kind: Organization\nguards: { suspend: 5, delete: { percent: 101 }, update: {}, create: of, acountKey: off, accountKey: { count: 1.5 } }\n",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:3:20",
        message:
          "`guards.suspend` must be a map of keys and values or `off`, not a number. A limit in percent of the managed live accounts, a limit by count, or both; `off` switches the guard off.",
        remedy: "Write for example `{ percent: 5, count: 100 }`.",
      },
      {
        code: "config-shape",
        where: "organization.yaml:3:42",
        message:
          "`guards.delete.percent` must be at most 100. Percent of the managed live accounts of that kind, from 10 accounts on.",
        remedy: "Write for example `5`.",
      },
      {
        code: "config-shape",
        where: "organization.yaml:3:57",
        message:
          "`guards.update` is empty. A limit in percent of the managed live accounts, a limit by count, or both; `off` switches the guard off.",
        remedy: "Write for example `{ percent: 5, count: 100 }`.",
      },
      {
        code: "config-shape",
        where: "organization.yaml:3:69",
        message:
          "`guards.create` must be a map of keys and values or `off`, but other text is here. A limit in percent of the managed live accounts, a limit by count, or both; `off` switches the guard off.",
        remedy: "Write for example `{ percent: 5, count: 100 }`.",
      },
      {
        code: "unknown-key",
        where: "organization.yaml:3:73",
        message: "`acountKey` is not a key of `guards`, and what zivsync does not know would have no effect.",
        remedy: "Did you mean `accountKey`?",
      },
      {
        code: "config-shape",
        where: "organization.yaml:3:110",
        message:
          "`guards.accountKey.count` must be a whole number, not a fraction. Count of accounts (of `memberRemoval` and `addDelegate`, of delegates) in one plan.",
        remedy: "Write for example `100`.",
      },
    ],
  },
  {
    name: "approval",
    from: "kind: Organization\n",
    to: "kind: Organization\napproval: { required: 0, selfApproval: yes, expires: 1 day }\n",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:3:23",
        message: "`approval.required` must be at least 1. How many people must approve a plan.",
        remedy: "Write for example `1`.",
      },
      {
        code: "config-shape",
        where: "organization.yaml:3:40",
        message:
          "`approval.selfApproval` must be `true` or `false`, not text. Whether the approval of a plan's author counts.",
        remedy: "Write for example `false`.",
      },
      {
        code: "config-shape",
        where: "organization.yaml:3:54",
        message:
          "`approval.expires` is not written as it must be. How long after it was made a plan can be applied: a number with m, h or d for minutes, hours or days.",
        remedy: "Write for example `24h`.",
      },
    ],
  },
  {
    name: "an environment without a name",
    from: "kind: Organization\n",
    to: 'kind: Organization\napproval: { github: { environment: " " } }\n',
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:3:36",
        message:
          "`approval.github.environment` is not written as it must be. The name of the protected environment that the run waits for.",
        remedy: "Write for example `zivver-production`.",
      },
    ],
  },
  {
    name: "fewer approvals for removals",
    from: "kind: Organization\n",
    to: "kind: Organization\napproval: { required: 2, forRemovals: 1 }\n",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:3:39",
        message:
          "`approval.forRemovals` is less than `approval.required`: a plan that removes would need fewer approvals than one that does not.",
        remedy: "Write 2 or more.",
      },
    ],
  },
  {
    name: "a window of standing approval that is longer than the ledger",
    from: "kind: Organization\n",
    to: "kind: Organization\napproval: { standing: { window: 32d } }\n",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:3:33",
        message:
          "`approval.standing.window` is longer than 31 days, and the state keeps no longer what standing approval let through.",
        remedy: "Write `31d` or less.",
      },
    ],
  },
  {
    name: "a state file without a path",
    from: "kind: Organization\n",
    to: "kind: Organization\nstate: { store: file, branch: x }\n",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:3:1",
        message: "`path` is missing in `state`. The path of the file, relative to this file.",
        remedy: "Add it, for example `path: ../state.json`.",
      },
      {
        code: "unknown-key",
        where: "organization.yaml:3:23",
        message: "`branch` is not a key of `state`, and what zivsync does not know would have no effect.",
        remedy: "Known here: `store`, `path`.",
      },
    ],
  },
  {
    name: "an unknown store",
    from: "kind: Organization\n",
    to: "kind: Organization\nstate: { store: s3 }\n",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:3:17",
        message:
          "`state.store` must be one of `git`, `file`. The kind of store: a branch of this Git repository, or a file.",
        remedy: "Write one of these.",
      },
    ],
  },
  {
    name: "one protected address that is not in a list, as a number",
    from: "kind: Organization\n",
    to: "kind: Organization\nprotected: 5\n",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:3:12",
        message:
          "`protected` must be a list or `none`, not a number. Addresses that no plan suspends, deletes or renames; `*` matches any characters. While it is empty, no plan suspends or deletes personal accounts. `none` protects nobody.",
        remedy: 'Write for example `[admin@example.org, "*@board.example.org"]`.',
      },
    ],
  },
  {
    name: "a word in place of protected addresses",
    from: "kind: Organization\n",
    to: "kind: Organization\nprotected: nobody\n",
    problems: [
      {
        code: "config-shape",
        where: "organization.yaml:3:12",
        message:
          "`protected` must be a list or `none`, but other text is here. Addresses that no plan suspends, deletes or renames; `*` matches any characters. While it is empty, no plan suspends or deletes personal accounts. `none` protects nobody.",
        remedy: 'Write for example `[admin@example.org, "*@board.example.org"]`.',
      },
    ],
  },
  {
    name: "protected",
    from: "kind: Organization\n",
    to: 'kind: Organization\nprotected: [admin, "*@board.example.org", "*@bücher*.example"]\n',
    problems: [
      {
        code: "address-invalid",
        where: "organization.yaml:3:13",
        message: '"admin" is not an e-mail address, and not a pattern that one could match.',
        remedy: "Write an address such as `j.doe@example.org`, or a pattern such as `*@example.org`.",
      },
      {
        code: "address-invalid",
        where: "organization.yaml:3:43",
        message: '"*@bücher*.example" is not an e-mail address, and not a pattern that one could match.',
        remedy: "Write an address such as `j.doe@example.org`, or a pattern such as `*@example.org`.",
      },
    ],
  },
];

describe("organization.yaml: what is wrong, where, and what to do", () => {
  for (const { name, from, to, problems } of CASES) {
    test(name, async () => {
      expect(await problemsOf(changed("organization", from, to))).toEqual(problems);
    });
  }
});
