import { describe, expect, test } from "vitest";
import type { ExchangeOnlineConfig } from "../../../src/model/source-config/exchange.ts";
import type { RecordCondition } from "../../../src/model/source-config/filter.ts";
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
import { plain } from "../reading.ts";
import { certificates, findingsOf, stage, WHERE } from "./stage.ts";

const certs = certificates();
const ANNA = "anna@example.org";
const DESK = "desk@example.org";
const anna = user(ANNA);
const bert = user("bert@example.org");
const desk = shared(DESK);

async function readingOf(tenant: Partial<FakeTenant>, config: Partial<ExchangeOnlineConfig> = {}) {
  const { read } = await stage(certs, tenant);
  return read(config);
}

/** The record of one mailbox, and its problems as `field attribute`. */
async function recordOf(row: Row, config: Partial<ExchangeOnlineConfig> = {}) {
  const { records } = await readingOf({ mailboxes: [row], permissions: { [DESK]: [SELF] } }, config);
  const [record] = records;
  if (record === undefined || records.length > 1) throw new Error(`${records.length} records`);
  return {
    ...plain(record),
    kind: record.kind,
    problems: record.problems.map((one) => `${one.field} ${one.attribute}`),
  };
}

const key = { accountKey: guid(`object ${ANNA}`), id: guid(`object ${ANNA}`) };
const whole = {
  kind: "personal",
  email: ANNA,
  fullName: "User anna",
  aliases: [],
  active: true,
  ...key,
  problems: [],
};
const without = (...fields: readonly (keyof typeof whole)[]) =>
  Object.fromEntries(Object.entries(whole).filter(([field]) => !fields.some((one) => one === field)));
const NOT_SAID: readonly (readonly [property: string, fields: readonly (keyof typeof whole)[]])[] = [
  ["AccountDisabled", ["active"]],
  ["DisplayName", ["fullName"]],
  ["EmailAddresses", ["aliases"]],
];

describe("what Exchange does not say of a mailbox", () => {
  test.each(
    NOT_SAID.flatMap(([name, fields]) => [null, undefined].map((value) => ({ name, fields, value }))),
  )("$name is $value: $fields is not said, and nothing else is in doubt", async ({ name, fields, value }) => {
    expect(await recordOf({ ...anna, [name]: value })).toEqual(without(...fields));
  });

  test.each([
    ["empty", []],
    ["an empty text", ""],
    ["without mail", [`SIP:${ANNA}`, "X500:/o=x/cn=y"]],
  ])("a list of addresses that is %s does not say that there is no alias", async (_, EmailAddresses) => {
    expect(await recordOf({ ...anna, EmailAddresses })).toEqual(without("aliases"));
  });

  test("a mapped property: an empty list is none, and null is not said", async () => {
    const config = { map: { aliases: "ExtensionCustomAttribute1", phone: "CustomAttribute1" } };
    expect(await recordOf({ ...anna, ExtensionCustomAttribute1: [], CustomAttribute1: "" }, config)).toEqual(
      whole,
    );
    expect(await recordOf({ ...anna, ExtensionCustomAttribute1: null }, config)).toEqual(without("aliases"));
  });

  test("nulls everywhere leave a record with its address alone", async () => {
    const nulls = Object.fromEntries(Object.keys(anna).map((name) => [name, null]));
    const row = { ...nulls, RecipientTypeDetails: "UserMailbox", PrimarySmtpAddress: ANNA };
    expect(await recordOf(row)).toEqual({ kind: "personal", email: ANNA, problems: [] });
  });

  const ODD = { a: 1 };
  test.each([
    [{ AccountDisabled: "false" }, ["active"], ["active AccountDisabled"]],
    [{ DisplayName: ODD }, ["fullName"], ["fullName DisplayName"]],
    [{ EmailAddresses: ODD }, ["aliases"], ["aliases EmailAddresses"]],
    [{ EmailAddresses: null, PrimarySmtpAddress: ODD }, ["aliases", "email"], ["email PrimarySmtpAddress"]],
    // The mailbox's own id would be another anchor.
    [
      { ExternalDirectoryObjectId: ODD },
      ["id", "accountKey"],
      ["accountKey ExternalDirectoryObjectId", "id ExternalDirectoryObjectId"],
    ],
  ] as const)(
    "%j cannot be read: that field is in doubt, and the record is given",
    async (more, fields, problems) => {
      expect(await recordOf({ ...anna, ...more })).toEqual({ ...without(...fields), problems });
    },
  );

  test("each mapped property is a problem of its field", async () => {
    const map = {
      email: "CustomAttribute1",
      fullName: "CustomAttribute2",
      aliases: "CustomAttribute3",
      accountKey: "CustomAttribute4",
      active: "CustomAttribute5",
      division: "CustomAttribute6",
      phone: "CustomAttribute7",
      id: "CustomAttribute8",
    };
    const odd = Object.fromEntries(Object.values(map).map((name) => [name, ODD]));
    const { problems, ...rest } = await recordOf({ ...anna, ...odd }, { map });
    expect(rest).toEqual({ kind: "personal" });
    expect([...problems].sort()).toEqual(
      Object.entries(map)
        .map((one) => one.join(" "))
        .sort(),
    );
  });

  test("an address that is in a mailbox's doubtful list is not a delegate's", async () => {
    const twice = user(ANNA, {
      EmailAddresses: [`SMTP:${ANNA}`, "SMTP:other@example.org"],
      PrimarySmtpAddress: null,
    });
    const reading = await readingOf({
      mailboxes: [twice, desk],
      permissions: { [DESK]: [SELF, grant(ANNA)] },
    });
    const record = reading.records.find(({ kind }) => kind === "functional");
    expect(record?.delegates?.value).toEqual([]);
    expect(record?.delegatesIncomplete).toBe(
      `Not identified in the permissions of ${DESK}, or in groups there: "User anna" (a mailbox that does not say its address, its kind or whether it is enabled).`,
    );
  });
});

describe("a mailbox that changes", () => {
  test("a user's mailbox that became a shared one is a functional record, and no personal one", async () => {
    const row = { ...anna, RecipientTypeDetails: "SharedMailbox", AccountDisabled: true };
    const reading = await readingOf({
      mailboxes: [row, bert],
      permissions: { [ANNA]: [SELF, grant("bert@example.org")] },
    });
    expect(reading.complete).toBe(true);
    expect(reading.records.map(({ kind, email, active }) => [kind, email?.value, active?.value])).toEqual([
      ["functional", ANNA, undefined],
      ["personal", "bert@example.org", true],
    ]);
  });

  test("one that comes twice, and changed in between, makes the source incomplete", async () => {
    const renamed = {
      ...anna,
      PrimarySmtpAddress: "new@example.org",
      EmailAddresses: ["SMTP:new@example.org"],
    };
    const same = await readingOf({ mailboxes: [anna, bert, anna] });
    const changed = await readingOf({ mailboxes: [anna, bert, renamed] });
    expect([same.complete, same.records.length, findingsOf(same)]).toEqual([true, 2, []]);
    expect([changed.complete, changed.records.length]).toEqual([false, 2]);
    expect(findingsOf(changed)).toEqual([
      "source-incomplete error mailbox new@example.org: A mailbox came twice, and not the same both times; the first is used. Nothing is removed because of this source.",
    ]);
  });
});

/** The delegates of the desk, and why some may be missing. */
async function deskOf(entries: readonly unknown[], groups: FakeTenant["groups"] = []) {
  const reading = await readingOf({
    mailboxes: [anna, bert, desk],
    permissions: { [DESK]: entries },
    groups,
  });
  expect(reading.complete).toBe(true);
  const record = reading.records.find(({ kind }) => kind === "functional");
  return {
    delegates: record?.delegates?.value,
    incomplete: record?.delegatesIncomplete,
    problems: record?.problems.map(({ field, message }) => `${field}: ${message}`),
  };
}

const self = (user: unknown, more: Row = {}): Row => ({ ...SELF, User: user, ...more });
const SELF_IS_MISSING =
  "Its permissions came without the entry for NT AUTHORITY\\SELF that every mailbox has, so some may be missing.";

describe("permissions that are not the whole list", () => {
  test("an empty list removes nobody", async () => {
    expect(await deskOf([])).toEqual({
      delegates: [],
      incomplete:
        "Its list of permissions came empty, even without the entry for NT AUTHORITY\\SELF that every mailbox has, so some may be missing.",
      problems: [],
    });
  });

  test.each([
    ["an entry", [grant(ANNA)], [ANNA]],
    ["an inherited entry", [grant("CORP\\Organization Management", { IsInherited: true })], []],
    ["the entry of another built-in identity", [grant("NT AUTHORITY\\SYSTEM")], []],
  ])("%s without SELF", async (_, entries, delegates) => {
    expect(await deskOf(entries)).toEqual({ delegates, incomplete: SELF_IS_MISSING, problems: [] });
  });

  test.each([
    self("NT AUTHORITY\\SELF "),
    self("nt authority\\self"),
    self("S-1-5-10"),
    self("NT-AUTORITÄT\\SELBST"),
    self("AUTORITE NT\\SELF"),
    self("NT-МИ\\САМ", { UserSid: "S-1-5-10" }),
    self("NT AUTHORITY\\SELF", { PermissionList: null }),
  ])("SELF as $User", async (entry) => {
    expect(await deskOf([entry, grant(ANNA)])).toEqual({
      delegates: [ANNA],
      incomplete: undefined,
      problems: [],
    });
  });

  const DOUBT = "delegates: Somebody may be denied access who is not known.";
  test.each([
    [
      "an entry that may deny",
      grant(ANNA, { Deny: null }),
      `An entry of its permissions for "${ANNA}" cannot be read.`,
      true,
    ],
    [
      "an entry that allows something",
      grant(ANNA, { Deny: false, AccessRights: null }),
      `An entry of its permissions for "${ANNA}" cannot be read.`,
      false,
    ],
    [
      "a denial for nobody",
      grant(null, { Deny: true }),
      "An entry of its permissions does not say whom it is for.",
      true,
    ],
    ["access for nobody", grant(null), "An entry of its permissions does not say whom it is for.", false],
    ["no entry", null, "An entry of its permissions cannot be read.", true],
    [
      "an entry without a permission",
      { User: ANNA, PermissionList: [] },
      `An entry of its permissions for "${ANNA}" cannot be read.`,
      true,
    ],
  ])("%s beside one that allows", async (_, entry, said, mayDeny) => {
    expect(await deskOf([SELF, grant(ANNA), entry])).toEqual({
      delegates: [ANNA],
      incomplete: said,
      problems: mayDeny ? [`${DOUBT} ${said}`] : [],
    });
  });
});

test("rights may come as one text", async () => {
  const entry = grant(ANNA, { AccessRights: ["ReadPermission, FullAccess"] });
  expect(await deskOf([SELF, entry])).toEqual({ delegates: [ANNA], incomplete: undefined, problems: [] });
});

test("of many entries that cannot be read, a few are named", async () => {
  const entries = Array.from({ length: 9 }, (_, nth) => grant(`u${nth}@example.org`, { IsInherited: null }));
  const said = (nth: number) => `An entry of its permissions for "u${nth}@example.org" cannot be read.`;
  expect((await deskOf(entries)).incomplete).toBe(
    `${SELF_IS_MISSING} ${said(0)} ${said(1)} The same is so of 7 more entries.`,
  );
});

const EMPTY = (name: string) =>
  `Exchange gave an empty list of members for the group "${name}", as it also does where it does not show the members.`;

describe("a group whose list of members is empty", () => {
  test.each(["MailUniversalSecurityGroup", "UniversalSecurityGroup"])(
    "%s: who had access through it keeps it",
    async (type) => {
      const found = await deskOf([SELF, grant("Night"), grant(ANNA)], [group("Night", [], { type })]);
      expect(found).toEqual({
        delegates: [ANNA],
        incomplete: `Members may be missing from the group "Night": ${EMPTY("Night")}`.replace(
          /^Members.*?: /,
          "",
        ),
        problems: [],
      });
    },
  );

  test.each(["MailUniversalDistributionGroup", "DynamicDistributionGroup"])(
    "%s: gives nobody access, and who had it keeps it",
    async (type) => {
      const found = await deskOf([SELF, grant("Night"), grant(ANNA)], [group("Night", [], { type })]);
      expect(found).toMatchObject({
        delegates: [ANNA],
        incomplete: expect.stringMatching(/^"Night" is a distribution group/),
      });
    },
  );

  test("within another group too", async () => {
    const night = group("Night", []);
    const found = await deskOf(
      [SELF, grant("Team")],
      [night, group("Team", [member(bert), groupRow(night)])],
    );
    expect(found).toEqual({ delegates: ["bert@example.org"], incomplete: EMPTY("Night"), problems: [] });
  });

  test("one that is denied access leaves the delegates in doubt", async () => {
    const found = await deskOf([SELF, grant(ANNA), grant("Night", { Deny: true })], [group("Night", [])]);
    expect(found).toEqual({
      delegates: [ANNA],
      incomplete: undefined,
      problems: [`delegates: Somebody may be denied access who is not known. ${EMPTY("Night")}`],
    });
  });

  test("one whose members are disabled says that nobody has access", async () => {
    const gone = user("gone@example.org", { AccountDisabled: true });
    const reading = await readingOf({
      mailboxes: [gone, desk],
      groups: [group("Night", [member(gone)])],
      permissions: { [DESK]: [SELF, grant("Night")] },
    });
    const record = reading.records.find(({ kind }) => kind === "functional");
    expect([record?.delegates?.value, record?.delegatesIncomplete]).toEqual([[], undefined]);
  });

  const memberOf = (exclude: boolean): RecordCondition => ({ memberOf: ["Team"], exclude, where: WHERE });
  const tenant = {
    mailboxes: [anna, bert, desk],
    permissions: { [DESK]: [SELF] },
    groups: [group("Team", [member(anna), groupRow(group("Night", []))]), group("Night", [])],
  };

  test("in a filter: whom it may hold is left out, and of that kind nothing is removed", async () => {
    const reading = await readingOf(tenant, { filters: { personal: [memberOf(false)] } });
    expect(reading.records.map(({ email, problems }) => [email?.value, problems])).toEqual([
      [ANNA, []],
      [DESK, []],
    ]);
    expect([reading.complete, reading.incompleteKinds]).toEqual([true, ["personal"]]);
    expect(findingsOf(reading)).toEqual([
      'source-incomplete error -: The filter asks for members, and Exchange gave an empty list for "Night", as it also does where it does not show the members. No personal account is removed because of this source. Take an empty group out of the filter, and out of the groups there.',
    ]);
  });

  test("in a filter that leaves members out: whom it may hold is held back", async () => {
    const reading = await readingOf(tenant, { filters: { personal: [memberOf(true)] } });
    expect(reading.records.map(({ email, problems }) => [email?.value, problems.length])).toEqual([
      ["bert@example.org", 1],
      [DESK, 0],
    ]);
    expect([reading.complete, reading.incompleteKinds]).toEqual([true, undefined]);
  });
});

describe("what a reading speaks of", () => {
  const PERSONAL = ["email", "fullName", "aliases", "accountKey", "active", "id"];
  const FUNCTIONAL = ["email", "fullName", "aliases", "delegates", "id"];
  const tenant = { mailboxes: [anna, desk], permissions: { [DESK]: [SELF] } };
  const kind = (value: string): RecordCondition => ({
    field: "kind",
    values: [value],
    exclude: false,
    where: WHERE,
  });

  test.each<readonly [string, Partial<ExchangeOnlineConfig>, object]>([
    ["both kinds", {}, { personal: PERSONAL, functional: FUNCTIONAL }],
    ["one kind", { mailboxTypes: { functional: ["SharedMailbox"] } }, { functional: FUNCTIONAL }],
    [
      "a map",
      { map: { active: "CustomAttribute1", division: "CustomAttribute2", phone: "CustomAttribute3" } },
      {
        personal: ["email", "fullName", "aliases", "accountKey", "active", "division", "phone", "id"],
        functional: ["email", "fullName", "aliases", "delegates", "active", "division", "phone", "id"],
      },
    ],
    [
      "a filter that leaves out a kind",
      { filters: { personal: [kind("functional")], functional: [kind("functional")] } },
      { functional: FUNCTIONAL },
    ],
  ])("%s", async (_, config, speaks) => {
    expect((await readingOf(tenant, config)).speaks).toEqual(speaks);
  });

  test("a kind of which nothing came, or nothing is left, concerns that kind only", async () => {
    const none = await readingOf({ mailboxes: [anna] });
    expect([none.complete, none.speaks, findingsOf(none)]).toEqual([
      true,
      { personal: PERSONAL, functional: FUNCTIONAL },
      [],
    ]);
    const filter: RecordCondition = { field: "email", values: ["x*"], exclude: false, where: WHERE };
    const left = await readingOf(tenant, { filters: { functional: [filter] } });
    expect([left.complete, left.records.length, left.speaks]).toEqual([
      true,
      1,
      { personal: PERSONAL, functional: FUNCTIONAL },
    ]);
    expect(left.findings.map(({ code, where }) => [code, where.kind])).toEqual([
      ["source-empty", "functional"],
    ]);
  });

  test("no record at all is incomplete", async () => {
    const reading = await readingOf({ mailboxes: [] });
    expect([reading.complete, findingsOf(reading)]).toEqual([
      false,
      [
        "source-empty warning -: Exchange gives no mailbox of the types that are accounts. Nothing is removed because of this source.",
      ],
    ]);
  });
});

describe("a filter on what is not said", () => {
  const active = (value: string): RecordCondition => ({
    field: "active",
    values: [value],
    exclude: false,
    where: WHERE,
  });

  test.each(["yes", "no"])("active: %s holds back a user of whom it is not said", async (value) => {
    const row = { ...anna, AccountDisabled: null, CustomAttribute1: ["a", "b"] };
    const reading = await readingOf(
      { mailboxes: [row, bert] },
      { filters: { personal: [active(value)] }, map: { phone: "CustomAttribute1" } },
    );
    const [record] = reading.records;
    expect(record?.email?.value).toBe(ANNA);
    expect(record?.problems.map(({ field, attribute }) => [field, attribute])).toEqual([
      ["phone", "CustomAttribute1"],
      [undefined, "active"],
    ]);
  });

  test("a problem with another field does not keep a filter from judging", async () => {
    const division: RecordCondition = { field: "division", values: ["Care"], exclude: false, where: WHERE };
    const row = { ...anna, CustomAttribute1: ["a", "b"], CustomAttribute2: null };
    const reading = await readingOf(
      { mailboxes: [row, { ...bert, CustomAttribute2: "Care" }] },
      { filters: { personal: [division] }, map: { phone: "CustomAttribute1", division: "CustomAttribute2" } },
    );
    expect(reading.records.map(({ email }) => email?.value)).toEqual(["bert@example.org"]);
  });
});
