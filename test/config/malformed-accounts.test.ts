import { describe, expect, test } from "vitest";
import { type Case, changed, problemsOf } from "./folder.ts";

const CASES: readonly Case[] = [
  {
    name: "no address",
    from: "j.doe@example.org",
    to: "jdoe",
    problems: [
      {
        code: "address-invalid",
        where: "accounts/extra.yaml:4:14",
        message: '"jdoe" is not an e-mail address.',
        remedy: "Write an address such as `j.doe@example.org`.",
      },
    ],
  },
  {
    name: "every field",
    from: "fullName: Jane Doe",
    to: "fullNam: Jane, phone: 031, id: 5, active: ja, aliases: [x, a@example.org], delegates: b@example.org, accountKey: canary, division: x",
    problems: [
      {
        code: "unknown-key",
        where: "accounts/extra.yaml:4:33",
        message:
          "`fullNam` is not a key of entry 1 of `personal`, and what zivsync does not know would have no effect.",
        remedy: "Did you mean `fullName`?",
      },
      {
        code: "config-shape",
        where: "accounts/extra.yaml:4:55",
        message: "`phone` must be text, not a number. The phone number.",
        remedy: 'Put it in quotes: "…".',
      },
      {
        code: "config-shape",
        where: "accounts/extra.yaml:4:64",
        message:
          "`id` must be text, not a number. An id of the account that never changes, so that a new address is recognised as a rename.",
        remedy: 'Put it in quotes: "…".',
      },
      {
        code: "config-shape",
        where: "accounts/extra.yaml:4:75",
        message: "`active` must be `true` or `false`, not text. Whether the account is active.",
        remedy: "Write for example `true`.",
      },
      {
        code: "address-invalid",
        where: "accounts/extra.yaml:4:89",
        message: '"x" is not an e-mail address.',
        remedy: "Write an address such as `j.doe@example.org`.",
      },
      {
        code: "config-shape",
        where: "accounts/extra.yaml:4:119",
        message:
          "`delegates` must be a list, not text. Addresses of the people who can open the account; an empty list means none.",
        remedy: "Write for example `[k.roe@example.org]`.",
      },
      {
        code: "secret-inline",
        where: "accounts/extra.yaml:4:146",
        message: "This is a literal secret: anyone who can read the repository can read it.",
        remedy:
          "Write `{ env: NAME }` with the name of an environment variable, or `{ file: PATH }`. If the value was real and has been committed, replace it at its origin.",
      },
      {
        code: "config-shape",
        where: "accounts/extra.yaml:4:164",
        message: "`division` is not written as it must be. The division; it starts with `/`.",
        remedy: "Write for example `/`.",
      },
    ],
  },
  {
    name: "no email",
    from: "email: j.doe@example.org, ",
    to: "",
    problems: [
      {
        code: "config-shape",
        where: "accounts/extra.yaml:4:5",
        message: "`email` is missing in entry 1 of `personal`. The primary address.",
        remedy: "Add it, for example `email: j.doe@example.org`.",
      },
    ],
  },
  {
    name: "an address declared twice",
    from: "personal:",
    to: "personal:\n  - { email: J.Doe@Example.org }",
    problems: [
      {
        code: "config-duplicate",
        where: "accounts/extra.yaml:5:5",
        message:
          '"j.doe@example.org" is declared at accounts/extra.yaml:4:5 already, and only one of the two could count.',
        remedy: "Unite the two entries, or remove one.",
      },
    ],
  },
  {
    name: "an address in place of an entry",
    from: "{ email: j.doe@example.org, fullName: Jane Doe }",
    to: "j.doe@example.org",
    problems: [
      {
        code: "config-shape",
        where: "accounts/extra.yaml:4:5",
        message:
          "Entry 1 of `personal` must be a map of keys and values, not text. One account. Fields that are left out stay unchanged; an entry without `fullName` only adds to an account of another source.",
        remedy: "Write for example `{ email: j.doe@example.org, fullName: Jane Doe }`.",
      },
    ],
  },
];

describe("a file of accounts: what is wrong, where, and what to do", () => {
  for (const { name, from, to, problems } of CASES) {
    test(name, async () => {
      expect(await problemsOf(changed("accounts", from, to))).toEqual(problems);
    });
  }
});
