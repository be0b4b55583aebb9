import { describe, expect, test } from "vitest";
import type { ExchangeOnlineConfig } from "../../../src/model/source-config/exchange.ts";
import {
  type FakeTenant,
  grant,
  group,
  groupRow,
  guid,
  member,
  type Row,
  SELF,
  shared,
  user,
} from "../../servers/exchange-tenant.ts";
import { plainRecords } from "../reading.ts";
import { certificates, findingsOf, stage } from "./stage.ts";

const certs = certificates();
const ANNA = "anna@example.org";
const DESK = "desk@example.org";
const anna = user(ANNA);
const bert = user("bert@example.org");
const gone = user("gone@example.org", { AccountDisabled: true });
const desk = shared(DESK);

/** The record of Anna, or of the desk, as it is when nothing is strange; `undefined` takes a field away. */
const expected = (kind: "anna" | "desk", more: Row = {}) => {
  const address = kind === "anna" ? ANNA : DESK;
  const id = guid(`object ${address}`);
  const usual =
    kind === "anna"
      ? { email: ANNA, id, fullName: "User anna", aliases: [], active: true, accountKey: id }
      : { email: DESK, id, fullName: "Desk desk", aliases: [], delegates: [] };
  return Object.fromEntries(Object.entries({ ...usual, ...more }).filter(([, value]) => value !== undefined));
};

type Case = {
  readonly name: string;
  readonly tenant: Partial<FakeTenant>;
  readonly config?: Partial<ExchangeOnlineConfig>;
  readonly records: readonly unknown[];
  readonly problems?: readonly string[];
  readonly findings?: readonly string[];
  readonly complete?: boolean;
};

const only = (row: unknown): Partial<FakeTenant> => ({ mailboxes: [row], permissions: { [DESK]: [SELF] } });

const MAILBOXES: readonly Case[] = [
  { name: "a user", tenant: only(anna), records: [expected("anna")] },
  {
    name: "a shared mailbox, whose user is always disabled",
    tenant: only(desk),
    records: [expected("desk")],
  },
  {
    name: "a disabled user",
    tenant: only(user(ANNA, { AccountDisabled: true })),
    records: [expected("anna", { active: false })],
  },
  {
    name: "aliases are the entries of smtp: alone",
    tenant: only(
      user(ANNA, {
        EmailAddresses: [
          "smtp:a@example.com",
          `SMTP:${ANNA}`,
          `SIP:${ANNA}`,
          "X500:/o=x/cn=y",
          "smtp:b@example.org",
        ],
      }),
    ),
    records: [expected("anna", { aliases: ["a@example.com", "b@example.org"] })],
  },
  {
    name: "the SMTP: entry goes before PrimarySmtpAddress",
    tenant: only(user(ANNA, { PrimarySmtpAddress: "old@example.org" })),
    records: [expected("anna")],
    findings: [
      `address-mismatch warning mailbox ${ANNA}: \`PrimarySmtpAddress\` says old@example.org, and the entry \`SMTP:\` of \`EmailAddresses\` says ${ANNA}. The account goes by the entry; correct the mailbox if it should not.`,
    ],
  },
  {
    name: "PrimarySmtpAddress stands in for an SMTP: entry that is not there",
    tenant: only(user(ANNA, { EmailAddresses: ["smtp:a@example.com"] })),
    records: [expected("anna", { aliases: ["a@example.com"] })],
  },
  {
    name: "two primary addresses",
    tenant: only(user(ANNA, { EmailAddresses: ["SMTP:other@example.org", `SMTP:${ANNA}`] })),
    records: [expected("anna", { aliases: ["other@example.org"] })],
    problems: [
      "email EmailAddresses: 2 of its entries begin with `SMTP:`, and only one can be the primary address.",
      "aliases EmailAddresses: Which of its entries are aliases depends on the primary address.",
    ],
  },
  {
    name: "the same primary address twice",
    tenant: only(user(ANNA, { EmailAddresses: [`SMTP:${ANNA}`, "SMTP:Anna@Example.org"] })),
    records: [expected("anna")],
  },
  {
    name: "addresses that are not a list of texts",
    tenant: only(user(ANNA, { EmailAddresses: [`SMTP:${ANNA}`, 7] })),
    records: [expected("anna", { aliases: undefined })],
    problems: ["aliases EmailAddresses: It is not a list of texts, so the aliases are not known."],
  },
  {
    name: "no address at all",
    tenant: only(user(ANNA, { EmailAddresses: [], PrimarySmtpAddress: null })),
    records: [expected("anna", { email: undefined, aliases: undefined })],
  },
  {
    name: "whether it is enabled cannot be read",
    tenant: only(user(ANNA, { AccountDisabled: "False" })),
    records: [expected("anna", { active: undefined })],
    problems: [
      "active AccountDisabled: It says neither true nor false, so whether the account is active is not known.",
    ],
  },
  {
    name: "without an id of the directory, that of the mailbox; without a name, none",
    tenant: only(user(ANNA, { ExternalDirectoryObjectId: null, DisplayName: undefined })),
    records: [expected("anna", { id: guid(`mailbox ${ANNA}`), accountKey: undefined, fullName: undefined })],
  },
  {
    name: "kinds of mailboxes that are not accounts",
    tenant: only(user("room@example.org", { RecipientTypeDetails: "RoomMailbox" })),
    records: [],
    complete: false,
    findings: [
      "source-empty warning -: Exchange gives no mailbox of the types that are accounts. Nothing is removed because of this source.",
    ],
  },
  {
    name: "unless they are set",
    tenant: {
      mailboxes: [shared(DESK, { RecipientTypeDetails: "RoomMailbox" })],
      permissions: { [DESK]: [SELF] },
    },
    config: { mailboxTypes: { functional: ["SharedMailbox", "RoomMailbox"] } },
    records: [expected("desk")],
  },
  {
    name: "a mailbox of no kind, and something that is not a mailbox",
    tenant: { mailboxes: [anna, user("x@example.org", { RecipientTypeDetails: null }), "rubbish"] },
    records: [expected("anna")],
    complete: false,
    findings: [
      "source-incomplete error mailbox x@example.org: A mailbox has no `RecipientTypeDetails`, so it is not known what kind of account it is. Nothing is removed because of this source.",
      "source-incomplete error -: An entry of the list of mailboxes is not a mailbox. Nothing is removed because of this source.",
    ],
  },
  { name: "the same mailbox twice", tenant: { mailboxes: [anna, anna] }, records: [expected("anna")] },
  {
    name: "a map",
    tenant: only(
      user(ANNA, {
        CustomAttribute1: "key-1",
        CustomAttribute2: "Care",
        CustomAttribute3: "no",
        CustomAttribute4: ["a", "b"],
      }),
    ),
    config: {
      map: {
        accountKey: "CustomAttribute1",
        division: "CustomAttribute2",
        active: "CustomAttribute3",
        phone: "CustomAttribute4",
      },
    },
    records: [expected("anna", { accountKey: "key-1", division: "Care", active: false })],
    problems: ["phone CustomAttribute4: It has 2 values, and the field takes one."],
  },
];

describe("what a mailbox becomes", () => {
  test.each(MAILBOXES)(
    "$name",
    async ({ tenant, config, records, problems = [], findings = [], complete = true }) => {
      const { read } = await stage(certs, tenant);
      const reading = await read(config);
      expect(plainRecords(reading)).toEqual(records);
      expect(
        reading.records.flatMap((one) => one.problems.map((p) => `${p.field} ${p.attribute}: ${p.message}`)),
      ).toEqual(problems);
      expect(findingsOf(reading)).toEqual(findings);
      expect(reading.complete).toBe(complete);
    },
  );
});

const night = group("Night", [member(bert)], { address: "night@example.org" });
const team = group("Team", [member(anna), groupRow(night)]);
const circle = group("Circle", [
  member(anna),
  { DisplayName: "Circle", Guid: guid("group Circle"), RecipientTypeDetails: "MailUniversalSecurityGroup" },
]);
const silent = group("Silent", ["User anna", "Bert Vos"], { type: "UniversalSecurityGroup" });
const dynamic = group("Everyone", [member(anna), member(gone)], { type: "DynamicDistributionGroup" });
const letter = group("Newsletter", [member(anna)], { type: "MailUniversalDistributionGroup" });
const ward = group("Ward", [member(bert), groupRow(letter)]);
const FOR_MAIL = (name: string) =>
  `"${name}" is a distribution group, which gives its members no rights in Exchange: so nobody gets in by it. Give the permission to a mail-enabled security group.`;
const guest = {
  PrimarySmtpAddress: "guest@example.net",
  DisplayName: "Guest",
  RecipientTypeDetails: "GuestMailUser",
  Guid: guid("guest"),
};
const contact = {
  PrimarySmtpAddress: "contact@example.net",
  DisplayName: "Contact",
  RecipientTypeDetails: "MailContact",
  Guid: guid("contact"),
};
const elsewhere = (name: string, type: string, more: Row = {}) => ({
  PrimarySmtpAddress: `${name}@example.org`,
  DisplayName: name,
  RecipientTypeDetails: type,
  Guid: guid(name),
  ...more,
});
const [nora, remo] = [elsewhere("nora", "MailUser"), elsewhere("remo", "RemoteUserMailbox")];
const hybrid = group("Hybrid", [member(anna), nora, remo]);
const half = group("Half", [
  elsewhere("Nobody", "MailUser", { PrimarySmtpAddress: null }),
  elsewhere("anna", "MailUser"),
]);
const mixed = group("Mixed", [
  member(anna),
  guest,
  contact,
  member(desk),
  { DisplayName: "Plain", RecipientTypeDetails: "User", Guid: guid("plain") },
]);
const TENANT = {
  mailboxes: [anna, { ...bert, DisplayName: "Bert Vos", UserPrincipalName: "bvos@example.com" }, gone, desk],
  groups: [night, team, circle, silent, dynamic, letter, ward, mixed, hybrid, half],
  recipients: [
    nora,
    guest,
    contact,
    { ...contact, Guid: guid("other"), PrimarySmtpAddress: "other@example.net" },
  ],
};

type AccessCase = {
  readonly name: string;
  readonly entries: readonly unknown[];
  readonly delegates: readonly string[];
  readonly incomplete?: string;
  readonly leftOut?: string;
  /** What is said of the field `delegates`, and of no other. */
  readonly problem?: string;
};

const BERT = "bert@example.org";
const SID = "S-1-5-21-1-2-3-1104";

const ACCESS: readonly AccessCase[] = [
  { name: "an address", entries: [grant("Anna@Example.org")], delegates: [ANNA] },
  { name: "the display name of one user", entries: [grant("bert vos")], delegates: [BERT] },
  { name: "the name that somebody signs in with", entries: [grant("bvos@example.com")], delegates: [BERT] },
  { name: "a disabled user", entries: [grant("gone@example.org"), grant(ANNA)], delegates: [ANNA] },
  {
    name: "an inherited entry, another right",
    entries: [grant(ANNA, { IsInherited: true }), grant(BERT, { AccessRights: ["ReadPermission"] })],
    delegates: [],
  },
  { name: "a denial goes before", entries: [grant("Team"), grant(BERT, { Deny: true })], delegates: [ANNA] },
  {
    name: "the denial of a group too",
    entries: [grant(ANNA), grant(BERT), grant("Night", { Deny: true })],
    delegates: [ANNA],
  },
  {
    name: "an inherited denial does not",
    entries: [grant(ANNA), grant(ANNA, { Deny: true, IsInherited: true })],
    delegates: [ANNA],
  },
  {
    name: "a denial of nobody knows whom",
    entries: [grant(ANNA), grant("CORP\\stranger", { Deny: true })],
    delegates: [ANNA],
    problem:
      'FullAccess: Somebody may be denied access who is not known. Not identified in the permissions of desk@example.org, or in groups there: "CORP\\stranger" (nobody that Exchange knows).',
  },
  { name: "a group in a group", entries: [grant("Team")], delegates: [ANNA, BERT] },
  { name: "a group by its address", entries: [grant("night@example.org")], delegates: [BERT] },
  { name: "a group that is in itself", entries: [grant("Circle")], delegates: [ANNA] },
  { name: "a security group without mail", entries: [grant("Silent")], delegates: [ANNA, BERT] },
  {
    name: "a dynamic group, which is for mail alone",
    entries: [grant("Everyone"), grant(BERT)],
    delegates: [BERT],
    incomplete: FOR_MAIL("Everyone"),
  },
  {
    name: "a distribution group in a security group",
    entries: [grant("Ward")],
    delegates: [BERT],
    incomplete: FOR_MAIL("Newsletter"),
  },
  {
    name: "contacts, guests, shared mailboxes and users without mail",
    entries: [grant("Mixed")],
    delegates: [ANNA],
    leftOut:
      "1 contact and 1 guest and 1 mailbox that is not a person's and 1 user without a mailbox have access, and are left out of the delegates: this source has no personal account for them.",
  },
  {
    name: "users whose mailboxes are on-premises: a record of another source may claim their addresses",
    entries: [grant("nora@example.org"), grant("Hybrid")],
    delegates: [ANNA, "nora@example.org", "remo@example.org"],
  },
  {
    name: "such users without an address, or with that of a mailbox",
    entries: [grant("Half")],
    delegates: [],
    incomplete:
      'Not identified in the permissions of desk@example.org, or in groups there: "Nobody" (a user with a mailbox elsewhere, and without an address); "anna" (one whose id, address and kind do not fit together).',
  },
  {
    name: "the SID of somebody who has been deleted",
    entries: [grant(SID), grant(ANNA)],
    delegates: [ANNA],
    leftOut: `${SID} is left in the permissions of somebody who has been deleted, and gives nobody access; remove it in Exchange.`,
  },
  {
    name: "a name of several",
    entries: [grant("Contact"), grant(ANNA)],
    delegates: [ANNA],
    incomplete:
      'Not identified in the permissions of desk@example.org, or in groups there: "Contact" (the name of 2 recipients).',
  },
  {
    name: "a name of nobody",
    entries: [grant("CORP\\stranger")],
    delegates: [],
    incomplete:
      'Not identified in the permissions of desk@example.org, or in groups there: "CORP\\stranger" (nobody that Exchange knows).',
  },
  {
    name: "entries that cannot be read",
    entries: [grant(null), { User: ANNA, PermissionList: null }, grant(BERT, { Deny: null }), "rubbish"],
    delegates: [],
    incomplete:
      'An entry of its permissions does not say whom it is for. An entry of its permissions for "anna@example.org" cannot be read. An entry of its permissions for "bert@example.org" cannot be read. An entry of its permissions cannot be read.',
    problem:
      'FullAccess: Somebody may be denied access who is not known. An entry of its permissions for "anna@example.org" cannot be read. An entry of its permissions for "bert@example.org" cannot be read. An entry of its permissions cannot be read.',
  },
];

describe("who may open a shared mailbox", () => {
  test.each(ACCESS)("$name", async ({ entries, delegates, incomplete, leftOut, problem }) => {
    const { read, exchange } = await stage(certs, { ...TENANT, permissions: { [DESK]: [SELF, ...entries] } });
    const reading = await read();
    const record = reading.records.find(({ kind }) => kind === "functional");
    expect(record?.delegates?.value).toEqual(delegates);
    expect(record?.delegatesIncomplete).toBe(incomplete);
    expect(record?.problems.map((p) => `${p.attribute}: ${p.message}`)).toEqual(problem ? [problem] : []);
    expect(record?.problems.every(({ field }) => field === "delegates")).toBe(true);
    expect(findingsOf(reading)).toEqual(leftOut ? [`member-left-out info mailbox ${DESK}: ${leftOut}`] : []);
    expect(reading.complete).toBe(true);
    expect(exchange.complaints).toEqual([]);
  });

  test("where a group has the name of a shared mailbox, neither is chosen", async () => {
    const named = group("Desk desk", [member(anna)]);
    const { read } = await stage(certs, {
      mailboxes: [
        anna,
        { ...desk, DisplayName: "Front" },
        shared("other@example.org", { DisplayName: "Desk desk" }),
      ],
      groups: [named],
      permissions: { [DESK]: [SELF, grant("Desk desk")], "other@example.org": [SELF] },
    });
    const [record] = (await read()).records.filter(({ kind }) => kind === "functional");
    expect(record?.delegates?.value).toEqual([]);
    expect(record?.delegatesIncomplete).toBe(
      'Not identified in the permissions of desk@example.org, or in groups there: "Desk desk" (the name of 2 recipients).',
    );
  });

  test("a kind of which nothing was seen is named: a role that is scoped shows some mailboxes only", async () => {
    const one = await (await stage(certs, { mailboxes: [anna] })).read();
    const both = await (await stage(certs, { mailboxes: [anna, desk] })).read();
    expect([one.complete, one.unseen, both.unseen]).toEqual([true, ["functional"], undefined]);
  });

  test("nothing but shared mailboxes is a record of a profile of functional accounts", async () => {
    const { read } = await stage(certs, { ...TENANT, permissions: { [DESK]: [SELF, grant("Team")] } });
    expect(plainRecords(await read({ mailboxTypes: { functional: ["SharedMailbox"] } }))).toEqual([
      expected("desk", { delegates: [ANNA, BERT] }),
    ]);
  });
});
