import { describe, expect, test } from "vitest";
import { type Case, changed, problemsOf } from "./folder.ts";

const CASES: readonly Case[] = [
  {
    name: "a mistyped key",
    from: "sources:",
    to: "sorces:",
    problems: [
      {
        code: "config-shape",
        where: "profiles/staff.yaml:1:1",
        message:
          "`sources` is missing in this file. The sources of accounts, in order of precedence: the first that gives a field wins; aliases are combined.",
        remedy:
          "Add it, for example `sources: [{ name: hr-export, type: spreadsheet, file: ../users.csv }]`.",
      },
      {
        code: "unknown-key",
        where: "profiles/staff.yaml:7:1",
        message: "`sorces` is not a key of this file, and what zivsync does not know would have no effect.",
        remedy: "Did you mean `sources`?",
      },
    ],
  },
  {
    name: "a source type of another version",
    from: "spreadsheet",
    to: "okta",
    problems: [
      {
        code: "config-shape",
        where: "profiles/staff.yaml:8:23",
        message:
          "`type` must be one of `spreadsheet`, `declared`, `active-directory`, `ldap`, `entra-id`, `exchange-online`, `exchange-on-premises`, `records`. The source type. This version of zivsync supports no others.",
        remedy: "Write one of these.",
      },
    ],
  },
  {
    name: "a mistyped source type",
    from: "spreadsheet",
    to: "spreadsheat",
    problems: [
      {
        code: "config-shape",
        where: "profiles/staff.yaml:8:23",
        message:
          "`type` must be one of `spreadsheet`, `declared`, `active-directory`, `ldap`, `entra-id`, `exchange-online`, `exchange-on-premises`, `records`. The source type. This version of zivsync supports no others.",
        remedy: "Did you mean `spreadsheet`?",
      },
    ],
  },
  {
    name: "no sources",
    from: "  - { name: hr, type: spreadsheet, file: ../users.csv }",
    to: "  []",
    problems: [
      {
        code: "config-shape",
        where: "profiles/staff.yaml:8:3",
        message:
          "`sources` is empty. The sources of accounts, in order of precedence: the first that gives a field wins; aliases are combined.",
        remedy: "Write for example `[{ name: hr-export, type: spreadsheet, file: ../users.csv }]`.",
      },
    ],
  },
  {
    name: "a source without a name",
    from: "name: hr, ",
    to: "",
    problems: [
      {
        code: "config-shape",
        where: "profiles/staff.yaml:8:5",
        message:
          "`name` is missing in entry 1 of `sources`. The name of the source, unique within the profile.",
        remedy: "Add it, for example `name: hr-export`.",
      },
    ],
  },
  {
    name: "a source with a mistyped key",
    from: "file: ../users.csv",
    to: "fil: ../users.csv",
    problems: [
      {
        code: "unknown-key",
        where: "profiles/staff.yaml:8:36",
        message:
          "`fil` is not a key of entry 1 of `sources`, and what zivsync does not know would have no effect.",
        remedy: "Did you mean `file`?",
      },
    ],
  },
  {
    name: "a source that names no file",
    from: ", file: ../users.csv",
    to: "",
    problems: [
      {
        code: "config-shape",
        where: "profiles/staff.yaml:8:5",
        message: "This source names no table: it has none of `file`, `personal` and `functional`.",
        remedy: "Add for example `personal: { file: ../users.xlsx, sheet: Users }`.",
      },
    ],
  },
  {
    name: "a table that names no file",
    from: "file: ../users.csv",
    to: "personal: { sheet: Users }",
    problems: [
      {
        code: "config-shape",
        where: "profiles/staff.yaml:8:36",
        message: "`personal` names no file, so its accounts cannot be read.",
        remedy: "Add `file:` to it, or to the source for both kinds.",
      },
    ],
  },
  {
    name: "one csv file for both kinds",
    from: "[personal]",
    to: "[personal, functional]",
    problems: [
      {
        code: "config-shape",
        where: "profiles/staff.yaml:8:5",
        message:
          "The profile manages both kinds, and nothing says which accounts of `file` are of which kind.",
        remedy: "Name a file for each: `personal: { file: … }` and `functional: { file: … }`.",
      },
    ],
  },
  {
    name: "one table for both kinds",
    from: "file: ../users.csv",
    to: "file: ../u.xlsx, personal: true, functional: true",
    problems: [
      {
        code: "config-shape",
        where: "profiles/staff.yaml:8:5",
        message: "`personal` and `functional` name the same table, so each of its rows would be both kinds.",
        remedy: "Name a `sheet` for each, or a `file` for each.",
      },
    ],
  },
  {
    name: "false for a table",
    from: "file: ../users.csv",
    to: "file: ../u.xlsx, personal: true, functional: false",
    problems: [
      {
        code: "config-shape",
        where: "profiles/staff.yaml:8:81",
        message:
          "`functional` cannot be `false`. The table of functional accounts; `true` if `file` and `map` above it are enough.",
        remedy: "Leave the key out.",
      },
    ],
  },
  {
    name: "a map",
    from: "file: ../users.csv",
    to: "file: ../u.csv, map: { emial: Mail, accountKey: 5 }",
    problems: [
      {
        code: "unknown-key",
        where: "profiles/staff.yaml:8:59",
        message: "`emial` is not a key of `map`, and what zivsync does not know would have no effect.",
        remedy:
          "Known here: `email`, `fullName`, `aliases`, `delegates`, `accountKey`, `active`, `division`, `phone`, `id`.",
      },
      {
        code: "config-shape",
        where: "profiles/staff.yaml:8:84",
        message: "`map.accountKey` must be text, not a number. The column that holds the account key.",
        remedy: 'Put it in quotes: "…".',
      },
    ],
  },
  {
    name: "a source name twice",
    from: "sources:",
    to: "sources:\n  - { name: hr, type: spreadsheet, file: ../b.csv }",
    problems: [
      {
        code: "config-duplicate",
        where: "profiles/staff.yaml:9:13",
        message:
          'The source "hr" is at profiles/staff.yaml:8:13 already, and findings name a source by its name.',
        remedy: "Rename one of the two.",
      },
    ],
  },
  {
    name: "patterns that match nothing",
    from: "type: spreadsheet, file: ../users.csv",
    to: "type: declared, files: [../none/*.yaml, ../x.yaml]",
    problems: [
      {
        code: "file-not-found",
        where: "profiles/staff.yaml:8:41",
        message: 'No file matches "../none/*.yaml", so the source would be empty.',
        remedy: "Write a path relative to this file, such as `../accounts/*.yaml`.",
      },
      {
        code: "file-not-found",
        where: "profiles/staff.yaml:8:57",
        message: 'No file matches "../x.yaml", so the source would be empty.',
        remedy: "Write a path relative to this file, such as `../accounts/*.yaml`.",
      },
    ],
  },
  {
    name: "no kinds",
    from: "[personal]",
    to: "[]",
    problems: [
      {
        code: "profile-owns-nothing",
        where: "profiles/staff.yaml:4:1",
        message: "The profile manages no kind of account, so it would never do anything.",
        remedy: "Write `kinds: [personal]`, `[functional]` or both.",
      },
    ],
  },
  {
    name: "a kind twice, and none",
    from: "[personal]",
    to: "[personal, personal, functionl]",
    problems: [
      {
        code: "config-duplicate",
        where: "profiles/staff.yaml:5:10",
        message: "`manages.kinds` names the same thing twice.",
        remedy: "Remove one of the two.",
      },
      {
        code: "config-shape",
        where: "profiles/staff.yaml:5:31",
        message: "Entry 3 of `kinds` must be one of `personal`, `functional`.",
        remedy: "Did you mean `functional`?",
      },
    ],
  },
  {
    name: "all that is included is excluded",
    from: "[{ domain: example.org }]",
    to: '[{ domain: example.org }]\n  exclude: [{ address: "*@example.org" }]',
    problems: [
      {
        code: "profile-owns-nothing",
        where: "profiles/staff.yaml:4:1",
        message: "Whatever `include` takes in, `exclude` leaves out, so the profile would never do anything.",
        remedy: "Remove the condition from one of the two, or remove the profile.",
      },
    ],
  },
  {
    name: "domains that are not claimed",
    from: "[{ domain: example.org }]",
    to: "[{ domain: example.net }, { address: a@example.test }]",
    problems: [
      {
        code: "domain-unclaimed",
        where: "profiles/staff.yaml:6:23",
        message: 'The domain "example.net" is not among the `claimedDomains`, so no account can lie in it.',
        remedy: "Correct it, or add it to `claimedDomains` in organization.yaml.",
      },
      {
        code: "domain-unclaimed",
        where: "profiles/staff.yaml:6:49",
        message: 'The domain "example.test" is not among the `claimedDomains`, so no account can lie in it.',
        remedy: "Correct it, or add it to `claimedDomains` in organization.yaml.",
      },
    ],
  },
  {
    name: "conditions",
    from: "[{ domain: example.org }]",
    to: "[{}, { domian: example.org }, { divisionUnder: a }]",
    problems: [
      {
        code: "config-shape",
        where: "profiles/staff.yaml:6:13",
        message: "Entry 1 of `include` is empty. A condition on a live account; all given keys must match.",
        remedy: "Write for example `{ domain: example.org }`.",
      },
      {
        code: "unknown-key",
        where: "profiles/staff.yaml:6:19",
        message:
          "`domian` is not a key of entry 2 of `include`, and what zivsync does not know would have no effect.",
        remedy: "Did you mean `domain`?",
      },
      {
        code: "config-shape",
        where: "profiles/staff.yaml:6:59",
        message:
          "`divisionUnder` is not written as it must be. This division and those below it; it starts with `/`.",
        remedy: "Write for example `/`.",
      },
    ],
  },
  {
    name: "sync",
    from: "sources:",
    to: "sync: { personal: { missing: suspnd, creat: true, update: yes } }\nsources:",
    problems: [
      {
        code: "config-shape",
        where: "profiles/staff.yaml:7:30",
        message:
          "`sync.personal.missing` must be one of `suspend`, `delete`, `ignore`. What to do with a managed account that is no longer in any source.",
        remedy: "Did you mean `suspend`?",
      },
      {
        code: "unknown-key",
        where: "profiles/staff.yaml:7:38",
        message:
          "`creat` is not a key of `sync.personal`, and what zivsync does not know would have no effect.",
        remedy: "Did you mean `create`?",
      },
      {
        code: "config-shape",
        where: "profiles/staff.yaml:7:59",
        message:
          "`sync.personal.update` must be `true` or `false`, not text. Update accounts that differ from the sources.",
        remedy: "Write for example `true`.",
      },
    ],
  },
  {
    name: "division",
    from: "sources:",
    to: "division: { fixed: a, byDomain: { x: /y, example.org: z } }\nsources:",
    problems: [
      {
        code: "config-shape",
        where: "profiles/staff.yaml:7:11",
        message:
          "`division` takes one of its keys only. The division of an account without a division in its record: one for all, or one for each domain.",
        remedy: "Keep one of `fixed`, `byDomain`.",
      },
      {
        code: "config-shape",
        where: "profiles/staff.yaml:7:20",
        message:
          "`division.fixed` is not written as it must be. The division of all of them; it starts with `/`.",
        remedy: "Write for example `/`.",
      },
      {
        code: "domain-invalid",
        where: "profiles/staff.yaml:7:35",
        message: '"x" is not a domain that can receive mail.',
        remedy: "Write a domain such as `example.org`, without `@` or `https://`.",
      },
      {
        code: "config-shape",
        where: "profiles/staff.yaml:7:55",
        message:
          "`division.byDomain.example.org` is not written as it must be. The division of that domain; it starts with `/`.",
        remedy: "Write for example `/`.",
      },
    ],
  },
  {
    name: "a division for one domain twice",
    from: "sources:",
    to: "division: { byDomain: { EXAMPLE.org: /y, example.org: /z } }\nsources:",
    problems: [
      {
        code: "config-duplicate",
        where: "profiles/staff.yaml:7:42",
        message: 'The domain "example.org" is listed twice, and only one of the two could count.',
        remedy: "Remove one of the two.",
      },
    ],
  },
  {
    name: "aliases",
    from: "sources:",
    to: "aliases: { unclaimed: drop }\nsources:",
    problems: [
      {
        code: "config-shape",
        where: "profiles/staff.yaml:7:23",
        message:
          "`aliases.unclaimed` must be one of `skip`, `error`. What to do with an alias outside the claimed domains: leave it out, or leave the account unchanged.",
        remedy: "Write one of these.",
      },
    ],
  },
  {
    name: "excluded domains in one text",
    from: "sources:",
    to: "aliases: { excludeDomains: 'example.org; @x, b' }\nsources:",
    problems: [
      {
        code: "domain-invalid",
        where: "profiles/staff.yaml:7:28",
        message: '"@x" is not a domain that can receive mail.',
        remedy: "Write a domain such as `example.org`, without `@` or `https://`.",
      },
      {
        code: "domain-invalid",
        where: "profiles/staff.yaml:7:28",
        message: '"b" is not a domain that can receive mail.',
        remedy: "Write a domain such as `example.org`, without `@` or `https://`.",
      },
    ],
  },
];

describe("a profile: what is wrong, where, and what to do", () => {
  for (const { name, from, to, problems } of CASES) {
    test(name, async () => {
      expect(await problemsOf(changed("profile", from, to))).toEqual(problems);
    });
  }
});
