import { describe, expect, test } from "vitest";
import { type Case, changed, problemsOf } from "./folder.ts";

const CASES: readonly Case[] = [
  {
    name: "a tab as indentation",
    from: "  apiKey",
    to: "\tapiKey",
    problems: [
      {
        code: "yaml-syntax",
        where: "organization.yaml:4:1",
        message: "A tab indents this line, and YAML takes spaces only.",
        remedy: "Use spaces.",
      },
    ],
  },
  {
    name: "a quote that is not closed",
    from: "[example.org,",
    to: '["example.org,',
    problems: [
      {
        code: "yaml-syntax",
        where: "organization.yaml:6:1",
        message: "A character is missing here: a quote, bracket, comma, colon or space that YAML needs.",
        remedy: "Close what was opened, and leave a space after every `:`, `-` and `,`.",
      },
    ],
  },
  {
    name: "a bracket that is not closed",
    from: "[example.org, example.com]",
    to: "[example.org",
    problems: [
      {
        code: "yaml-syntax",
        where: "organization.yaml:6:1",
        message: "A character is missing here: a quote, bracket, comma, colon or space that YAML needs.",
        remedy: "Close what was opened, and leave a space after every `:`, `-` and `,`.",
      },
    ],
  },
  {
    name: "two keys in one line",
    from: "{ env: ZIVVER_API_KEY }",
    to: "a: b",
    problems: [
      {
        code: "yaml-syntax",
        where: "organization.yaml:4:11",
        message: "A second `key: value` is in the same line.",
        remedy: 'Begin a new line for it, or put the text in quotes: "…".',
      },
    ],
  },
  {
    name: "a reserved character at the start",
    from: "{ env: ZIVVER_API_KEY }",
    to: "@key",
    problems: [
      {
        code: "yaml-syntax",
        where: "organization.yaml:4:11",
        message: "A text cannot begin with this character.",
        remedy: 'Put the text in quotes: "…".',
      },
    ],
  },
  {
    name: "an escape that does not exist",
    from: "[example.org, example.com]",
    to: '["example.org\\q"]',
    problems: [
      {
        code: "yaml-syntax",
        where: "organization.yaml:5:30",
        message: 'A backslash inside "…" begins an escape, and this one does not exist.',
        remedy: "Use single quotes: '…'.",
      },
    ],
  },
  {
    name: "a key written twice, and another",
    from: "kind: Organization\n",
    to: "kind: Organization\nloginMethod: sso\nloginMethod: sso\n",
    problems: [
      {
        code: "config-duplicate",
        where: "organization.yaml:4:1",
        message: "This key is twice in one map, and only one of the two could count.",
        remedy: "Remove or rename one of them.",
      },
    ],
  },
  {
    name: "a key that is a list",
    from: "[example.org, example.com]",
    to: "\n  ? [a]\n  : b",
    problems: [
      {
        code: "yaml-syntax",
        where: "organization.yaml:6:5",
        message: "A key must be text.",
        remedy: "Write `key: value`.",
      },
    ],
  },
  {
    name: "a second document",
    from: "claimedDomains",
    to: "---\nclaimedDomains",
    problems: [
      {
        code: "yaml-syntax",
        where: "organization.yaml:5:1",
        message: "A second document begins here, and one file holds one document.",
        remedy: "Move it to a file of its own, or remove the `---`.",
      },
    ],
  },
  {
    name: "YAML 1.1",
    from: "apiVersion",
    to: "%YAML 1.1\n---\napiVersion",
    problems: [
      {
        code: "yaml-syntax",
        where: "organization.yaml:1:1",
        message: "zivsync does not accept this directive (`%…`).",
        remedy: "Remove the line.",
      },
    ],
  },
  {
    name: "an unknown directive",
    from: "apiVersion",
    to: "%FOO bar\n---\napiVersion",
    problems: [
      {
        code: "yaml-syntax",
        where: "organization.yaml:1:1",
        message: "zivsync does not accept this directive (`%…`).",
        remedy: "Remove the line.",
      },
    ],
  },
  {
    name: "an unknown tag",
    from: "[example.org, example.com]",
    to: "!mine [example.org]",
    problems: [
      {
        code: "yaml-syntax",
        where: "organization.yaml:5:17",
        message: "Unknown tag (`!…`).",
        remedy: "Leave the tag out; put text that begins with `!` in quotes.",
      },
    ],
  },
  {
    name: "an alias without an anchor",
    from: "[example.org, example.com]",
    to: "*domains",
    problems: [
      {
        code: "yaml-syntax",
        where: "organization.yaml:5:17",
        message: "This alias (`*…`) has no anchor (`&…`) of its name before it.",
        remedy: "Put text that begins with `*` in quotes, or write the value out.",
      },
    ],
  },
  {
    name: "an alias that leads in a circle",
    from: "[example.org, example.com]",
    to: "&a [*a]",
    problems: [
      {
        code: "yaml-alias-bomb",
        where: "organization.yaml:5:21",
        message:
          "The aliases (`*…`) of this file lead in a circle, or are more than 100 when those inside each other are counted.",
        remedy: "Write the values out in place of aliases.",
      },
    ],
  },
  {
    name: "nesting beyond all reason",
    from: "[example.org, example.com]",
    to: "[".repeat(5000),
    problems: [
      {
        code: "yaml-syntax",
        where: "organization.yaml:1:1",
        message: "The values are nested too deeply.",
        remedy: "Write them out flat.",
      },
    ],
  },
  {
    name: "a NUL",
    from: "example.com",
    to: "example\u0000.com",
    problems: [
      {
        code: "yaml-syntax",
        where: "organization.yaml:5:38",
        message: "This character cannot be printed, such as a NUL or an escape.",
        remedy: "Remove it, or save the file as UTF-8 text.",
      },
    ],
  },
  {
    name: "half a character",
    from: "example.com",
    to: '"\\ud800"',
    problems: [
      {
        code: "yaml-syntax",
        where: "organization.yaml:5:31",
        message: "An escape in this text is half a character.",
        remedy: "Write the character itself.",
      },
    ],
  },
  {
    name: "wrong indentation",
    from: "claimedDomains",
    to: " claimedDomains",
    problems: [
      {
        code: "yaml-syntax",
        where: "organization.yaml:5:1",
        message: "The indentation does not match the lines around it, so it is unclear what this belongs to.",
        remedy:
          "Give the keys of one map the same indentation, and put what lies inside them further to the right.",
      },
    ],
  },
  {
    name: "a merge key",
    from: "claimedDomains",
    to: "<<: { a: 1 }\nclaimedDomains",
    problems: [
      {
        code: "unknown-key",
        where: "organization.yaml:5:1",
        message: "`<<` is not a key of this file, and what zivsync does not know would have no effect.",
        remedy:
          "Known here: `apiVersion`, `kind`, `target`, `loginMethod`, `defaultPhoneRegion`, `claimedDomains`, `protected`, `guards`, `approval`, `accountKeys`, `state`, `sealKey`, `notify`, `heldBack`, `suspendedAccounts`.",
      },
    ],
  },
];

describe("text that is not YAML, or YAML that could be misread: what is wrong, where, and what to do", () => {
  for (const { name, from, to, problems } of CASES) {
    test(name, async () => {
      expect(await problemsOf(changed("organization", from, to))).toEqual(problems);
    });
  }
});
