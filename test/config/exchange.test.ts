import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/model/values/errors.ts";
import { load, ORGANIZATION, problemsOf } from "./folder.ts";

const FILE = "profiles/staff.yaml";
/** The lines of the source after its name and type, from line 8 of the file on. */
const files = (lines: readonly string[], kinds = "[personal, functional]") => ({
  "organization.yaml": ORGANIZATION,
  [FILE]: `apiVersion: zivsync/v1
kind: Profile
name: staff
manages: { kinds: ${kinds} }
sources:
  - name: exchange
    type: exchange-on-premises
${["urls: ldaps://dc1.corp.example.org", BIND, ...lines].map((line) => `    ${line}\n`).join("")}`,
});
const BIND = "bind: { user: 'CORP\\svc', password: { env: AD_PASSWORD } }";

async function built(lines: readonly string[], kinds?: string) {
  const { profiles } = await load(files(lines, kinds));
  return profiles[0]?.sources[0];
}

const EVERYWHERE = { baseDns: [], scope: "subtree", memberOf: [], map: {} };
const LEAST = {
  type: "exchange-on-premises",
  name: "exchange",
  where: `${FILE}:6:5`,
  urls: ["ldaps://dc1.corp.example.org"],
  startTls: false,
  bind: { type: "simple", user: "CORP\\svc", password: { env: "AD_PASSWORD" } },
  pageSize: 500,
  timeouts: { connectMs: 10_000, answerMs: 60_000 },
  fullAccess: "descriptor",
};

describe("Exchange on-premises as the program uses it", () => {
  test("with the least that can be said", async () => {
    expect(await built([])).toEqual({
      ...LEAST,
      personal: { ...EVERYWHERE, mailboxTypes: ["user", "linked", "remoteUser"] },
      functional: { ...EVERYWHERE, mailboxTypes: ["shared"] },
    });
  });

  test("with what differs", async () => {
    const lines = [
      "baseDns: OU=Staff,DC=corp,DC=example,DC=org",
      "mailboxTypes: { functional: [shared, room, remoteShared] }",
      "fullAccess: automapping",
      "map: { phone: mobile }",
      "functional: { filter: (department=Care), map: { fullName: cn } }",
      "personal: false",
    ];
    const phone = { attribute: "mobile", encoding: "text" };
    expect(await built(lines)).toEqual({
      ...LEAST,
      fullAccess: "automapping",
      functional: {
        ...EVERYWHERE,
        baseDns: ["OU=Staff,DC=corp,DC=example,DC=org"],
        filter: "(department=Care)",
        map: { phone, fullName: { attribute: "cn", encoding: "text" } },
        mailboxTypes: ["shared", "room", "remoteShared"],
      },
    });
  });

  test("of the one kind that the profile manages", async () => {
    const { personal: _, ...rest } = { ...LEAST, personal: undefined };
    expect(await built([], "[functional]")).toEqual({
      ...rest,
      functional: { ...EVERYWHERE, mailboxTypes: ["shared"] },
    });
  });

  test.each([
    ["functional", "[functional]", []],
    ["personal", "[personal]", []],
    ["functional", "[personal, functional]", ["personal: false"]],
    ["personal", "[personal, functional]", ["functional: false"]],
  ] as const)(
    "with a type that is usual for the other kind, which it does not read (%s)",
    async (kind, kinds, lines) => {
      const { personal: _, ...rest } = { ...LEAST, personal: undefined };
      expect(await built([`mailboxTypes: { ${kind}: [user, shared] }`, ...lines], kinds)).toEqual({
        ...rest,
        [kind]: { ...EVERYWHERE, mailboxTypes: ["user", "shared"] },
      });
    },
  );
});

type Case = {
  readonly name: string;
  readonly kinds?: string;
  readonly lines: readonly string[];
  readonly problems: readonly Problem[];
};

const CASES: readonly Case[] = [
  {
    name: "a type that mailboxes do not have, and one that is not there",
    lines: ["mailboxTypes: { functional: [sharedMailbox], personal: [] }"],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:10:34`,
        message:
          "Entry 1 of `functional` must be one of `user`, `linked`, `shared`, `room`, `equipment`, `remoteUser`, `remoteShared`, `remoteRoom`, `remoteEquipment`. A type of mailbox; a remote one is in Exchange Online.",
        remedy: "Write one of these.",
      },
      {
        code: "config-shape",
        where: `${FILE}:10:60`,
        message: "`mailboxTypes.personal` is empty. The mailboxes that are personal accounts.",
        remedy: "Write for example `[user, linked]`.",
      },
    ],
  },
  {
    name: "a type for both kinds",
    lines: ["mailboxTypes: { functional: [shared, user] }"],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:10:33`,
        message:
          '`mailboxTypes` makes mailboxes of the type "user" accounts of both kinds, and a mailbox can be only one.',
        remedy: "Remove it here, or write `mailboxTypes.personal` without it.",
      },
    ],
  },
  {
    name: "types of accounts that are not read",
    kinds: "[functional]",
    lines: ["mailboxTypes: { personal: [user] }"],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:10:21`,
        message: "`mailboxTypes.personal` is set, and the source reads no personal accounts.",
        remedy: "Remove it, or add `personal` to `manages.kinds`.",
      },
    ],
  },
  {
    name: "types of accounts that are not to be read",
    lines: ["mailboxTypes: { personal: [user] }", "personal: false"],
    problems: [
      {
        code: "config-shape",
        where: `${FILE}:10:21`,
        message: "`mailboxTypes.personal` is set, and the source reads no personal accounts.",
        remedy: "Remove it, or `personal: false`.",
      },
    ],
  },
  {
    name: "a map for what fullAccess says",
    lines: ["map: { delegates: publicDelegates }", "functional: { map: { delegates: member } }"],
    problems: ["10:12", "11:26"].map((at) => ({
      code: "config-shape",
      where: `${FILE}:${at}`,
      message:
        "`map` names an attribute for delegates, and in this type of source `fullAccess` says who may open a shared mailbox.",
      remedy: "Remove it; for personal accounts, write it in `personal: { map: … }`.",
    })),
  },
  {
    name: "keys of other directories, and another word for full access",
    lines: ["primary: mail", "functional: { disabledUsers: true }", "fullAccess: descriptors"],
    problems: [
      {
        code: "unknown-key",
        where: `${FILE}:10:5`,
        message:
          "`primary` is not a key of entry 1 of `sources`, and what zivsync does not know would have no effect.",
        remedy:
          "Known here: `name`, `type`, `urls`, `startTls`, `bind`, `caFile`, `baseDns`, `scope`, `filter`, `memberOf`, `pageSize`, `timeouts`, `mailboxTypes`, `fullAccess`, `map`, `personal`, `functional`.",
      },
      {
        code: "unknown-key",
        where: `${FILE}:11:19`,
        message:
          "`disabledUsers` is not a key of `functional`, and what zivsync does not know would have no effect.",
        remedy: "Known here: `baseDns`, `scope`, `filter`, `memberOf`, `map`.",
      },
      {
        code: "config-shape",
        where: `${FILE}:12:17`,
        message:
          "`fullAccess` must be one of `descriptor`, `automapping`. The source of access rights to a shared mailbox: `descriptor`, its permissions (msExchMailboxSecurityDescriptor), or `automapping`, the users for whom Outlook shows it automatically (msExchDelegateListLink).",
        remedy: "Did you mean `descriptor`?",
      },
    ],
  },
];

describe("Exchange on-premises: what is wrong, where, and what to do", () => {
  test.each(CASES)("$name", async ({ kinds, lines, problems }) => {
    expect(await problemsOf(files(lines, kinds))).toEqual(problems);
  });
});
