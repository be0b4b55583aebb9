import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/model/values/errors.ts";
import { ORGANIZATION, problemsOf } from "./folder.ts";

const FILE = "profiles/staff.yaml";

type Case = {
  readonly name: string;
  readonly kinds?: string;
  /** The lines of the source after its name, from line 7 of the file on. */
  readonly source: readonly string[];
  readonly problems: readonly Problem[];
};

const CASES: readonly Case[] = [
  {
    name: "no servers, and nobody to be",
    source: ["type: active-directory", "url: ldaps://dc1.corp.example.org"],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:6:5`,
        message:
          "`bind` is missing in entry 1 of `sources`. The credentials for the directory. Active Directory requires them.",
        remedy:
          "Add it, for example `bind: { user: svc-zivsync@corp.example.org, password: { env: AD_PASSWORD } }`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:6:5`,
        message:
          "`urls` is missing in entry 1 of `sources`. The servers, tried in this order until one answers: `ldaps://host`, or `ldap://host` with `startTls: true`; 3269 and 3268 are the ports of the global catalogue.",
        remedy:
          'Add it, for example `urls: ["ldaps://dc1.corp.example.org", "ldaps://dc2.corp.example.org"]`.',
      },
      {
        code: "unknown-key",
        where: `${FILE}:8:5`,
        message:
          "`url` is not a key of entry 1 of `sources`, and what zivsync does not know would have no effect.",
        remedy: "Did you mean `urls`?",
      },
    ],
  },
  {
    name: "a password as a value",
    source: [
      "type: active-directory",
      "urls: ldaps://dc1.corp.example.org",
      "bind: { user: svc@corp.example.org, password: canary }",
    ],
    problems: [
      {
        code: "secret-inline",
        where: `${FILE}:9:51`,
        message: "This is a literal secret: anyone who can read the repository can read it.",
        remedy:
          "Write `{ env: NAME }` with the name of an environment variable, or `{ file: PATH }`. If the value was real and has been committed, replace it at its origin.",
      },
    ],
  },
  {
    name: "a password by a name that no variable has, and a mistyped reference",
    source: [
      "type: active-directory",
      "urls: ldaps://dc1.corp.example.org",
      "bind: { certificate: ../client.pem, key: { env: canary-1 }, passphrase: { evn: canary } }",
    ],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:9:53`,
        message:
          "A secret must be named by exactly one of `env` and `file`, and `env` by a name of letters, digits and `_`.",
        remedy: "Write `{ env: NAME }` with the name of an environment variable, or `{ file: PATH }`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:9:77`,
        message:
          "A secret must be named by exactly one of `env` and `file`, and `env` by a name of letters, digits and `_`.",
        remedy: "Write `{ env: NAME }` with the name of an environment variable, or `{ file: PATH }`.",
      },
    ],
  },
  {
    name: "a user without a password",
    source: [
      "type: active-directory",
      "urls: ldaps://dc1.corp.example.org",
      "bind: { user: svc@corp.example.org }",
    ],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:9:11`,
        message:
          "`password` is missing in `bind`. A directory takes a user without a password for a stranger, and shows less than there is.",
        remedy: "Add it, for example `password: { env: AD_PASSWORD }`.",
      },
    ],
  },
  {
    name: "a password without a user",
    source: [
      "type: active-directory",
      "urls: ldaps://dc1.corp.example.org",
      "bind: { password: { env: AD_PASSWORD } }",
    ],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:9:11`,
        message: "`user` is missing in `bind`. A password belongs to a user.",
        remedy: "Add it, for example `user: svc-zivsync@corp.example.org`.",
      },
    ],
  },
  {
    name: "a passphrase alone",
    source: ["type: ldap", "urls: ldaps://ldap.example.org", "bind: { passphrase: { env: PASSPHRASE } }"],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:9:11`,
        message: "`certificate` is missing in `bind`. A key belongs to a certificate.",
        remedy: "Add it, for example `certificate: ../client.pem`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:9:11`,
        message: "`key` is missing in `bind`. A certificate proves nothing without its key.",
        remedy: "Add it, for example `key: { file: /run/secrets/client.key }`.",
      },
    ],
  },
  {
    name: "a user and a certificate",
    source: [
      "type: ldap",
      "urls: ldaps://ldap.example.org",
      "bind: { user: cn=svc, certificate: ../client.pem, key: { file: ../client.key } }",
    ],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:9:11`,
        message: "`bind` names a user and a certificate, and zivsync can be only one of the two.",
        remedy: "Keep `user` and `password`, or `certificate` and `key`.",
      },
    ],
  },
  {
    name: "a bind that is text",
    source: ["type: ldap", "urls: ldaps://ldap.example.org", "bind: svc@corp.example.org:canary"],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:9:11`,
        message:
          "`bind` must be a map of keys and values, not text. A user with a password, or a certificate with its key.",
        remedy: "Write for example `{ user: svc-zivsync@corp.example.org, password: { env: AD_PASSWORD } }`.",
      },
    ],
  },
  {
    name: "an empty bind",
    source: ["type: ldap", "urls: ldaps://ldap.example.org", "bind: {}"],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:9:11`,
        message: "`bind` is empty. A user with a password, or a certificate with its key.",
        remedy: "Write for example `{ user: svc-zivsync@corp.example.org, password: { env: AD_PASSWORD } }`.",
      },
    ],
  },
  {
    name: "addresses that are none",
    source: [
      "type: ldap",
      "urls: [ldap.example.org, 'https://ldap.example.org', 'ldaps://svc:canary@ldap.example.org', 'ldaps://ldap.example.org/DC=org', 'ldaps://ldap.example.org?x', 'ldaps://ldap.example.org:0', 'ldaps://ldap.example.org:65536', 'ldaps://']",
    ],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:8:12`,
        message:
          "This is not the address of a directory: `ldaps://` or `ldap://`, a host and perhaps a port are all that it holds.",
        remedy: "Write for example `ldaps://dc1.corp.example.org`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:8:30`,
        message:
          "This is not the address of a directory: `ldaps://` or `ldap://`, a host and perhaps a port are all that it holds.",
        remedy: "Write for example `ldaps://dc1.corp.example.org`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:8:58`,
        message:
          "This is not the address of a directory: `ldaps://` or `ldap://`, a host and perhaps a port are all that it holds.",
        remedy: "Write for example `ldaps://dc1.corp.example.org`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:8:97`,
        message:
          "This is not the address of a directory: `ldaps://` or `ldap://`, a host and perhaps a port are all that it holds.",
        remedy: "Write for example `ldaps://dc1.corp.example.org`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:8:132`,
        message:
          "This is not the address of a directory: `ldaps://` or `ldap://`, a host and perhaps a port are all that it holds.",
        remedy: "Write for example `ldaps://dc1.corp.example.org`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:8:162`,
        message:
          "This is not the address of a directory: `ldaps://` or `ldap://`, a host and perhaps a port are all that it holds.",
        remedy: "Write for example `ldaps://dc1.corp.example.org`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:8:192`,
        message:
          "This is not the address of a directory: `ldaps://` or `ldap://`, a host and perhaps a port are all that it holds.",
        remedy: "Write for example `ldaps://dc1.corp.example.org`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:8:226`,
        message:
          "This is not the address of a directory: `ldaps://` or `ldap://`, a host and perhaps a port are all that it holds.",
        remedy: "Write for example `ldaps://dc1.corp.example.org`.",
      },
    ],
  },
  {
    name: "no encryption",
    source: [
      "type: ldap",
      "urls: ['ldap://ldap.example.org:389', ldap://localhost, ldap://localhost.example.org, ldap://128.0.0.1]",
    ],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:8:12`,
        message:
          'The connection to "ldap://ldap.example.org:389" would not be encrypted, and who can change what a directory says decides who gets access.',
        remedy: "Write `ldaps://`, or add `startTls: true`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:8:61`,
        message:
          'The connection to "ldap://localhost.example.org" would not be encrypted, and who can change what a directory says decides who gets access.',
        remedy: "Write `ldaps://`, or add `startTls: true`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:8:91`,
        message:
          'The connection to "ldap://128.0.0.1" would not be encrypted, and who can change what a directory says decides who gets access.',
        remedy: "Write `ldaps://`, or add `startTls: true`.",
      },
    ],
  },
  {
    name: "StartTLS where there is TLS",
    source: [
      "type: ldap",
      "urls: [ldap://ldap.example.org, 'ldaps://ldap.example.org:636']",
      "startTls: true",
    ],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:8:37`,
        message:
          '"ldaps://ldap.example.org:636" is TLS from its first byte, and `startTls: true` is for `ldap://` only.',
        remedy: "Remove `startTls`, or write `ldap://`.",
      },
    ],
  },
  {
    name: "a certificate without TLS",
    source: [
      "type: ldap",
      "urls: ldap://localhost",
      "bind: { certificate: ../client.pem, key: { file: ../client.key } }",
    ],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:9:26`,
        message: "A certificate can be shown to a directory only within TLS, and `urls` holds `ldap://`.",
        remedy: "Write `ldaps://…`, or add `startTls: true`.",
      },
    ],
  },
  {
    name: "a server twice, and none",
    source: ["type: ldap", "urls: [ldaps://ldap.example.org, ldaps://ldap.example.org, 5]"],
    problems: [
      {
        code: "config-duplicate",
        where: `${FILE}:8:11`,
        message: "`urls` names the same thing twice.",
        remedy: "Remove one of the two.",
      },
      {
        code: "config-shape",
        where: `${FILE}:8:64`,
        message: "Entry 3 of `urls` must be text, not a number. A server.",
        remedy: 'Put it in quotes: "…".',
      },
    ],
  },
  {
    name: "an empty list of servers",
    source: ["type: ldap", "urls: []"],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:8:11`,
        message:
          "`urls` is empty. The servers, tried in this order until one answers: `ldaps://host`, or `ldap://host` with `startTls: true`; 3269 and 3268 are the ports of the global catalogue.",
        remedy: 'Write for example `["ldaps://dc1.corp.example.org", "ldaps://dc2.corp.example.org"]`.',
      },
    ],
  },
  {
    name: "filters that are none",
    kinds: "[personal, functional]",
    source: [
      "type: ldap",
      "urls: ldaps://ldap.example.org",
      "filter: department=Care",
      "personal: { filter: (&(a=b)(c=d) }",
      "functional: { filter: (cn=Team (A)), disabledUsers: { filter: '(manager=CN=Doe\\, Jane,DC=org)' } }",
    ],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:9:13`,
        message: "`filter` is not a filter as in RFC 4515: at character 1, a `(` is missing.",
        remedy: "Write for example `(department=Care)`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:10:25`,
        message: "`filter` is not a filter as in RFC 4515: at character 1, this `(` is not closed.",
        remedy: "Add the `)`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:11:27`,
        message: "`filter` is not a filter as in RFC 4515: at character 10, there is a `(` inside a value.",
        remedy: "Write `\\28` for `(` and `\\29` for `)`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:11:67`,
        message:
          "`filter` is not a filter as in RFC 4515: at character 16, a `\\` is without two hexadecimal digits after it.",
        remedy: "Write `\\5c` for `\\`: `(manager=CN=Doe\\5c, Jane,DC=…)`.",
      },
    ],
  },
  {
    name: "DNs that are none",
    source: [
      "type: ldap",
      "urls: ldaps://ldap.example.org",
      "baseDns: corp.example.org",
      "memberOf: [Zivver, 'CN=Zivver,DC=org']",
      "personal: { baseDns: ['OU=Care;DC=org', ',DC=org'] }",
    ],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:9:14`,
        message:
          '"corp.example.org" is not a DN: it is not made of parts such as `OU=Care`, with commas between them.',
        remedy: "Write it as the directory shows it, for example `OU=Care,DC=corp,DC=example,DC=org`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:10:16`,
        message: '"Zivver" is neither a DN nor an e-mail address, and a group is named by one of the two.',
        remedy:
          "Write it as the directory shows it, for example `CN=Zivver,OU=Groups,DC=corp,DC=example,DC=org`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:11:27`,
        message:
          '"OU=Care;DC=org" is not a DN: it is not made of parts such as `OU=Care`, with commas between them.',
        remedy: "Write it as the directory shows it, for example `OU=Care,DC=corp,DC=example,DC=org`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:11:45`,
        message:
          '",DC=org" is not a DN: it is not made of parts such as `OU=Care`, with commas between them.',
        remedy: "Write it as the directory shows it, for example `OU=Care,DC=corp,DC=example,DC=org`.",
      },
    ],
  },
  {
    name: "a kind that the profile does not manage",
    source: [
      "type: ldap",
      "urls: ldaps://ldap.example.org",
      "functional: { disabledUsers: true }",
      "personal: true",
    ],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:9:5`,
        message:
          "The profile does not manage functional accounts, so `functional` would be read for nothing.",
        remedy: "Add `functional` to `manages.kinds`, or remove the key.",
      },
    ],
  },
  {
    name: "every kind left out",
    source: ["type: ldap", "urls: ldaps://ldap.example.org", "personal: false"],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:6:5`,
        message: "This source reads nothing: every kind that the profile manages is `false` in it.",
        remedy: "Remove the `false`, or the source.",
      },
    ],
  },
  {
    name: "bytes as text",
    source: [
      "type: ldap",
      "urls: ldaps://ldap.example.org",
      "map: { accountKey: objectSid, id: { attribute: objectGUID, encoding: text }, phone: ms-ds-consistencyguid;binary }",
    ],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:9:24`,
        message:
          'The attribute "objectSid" holds bytes that are not text, and nothing says how they become text.',
        remedy: "Write `{ attribute: objectSid, encoding: base64 }`, or `guid` or `hex`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:9:39`,
        message:
          'The attribute "objectGUID" holds bytes that are not text, and nothing says how they become text.',
        remedy: "Write `{ attribute: objectGUID, encoding: base64 }`, or `guid` or `hex`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:9:89`,
        message:
          'The attribute "ms-ds-consistencyguid;binary" holds bytes that are not text, and nothing says how they become text.',
        remedy: "Write `{ attribute: ms-ds-consistencyguid;binary, encoding: base64 }`, or `guid` or `hex`.",
      },
    ],
  },
  {
    name: "attributes that are none",
    source: [
      "type: ldap",
      "urls: ldaps://ldap.example.org",
      "map: { email: e mail, fullName: { attribut: cn }, phone: 5, id: { attribute: objectGUID, encoding: uuid }, nick: cn }",
    ],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:9:19`,
        message:
          "`map.email` is not written as it must be. The name of an attribute, or its name and how its bytes become text.",
        remedy: "Write for example `displayName`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:9:27`,
        message: "`attribute` is missing in `map.fullName`. The name of the attribute.",
        remedy: "Add it, for example `attribute: objectGUID`.",
      },
      {
        code: "unknown-key",
        where: `${FILE}:9:39`,
        message:
          "`attribut` is not a key of `map.fullName`, and what zivsync does not know would have no effect.",
        remedy: "Did you mean `attribute`?",
      },
      {
        code: "config-shape",
        where: `${FILE}:9:62`,
        message:
          "`map.phone` must be text or a map of keys and values, not a number. The name of an attribute, or its name and how its bytes become text.",
        remedy: "Write for example `displayName`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:9:104`,
        message:
          "`map.id.encoding` must be one of `text`, `guid`, `base64`, `hex`. How its bytes become text: `text` (UTF-8), `guid` (as Active Directory shows one), `base64` or `hex`.",
        remedy: "Did you mean `guid`?",
      },
      {
        code: "unknown-key",
        where: `${FILE}:9:112`,
        message: "`nick` is not a key of `map`, and what zivsync does not know would have no effect.",
        remedy:
          "Known here: `email`, `fullName`, `aliases`, `delegates`, `accountKey`, `active`, `division`, `phone`, `id`.",
      },
    ],
  },
  {
    name: "times, sizes and choices",
    source: [
      "type: ldap",
      "urls: ldaps://ldap.example.org",
      "timeouts: { connect: 10, answer: 31m, conect: 5s }",
      "pageSize: 5001",
      "scope: sub",
      "primary: email",
    ],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:9:26`,
        message:
          "`timeouts.connect` must be text, not a number. The time limit for a connection: a number with s or m for seconds or minutes.",
        remedy: 'Put it in quotes: "…".',
      },
      {
        code: "unknown-key",
        where: `${FILE}:9:43`,
        message: "`conect` is not a key of `timeouts`, and what zivsync does not know would have no effect.",
        remedy: "Did you mean `connect`?",
      },
      {
        code: "config-shape",
        where: `${FILE}:10:15`,
        message: "`pageSize` must be at most 5000. The number of entries in one page.",
        remedy: "Write for example `500`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:11:12`,
        message:
          "`scope` must be one of `subtree`, `oneLevel`, `base`. How far below the bases the search goes: `subtree` for all levels, `oneLevel` for the first level, `base` for the bases only.",
        remedy: "Write one of these.",
      },
      {
        code: "config-shape",
        where: `${FILE}:12:14`,
        message:
          "`primary` must be one of `mail`, `proxyAddresses`. The attribute with the primary address: `mail`, or the value of `proxyAddresses` that begins with `SMTP:` in capitals.",
        remedy: "Did you mean `mail`?",
      },
    ],
  },
  {
    name: "a time that is too long",
    source: ["type: ldap", "urls: ldaps://ldap.example.org", "timeouts: { connect: 31m, answer: 9999s }"],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:9:26`,
        message: "`timeouts.connect` is longer than 30 minutes, and zivsync would seem to hang.",
        remedy: "Write `30m` or less.",
      },
      {
        code: "config-shape",
        where: `${FILE}:9:39`,
        message: "`timeouts.answer` is longer than 30 minutes, and zivsync would seem to hang.",
        remedy: "Write `30m` or less.",
      },
    ],
  },
  {
    name: "mistyped keys",
    source: [
      "type: ldap",
      "urls: ldaps://ldap.example.org",
      "baseDN: DC=org",
      "personal: { memberof: 'CN=a' }",
      "functional: { disabledUser: true }",
      "member: x",
    ],
    problems: [
      {
        code: "unknown-key",
        where: `${FILE}:9:5`,
        message:
          "`baseDN` is not a key of entry 1 of `sources`, and what zivsync does not know would have no effect.",
        remedy: "Did you mean `baseDns`?",
      },
      {
        code: "unknown-key",
        where: `${FILE}:10:17`,
        message:
          "`memberof` is not a key of `personal`, and what zivsync does not know would have no effect.",
        remedy: "Did you mean `memberOf`?",
      },
      {
        code: "unknown-key",
        where: `${FILE}:11:19`,
        message:
          "`disabledUser` is not a key of `functional`, and what zivsync does not know would have no effect.",
        remedy: "Did you mean `disabledUsers`?",
      },
      {
        code: "unknown-key",
        where: `${FILE}:12:5`,
        message:
          "`member` is not a key of entry 1 of `sources`, and what zivsync does not know would have no effect.",
        remedy: "Did you mean `memberOf`?",
      },
    ],
  },
];

describe("a directory: what is wrong, where, and what to do", () => {
  for (const { name, kinds = "[personal]", source, problems } of CASES) {
    test(name, async () => {
      const lines = source.map((line) => `    ${line}\n`).join("");
      const profile = `apiVersion: zivsync/v1\nkind: Profile\nname: staff\nmanages: { kinds: ${kinds} }\nsources:\n  - name: head-office\n${lines}`;
      const found = await problemsOf({ "organization.yaml": ORGANIZATION, [FILE]: profile });
      expect(found).toEqual(problems);
      // Passwords in these cases are called so.
      expect(JSON.stringify(found)).not.toContain("canary");
    });
  }
});
