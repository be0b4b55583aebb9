import { describe, expect, test } from "vitest";
import type { DirectoryConfig } from "../../../src/model/source-config/directory.ts";
import { readEntries } from "../../../src/sources/directory/read-directory.ts";
import {
  byAddress,
  config,
  dnOf,
  functional,
  group,
  guid,
  guidOf,
  plain,
  ROOT,
  read,
  sid,
  table,
  user,
} from "./builders.ts";
import { entry, failure, type Memory, type MemoryEntry, memorySession } from "./memory-session.ts";

const both = (more: Partial<DirectoryConfig> = {}) =>
  config({ personal: table(), functional: table(), ...more });
const [jane, kim, lee] = [user("Jane"), user("Kim"), user("Lee")];
const people = [jane, kim, lee];

/** The record of the account `Desk`, as far as delegates go. */
async function desk(
  entries: readonly MemoryEntry[],
  more: Partial<Memory> = {},
  of: DirectoryConfig = both(),
) {
  const reading = await read(of, { entries, ...more });
  const record = reading.records.find((one) => one.email?.value === "desk@example.org");
  const findings = reading.findings
    .filter(({ code }) => code === "member-left-out")
    .map(({ summary }) => summary);
  return {
    delegates: record?.delegates?.value,
    ...(record?.delegatesIncomplete === undefined ? {} : { incomplete: record.delegatesIncomplete }),
    ...(findings.length > 0 ? { findings } : {}),
  };
}
const contact = entry(`CN=Guest,OU=Staff,${ROOT}`, {
  objectClass: ["person", "contact"],
  mail: "guest@example.com",
});

test("a group with an address is an account, whole", async () => {
  const entries = [
    ...people,
    group("Desk", [dnOf(kim), dnOf(jane)], {
      objectGUID: guid(9),
      proxyAddresses: ["smtp:reception@example.org"],
    }),
    group("Hidden", [dnOf(lee)], { mail: [] }),
    group("Cn", [], { displayName: [], cn: "Common", groupType: "2" }),
  ];
  const { records, complete, findings } = await read(both(), { entries });
  const groups = records.filter(({ kind }) => kind === "functional").map(plain);
  expect(groups[0]).toEqual({
    kind: "functional",
    where: `CN=Desk,OU=Groups,${ROOT}`,
    email: ["desk@example.org", "mail"],
    id: [guidOf(9), "objectGUID"],
    fullName: ["Desk", "displayName"],
    aliases: [["reception@example.org"], "proxyAddresses"],
    delegates: [["jane@example.org", "kim@example.org"], "member"],
  });
  expect(groups.slice(1).map(({ where, ...rest }) => [where, "fullName" in rest && rest.fullName])).toEqual([
    [`CN=Cn,OU=Groups,${ROOT}`, ["Common", "cn"]],
  ]);
  expect([complete, findings]).toEqual([true, []]);
});

const CASES: readonly {
  readonly name: string;
  readonly entries: readonly MemoryEntry[];
  readonly memory?: Partial<Memory>;
  readonly config?: DirectoryConfig;
  readonly gives: unknown;
}[] = [
  {
    name: "groups in groups, with and without address, in a circle",
    entries: [
      group("Desk", [dnOf(jane), `CN=A,OU=Groups,${ROOT}`]),
      group("A", [`cn=b, ou=groups,${ROOT}`], { mail: [] }),
      group("B", [dnOf(kim), `CN=Desk,OU=Groups,${ROOT}`, `CN=A,OU=Groups,${ROOT}`]),
    ],
    gives: { delegates: ["jane@example.org", "kim@example.org"] },
  },
  {
    name: "those who are left out silently",
    entries: [
      user("Off", { userAccountControl: "514" }),
      user("Old", { accountExpires: "1" }),
      user("Bare", { mail: [] }),
      entry(`CN=PC1,${ROOT}`, {
        objectClass: ["user", "computer"],
        mail: "pc@example.org",
        userAccountControl: "4096",
      }),
      entry(`CN=Msa,${ROOT}`, { objectClass: ["user", "computer", "msDS-GroupManagedServiceAccount"] }),
      group("Desk", [
        `CN=Off,OU=Staff,${ROOT}`,
        `CN=Old,OU=Staff,${ROOT}`,
        `CN=Bare,OU=Staff,${ROOT}`,
        `CN=PC1,${ROOT}`,
        `CN=Msa,${ROOT}`,
        dnOf(lee),
      ]),
    ],
    gives: { delegates: ["lee@example.org"] },
  },
  {
    name: "contacts and public folders",
    entries: [
      contact,
      entry(`CN=Folder,${ROOT}`, { objectClass: ["publicFolder"], mail: "pf@example.org" }),
      group("Desk", [dnOf(jane), dnOf(contact), `CN=Folder,${ROOT}`]),
    ],
    gives: {
      delegates: ["jane@example.org"],
      findings: [
        "1 contact and 1 other entry among its members are not accounts of this directory, and left out of the delegates.",
      ],
    },
  },
  {
    name: "a contact alone",
    entries: [contact, group("Desk", [dnOf(contact), dnOf(jane)])],
    gives: {
      delegates: ["jane@example.org"],
      findings: [
        "1 contact among its members is not an account of this directory, and left out of the delegates.",
      ],
    },
  },
  {
    name: "members of whom zivsync cannot tell",
    entries: [
      entry(`CN=S-1-5-21-9,CN=ForeignSecurityPrincipals,${ROOT}`, {
        objectClass: ["foreignSecurityPrincipal"],
      }),
      entry(`CN=All,${ROOT}`, { objectClass: ["msExchDynamicDistributionList"], mail: "all@example.org" }),
      user("Blind", { userAccountControl: [] }),
      group("Desk", [
        dnOf(jane),
        `CN=S-1-5-21-9,CN=ForeignSecurityPrincipals,${ROOT}`,
        `CN=All,${ROOT}`,
        `CN=Blind,OU=Staff,${ROOT}`,
        `CN=Gone,${ROOT}`,
        "CN=There,DC=child,DC=corp,DC=example,DC=test",
      ]),
    ],
    memory: {
      refuses: {
        "CN=There,DC=child,DC=corp,DC=example,DC=test": failure(
          "directory-refused",
          "It lies elsewhere.",
          10,
        ),
      },
    },
    gives: {
      delegates: ["jane@example.org"],
      incomplete: `zivsync cannot identify 5 members: CN=All,${ROOT}; CN=Blind,OU=Staff,${ROOT}; CN=Gone,${ROOT}; and 2 more (1 from another forest, 1 groups whose members are found by a filter, 1 in another domain, 1 not found, 1 not readable enough to identify them).`,
    },
  },
  {
    name: "a hole deep below",
    entries: [
      group("Desk", [`CN=A,OU=Groups,${ROOT}`]),
      group("A", [`CN=B,OU=Groups,${ROOT}`], { mail: [] }),
      group("B", [dnOf(jane), `CN=Gone,${ROOT}`], { mail: [] }),
    ],
    gives: {
      delegates: ["jane@example.org"],
      incomplete: `zivsync cannot identify a member: CN=Gone,${ROOT} (1 not found).`,
    },
  },
  {
    name: "a group that no search brings is looked up and followed",
    entries: [
      {
        ...group("Far", [dnOf(kim), `CN=Farther,OU=Far,${ROOT}`], { objectCategory: "other" }),
        dn: `CN=Far,OU=Far,${ROOT}`,
      },
      { ...group("Farther", [dnOf(lee)], { objectCategory: "other" }), dn: `CN=Farther,OU=Far,${ROOT}` },
      group("Desk", [`CN=Far,OU=Far,${ROOT}`]),
    ],
    gives: { delegates: ["kim@example.org", "lee@example.org"] },
  },
  {
    name: "somebody's primary group, also below",
    entries: [
      group("Desk", [`CN=Inner,OU=Groups,${ROOT}`], { objectSid: sid(5, 1200) }),
      group("Inner", [dnOf(lee)], { mail: [], objectSid: sid(5, 1201), groupType: "-2147483646" }),
      group("Paper", [], { objectSid: sid(5, 1202), groupType: "2" }),
      user("Prim", { primaryGroupID: "1201", objectSid: sid(5, 3000) }),
      user("Main", { primaryGroupID: "1200", objectSid: sid(5, 3001) }),
      user("Stranger", { primaryGroupID: "1200", objectSid: sid(6, 3001) }),
      user("PrimOff", { primaryGroupID: "1200", objectSid: sid(5, 3002), userAccountControl: "514" }),
    ],
    gives: { delegates: ["lee@example.org", "main@example.org", "prim@example.org"] },
  },
  {
    name: "a list in ranges",
    entries: [group("Desk", people.map(dnOf))],
    memory: { rangeOf: 2 },
    gives: { delegates: ["jane@example.org", "kim@example.org", "lee@example.org"] },
  },
  ...[
    {
      name: "that overlap",
      wrongRange: (low: number, high: number | "*") => `${Math.max(low - 1, 0)}-${high}`,
    },
    { name: "that end too soon", wrongRange: (low: number) => `${low}-${low + 4}` },
    { name: "that are not ranges", wrongRange: () => "all" },
  ].map(({ name, wrongRange }) => ({
    name: `ranges ${name}`,
    entries: [group("Desk", people.map(dnOf)), group("Whole", [dnOf(jane)])],
    memory: { rangeOf: 2, wrongRange },
    gives: expect.objectContaining({
      incomplete: `Members may be missing from CN=Desk,OU=Groups,${ROOT}: the server gave the list only in part.`,
    }),
  })),
  {
    name: "a global catalogue does not hold the members of global groups",
    entries: [
      group("Desk", [dnOf(jane), `CN=Global,OU=Groups,${ROOT}`]),
      group("Global", [dnOf(kim)], { groupType: "-2147483646" }),
    ],
    memory: { url: "ldaps://dc1.corp.example.test:3269" },
    gives: {
      delegates: ["jane@example.org", "kim@example.org"],
      incomplete: `Members may be missing from CN=Global,OU=Groups,${ROOT}: a global catalogue holds the members of universal groups only.`,
    },
  },
  {
    name: "no group shows a member",
    entries: [group("Desk", [])],
    gives: {
      delegates: undefined,
      incomplete: `Members may be missing from CN=Desk,OU=Groups,${ROOT}: no entry that was read has anybody in it, so it may be that this may not be read.`,
    },
  },
  {
    name: "one group is empty and others are not",
    entries: [group("Desk", []), group("Other", [dnOf(jane)])],
    gives: { delegates: [] },
  },
  {
    name: "the personal accounts go by another address",
    entries: [
      user("Upn", { userPrincipalName: "upn@example.com", mail: "x@example.org" }),
      group("Desk", [`CN=Upn,OU=Staff,${ROOT}`]),
    ],
    config: both({
      personal: table({ map: { email: { attribute: "userPrincipalName", encoding: "text" } } }),
    }),
    gives: { delegates: ["upn@example.com"] },
  },
  {
    name: "mapped delegates: DNs, groups and addresses",
    entries: [
      group("Team", [dnOf(kim)], { mail: [] }),
      group("Desk", [dnOf(lee)], { managedBy: [dnOf(jane), `CN=Team,OU=Groups,${ROOT}`, "x@example.com"] }),
    ],
    config: both({ functional: table({ map: { delegates: { attribute: "managedBy", encoding: "text" } } }) }),
    gives: { delegates: ["jane@example.org", "kim@example.org", "x@example.com"] },
  },
];

test.each(CASES)("delegates: $name", async ({ entries, memory, config: of, gives }) => {
  expect(await desk([...people, ...entries], memory, of)).toEqual(gives);
});

describe("who is asked for", () => {
  test("functional accounts alone: few members are looked up, many are read at once", async () => {
    const many = Array.from({ length: 600 }, (_, index) => user(`u${index}`));
    const session = (members: readonly MemberOf[]) =>
      memorySession({
        entries: [...many, group("Desk", members.map(dnOf))],
        rootDse: { defaultNamingContext: [ROOT] },
      });
    type MemberOf = MemoryEntry;
    const few = session(many.slice(0, 40));
    const first = await readEntries(few, functional(), { now: () => 0 });
    expect(first.records[0]?.delegates?.value.length).toBe(40);
    expect([few.log.searches.length, few.log.lookUps.length]).toEqual([1, 41]);
    expect(few.log.mostAtOnce).toBe(16);
    const all = session(many);
    const second = await readEntries(all, functional(), { now: () => 0 });
    expect(second.records[0]?.delegates?.value.length).toBe(600);
    expect([all.log.searches.length, all.log.lookUps.length]).toEqual([2, 1]);
  });

  test("a member of many groups is looked up once, and only where an account needs it", async () => {
    const session = memorySession({
      entries: [
        contact,
        group("A", [dnOf(contact)]),
        group("B", [dnOf(contact)]),
        group("Silent", [`CN=Gone,${ROOT}`], { mail: [] }),
      ],
      rootDse: { defaultNamingContext: [ROOT] },
    });
    await readEntries(session, functional(), { now: () => 0 });
    expect(session.log.lookUps).toEqual(["", dnOf(contact)]);
  });

  test("a filter narrows the accounts and not the nesting", async () => {
    const entries = [
      ...people,
      group("Desk", [`CN=Other,OU=Groups,${ROOT}`], { department: "Care" }),
      group("Other", [dnOf(jane)]),
    ];
    const reading = await read(both({ functional: table({ filter: "(department=Care)" }) }), { entries });
    expect(byAddress(reading, "delegates")["desk@example.org"]).toEqual(["jane@example.org"]);
    expect(reading.records.filter(({ kind }) => kind === "functional").length).toBe(1);
  });
});

describe("disabled users", () => {
  const box = (name: string, more = {}) => user(name, { userAccountControl: "514", ...more });
  const kinds = async (disabledUsers: object, entries: readonly MemoryEntry[]) => {
    const of = both({ functional: { ...table(), disabledUsers: { map: {}, ...disabledUsers } } });
    const reading = await read(of, { entries });
    const records: Record<string, ReturnType<typeof plain>> = {};
    for (const one of reading.records) records[one.email?.value ?? ""] = plain(one);
    return records;
  };

  test("are functional accounts, and no personal ones", async () => {
    const entries = [
      jane,
      kim,
      box("Box", { objectGUID: guid(3), msExchDelegateListLink: [dnOf(jane), dnOf(kim)] }),
    ];
    const records = await kinds({}, entries);
    expect(records["box@example.org"]).toEqual({
      kind: "functional",
      where: `CN=Box,OU=Staff,${ROOT}`,
      email: ["box@example.org", "mail"],
      id: [guidOf(3), "objectGUID"],
      fullName: ["Box", "displayName"],
      delegates: [["jane@example.org", "kim@example.org"], "msExchDelegateListLink"],
    });
    expect(Object.values(records).map(({ kind }) => kind)).toEqual(["functional", "personal", "personal"]);
  });

  test("one without delegates has none where others have some, and says nothing where nobody has", async () => {
    const [some, none] = [box("Some", { msExchDelegateListLink: dnOf(jane) }), box("None")];
    expect(await kinds({}, [jane, some, none])).toMatchObject({
      "some@example.org": { delegates: [["jane@example.org"], "msExchDelegateListLink"] },
      "none@example.org": { delegates: [[], "msExchDelegateListLink"] },
    });
    expect(Object.keys((await kinds({}, [jane, none]))["none@example.org"] ?? {})).not.toContain("delegates");
  });

  test("with a filter, the others stay personal", async () => {
    const entries = [jane, box("Box", { company: "shared" }), box("Left")];
    const records = await kinds({ filter: "(company=shared)" }, entries);
    expect(Object.entries(records).map(([email, { kind }]) => [email, kind])).toEqual([
      ["box@example.org", "functional"],
      ["jane@example.org", "personal"],
      ["left@example.org", "personal"],
    ]);
    expect(records["left@example.org"]).toMatchObject({ active: [false, "userAccountControl"] });
  });

  test("their own map adds to that of the table", async () => {
    const entries = [jane, box("Box", { company: "Front desk", publicDelegates: [dnOf(jane)] })];
    const map = {
      fullName: { attribute: "company", encoding: "text" },
      delegates: { attribute: "publicDelegates", encoding: "text" },
    };
    expect(await kinds({ map }, entries)).toMatchObject({
      "box@example.org": {
        fullName: ["Front desk", "company"],
        delegates: [["jane@example.org"], "publicDelegates"],
      },
    });
  });
});

test("delegates of personal accounts, where a map names them", async () => {
  const map = { delegates: { attribute: "publicDelegates", encoding: "text" as const } };
  const entries = [user("Boss", { publicDelegates: [dnOf(jane), `CN=Gone,${ROOT}`] }), jane];
  const reading = await read(config({ personal: table({ map }) }), { entries });
  const records = reading.records.map(({ email, delegates, delegatesIncomplete }) => [
    email?.value,
    delegates?.value,
    delegatesIncomplete,
  ]);
  expect(records).toEqual([
    [
      "boss@example.org",
      ["jane@example.org"],
      `zivsync cannot identify a member: CN=Gone,${ROOT} (1 not found).`,
    ],
    ["jane@example.org", [], undefined],
  ]);
});

describe("type ldap", () => {
  const base = "dc=example,dc=test";
  const person = (uid: string, more = {}) =>
    entry(`uid=${uid},ou=people,${base}`, {
      objectClass: ["person", "inetOrgPerson"],
      entryUUID: `id-${uid}`,
      uid,
      cn: uid,
      mail: `${uid}@example.org`,
      ...more,
    });
  const team = (name: string, objectClass: string, more: Record<string, string | string[]>) =>
    entry(`cn=${name},ou=groups,${base}`, {
      objectClass: [objectClass],
      entryUUID: `id-${name}`,
      cn: name,
      ...more,
    });
  const entries = [
    person("jane"),
    person("kim"),
    person("lee", { nsAccountLock: "TRUE" }),
    person("moe"),
    team("names", "groupOfNames", { mail: "names@example.org", member: [`uid=jane,ou=people,${base}`, ""] }),
    team("unique", "groupOfUniqueNames", {
      mail: "unique@example.org",
      uniqueMember: [`uid=kim,ou=people,${base}#'0101'B`, `cn=names,ou=groups,${base}`],
    }),
    team("posix", "posixGroup", { mail: "posix@example.org", memberUid: ["KIM", "lee", "nobody"] }),
    team("plain", "groupOfMembers", { member: `cn=posix,ou=groups,${base}` }),
  ];
  const rootDse = { namingContexts: [base] };
  const everybody = config({ type: "ldap", personal: table(), functional: table() });

  test("members by DN, by unique name and by uid", async () => {
    const reading = await read(everybody, { entries, rootDse });
    const groups = reading.records.filter(({ kind }) => kind === "functional");
    expect(groups.map((one) => [one.email?.value, one.delegates?.value, one.delegatesIncomplete])).toEqual([
      ["names@example.org", ["jane@example.org"], undefined],
      ["unique@example.org", ["jane@example.org", "kim@example.org"], undefined],
      ["posix@example.org", ["kim@example.org"], "zivsync cannot identify a member: nobody (1 not found)."],
    ]);
    expect(groups[0]?.delegates?.origin.attribute).toBe("member, uniqueMember, memberUid");
  });

  test("functional accounts alone", async () => {
    const reading = await read(config({ type: "ldap", functional: table() }), { entries, rootDse });
    expect(byAddress(reading, "delegates")).toEqual({
      "names@example.org": ["jane@example.org"],
      "unique@example.org": ["jane@example.org", "kim@example.org"],
      "posix@example.org": ["kim@example.org"],
    });
  });

  test("memberOf is followed here, through all groups of the directory", async () => {
    const memberOf = [`cn=plain,ou=groups,${base}`, `cn=names,ou=groups,${base}`];
    const of = config({ type: "ldap", personal: table({ memberOf, baseDns: [`ou=people,${base}`] }) });
    const reading = await read(of, { entries, rootDse });
    expect(byAddress(reading, "active")).toEqual({
      "jane@example.org": true,
      "kim@example.org": true,
      "lee@example.org": false,
    });
  });
});
