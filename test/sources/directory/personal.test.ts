import { describe, expect, test } from "vitest";
import { PLAIN_TEXTS } from "../../../src/model/account/fields.ts";
import type { DirectoryTable } from "../../../src/model/source-config/directory.ts";
import { parseAddress } from "../../../src/model/values/address.ts";
import {
  byAddress,
  config,
  guid,
  guidOf,
  NOW,
  personal,
  plain,
  ROOT,
  read,
  table,
  user,
} from "./builders.ts";
import { entry, type MemoryEntry, type Values } from "./memory-session.ts";

const DN = `CN=Jane,OU=Staff,${ROOT}`;
/** FILETIME of some milliseconds since 1970. */
const fileTime = (at: number) => String(BigInt(at) * 10_000n + 116_444_736_000_000_000n);
const one = (attributes: Readonly<Record<string, Values>>) =>
  user("Jane", { objectGUID: guid(7), proxyAddresses: "SIP:jane@example.org", ...attributes });

/** What an enabled user with the least of attributes becomes. */
const JANE = {
  kind: "personal",
  where: DN,
  email: ["jane@example.org", "mail"],
  id: [guidOf(7), "objectGUID"],
  accountKey: [guidOf(7), "objectGUID"],
  fullName: ["Jane", "displayName"],
  aliases: [[], "proxyAddresses"],
  active: [true, "userAccountControl"],
};
type Case = {
  readonly name: string;
  readonly has: Readonly<Record<string, Values>>;
  readonly map?: DirectoryTable["map"];
  readonly gives: Readonly<Record<string, unknown>>;
};
const text = (attribute: string) => ({ attribute, encoding: "text" as const });
const NOT_READABLE =
  "It is not there, or may not be read, so it is not known whether the account is enabled.";

const OTHERS =
  "The values that are not the primary address would be aliases, and nothing says which these are.";

const CASES: readonly Case[] = [
  { name: "the least", has: {}, gives: {} },
  {
    name: "proxyAddresses of every kind",
    has: {
      proxyAddresses: [
        "SMTP:jane@example.org",
        "smtp:jd@example.org",
        "smtp:Jane.Doe@example.com",
        "Smtp:mixed@example.org",
        "SIP:jane@example.org",
        "X500:/o=Example/cn=jane",
        "x400:c=NL;a= ;p=Example;s=Doe;",
        "EUM:1234;phone-context=x",
        "NOTES:Jane Doe/Example@Example",
        "smtp:",
        "smtp: ",
        "bare@example.org",
      ],
    },
    gives: { aliases: [["Jane.Doe@example.com", "jd@example.org"], "proxyAddresses"] },
  },
  { name: "disabled", has: { userAccountControl: "514" }, gives: { active: [false, "userAccountControl"] } },
  {
    name: "expired a second ago",
    has: { accountExpires: fileTime(NOW - 1000) },
    gives: { active: [false, "accountExpires"] },
  },
  {
    name: "accountExpires may not be read, of anybody",
    has: { accountExpires: [] },
    gives: { active: undefined },
  },
  {
    name: "disabled, and accountExpires may not be read",
    has: { userAccountControl: "514", accountExpires: [] },
    gives: { active: [false, "userAccountControl"] },
  },
  { name: "expires in a second", has: { accountExpires: fileTime(NOW + 1000) }, gives: {} },
  { name: "never expires: 0", has: { accountExpires: "0" }, gives: {} },
  { name: "never expires: all bits", has: { accountExpires: "9223372036854775807" }, gives: {} },
  {
    name: "disabled and expired",
    has: { userAccountControl: "66050", accountExpires: fileTime(0) },
    gives: { active: [false, "userAccountControl"] },
  },
  {
    name: "expires in no time",
    has: { accountExpires: "soon" },
    gives: {
      active: undefined,
      problems: [{ attribute: "accountExpires", message: "It holds no point in time.", field: "active" }],
    },
  },
  {
    name: "userAccountControl may not be read",
    has: { userAccountControl: [] },
    gives: {
      active: undefined,
      problems: [{ attribute: "userAccountControl", message: NOT_READABLE, field: "active" }],
    },
  },
  {
    name: "an address that is none",
    has: { mail: "on leave" },
    gives: {
      email: undefined,
      problems: [{ attribute: "mail", message: "It does not hold an email address.", field: "email" }],
    },
  },
  {
    name: "an address in broken bytes",
    has: { mail: new Uint8Array([0x4a, 0xff]) },
    gives: {
      email: undefined,
      problems: [
        {
          attribute: "mail",
          message: "Its bytes are not UTF-8 text. A binary attribute needs an `encoding` in the map.",
          field: "email",
        },
      ],
    },
  },
  {
    name: "an id of two values",
    has: { employeeID: ["7", "8"] },
    map: { id: text("employeeID") },
    gives: {
      id: undefined,
      problems: [
        {
          attribute: "employeeID",
          message: "It has 2 values, and nothing says which one is meant.",
          field: "id",
        },
      ],
    },
  },
  {
    name: "a phone of two values",
    has: { mobile: ["1", "2"] },
    map: { phone: text("mobile") },
    gives: {
      problems: [
        {
          attribute: "mobile",
          message: "It has 2 values, and nothing says which one is meant.",
          field: "phone",
        },
      ],
    },
  },
  {
    name: "given and family name",
    has: { displayName: [], givenName: "Jane", sn: "Doe", name: "jdoe" },
    gives: { fullName: ["Jane Doe", "givenName, sn"] },
  },
  { name: "a family name only", has: { displayName: " ", sn: "Doe" }, gives: { fullName: ["Doe", "sn"] } },
  {
    name: "the name of the entry",
    has: { displayName: [], name: "jdoe" },
    gives: { fullName: ["jdoe", "name"] },
  },
  { name: "no name", has: { displayName: [] }, gives: { fullName: undefined } },
  {
    name: "a name in broken bytes, and another",
    has: { displayName: new Uint8Array([0x4a, 0xff]), name: "Jane D" },
    gives: { fullName: ["Jane D", "name"] },
  },
  {
    name: "a name in broken bytes alone",
    has: { displayName: new Uint8Array([0x4a, 0xff]) },
    gives: {
      fullName: undefined,
      problems: [
        {
          attribute: "displayName",
          message: "Its bytes are not UTF-8 text. A binary attribute needs an `encoding` in the map.",
          field: "fullName",
        },
      ],
    },
  },
  {
    name: "no id",
    has: { objectGUID: [] },
    gives: { id: undefined, accountKey: undefined },
  },
  {
    name: "everything mapped",
    has: {
      userPrincipalName: "jane@example.com",
      title: "Dr. Jane",
      employeeID: "E7",
      employeeNumber: "7",
      department: "/care",
      telephoneNumber: "+31 20 1",
      extensionAttribute1: "yes",
      otherMailbox: ["j@example.org", "smtp:j2@example.org", "SIP:j3@example.org", "SMTP:j4@example.org"],
      proxyAddresses: ["smtp:jd@example.org"],
    },
    map: {
      email: text("userPrincipalName"),
      fullName: text("title"),
      id: text("employeeID"),
      accountKey: text("employeeNumber"),
      division: text("department"),
      phone: text("telephoneNumber"),
      active: text("extensionAttribute1"),
      aliases: text("otherMailbox"),
    },
    gives: {
      email: ["jane@example.com", "userPrincipalName"],
      fullName: ["Dr. Jane", "title"],
      id: ["E7", "employeeID"],
      accountKey: ["7", "employeeNumber"],
      division: ["/care", "department"],
      phone: ["+31 20 1", "telephoneNumber"],
      active: [true, "extensionAttribute1"],
      aliases: [["j2@example.org", "j@example.org"], "otherMailbox"],
    },
  },
  {
    name: "an account key in base64",
    has: { objectGUID: guid(7) },
    map: { accountKey: { attribute: "objectGUID", encoding: "base64" } },
    gives: { accountKey: ["AAAAAAAAAAAAAAAAAAAABw==", "objectGUID"] },
  },
  {
    name: "an account key in hexadecimal",
    has: {},
    map: { accountKey: { attribute: "objectGUID", encoding: "hex" } },
    gives: { accountKey: ["00000000000000000000000000000007", "objectGUID"] },
  },
  {
    name: "an account key of two values",
    has: { employeeNumber: ["canary-1", "canary-2"] },
    map: { accountKey: text("employeeNumber") },
    gives: {
      accountKey: undefined,
      problems: [
        {
          attribute: "employeeNumber",
          message: "It has 2 values, and nothing says which one is meant.",
          field: "accountKey",
        },
      ],
    },
  },
  {
    name: "a division with control characters",
    has: { department: "/ca\u001bre" },
    map: { division: text("department") },
    gives: {
      division: undefined,
      problems: [
        { attribute: "department", message: "Its value holds control characters.", field: "division" },
      ],
    },
  },
  {
    name: "an unclear word for active",
    has: { extensionAttribute1: "perhaps" },
    map: { active: text("extensionAttribute1") },
    gives: {
      active: undefined,
      problems: [
        { attribute: "extensionAttribute1", message: "It says neither yes nor no.", field: "active" },
      ],
    },
  },
  {
    name: "mapped active that says FALSE",
    has: { extensionAttribute1: "FALSE" },
    map: { active: text("extensionAttribute1") },
    gives: { active: [false, "extensionAttribute1"] },
  },
  {
    name: "aliases in ranges",
    has: {
      proxyAddresses: [],
      "proxyAddresses;range=0-1": ["smtp:a@example.org", "smtp:b@example.org"],
    },
    gives: {
      aliases: undefined,
      problems: [
        {
          attribute: "proxyAddresses",
          message: "The server gave its values only in part, so not all addresses of the account are known.",
          field: "aliases",
        },
      ],
    },
  },
];

test.each(CASES)("a user: $name", async ({ has, map, gives }) => {
  const reading = await read(personal(map ? { map } : {}), { entries: [one(has)] });
  const expected = Object.entries({ ...JANE, ...gives }).filter(([, value]) => value !== undefined);
  expect(reading.records.map(plain)).toEqual([Object.fromEntries(expected)]);
  expect(reading.findings).toEqual([]);
  expect(reading.complete).toBe(true);
});

describe("aliases", () => {
  const aliasesOf = async (...entries: readonly MemoryEntry[]) =>
    byAddress(await read(personal(), { entries }), "aliases");

  test("where nobody has proxyAddresses, nothing is said of aliases: they may not be readable", async () => {
    expect(await aliasesOf(user("Jane"), user("Kim"))).toEqual({
      "jane@example.org": undefined,
      "kim@example.org": undefined,
    });
  });

  test("the same is so of an attribute that the map names", async () => {
    const map = { aliases: { attribute: "otherMailbox", encoding: "text" as const } };
    const kim = user("Kim", { otherMailbox: "k@example.org" });
    const read1 = async (...entries: readonly MemoryEntry[]) =>
      byAddress(await read(personal({ map }), { entries }), "aliases");
    expect(await read1(user("Jane"))).toEqual({ "jane@example.org": undefined });
    expect(await read1(user("Jane"), kim)).toEqual({
      "jane@example.org": [],
      "kim@example.org": ["k@example.org"],
    });
  });

  test("where somebody has them, those without have no aliases", async () => {
    expect(await aliasesOf(user("Jane"), user("Kim", { proxyAddresses: "smtp:k@example.org" }))).toEqual({
      "jane@example.org": [],
      "kim@example.org": ["k@example.org"],
    });
  });
});

describe("primary: proxyAddresses", () => {
  const from = (proxyAddresses: readonly string[]) =>
    read(config({ primary: "proxyAddresses", personal: table() }), {
      entries: [one({ mail: "other@example.org", proxyAddresses })],
    });

  test("the one SMTP: value", async () => {
    const reading = await from(["smtp:a@example.org", "SMTP:Jane@example.com"]);
    expect(reading.records.map(plain)).toEqual([
      {
        ...JANE,
        email: ["Jane@example.com", "proxyAddresses"],
        aliases: [["a@example.org"], "proxyAddresses"],
      },
    ]);
    expect(reading.findings).toEqual([]);
  });

  test("two SMTP: values", async () => {
    const reading = await from(["SMTP:a@example.org", "SMTP:b@example.org", "smtp:c@example.org"]);
    expect(reading.records.map(plain)).toEqual([
      {
        ...JANE,
        email: ["a@example.org", "proxyAddresses"],
        aliases: [["b@example.org", "c@example.org"], "proxyAddresses"],
        problems: [
          {
            attribute: "proxyAddresses",
            message:
              "2 of its values begin with `SMTP:`, and only one can be the primary address. Write the others with `smtp:`.",
            field: "email",
          },
          { attribute: "proxyAddresses", message: OTHERS, field: "aliases" },
        ],
      },
    ]);
  });

  test("only smtp:, which the server takes for SMTP:", async () => {
    const reading = await from(["smtp:a@example.org"]);
    expect(reading.records.map(plain)).toEqual([
      {
        ...JANE,
        email: undefined,
        aliases: [["a@example.org"], "proxyAddresses"],
        problems: [
          {
            attribute: "proxyAddresses",
            message: "None of its values begins with `SMTP:`, which would be the primary address.",
            field: "email",
          },
        ],
      },
    ]);
  });
});

test("an SMTP: value that contradicts mail", async () => {
  const entries = [
    one({ proxyAddresses: ["SMTP:Jane.Doe@example.org", "smtp:jd@example.org"] }),
    user("Same", { proxyAddresses: ["SMTP:SAME@EXAMPLE.ORG"] }),
  ];
  const reading = await read(personal(), { entries });
  expect(byAddress(reading, "aliases")).toEqual({
    "jane@example.org": ["jd@example.org"],
    "same@example.org": [],
  });
  expect(reading.findings).toEqual([
    {
      code: "address-mismatch",
      severity: "warning",
      summary:
        "`mail` says jane@example.org, and proxyAddresses says that the primary address is Jane.Doe@example.org. The account goes by `mail`; set `primary: proxyAddresses` if it should not, or correct the entry.",
      where: { source: "head-office", kind: "personal", place: DN },
    },
  ]);
  expect(reading.complete).toBe(true);
});

test("findings of one kind are told fifty times and then counted", async () => {
  const entries = Array.from({ length: 1250 }, (_, index) =>
    user(`u${index}`, { proxyAddresses: "SMTP:x@example.org" }),
  );
  const { findings } = await read(personal(), { entries });
  expect(findings.length).toBe(51);
  expect(findings.at(-1)).toEqual({
    code: "address-mismatch",
    severity: "warning",
    summary: "There are 1,200 more findings of this kind; the first 50 are named.",
    where: { source: "head-office" },
  });
});

test("an entry that comes twice counts once", async () => {
  const entries = [
    user("Jane", { objectGUID: guid(1) }),
    { ...user("Jane", { objectGUID: guid(1) }), dn: `CN=Jane,OU=Moved,${ROOT}` },
    user("Kim", { objectGUID: [] }),
    { ...user("Kim", { objectGUID: [] }), dn: `cn=kim, OU=Staff,${ROOT}` },
    user("Lee", { objectGUID: guid(2) }),
  ];
  const overlapping = personal({ baseDns: [ROOT, `OU=Staff,${ROOT}`] });
  const reading = await read(overlapping, { entries });
  expect(reading.records.map(({ where }) => where)).toEqual([
    `CN=Jane,OU=Staff,${ROOT}`,
    `CN=Kim,OU=Staff,${ROOT}`,
    `CN=Lee,OU=Staff,${ROOT}`,
  ]);
});

test("two entries with one id and different addresses are two people, and nobody is removed", async () => {
  const entries = [user("Jane", { objectGUID: guid(1) }), user("Kim", { objectGUID: guid(1) })];
  const reading = await read(personal(), { entries });
  expect(reading.records.map(({ where }) => where)).toEqual([`CN=Jane,OU=Staff,${ROOT}`]);
  expect(reading.findings).toEqual([
    {
      code: "source-incomplete",
      severity: "error",
      summary: `This entry has the same id as CN=Jane,OU=Staff,${ROOT}, and another address, so zivsync cannot tell whether they are one person. Give each its own id, or run the plan again if the entry was just moved. Until then, no personal account is removed because of this source.`,
      where: { source: "head-office", kind: "personal", place: `CN=Kim,OU=Staff,${ROOT}` },
    },
  ]);
});

test("an alias whose bytes are not UTF-8 is no address", async () => {
  const bytes = Buffer.concat([Buffer.from("smtp:jos"), Buffer.from([0xe9]), Buffer.from("@example.org")]);
  const entries = [user("Jane", { proxyAddresses: ["smtp:jane.doe@example.org", bytes] })];
  const { records } = await read(personal(), { entries });
  const aliases = records[0]?.aliases?.value ?? [];
  expect(aliases.map((alias) => parseAddress(alias))).toEqual(["jane.doe@example.org", undefined]);
});

describe("type ldap", () => {
  const person = (attributes: Readonly<Record<string, Values>>): MemoryEntry =>
    entry("uid=jane,dc=example,dc=test", {
      objectClass: ["inetOrgPerson", "person"],
      entryUUID: "11111111-2222-3333-4444-555555555555",
      cn: "Jane Doe",
      mail: "jane@example.org",
      ...attributes,
    });
  const ldap = { ...personal(), type: "ldap" as const };
  const rootDse = { namingContexts: ["dc=example,dc=test", "cn=config", "CN=Monitor", "o=NetscapeRoot"] };
  const uuid = ["11111111-2222-3333-4444-555555555555", "entryUUID"];
  const ENABLED = [true, "nsAccountLock, pwdAccountLockedTime"];
  const base = {
    kind: "personal",
    where: "uid=jane,dc=example,dc=test",
    email: ["jane@example.org", "mail"],
    id: uuid,
    accountKey: uuid,
    fullName: ["Jane Doe", "cn"],
  };
  const cases: readonly Case[] = [
    { name: "the least", has: {}, gives: {} },
    {
      name: "a display name",
      has: { displayName: "Dr. Doe" },
      gives: { fullName: ["Dr. Doe", "displayName"] },
    },
    {
      name: "several common names",
      has: { cn: ["Jane Doe", "Jane Roe"], givenName: "Jane", sn: "Doe" },
      gives: { fullName: ["Jane Doe", "givenName, sn"] },
    },
    {
      name: "several common names and no other",
      has: { cn: ["Jane Doe", "Jane Roe"] },
      gives: {
        fullName: undefined,
        problems: [
          {
            attribute: "cn",
            message: "It has 2 values, and nothing says which one is meant.",
            field: "fullName",
          },
        ],
      },
    },
    {
      name: "locked by nsAccountLock",
      has: { nsAccountLock: "TRUE" },
      gives: { active: [false, "nsAccountLock"] },
    },
    {
      name: "locked for good",
      has: { pwdAccountLockedTime: "000001010000Z" },
      gives: { active: [false, "pwdAccountLockedTime"] },
    },
    {
      name: "locked by wrong passwords",
      has: { pwdAccountLockedTime: "20260101000000Z" },
      gives: { active: ENABLED },
    },
    { name: "not locked by nsAccountLock", has: { nsAccountLock: "FALSE" }, gives: { active: ENABLED } },
    {
      name: "several addresses",
      has: { mail: ["jane@example.org", "jd@example.org"] },
      gives: {
        aliases: [["jd@example.org"], "mail"],
        problems: [
          {
            attribute: "mail",
            message:
              "It has 2 values, and nothing says which one is the primary address. Map `email` to an attribute that has one value only.",
            field: "email",
          },
          { attribute: "mail", message: OTHERS, field: "aliases" },
        ],
      },
    },
    {
      name: "proxyAddresses",
      has: { proxyAddresses: ["smtp:jd@example.org"] },
      gives: { aliases: [["jd@example.org"], "proxyAddresses"] },
    },
    {
      name: "mailAlternateAddress",
      has: { mailAlternateAddress: ["jd@example.org", "je@example.org"] },
      gives: { aliases: [["jd@example.org", "je@example.org"], "mailAlternateAddress"] },
    },
  ];
  test.each(cases)("$name", async ({ has, gives }) => {
    const reading = await read(ldap, { entries: [person(has)], rootDse });
    const expected = Object.entries({ ...base, ...gives }).filter(([, value]) => value !== undefined);
    expect(reading.records.map(plain)).toEqual([Object.fromEntries(expected)]);
    expect(reading.facts?.find(({ label }) => label === "searched under")?.value).toBe("dc=example,dc=test");
  });

  test("aliases are empty where others have some, and left alone where nobody has", async () => {
    const other = {
      ...person({ mail: "kim@example.org", entryUUID: "2" }),
      dn: "uid=kim,dc=example,dc=test",
    };
    const with1 = {
      ...person({ proxyAddresses: ["smtp:jd@example.org"] }),
      dn: "uid=jane,dc=example,dc=test",
    };
    expect(byAddress(await read(ldap, { entries: [other, with1], rootDse }), "aliases")).toEqual({
      "kim@example.org": [],
      "jane@example.org": ["jd@example.org"],
    });
    expect(byAddress(await read(ldap, { entries: [other], rootDse }), "aliases")).toEqual({
      "kim@example.org": undefined,
    });
  });
});

test("every text of an account is read where its attribute is mapped", async () => {
  const map = Object.fromEntries(PLAIN_TEXTS.map((field) => [field, text(`my-${field}`)]));
  const has = Object.fromEntries(PLAIN_TEXTS.map((field) => [`my-${field}`, `the ${field}`]));
  const reading = await read(personal({ map }), { entries: [one(has)] });
  const gives = Object.fromEntries(PLAIN_TEXTS.map((field) => [field, [`the ${field}`, `my-${field}`]]));
  expect(reading.records.map(plain)).toEqual([{ ...JANE, ...gives }]);
  expect(reading.speaks?.personal).toEqual(expect.arrayContaining([...PLAIN_TEXTS]));
});
